// SPDX-License-Identifier: MIT
// Power cuts while notes move from the memory file to its archive, and while time rows are written.
#include <fmt/format.h>

#include <algorithm>

#include "crash/power_cuts.hpp"
#include "loop/domain/memory_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;

namespace {

Status open_workspace(Machine& machine) {
  LOOP_TRY_VOID(prepare_state(machine.files, machine.clock, machine.random, machine.log));
  return {};
}

MemoryNote note_number(int number, std::uint64_t content_lines) {
  MemoryNote note;
  note.section = kMemorySections[static_cast<std::size_t>(number) % kMemorySections.size()];
  note.mode = ModeSlug("code");
  note.category = "crash";
  note.finding = fmt::format("note {} of the test", number);
  for (std::uint64_t line = 0; line < content_lines; ++line) {
    note.content += fmt::format("line {} {}\n", line, std::string(40, '.'));
  }
  note.time = *parse_instant("2025-10-01T00:00:00Z") + std::chrono::minutes{number};
  return note;
}

// A memory file that is nearly full, or too full. Notes are counted by their headings' findings.
class Memory : public Scenario {
 public:
  explicit Memory(std::uint64_t seed) : random_(seed) {}

  std::uint64_t acknowledged() const override { return acknowledged_; }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    const std::string memory = found.files.content(layout::memory().str()).value_or("");
    std::string archive;
    for (const std::string& name : found.files.all_files()) {
      if (name.starts_with(layout::memory_archive().str())) {
        archive += *found.files.content(name);
      }
    }
    if (memory.find('\0') != std::string::npos) return "zeros among the notes";
    for (int number = 0; number < notes_; ++number) {
      const std::string line = fmt::format("- Finding: note {} of the test\n", number);
      const bool is_there =
          memory.find(line) != std::string::npos || archive.find(line) != std::string::npos;
      if (!is_there && number < notes_before_ + acknowledged_) return "a note is lost: " + line;
      if (memory.find(line) != memory.rfind(line)) return "a note stands twice: " + line;
    }
    const MemoryText text = parse_memory(memory);
    if (!memory.empty() && text.sections.size() != kMemorySections.size()) return "a section less";
    MemoryBook book(found.files, found.clock, found.random, found.log);
    const auto next = book.append(note_number(9999, 60));
    if (!next) return next.error().message();
    if (next->archive_file.empty()) return {};
    const bool has_zeros = found.files.content(next->archive_file)->find('\0') != std::string::npos;
    return has_zeros ? "zeros in the archive" : "";
  }

 protected:
  // As `count` appends would have left it.
  void fill(Machine& machine, int count, std::uint64_t content_lines) {
    std::string text;
    for (; notes_ < count; ++notes_) {
      text = add_note(text, note_number(notes_, content_lines), OnMemoryLimit::archive)->text;
    }
    notes_before_ = notes_;
    machine.files.put(layout::memory().str(), text);
  }

  sim::SimRandom random_;
  int notes_ = 0;         // that were written or tried
  int notes_before_ = 0;  // that were durable before
  int acknowledged_ = 0;
};

// Each note pushes older ones out.
class Rotating final : public Memory {
 public:
  using Memory::Memory;

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    fill(machine, 24, 8);
    if (random_.below(2) == 0) REQUIRE(rotate_one(machine));
  }
  void work(Machine& machine) override {
    for (int count = 0; count < 3; ++count) {
      if (!rotate_one(machine)) return;
    }
  }

 private:
  bool rotate_one(Machine& machine) {
    MemoryBook book(machine.files, machine.clock, machine.random, machine.log);
    if (!book.append(note_number(notes_++, 10 + random_.below(60)))) return false;
    ++acknowledged_;
    return true;
  }
};

// A file that people made too long is brought below the limit.
class Compacting final : public Memory {
 public:
  using Memory::Memory;

