// SPDX-License-Identifier: MIT
// Cutting the power at every call of some work, in all ways that the disk allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loop/base/log.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"

namespace loop::test {

// What works on one disk until the power goes.
struct Machine {
  explicit Machine(std::uint64_t seed);
  // Another one, later, on what is left of that disk.
  Machine(const Machine& before, const sim::DiskImage& image);

  sim::SimClock clock;
  sim::SimRandom random;
  sim::SimFiles files;
  NullLog log;
};

// Something that is done to a disk, and what must be found there after a power cut. A new object
// for each time that it is done; the same seed does the same.
class Scenario {
 public:
  virtual ~Scenario() = default;
  // What is there before, all of it durable.
  virtual void prepare(Machine& machine) = 0;
  // Works until it is done or a call fails, and remembers what was acknowledged.
  virtual void work(Machine& machine) = 0;
  // A number that grows with what was acknowledged.
  virtual std::uint64_t acknowledged() const = 0;
  // Opens what was found as the product does. What is wrong with it; empty when all is well.
  virtual std::string complaint(Machine& found) const = 0;
};

using MakeScenario = std::function<std::unique_ptr<Scenario>(std::uint64_t seed)>;

// Goes from seed to seed, and in each from call to call, until `wanted` different states were
// looked at: states differ in a byte of the disk or in what was acknowledged. Where at most 4096
// states are possible (12 pending operations that are kept or lost) it tries all of them, elsewhere
// some hundred at random; with tears at 512 bytes and at 4 KiB. Fails the test on the first
// complaint, with the command that replays it; prints what it did.
void cut_power(const std::string& name, std::size_t wanted, const MakeScenario& make);

// `wanted`, or ten times as many with LOOP_LONG=1 in the environment.
std::size_t states_wanted(std::size_t wanted);

}  // namespace loop::test
