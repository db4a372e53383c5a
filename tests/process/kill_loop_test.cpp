// SPDX-License-Identifier: MIT
// kill -9 at random among 64 writers on every store: nothing acknowledged is lost, torn or doubled.
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <set>

#include "loop/base/text.h"
#include "loop/domain/schedule_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/backup_store.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "process/kill_writers.hpp"
#include "sim/sim_random.hpp"

using namespace loop;
using namespace loop::test;

namespace {

constexpr std::size_t kWriters = KillLedger::kWriters;

// How often each operation's mark, or its run, was found.
using Found = std::map<std::string, std::size_t>;

std::size_t kills_wanted() {
  const char* text = std::getenv("LOOP_KILLS");
  return text == nullptr ? 300 : std::strtoull(text, nullptr, 10);
}

// Counts the marks of operations in a text.
Found marks_in(std::string_view text) {
  Found found;
  for (std::size_t at = text.find('w'); at != std::string_view::npos; at = text.find('w', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '-')) ++end;
    if (end < text.size() && text[end] == '.' && end > at + 3) {
      ++found[std::string(text.substr(at, end + 1 - at))];
    }
  }
  return found;
}

class KillLoop {
 public:
  void run(std::size_t kills) {
    sim::SimRandom fate(4711);
    write_schedules(workspace_);
    REQUIRE(prepare_state(*workspace_.files, workspace_.clock, workspace_.random, workspace_.log));
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      writers_.push_back(start_writer(workspace_, ledger_, writer));
    }
    for (std::size_t count = 0; count < kills; ++count) {
      if (fate.below(100) == 0) kill_a_runner(fate);
      const std::size_t writer = next_victim(fate);
      if (kill_writer(writers_[writer])) ++killed_[kind_of(writer)];
      writers_[writer] = start_writer(workspace_, ledger_, writer);
      workspace_.clock.sleep(std::chrono::milliseconds{fate.below(4)});
    }
    for (const Writer& writer : writers_) kill_writer(writer);
  }

  // Lets what was started come to its end, then looks.
  void judge() {
    auto engine = workspace_.open_engine();
    REQUIRE(workspace_.step_until(*engine, [&] { return engine->history().live().empty(); }));
    engine.reset();
    judge_time_rows();
    judge_notes();
    judge_schedules();
    judge_project_files();
    judge_journal_and_runs();
  }

  void print() const {
    const auto of = [this](WriterKind kind) {
      const auto found = killed_.find(kind);
      return found == killed_.end() ? 0 : found->second;
    };
    std::size_t all = killed_runners_;
    for (const auto& [kind, count] : killed_) all += count;
    fmt::print(
        "{} kills among 64 writers ({} engines, {} runners, {} servers); {} operations "
        "acknowledged, {} runs started\n",
        all, of(WriterKind::engine), killed_runners_, of(WriterKind::server),
        ledger_.acknowledged_count(), workspace_.starts().size());
  }

 private:
  // Starting a run and opening an engine take longer than a row: they are met less often, or none
  // would ever come to its end.
  static std::size_t next_victim(sim::SimRandom& fate) {
    const std::size_t writer = fate.below(kWriters);
    const WriterKind kind = kind_of(writer);
    const bool is_slow = kind == WriterKind::trigger || kind == WriterKind::engine;
    return is_slow && fate.below(8) != 0 ? next_victim(fate) : writer;
  }

  // One that the journal knows and that lives. Its identity has the time of its start, so that no
  // other process that got its number is met.
  void kill_a_runner(sim::SimRandom& fate) {
    std::vector<std::string> runs;
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      if (kind_of(writer) != WriterKind::trigger) continue;
      const std::uint32_t last = ledger_.tried(writer);
      for (std::uint32_t back = 0; back < 3 && back < last; ++back) {
        const std::string run = ledger_.name(writer, last - back);
        if (!run.empty()) runs.push_back(run);
      }
    }
    if (runs.empty()) return;
    RunDirectory directory(*workspace_.files, workspace_.random,
                           RunId(runs[fate.below(runs.size())]));
    const auto start = directory.started(1);
    if (!start || !*start || !workspace_.processes->is_alive((*start)->runner)) return;
    if (workspace_.processes->signal((*start)->runner, SIGKILL)) ++killed_runners_;
  }

  // Each acknowledged operation once, each other one once at most.
  void judge_each(WriterKind kind, const Found& found) const {
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      if (kind_of(writer) != kind) continue;
      for (std::uint32_t number = 1; number <= ledger_.tried(writer); ++number) {
        const auto at = found.find(mark_of(writer, number));
        const std::size_t count = at == found.end() ? 0 : at->second;
        INFO(mark_of(writer, number));
        if (ledger_.is_acknowledged(writer, number)) REQUIRE(count == 1);
        REQUIRE(count <= 1);
      }
    }
  }

  // The newest acknowledged operation, or one that was tried behind it.
  void judge_last(std::size_t writer, const std::string& mark) const {
    std::uint32_t number = ledger_.tried(writer);
    while (number > 0 && mark != mark_of(writer, number)) {
      INFO("found " << mark);
      REQUIRE_FALSE(ledger_.is_acknowledged(writer, number));
      --number;
    }
  }

  void judge_time_rows() {
    TimeLedger ledger(*workspace_.files, workspace_.clock, workspace_.log);
    const auto table = ledger.read();
    REQUIRE(table);
    CHECK(table->unreadable.empty());
    Found by_id;
    Found by_task;
    for (const TimeRow& row : table->rows) {
      if (row.end) continue;
      ++by_id[row.task_id.str()];
      ++by_task[row.task];
    }
    judge_each(WriterKind::time, by_id);
    judge_each(WriterKind::server, by_task);
  }

  void judge_notes() {
    const std::string memory = workspace_.read(layout::memory().str());
    std::string archive;
    const auto names = workspace_.files->list(layout::memory_archive());
    REQUIRE(names);
    for (const DirectoryEntry& entry : *names) {
      if (entry.name.ends_with(".md")) {
        archive += workspace_.read(layout::memory_archive().str() + "/" + entry.name);
      }
    }
    Found in_memory = marks_in(memory);
    const Found in_archive = marks_in(archive);
    for (const auto& [mark, count] : in_archive) {
      INFO(mark);
      CHECK(count == 1);
    }
    for (const auto& [mark, count] : in_memory) CHECK(count == 1);
    // A move that was broken off leaves a note in both; that is finished by the next one.
    Found either = in_archive;
    for (const auto& [mark, count] : in_memory) either[mark] = 1;
    judge_each(WriterKind::memory, either);
  }

  void judge_schedules() {
    const auto book = ScheduleBook::parse(workspace_.read(layout::schedules().str()));
    REQUIRE(book);
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      if (kind_of(writer) != WriterKind::schedules) continue;
      const Schedule* schedule = book->find(ScheduleId(schedule_of(writer)));
      REQUIRE(schedule != nullptr);
      judge_last(writer, schedule->name);
    }
  }

  void judge_project_files() {
    BackupStore store(*workspace_.files, workspace_.clock, workspace_.random, {3});
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      if (kind_of(writer) != WriterKind::project) continue;
      const std::string text = workspace_.read(project_path(writer));
      const std::string mark = text.substr(0, text.find('\n'));
      if (!text.empty()) CHECK(text == project_text(mark));
      judge_last(writer, mark);
      const auto backups = store.list(RelativePath::of(project_path(writer)));
      REQUIRE(backups);
      for (const Backup& backup : *backups) CHECK(store.read(backup));
    }
  }

  void judge_journal_and_runs() {
    Found notes;
    Found claims;
    Found ends;
    const std::string journal = workspace_.read(layout::journal().str());
    for (const std::string_view line : split_lines(journal)) {
      const auto entry = parse_entry(line);
      REQUIRE(entry);
      if (entry->event == JournalEvent::note) ++notes[entry->reason];
      if (entry->event == JournalEvent::claimed) ++claims[entry->run.str()];
      if (entry->event == JournalEvent::finished) ++ends[entry->run.str()];
    }
    judge_each(WriterKind::journal, notes);
    for (const auto& [run, count] : claims) {
      INFO(run);
      CHECK(count == 1);
      CHECK(ends[run] == 1);
    }
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      if (kind_of(writer) != WriterKind::trigger) continue;
      for (std::uint32_t number = 1; number <= ledger_.tried(writer); ++number) {
        if (!ledger_.is_acknowledged(writer, number)) continue;
        INFO(ledger_.name(writer, number));
        CHECK(claims.contains(ledger_.name(writer, number)));
      }
    }
    const auto starts = workspace_.starts();
    CHECK(std::set<std::string>(starts.begin(), starts.end()).size() == starts.size());
  }

  RealWorkspace workspace_;
  KillLedger ledger_;
  std::vector<Writer> writers_;
  std::map<WriterKind, std::size_t> killed_;
  std::size_t killed_runners_ = 0;
};

}  // namespace

TEST_CASE("random kills among 64 writers lose, tear and double nothing that was acknowledged") {
  KillLoop loop;
  loop.run(kills_wanted());
  loop.judge();
  loop.print();
}
