// SPDX-License-Identifier: MIT
// Checking a launch, finding its program and opening its standard files.
#include "process_image.hpp"

#include <fmt/format.h>

#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

std::string search_path(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    if (entry.rfind("PATH=", 0) == 0) return entry.substr(5);
  }
  return std::string(kDefaultPath);
}

Status check_strings(const std::vector<std::string>& texts, std::string_view what) {
  for (const std::string& text : texts) {
    if (text.find('\0') == std::string::npos) continue;
    return Error(Errc::invalid_argument, fmt::format("launch: {} holds a NUL byte", what));
  }
  return {};
}

Status check(const LaunchSpec& spec) {
  if (spec.argv.empty() || spec.argv[0].empty()) {
    return Error(Errc::invalid_argument, "launch: argv names no program");
  }
  if (spec.directory.empty() || spec.directory[0] != '/') {
    return Error(Errc::invalid_argument,
                 fmt::format("launch: directory \"{}\" is not absolute", spec.directory));
  }
  LOOP_TRY_VOID(check_strings(spec.argv, "an argument"));
  LOOP_TRY_VOID(check_strings(spec.environment, "the environment"));
  return check_strings({spec.directory, spec.stdin_path, spec.stdout_path, spec.stderr_path},
                       "a path");
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<FileDescriptor> open_standard(const std::string& path, int flags) {
  const char* name = path.empty() ? "/dev/null" : path.c_str();
  const FileDescriptor opened(::open(name, flags | O_CLOEXEC | O_NOCTTY, 0600));
  if (!opened.is_open()) return Error::from_errno(errno, fmt::format("open {}", name));
  // A parent without standard descriptors of its own would get 0, 1 or 2 here.
  FileDescriptor raised(fcntl(opened.get(), F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  if (!raised.is_open()) return Error::from_errno(errno, fmt::format("dup {}", name));
  return raised;
}

}  // namespace

bool is_program(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  return access(path.c_str(), X_OK) == 0;
}

std::string find_program(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const std::string path = search_path(environment);
  for (const std::string_view directory : split(path, ':')) {
    if (directory.empty() || directory[0] != '/') continue;
    std::string candidate = fmt::format("{}/{}", directory, name);
    if (is_program(candidate)) return candidate;
  }
  return {};
}

Error launch_error(const LaunchSpec& spec, const std::string& program, int cause) {
  const std::string& name = spec.argv[0];
  if (program.empty()) {
    return Error(Errc::not_found,
                 fmt::format("start \"{}\": no such program in PATH ({})", name,
                             search_path(spec.environment)),
                 ENOENT);
  }
  if (cause == ENOEXEC) {
    return Error(Errc::invalid_argument,
                 fmt::format("start \"{}\": not a program (a script needs a #! line)", name),
                 cause);
  }
  if (cause == E2BIG) {
    return Error(Errc::too_large,
                 fmt::format("start \"{}\": arguments and environment are too long", name), cause);
  }
  const std::string what = fmt::format("start \"{}\" in {}", name, spec.directory);
  if (cause == EACCES && spec.confinement) {
    return Error::from_errno(
        cause,
        fmt::format("{} (does its sandbox let it read the program and its interpreter?)", what));
  }
  return Error::from_errno(cause, what);
}

ProcessImage::ProcessImage(const LaunchSpec& spec, ProcessConfinement confinement)
    : spec_(spec),
      program_(find_program(spec_.argv[0], spec_.environment)),
      argv_(pointers_to(spec_.argv)),
      environment_(pointers_to(spec_.environment)),
      confinement_(std::move(confinement)) {}

Result<ProcessImage> ProcessImage::prepare(const LaunchSpec& spec) {
  LOOP_TRY_VOID(check(spec));
  LOOP_TRY(auto confinement, ProcessConfinement::prepare(spec));
  return ProcessImage(spec, std::move(confinement));
}

Result<StandardFiles> StandardFiles::open(const LaunchSpec& spec) {
  constexpr int kAppend = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW;
  StandardFiles files;
  LOOP_TRY(files.in, open_standard(spec.stdin_path, O_RDONLY));
  LOOP_TRY(files.out,
           open_standard(spec.stdout_path, spec.stdout_path.empty() ? O_WRONLY : kAppend));
  LOOP_TRY(files.error,
           open_standard(spec.stderr_path, spec.stderr_path.empty() ? O_WRONLY : kAppend));
  return files;
}

}  // namespace loop
