// SPDX-License-Identifier: MIT
// Marks of files are compared; reading and parsing happens when one differs.
#include "front/kept_options.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "front/mcp_program.hpp"
#include "loop/store/layout.h"

namespace front {

namespace {

// Two changes within one tick of a file system's clock look alike: coarse ones tick once a second.
constexpr loop::Duration kTooYoung = std::chrono::seconds{2};

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// Of the link itself: only the system's zone is one as a rule, and its name is what counts.
FileMark mark_of(const std::string& path) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) return {};
  if (S_ISLNK(facts.st_mode) && path != kLocalTime && ::stat(path.c_str(), &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
          nanoseconds(facts.st_mtim), nanoseconds(facts.st_ctim)};
}

bool is_young(const FileMark& mark, loop::Instant now) {
  const loop::Instant changed{std::chrono::duration_cast<loop::Duration>(
      std::chrono::nanoseconds{std::max(mark.modified_ns, mark.changed_ns)})};
  return changed > now - kTooYoung;  // one of the future included
}

// Everything that Session::options_for_checks reads.
std::vector<std::string> sources(const Surroundings& surroundings, const std::string& root) {
  return {root + "/" + loop::layout::config().str(),
          surroundings.config_directory() + "/config.toml",
          surroundings.config_directory() + "/modes.yaml",
          surroundings.state_directory() + "/trust.json",
          mcp_program(surroundings),
          kLocalTime};
}

}  // namespace

KeptOptions::KeptOptions(const Surroundings& surroundings, const std::string& root)
    : paths_(sources(surroundings, root)) {}

std::vector<FileMark> KeptOptions::marks() const {
  std::vector<FileMark> all;
  for (const std::string& path : paths_) all.push_back(mark_of(path));
  return all;
}

loop::Result<KeptOptions::Options> KeptOptions::get(const Open& open, loop::Instant now) {
  std::vector<FileMark> present = marks();
  {
    const std::lock_guard guard(mutex_);
    if (kept_ && present == kept_marks_) return kept_;
  }
  LOOP_TRY(const auto fresh, open());
  LOOP_TRY(auto checked, fresh->options_for_checks());
  auto options = std::make_shared<const Session::CheckedOptions>(std::move(checked));
  const bool is_settled =
      std::ranges::none_of(present, [&](const FileMark& mark) { return is_young(mark, now); });
  // What changed while it was read is seen by the next call: its marks were taken before.
  const std::lock_guard guard(mutex_);
  kept_ = is_settled ? options : nullptr;
  kept_marks_ = std::move(present);
  return options;
}

}  // namespace front
