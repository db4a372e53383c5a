// SPDX-License-Identifier: MIT
// Power cuts during appends, replacements, backups, restores and checkpoints.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crash/power_cuts.hpp"
#include "loop/store/append_log.h"
#include "loop/store/backup_store.h"
#include "loop/store/checkpoint_store.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;

namespace {

template <class Of>
MakeScenario make_scenario() {
  return [](std::uint64_t seed) { return std::make_unique<Of>(seed); };
}

// Mostly short, sometimes over a sector, a page, or several.
std::string text_of_any_size(sim::SimRandom& random, std::string_view label) {
  constexpr std::array<std::uint64_t, 6> kSizesMax{80, 200, 700, 2000, 5000, 12'000};
  const std::uint64_t size = random.below(kSizesMax[random.below(kSizesMax.size())]);
  return fmt::format("{} {} {}", label, std::string(size, 'x'), label);
}

Status open_workspace(Machine& machine) {
  LOOP_TRY_VOID(prepare_state(machine.files, machine.clock, machine.random, machine.log));
  return {};
}

std::string temporaries_left(const Machine& found) {
  for (const std::string& name : found.files.all_files()) {
    if (is_temporary_name(RelativePath::of(name).name())) return "temporary file left: " + name;
  }
  return {};
}

// Rows of two appenders in turn, some of several lines, to the journal's file.
class Appending final : public Scenario {
 public:
  explicit Appending(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    if (random_.below(2) == 0) machine.files.put(layout::journal().str(), before_ = "first\n");
  }

  void work(Machine& machine) override {
    std::vector<AppendLog> logs;
    for (int appender = 0; appender < 2; ++appender) {
      logs.emplace_back(machine.files, machine.clock, machine.log, layout::journal(),
                        AppendLogOptions{});
    }
    for (int number = 0; number < 6; ++number) {
      std::string rows;
      for (std::uint64_t row = 0; row <= random_.below(3); ++row) {
        rows += text_of_any_size(random_, fmt::format("row {}.{}", number, row)) + "\n";
      }
      written_ += rows;
      if (!logs[random_.below(2)].append(rows)) return;
      acknowledged_bytes_ = written_.size();
    }
  }

  std::uint64_t acknowledged() const override { return acknowledged_bytes_; }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    const std::string text = found.files.content(layout::journal().str()).value_or("");
    const std::string all = before_ + written_;
    if (text.size() < before_.size() + acknowledged_bytes_) return "an acknowledged row is lost";
    if (!all.starts_with(text)) return "what is left is no prefix of what was written";
    if (!text.empty() && !text.ends_with('\n')) return "a row is half";
    AppendLog log(found.files, found.clock, found.log, layout::journal(), {});
    if (!log.append("next\n")) return "no row can be appended";
    if (found.files.content(layout::journal().str()) != text + "next\n") return "mixed rows";
    return {};
  }

 private:
  sim::SimRandom random_;
  std::string before_;
  std::string written_;
  std::size_t acknowledged_bytes_ = 0;
};

// A file that is replaced by one version after the other.
class Replacing final : public Scenario {
 public:
  explicit Replacing(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    versions_.emplace_back();
    if (random_.below(2) == 0) return;
    versions_.back() = text_of_any_size(random_, "version 0");
    machine.files.put(kPath, versions_.back());
  }

  void work(Machine& machine) override {
    const RelativePath path = RelativePath::of(kPath);
    if (!make_directories(machine.files, RelativePath::of(".roo"))) return;
    for (int number = 1; number <= 3; ++number) {
      versions_.push_back(text_of_any_size(random_, fmt::format("version {}", number)));
      if (!replace_file(machine.files, machine.random, path, versions_.back())) return;
      ++acknowledged_;
    }
  }

  std::uint64_t acknowledged() const override { return acknowledged_; }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    const std::string text = found.files.content(kPath).value_or("");
    const auto first = versions_.begin() + static_cast<std::ptrdiff_t>(acknowledged_);
    if (std::find(first, versions_.end(), text) == versions_.end()) {
      return "neither the last acknowledged version nor the one under way";
    }
    return temporaries_left(found);
  }

 private:
  static constexpr const char* kPath = ".roo/schedules.json";
  sim::SimRandom random_;
  std::vector<std::string> versions_;
  std::size_t acknowledged_ = 0;
};

// Every listed backup must be whole, and the newest `kKept` acknowledged ones must be listed.
class Backups {
 public:
  static constexpr std::size_t kKept = 2;

  void acknowledge(const Backup& backup) { made_.push_back(backup); }
  std::size_t count() const { return made_.size(); }

  std::string complaint(Machine& found, const RelativePath& source) const {
    BackupStore store(found.files, found.clock, found.random, {kKept});
    const auto list = store.list(source);
    if (!list) return list.error().message();
    for (const Backup& backup : *list) {
      if (const auto content = store.read(backup); !content) return content.error().message();
    }
    // One that is under way may have made room already.
    const std::size_t expected = std::min(made_.size(), kKept - 1);
    for (std::size_t back = 1; back <= expected; ++back) {
      const Backup& wanted = made_[made_.size() - back];
      const bool is_there = std::any_of(list->begin(), list->end(), [&](const Backup& backup) {
        return backup.path == wanted.path && backup.sha256 == wanted.sha256;
      });
      if (!is_there) return "an acknowledged backup is lost: " + wanted.path.str();
    }
    return {};
  }

 private:
  std::vector<Backup> made_;
};

