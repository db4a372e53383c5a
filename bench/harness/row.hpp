// SPDX-License-Identifier: MIT
// A row of the benchmark table: work that several contenders do in turns, and what ours has to
// reach.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/scene.hpp"
#include "loop/base/result.h"

namespace loop::bench {

enum class Better { more, less };

// limit: the bare system calls or the bare library, with nothing of what makes it a product.
enum class Role { ours, peer, limit };

struct Contender {
  std::string name;
  Role role = Role::peer;
  // One round: does the work, looks whether the result is right, and gives the figure in the row's
  // unit. What it needs it keeps in the function object, which is destroyed after the row.
  std::function<Result<double>()> measure;
  std::string absent;  // why it cannot be measured here; empty: it can
};

inline Contender absent_contender(std::string name, Role role, std::string why) {
  return {std::move(name), role, nullptr, std::move(why)};
}

// Ours is to be at least `factor` times as good as the named contender, 0.5 being half as good.
// With no name, `factor` is a bound in the row's unit.
struct Goal {
  std::string against;
  double factor = 1;
};

struct Row {
  std::string id;  // "append.unsynced": group, dot, name
  std::string what;
  std::string unit;
  Better better = Better::more;
  std::vector<Goal> goals;
  // Makes what the contenders work on, in scene.scratch. Exactly one contender is ours.
  std::function<Result<std::vector<Contender>>(const Scene&)> prepare;
};

// How the cost of one kind of work grows with the size of what it works on.
struct Growth {
  std::string id;
  std::string what;
  std::string size_unit;  // "schedules"
  std::string unit;       // of the cost: "us"
  std::vector<std::size_t> sizes;
  // Makes work of one size; the function gives the cost of doing it once.
  std::function<Result<std::function<Result<double>()>>(const Scene&, std::size_t size)> prepare;
};

// What one file of bench/rows adds to the table.
struct RowGroup {
  std::vector<Row> rows;
  std::vector<Growth> growths;
};

}  // namespace loop::bench
