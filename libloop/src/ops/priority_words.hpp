// SPDX-License-Identifier: MIT
// The words of a priority in requests.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "loop/domain/time_ledger.h"
#include "ops/field.hpp"

namespace loop::ops {

template <>
struct Words<Priority> {
  static constexpr std::array<std::pair<Priority, std::string_view>, 3> all{
      {{Priority::normal, "normal"}, {Priority::schedule, "schedule"}, {Priority::todo, "todo"}}};
};

}  // namespace loop::ops