// As writing a project file: a backup before each change.
class BackingUp final : public Scenario {
 public:
  explicit BackingUp(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    versions_.push_back(text_of_any_size(random_, "version 0"));
    machine.files.put(kPath.str(), versions_.back());
  }

  void work(Machine& machine) override {
    BackupStore store(machine.files, machine.clock, machine.random, {Backups::kKept});
    for (int number = 1; number <= 4; ++number) {
      const auto backup = store.make(kPath);
      if (!backup) return;
      backups_.acknowledge(*backup);
      versions_.push_back(text_of_any_size(random_, fmt::format("version {}", number)));
      if (!replace_file(machine.files, machine.random, kPath, versions_.back())) return;
      ++acknowledged_;
    }
  }

  std::uint64_t acknowledged() const override { return acknowledged_ + 1000 * backups_.count(); }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    const std::string text = found.files.content(kPath.str()).value_or("");
    const bool is_last = text == versions_[acknowledged_];
    if (!is_last && text != versions_.back()) return "the file is neither old nor new";
    std::string wrong = backups_.complaint(found, kPath);
    return wrong.empty() ? temporaries_left(found) : wrong;
  }

 private:
  const RelativePath kPath = layout::memory();
  sim::SimRandom random_;
  std::vector<std::string> versions_;
  Backups backups_;
  std::size_t acknowledged_ = 0;
};

// A file is put back from the backup of its first version, and then from that of its second.
class Restoring final : public Scenario {
 public:
  explicit Restoring(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    BackupStore store(machine.files, machine.clock, machine.random);
    for (int number = 0; number < 3; ++number) {
      contents_.push_back(text_of_any_size(random_, fmt::format("version {}", number)));
      REQUIRE(replace_file(machine.files, machine.random, kPath, contents_.back()));
      if (number < 2) backups_.push_back(*store.make(kPath));
    }
    states_.push_back(contents_[2]);
  }

  void work(Machine& machine) override {
    BackupStore store(machine.files, machine.clock, machine.random);
    for (std::size_t number = 0; number < 2; ++number) {
      states_.push_back(contents_[number]);
      if (!store.restore(kPath, backups_[number].path)) return;
      ++acknowledged_;
    }
  }

  std::uint64_t acknowledged() const override { return acknowledged_; }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    const std::string text = found.files.content(kPath.str()).value_or("");
    if (text != states_[acknowledged_] && text != states_.back()) return "neither old nor restored";
    // Whatever was there before is still to be had.
    BackupStore store(found.files, found.clock, found.random);
    const auto list = store.list(kPath);
    if (!list) return list.error().message();
    std::vector<std::string> kept{text};
    for (const Backup& backup : *list) {
      auto content = store.read(backup);
      if (!content) return content.error().message();
      kept.push_back(std::move(*content));
    }
    for (const std::string& content : contents_) {
      if (std::ranges::find(kept, content) == kept.end()) return "a version is lost";
    }
    return temporaries_left(found);
  }

 private:
  const RelativePath kPath = layout::todo();
  sim::SimRandom random_;
  std::vector<std::string> contents_;
  std::vector<Backup> backups_;
  std::vector<std::string> states_;
  std::size_t acknowledged_ = 0;
};

// Checkpoints of two files that change in between; the oldest of three goes.
class Checkpointing final : public Scenario {
 public:
  explicit Checkpointing(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    change(machine, 0);
  }

  void work(Machine& machine) override {
    CheckpointStore store(machine.files, machine.clock, machine.random, {.keep_count = 2});
    for (int number = 1; number <= 3; ++number) {
      const auto made = store.make(sources_);
      if (!made) return;
      made_.push_back((*made)->path);
      change(machine, number);
    }
  }

  std::uint64_t acknowledged() const override { return made_.size(); }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    CheckpointStore store(found.files, found.clock, found.random, {.keep_count = 2});
    const auto list = store.list();
    if (!list) return list.error().message();
    for (const Checkpoint& checkpoint : *list) {
      if (checkpoint.files.size() != sources_.size()) return "a checkpoint has too few files";
      for (const CheckpointFile& file : checkpoint.files) {
        if (const auto content = store.read(file); !content) return content.error().message();
      }
    }
    const bool is_there =
        made_.empty() || std::any_of(list->begin(), list->end(), [&](const Checkpoint& one) {
          return one.path == made_.back();
        });
    return is_there ? std::string() : "the acknowledged checkpoint is lost";
  }

 private:
  // Durable at once: it is not what this is about.
  void change(Machine& machine, int number) {
    for (const RelativePath& source : sources_) {
      machine.files.put(source.str(), text_of_any_size(random_, fmt::format("state {}", number)));
    }
  }

  sim::SimRandom random_;
  const std::vector<RelativePath> sources_{layout::schedules(), layout::memory()};
  std::vector<RelativePath> made_;
};

}  // namespace

TEST_CASE("power cuts during appends leave a prefix with every acknowledged row") {
  cut_power("append", states_wanted(60'000), make_scenario<Appending>());
}

TEST_CASE("power cuts during replacements leave the last acknowledged version or the next") {
  cut_power("replace", states_wanted(80'000), make_scenario<Replacing>());
}

TEST_CASE("power cuts during backups leave whole backups and every acknowledged one") {
  cut_power("backup", states_wanted(20'000), make_scenario<BackingUp>());
}

TEST_CASE("power cuts during restores leave the old or the restored file, and lose no version") {
  cut_power("restore", states_wanted(12'000), make_scenario<Restoring>());
}

TEST_CASE("power cuts during checkpoints leave whole ones and every acknowledged one") {
  cut_power("checkpoint", states_wanted(15'000), make_scenario<Checkpointing>());
}
