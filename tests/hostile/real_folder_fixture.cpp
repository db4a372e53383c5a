// SPDX-License-Identifier: MIT
// Temporary folders, removed with what is in them.
#include "hostile/real_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "loop/store/recovery.h"

namespace loop::test {

namespace fs = std::filesystem;

RealFolder::RealFolder(const PosixFilesOptions& options) : top_("/tmp/loop-hostile-XXXXXX") {
  REQUIRE(mkdtemp(top_.data()) != nullptr);
  fs::create_directories(root());
  fs::create_directories(outside());
  auto opened = open_posix_files(root(), options);
  REQUIRE(opened);
  files_ = std::move(*opened);
  REQUIRE(prepare_state(*files_, clock_, random_, log_));
}

RealFolder::~RealFolder() { fs::remove_all(top_); }

void RealFolder::put(const std::string& path, const std::string& content) const {
  const fs::path file = fs::path(root()) / path;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

std::string RealFolder::content(const std::string& path) const {
  std::ifstream file(fs::path(root()) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool RealFolder::holds_inside(const std::string& text) const {
  for (const auto& entry : fs::recursive_directory_iterator(root())) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    const std::string path = fs::relative(entry.path(), root()).string();
    if (content(path).find(text) != std::string::npos) return true;
  }
  return false;
}

std::map<std::string, std::string> RealFolder::outside_files() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(outside())) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().string()] = entry.is_regular_file()
                                       ? std::string(std::istreambuf_iterator<char>(file), {})
                                       : std::string();
  }
  return files;
}

OperationContext RealFolder::context() {
  if (!time_) time_.emplace(*files_, clock_, log_);
  return {.services = {*files_, clock_, random_, fixture_.world.processes, log_},
          .engine = fixture_.world.options,
          .time = *time_};
}

Result<boost::json::object> RealFolder::call(std::string_view operation,
                                             const boost::json::object& given) {
  LOOP_TRY(const Operation* found, require_operation(operation));
  return call_operation(context(), *found, given);
}

Result<boost::json::object> RealFolder::call(std::string_view operation,
                                             std::string_view arguments) {
  LOOP_TRY(const boost::json::object given, parse_arguments(arguments));
  return call(operation, given);
}

}  // namespace loop::test
