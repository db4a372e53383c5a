// SPDX-License-Identifier: MIT
// Power cuts while an engine claims a slot, lets an agent go, and books its end.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crash/power_cuts.hpp"
#include "loop/base/text.h"
#include "loop/store/layout.h"
#include "sim/engine/behaviour_fixture.hpp"
#include "sim/engine/slot_model.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::sim;
using namespace loop::test;

namespace {

// All of the machine but its disk, which the scenario was given.
class Office {
 public:
  explicit Office(Machine& machine, int boot)
      : processes(machine.files, machine.clock, machine.random,
                  [](const RunId&, int) { return AgentScript{}; }),
        machine_(machine) {
    for (int count = 0; count < boot; ++count) processes.lose_all();
    options.config.default_agent = "shell";
    options.zone = Zone::find("Etc/UTC").value();
    options.is_trusted = true;
    options.runner_command = {"runner"};
    options.poll = std::chrono::hours{1};
  }

  Status open() {
    LOOP_TRY(engine, Engine::open(
                         {machine_.files, machine_.clock, machine_.random, processes, machine_.log},
                         options, EngineRole::engine));
    return settle();
  }

  // Until nothing more happens at this time, or a call fails.
  Status settle() {
    processes.deliver();
    for (int rounds = 0; rounds < 100; ++rounds) {
      LOOP_TRY_VOID(engine->step(machine_.clock.now()));
      const bool was_delivered = processes.deliver();
      if (!processes.take_changed() && !was_delivered) return {};
    }
    return Error(Errc::conflict, "the engine does not come to rest");
  }

  Status run_until(Instant end) {
    while (machine_.clock.now() < end) {
      Instant next =
          std::min(end, std::max(engine->next_deadline(), machine_.clock.now() + Duration{1}));
      if (const auto event = processes.next_event()) {
        next = std::min(next, std::max(*event, machine_.clock.now()));
      }
      machine_.clock.advance_to(next);
      LOOP_TRY_VOID(settle());
    }
    return {};
  }

  SimProcesses processes;
  EngineOptions options;
  std::unique_ptr<Engine> engine;

 private:
  Machine& machine_;
};

const Instant kSlot = *parse_instant("2025-11-01T12:10:00Z");

// Schedules of which the slots come due at once; the power goes between two times around them.
class Running : public Scenario {
 public:
  Running(std::uint64_t seed, Instant from, Instant until)
      : random_(seed), from_(from), until_(until) {}

  void prepare(Machine& machine) override {
    std::string text;
    const std::uint64_t schedules = 1 + random_.below(3);
    for (std::uint64_t number = 0; number < schedules; ++number) {
      text += (number > 0 ? ",\n" : "") +
              schedule_json({{"id", fmt::format("\"s{}\"", number)},
                             {"startDate", "\"2025-11-01\""},
                             {"startHour", "\"12\""},
                             {"lastExecutionTime", ""},
                             {"timeInterval", "\"10\""},
                             {"loop", random_.below(2) == 0 ? R"({"catchup": "none"})" : "{}"}});
    }
    machine.files.put(layout::schedules().str(), "{\"schedules\": [" + text + "]}");
    office_ = std::make_unique<Office>(machine, 0);
    REQUIRE(office_->open());
    REQUIRE(office_->run_until(from_));
    // All that is there is durable when it begins.
    for (const std::string& name : machine.files.all_files()) {
      const auto file = machine.files.open(RelativePath::of(name), {});
      REQUIRE(file);
      REQUIRE((*file)->sync());
    }
  }

  void work(Machine&) override { static_cast<void>(office_->run_until(until_).has_value()); }

  // Each let-go agent is something that the outside has seen.
  std::uint64_t acknowledged() const override { return office_->processes.starts().size(); }

  std::string complaint(Machine& found) const override {
    const std::string lost = lost_from_journal(found);
    if (!lost.empty()) return lost;
    Office office(found, 1);
    if (const auto opened = office.open(); !opened) return opened.error().message();
    if (const auto ran = office.run_until(found.clock.now() + std::chrono::minutes{12}); !ran) {
      return ran.error().message();
    }
    std::set<std::string> starts;
    for (const Office* machine : std::initializer_list<const Office*>{office_.get(), &office}) {
      for (const std::string& start : machine->processes.starts()) {
        if (!starts.insert(start).second) return "an agent was let go twice: " + start;
      }
    }
    return complaint_about_journal(found, starts);
  }

 private:
  // What the engine went on from is on the disk as it was found, before another engine works there.
  std::string lost_from_journal(Machine& found) const {
    const std::string journal = found.files.content(layout::journal().str()).value_or("");
    const auto has = [&journal](JournalEvent event, const RunSummary& run) {
      for (const std::string_view line : split_lines(journal)) {
        const auto entry = parse_entry(line);
        if (entry && entry->event == event && entry->run == run.id) return true;
      }
      return false;
    };
    const History& known = office_->engine->history();
    for (const auto& [id, run] : known.live()) {
      if (!has(JournalEvent::claimed, run)) return "a claim is lost: " + run.id.str();
    }
    for (const RunSummary& run : known.finished()) {
      if (!has(JournalEvent::finished, run)) return "an end is lost: " + run.id.str();
    }
    return {};
  }

  static std::string complaint_about_journal(Machine& found, const std::set<std::string>& starts) {
    const auto text = read_lines_from(found.files, layout::journal(), 0);
    if (!text) return text.error().message();
    std::vector<JournalEntry> entries;
    std::set<std::string> launched;
    std::set<std::string> finished;
    for (std::string_view rest = *text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
      auto entry = parse_entry(rest.substr(0, rest.find('\n')));
      if (!entry) return entry.error().message();
      const std::string run = entry->run.str();
      if (entry->event == JournalEvent::launched) {
        launched.insert(fmt::format("{}/a{}", run, entry->launch));
      }
      if (entry->event == JournalEvent::finished && !finished.insert(run).second) {
        return "a run is finished twice: " + run;
      }
      entries.push_back(std::move(*entry));
    }
    for (const std::string& start : starts) {
      if (!launched.contains(start)) return "an agent was let go that the journal lacks: " + start;
    }
    SlotModel model;
    model.read(entries);
    if (!model.complaints().empty()) return model.complaints().front();
    for (const auto& [id, account] : model.accounts()) {
      for (Instant slot = kSlot; slot <= account.consumed; slot += std::chrono::minutes{10}) {
        if (!model.is_accounted(id, slot)) return "a slot is not accounted for: " + id;
      }
      if (account.claimed.empty()) return "nothing was claimed: " + id;
    }
    return {};
  }

  SimRandom random_;
  Instant from_;
  Instant until_;
  std::unique_ptr<Office> office_;
};

}  // namespace

TEST_CASE("power cuts while slots are claimed start every agent once at most") {
  cut_power("claim", states_wanted(800), [](std::uint64_t seed) {
    return std::make_unique<Running>(seed, kSlot - std::chrono::seconds{1}, kSlot);
  });
}

TEST_CASE("power cuts while runs are finished book each end once") {
  cut_power("finish", states_wanted(800), [](std::uint64_t seed) {
    return std::make_unique<Running>(seed, kSlot + std::chrono::seconds{29},
                                     kSlot + std::chrono::seconds{31});
  });
}
