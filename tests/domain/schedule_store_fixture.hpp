// SPDX-License-Identifier: MIT
// A store on a simulated disk, with other programs that act at moments of the test's choosing.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/schedule_store.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

namespace loop::test {

inline const std::string kPath = ".roo/schedules.json";
inline const Instant kStart = *parse_instant("2025-11-01T06:00:00Z");

inline std::string file_of(std::string_view a_name, std::string_view b_name) {
  return std::string("{\n  \"schedules\": [\n    {\n      \"id\": \"a\",\n      \"name\": \"")
      .append(a_name)
      .append("\"\n    },\n    {\n      \"id\": \"b\",\n      \"name\": \"")
      .append(b_name)
      .append("\"\n    }\n  ]\n}");
}

inline ScheduleStore::Change rename_to(std::string id, std::string name) {
  return [=](const ScheduleBook& present) {
    return present.with_changes(ScheduleId{id}, std::vector<FieldChange>{{"name", name}});
  };
}

// What a test does at a moment that it cannot reach otherwise.
using Hook = std::function<void()>;

class HookedClock final : public Clock {
 public:
  explicit HookedClock(sim::SimClock& clock) : clock_(clock) {}
  Instant now() const override { return clock_.now(); }
  Duration monotonic() const override { return clock_.monotonic(); }
  void sleep(Duration duration) override {
    if (on_sleep) on_sleep();
    clock_.sleep(duration);
  }
  Hook on_sleep;

 private:
  sim::SimClock& clock_;
};

// The simulated disk, with other programs acting just before a rename.
class HookedFiles final : public FileSystem {
 public:
  explicit HookedFiles(sim::SimFiles& files) : files_(files) {}

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override {
    return files_.open(path, options);
  }
  Result<std::optional<FileInfo>> info(const RelativePath& path) override {
    return files_.info(path);
  }
  Result<RelativePath> resolve(const RelativePath& path) override { return files_.resolve(path); }
  Status rename(const RelativePath& from, const RelativePath& to) override {
    if (to == layout::schedules() && before_rename) before_rename();
    return files_.rename(from, to);
  }
  Status rename_new(const RelativePath& from, const RelativePath& to) override {
    if (to == layout::schedules() && before_rename) before_rename();
    return files_.rename_new(from, to);
  }
  Status remove(const RelativePath& path) override { return files_.remove(path); }
  Status remove_directory(const RelativePath& path) override {
    return files_.remove_directory(path);
  }
  Status make_directory(const RelativePath& path, std::uint32_t permissions) override {
    return files_.make_directory(path, permissions);
  }
  Status sync_directory(const std::optional<RelativePath>& path) override {
    return files_.sync_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override {
    return files_.list(path);
  }
  Result<SpaceInfo> space() override { return files_.space(); }
  std::string root() const override { return files_.root(); }

  Hook before_rename;

 private:
  sim::SimFiles& files_;
};

class LinesLog final : public Log {
 public:
  void write(LogLevel level, std::string_view message) override {
    if (level == LogLevel::warning) warnings.emplace_back(message);
  }
  std::vector<std::string> warnings;
};

struct Desk {
  sim::SimClock sim_clock{kStart};
  HookedClock clock{sim_clock};
  sim::SimFiles disk{sim_clock};
  HookedFiles files{disk};
  sim::SimRandom random{7};
  LinesLog log;
  ScheduleStore store{files, clock, random, log};

  explicit Desk(std::optional<std::string> content) {
    if (content) disk.put(kPath, *content);
    sim_clock.advance(std::chrono::hours{1});
  }

  std::string name_of(std::string id) {
    const auto book = store.load();
    REQUIRE(book);
    const Schedule* schedule = (*book)->find(ScheduleId{id});
    REQUIRE(schedule != nullptr);
    return schedule->name;
  }

  std::size_t backup_count() {
    return BackupStore(files, clock, random).list(layout::schedules()).value().size();
  }

  std::vector<std::string> files_in_roo() const {
    auto all = disk.all_files();
    std::erase_if(all, [](const std::string& file) { return !file.starts_with(".roo/"); });
    return all;
  }

  // As VS Code writes: the same file, truncated, then filled, without a lock.
  void truncate() {
    editor_file = *disk.open(layout::schedules(), {.access = Access::read_write});
    REQUIRE(editor_file->truncate(0));
  }
  void fill(std::string_view content) {
    REQUIRE(*editor_file->write(content) == content.size());
    editor_file.reset();
  }
  std::unique_ptr<OpenFile> editor_file;
};

}  // namespace loop::test