  void prepare(Machine& machine) override {
    REQUIRE(open_workspace(machine));
    fill(machine, 20, 4);
    std::string text = *machine.files.content(layout::memory().str());
    const auto added = 1 + static_cast<int>(random_.below(12));
    for (; notes_ < notes_before_ + added; ++notes_) {
      text += fmt::format(
          "\n## [2025-10-02T00:00:00.000Z] [code] - [crash]\n- Finding: note {} of "
          "the test\n",
          notes_);
      for (std::uint64_t line = 0; line < 100 + random_.below(100); ++line) text += "more text\n";
    }
    notes_before_ = notes_;
    machine.files.put(layout::memory().str(), text);
  }
  void work(Machine& machine) override {
    MemoryBook book(machine.files, machine.clock, machine.random, machine.log);
    if (book.compact()) is_compact_ = true;
  }
  std::uint64_t acknowledged() const override { return is_compact_ ? 1 : 0; }

  std::string complaint(Machine& found) const override {
    const std::string memory = found.files.content(layout::memory().str()).value_or("");
    if (is_compact_ && parse_memory(memory).line_count > kMemoryLinesMax) return "not compact";
    return Memory::complaint(found);
  }

 private:
  bool is_compact_ = false;
};

// Tasks that start and stop.
class Tracking final : public Scenario {
 public:
  explicit Tracking(std::uint64_t seed) : random_(seed) {}

  void prepare(Machine& machine) override { REQUIRE(open_workspace(machine)); }

  void work(Machine& machine) override {
    TimeLedger ledger(machine.files, machine.clock, machine.log);
    for (int number = 0; number < 4; ++number) {
      const TaskId id(fmt::format("task-{}", number));
      const std::string text(random_.below(3) == 0 ? random_.below(4000) : 20, 't');
      if (!ledger.start({id, ModeSlug("code"), text, Priority::normal, machine.clock.now()})) {
        return;
      }
      ++acknowledged_;
      const std::string result(random_.below(3) == 0 ? random_.below(4000) : 10, 'r');
      if (!ledger.stop(id, result, machine.clock.now() + std::chrono::minutes{number})) return;
      ++acknowledged_;
    }
  }

  std::uint64_t acknowledged() const override { return acknowledged_; }

  std::string complaint(Machine& found) const override {
    if (const auto opened = open_workspace(found); !opened) return opened.error().message();
    TimeLedger ledger(found.files, found.clock, found.log);
    const auto table = ledger.read();
    if (!table) return table.error().message();
    if (!table->unreadable.empty()) return "unreadable row: " + table->unreadable[0].reason;
    if (table->row_count < acknowledged_) return "an acknowledged row is lost";
    if (table->row_count > acknowledged_ + 1) return "a row too many";
    // A start that was not heard of is asked for again, and is there once.
    const TaskId last(fmt::format("task-{}", acknowledged_ / 2));
    const auto again =
        ledger.start({last, ModeSlug("code"), "again", Priority::normal, found.clock.now()});
    if (!again) return again.error().message();
    const auto after = ledger.read();
    const auto starts = std::ranges::count_if(
        after->rows, [&](const TimeRow& row) { return row.task_id == last && !row.end; });
    return starts == 1 ? std::string() : "a task was started twice";
  }

 private:
  sim::SimRandom random_;
  std::size_t acknowledged_ = 0;
};

}  // namespace

TEST_CASE("power cuts while tasks start and stop leave every acknowledged row, and none twice") {
  cut_power("track", states_wanted(30'000),
            [](std::uint64_t seed) { return std::make_unique<Tracking>(seed); });
}

TEST_CASE("power cuts while old notes move to the archive lose none") {
  cut_power("rotate", states_wanted(4'000),
            [](std::uint64_t seed) { return std::make_unique<Rotating>(seed); });
}

TEST_CASE("power cuts while the memory file is made shorter lose no note") {
  cut_power("compact", states_wanted(4'000),
            [](std::uint64_t seed) { return std::make_unique<Compacting>(seed); });
}
