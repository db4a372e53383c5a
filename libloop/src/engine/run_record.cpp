// SPDX-License-Identifier: MIT
// A run's folder: the claim, and durable writes of its files.
#include "loop/engine/run_record.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "loop/store/layout.h"
#include "run_record_json.hpp"

namespace loop {

namespace {

// A prompt and an environment may hold what only the owner should read.
constexpr std::uint32_t kFolderPermissions = 0700;
constexpr ReplaceOptions kPrivate{.expected = std::nullopt, .permissions = 0600};
constexpr std::uint64_t kRecordBytesMax = 16 << 20;

template <class Value>
Result<std::optional<Value>> read_record(FileSystem& files, const RelativePath& path,
                                         Result<Value> (*parse)(std::string_view)) {
  LOOP_TRY(const auto content, read_file_if_exists(files, path, kRecordBytesMax));
  if (!content) return std::optional<Value>{};
  auto value = parse(content->bytes);
  if (!value) return std::move(value).error().with_context(path.str());
  return std::optional<Value>(std::move(*value));
}

Status write_record(FileSystem& files, RandomSource& random, const RelativePath& path,
                    const std::string& text) {
  LOOP_TRY_VOID(replace_file(files, random, path, text, kPrivate));
  return {};
}

// An existing folder is success.
Status make_folder(FileSystem& files, const RelativePath& path, const RelativePath& parent) {
  const Status made = files.make_directory(path, kFolderPermissions);
  if (!made && made.error().code() != Errc::already_exists) return made;
  return files.sync_directory(parent);
}

// n of "a<n>", else 0.
int launch_number(std::string_view name) {
  if (name.size() < 2 || name[0] != 'a' || name[1] == '0') return 0;
  int number = 0;
  const auto [end, problem] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return problem == std::errc{} && end == name.data() + name.size() && number > 0 ? number : 0;
}

}  // namespace

std::string_view to_string(AttemptEnd end) noexcept {
  switch (end) {
    case AttemptEnd::succeeded: return "succeeded";
    case AttemptEnd::failed: return "failed";
    case AttemptEnd::timed_out: return "timed_out";
    case AttemptEnd::stalled: return "stalled";
    case AttemptEnd::interrupted: return "interrupted";
    case AttemptEnd::cancelled: return "cancelled";
    case AttemptEnd::limited: return "limited";
    case AttemptEnd::abandoned: return "abandoned";
  }
  return "failed";
}

std::optional<AttemptEnd> parse_attempt_end(std::string_view text) {
  constexpr std::array kAll = {
      AttemptEnd::succeeded,   AttemptEnd::failed,    AttemptEnd::timed_out, AttemptEnd::stalled,
      AttemptEnd::interrupted, AttemptEnd::cancelled, AttemptEnd::limited,   AttemptEnd::abandoned};
  for (const AttemptEnd end : kAll) {
    if (to_string(end) == text) return end;
  }
  return std::nullopt;
}

RunDirectory::RunDirectory(FileSystem& files, RandomSource& random, const RunId& run)
    : files_(files), random_(random), path_(layout::runs() / run.str()) {}

Status RunDirectory::claim(const RunIntent& intent, std::string_view prompt) {
  LOOP_TRY_VOID(make_directories(files_, layout::runs()));
  const Status made = files_.make_directory(path_, kFolderPermissions);
  if (!made && made.error().code() != Errc::already_exists) return made;
  if (!made) {
    LOOP_TRY(const auto standing, files_.info(path_ / "intent.json"));
    if (standing) {
      return Error(Errc::already_exists,
                   fmt::format("run {} is claimed already", intent.run.str()));
    }
  }
  LOOP_TRY_VOID(files_.sync_directory(layout::runs()));
  LOOP_TRY_VOID(replace_file(files_, random_, path_ / "prompt.md", prompt, kPrivate));
  return write_record(files_, random_, path_ / "intent.json", format_intent(intent));
}

Result<std::optional<RunIntent>> RunDirectory::intent() {
  return read_record(files_, path_ / "intent.json", parse_intent);
}

Result<std::string> RunDirectory::prompt() {
  LOOP_TRY(auto content, read_file(files_, path_ / "prompt.md"));
  return std::move(content.bytes);
}

RelativePath RunDirectory::launch_path(int launch) const {
  return path_ / fmt::format("a{}", launch);
}

Status RunDirectory::make_launch(int launch) {
  return make_folder(files_, launch_path(launch), path_);
}

Result<int> RunDirectory::last_launch() {
  auto entries = files_.list(path_);
  if (!entries && entries.error().code() == Errc::not_found) return 0;
  if (!entries) return std::move(entries).error();
  int last = 0;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.kind == FileKind::directory) last = std::max(last, launch_number(entry.name));
  }
  return last;
}

RelativePath RunDirectory::lock_path(int launch) const { return launch_path(launch) / "lock"; }
RelativePath RunDirectory::temporary_path(int launch) const { return launch_path(launch) / "tmp"; }
RelativePath RunDirectory::stdout_path(int launch) const {
  return launch_path(launch) / "stdout.log";
}
RelativePath RunDirectory::stderr_path(int launch) const {
  return launch_path(launch) / "stderr.log";
}
RelativePath RunDirectory::events_path(int launch) const {
  return launch_path(launch) / "events.jsonl";
}

Status RunDirectory::write_started(int launch, const AttemptStart& start) {
  return write_record(files_, random_, launch_path(launch) / "started.json", format_started(start));
}

Result<std::optional<AttemptStart>> RunDirectory::started(int launch) {
  return read_record(files_, launch_path(launch) / "started.json", parse_started);
}

Status RunDirectory::write_result(int launch, const AttemptResult& result) {
  return write_record(files_, random_, launch_path(launch) / "result.json", format_result(result));
}

Result<std::optional<AttemptResult>> RunDirectory::result(int launch) {
  return read_record(files_, launch_path(launch) / "result.json", parse_result);
}

Status RunDirectory::write_stop(int launch, const StopRequest& request) {
  return write_record(files_, random_, launch_path(launch) / "stop.json", format_stop(request));
}

Result<std::optional<StopRequest>> RunDirectory::stop(int launch) {
  return read_record(files_, launch_path(launch) / "stop.json", parse_stop);
}

Result<std::optional<Instant>> RunDirectory::last_output(int launch) {
  std::optional<Instant> last;
  for (const RelativePath& path : {stdout_path(launch), stderr_path(launch)}) {
    LOOP_TRY(const auto info, files_.info(path));
    if (!info) continue;
    const Instant grown{
        std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{info->modified_ns})};
    last = last ? std::max(*last, grown) : grown;
  }
  return last;
}

bool is_run_id(std::string_view text) {
  const auto path = RelativePath::parse(text);
  return path && path->str() == text && path->parent().empty();
}

TaskId time_task_id(const RunId& run, int launch) {
  return TaskId(fmt::format("{}/a{}", run.str(), launch));
}

std::string process_marker(const std::string& root, const RunId& run, int launch) {
  return fmt::format("LOOP_ATTEMPT={}:{}/a{}", root, run.str(), launch);
}

}  // namespace loop
