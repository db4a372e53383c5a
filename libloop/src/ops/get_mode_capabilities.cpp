// SPDX-License-Identifier: MIT
// Modes and their groups.
#include "loop/ops/get_mode_capabilities.h"

#include <algorithm>

#include "loop/domain/modes.h"
#include "ops/described_operation.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetModeCapabilitiesRequest& request) {
  using ops::field;
  visit(field("filter_by_group", request.filter_by_group, "modes with it: read, edit, command, mcp")
            .range(1, 100));
  visit(field("include_instructions", request.include_instructions, "with their instructions"));
  visit(field("limit", request.limit, "modes a page").range(1, kModesPageMax));
  visit(field("offset", request.offset, "next_offset of the page before").range(0, 1'000'000));
}

template <class Visitor>
void describe(Visitor& visit, ModeGroupAnswer& group) {
  using ops::field;
  visit(field("name", group.name, "read, edit, command, mcp or modes"));
  visit(field("file_regex", group.file_regex, "files that it is limited to"));
  visit(field("description", group.description, "of that limit"));
}

template <class Visitor>
void describe(Visitor& visit, ModeAnswer& mode) {
  using ops::field;
  visit(field("slug", mode.slug, "its id"));
  visit(field("name", mode.name, "for people"));
  visit(field("source", mode.source, "where it is defined"));
  visit(field("role_definition", mode.role_definition, "who the agent is"));
  visit(field("when_to_use", mode.when_to_use, "which tasks fit it"));
  visit(field("description", mode.description, "in short"));
  visit(field("custom_instructions", mode.custom_instructions, "how it works"));
  visit(field("groups", mode.groups, "what it may do"));
}

template <class Visitor>
void describe(Visitor& visit, GetModeCapabilitiesAnswer& answer) {
  using ops::field;
  visit(field("modes", answer.modes, "in the order of their precedence"));
  visit(field("total", answer.total, "modes in force"));
  visit(field("built_in", answer.built_in, "of them"));
  visit(field("custom", answer.custom, "of them, from .roomodes or the operator"));
  visit(field("match_count", answer.match_count, "modes asked for"));
  visit(field("next_offset", answer.next_offset, "offset of the next page; absent on the last"));
  visit(field("problems", answer.problems, "of .roomodes"));
}

namespace {

bool has_group(const Mode& mode, const std::string& name) {
  return std::ranges::any_of(mode.groups,
                             [&](const ModeGroup& group) { return group.name == name; });
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

ModeAnswer answer_of(const Mode& mode, bool with_instructions) {
  ModeAnswer answer{.slug = mode.slug,
                    .name = mode.name,
                    .source = std::string(to_string(mode.source)),
                    .role_definition = mode.role_definition,
                    .when_to_use = mode.when_to_use,
                    .description = mode.description};
  if (with_instructions) answer.custom_instructions = unless_empty(mode.custom_instructions);
  for (const ModeGroup& group : mode.groups) {
    answer.groups.push_back(
        {group.name, unless_empty(group.file_regex), unless_empty(group.description)});
  }
  return answer;
}

}  // namespace

Result<GetModeCapabilitiesAnswer> get_mode_capabilities(const OperationContext& context,
                                                        const GetModeCapabilitiesRequest& request) {
  LOOP_TRY(const ModeBook book,
           ModeBook::load(context.services.files, context.engine.global_modes));
  GetModeCapabilitiesAnswer answer;
  for (const Mode& mode : book.modes()) {
    ++answer.total;
    ++(mode.source == ModeSource::built_in ? answer.built_in : answer.custom);
    if (request.filter_by_group && !has_group(mode, *request.filter_by_group)) continue;
    const std::int64_t index = answer.match_count++;
    if (index < request.offset) continue;
    if (index >= request.offset + request.limit) {
      answer.next_offset = request.offset + request.limit;
      continue;
    }
    answer.modes.push_back(answer_of(mode, request.include_instructions));
  }
  for (const ModeProblem& problem : book.problems()) answer.problems.push_back(problem.message);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_mode_capabilities",
    .title = "Show the modes",
    .meaning =
        "The modes that agents work in: role, instructions and what each may do. To choose one for "
        "work; switch_mode begins it.",
    .group = OperationGroup::development,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_mode_capabilities, loop::kInfo)
