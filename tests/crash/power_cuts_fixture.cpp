// SPDX-License-Identifier: MIT
// Trying power cuts and counting the different ones.
#include "crash/power_cuts.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <unordered_set>

#include "support/catch.hpp"

namespace loop::test {

namespace {

constexpr std::uint64_t kEveryWayMax = 4096;
constexpr std::uint64_t kChancesPerCall = 300;
constexpr std::uint64_t kSeedsMax = 100'000;

// One place where the power goes: the seed of the work and the number of the call that fails.
struct Cut {
  std::uint64_t seed = 0;
  std::uint64_t call = 0;
};

class Cutter {
 public:
  Cutter(std::string name, std::size_t wanted, const MakeScenario& make)
      : name_(std::move(name)), wanted_(wanted), make_(make) {}

  void run() {
    const char* only = std::getenv("LOOP_CRASH_SEED");
    const std::uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
    const std::uint64_t last = only != nullptr ? first : kSeedsMax;
    for (std::uint64_t seed = first; seed <= last && !is_enough(); ++seed) {
      for (std::uint64_t call = 1; !is_enough() && cut_at({seed, call}); ++call) ++cuts_;
      ++seeds_;
    }
    fmt::print(
        "{}: {} different states after power cuts at {} calls of {} seeds; {} cuts with "
        "every way tried\n",
        name_, states_.size(), cuts_, seeds_, exhausted_);
    if (only == nullptr) CHECK(states_.size() >= wanted_);
  }

 private:
  bool is_enough() const { return states_.size() >= wanted_; }

  // False when the work is over before that call.
  bool cut_at(Cut cut) {
    const auto scenario = make_(cut.seed);
    Machine machine(cut.seed);
    scenario->prepare(machine);
    machine.files.fail_from(machine.files.calls() + cut.call, EIO);
    const std::uint64_t last_call = machine.files.calls() + cut.call;
    scenario->work(machine);

    if (machine.files.power_cut_ways(512, kEveryWayMax + 1) <= kEveryWayMax) {
      ++exhausted_;
      sim::EveryFate fates;
      while (fates.next()) look_at(cut, *scenario, machine, fates, 512);
    } else {
      for (std::uint64_t number = 0; number < kChancesPerCall; ++number) {
        sim::ChanceFates fates(cut.seed * 1'000'003 + cut.call * 1009 + number);
        look_at(cut, *scenario, machine, fates, number % 2 == 0 ? 512 : 4096);
      }
    }
    return machine.files.calls() >= last_call;
  }

  void look_at(Cut cut, const Scenario& scenario, const Machine& machine, sim::Fates& fates,
               std::size_t sector_bytes) {
    const sim::DiskImage image = machine.files.after_power_cut(fates, sector_bytes);
    const std::uint64_t state = image.hash() + scenario.acknowledged() * 0x9e3779b97f4a7c15u;
    if (!states_.insert(state).second) return;
    Machine found(machine, image);
    const std::string complaint = scenario.complaint(found);
    if (complaint.empty()) return;
    std::string files;
    for (const auto& [path, entry] : image.entries) {
      if (entry.kind == FileKind::regular) {
        files += fmt::format("  {} ({} bytes)\n", path, entry.data.size());
      }
    }
    FAIL(
        fmt::format("{}\nafter the power failed at call {}, replay with LOOP_CRASH_SEED={} and "
                    "this test's name; on the disk were\n{}",
                    complaint, cut.call, cut.seed, files));
  }

  std::string name_;
  std::size_t wanted_;
  const MakeScenario& make_;
  std::unordered_set<std::uint64_t> states_;
  std::size_t cuts_ = 0;
  std::size_t seeds_ = 0;
  std::size_t exhausted_ = 0;
};

}  // namespace

Machine::Machine(std::uint64_t seed)
    : clock(*parse_instant("2025-11-01T12:00:00Z")), random(seed), files(clock) {}

Machine::Machine(const Machine& before, const sim::DiskImage& image)
    : clock(before.clock), random(before.random), files(clock) {
  files.load(image);
  clock.advance(std::chrono::hours{2});
}

void cut_power(const std::string& name, std::size_t wanted, const MakeScenario& make) {
  Cutter(name, wanted, make).run();
}

std::size_t states_wanted(std::size_t wanted) {
  const char* is_long = std::getenv("LOOP_LONG");
  return is_long != nullptr && std::string_view(is_long) == "1" ? wanted * 10 : wanted;
}

}  // namespace loop::test
