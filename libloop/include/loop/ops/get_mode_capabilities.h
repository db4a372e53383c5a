// SPDX-License-Identifier: MIT
// The operation that tells which modes there are and what each may do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

struct GetModeCapabilitiesRequest {
  std::optional<std::string> filter_by_group;
  bool include_instructions = true;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct ModeGroupAnswer {
  std::string name;
  std::optional<std::string> file_regex;
  std::optional<std::string> description;
};

struct ModeAnswer {
  ModeSlug slug;
  std::string name;
  std::string source;  // built-in, global or project
  std::string role_definition;
  std::string when_to_use;
  std::string description;
  std::optional<std::string> custom_instructions;
  std::vector<ModeGroupAnswer> groups;
};

struct GetModeCapabilitiesAnswer {
  std::vector<ModeAnswer> modes;
  std::int64_t total = 0;     // modes in force
  std::int64_t built_in = 0;  // of them; the others are custom ones
  std::int64_t custom = 0;
  std::int64_t match_count = 0;  // that have the group, also beyond the limit
  std::optional<std::int64_t> next_offset;
  std::vector<std::string> problems;  // of .roomodes
};

inline constexpr std::int64_t kModesPageMax = 200;

Result<GetModeCapabilitiesAnswer> get_mode_capabilities(const OperationContext& context,
                                                        const GetModeCapabilitiesRequest& request);

}  // namespace loop
