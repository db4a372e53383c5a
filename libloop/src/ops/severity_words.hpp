// SPDX-License-Identifier: MIT
// The words of a severity in answers.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "loop/ops/workspace_checks.h"
#include "ops/field.hpp"

namespace loop::ops {

template <>
struct Words<Severity> {
  static constexpr std::array<std::pair<Severity, std::string_view>, 3> all{
      {{Severity::error, "error"}, {Severity::warning, "warning"}, {Severity::note, "note"}}};
};

}  // namespace loop::ops
