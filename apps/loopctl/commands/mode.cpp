// SPDX-License-Identifier: MIT
// Modes: the built-in ones, the operator's, and those of .roomodes.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "loop/domain/modes.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Mode;
using loop::Result;

namespace {

std::string groups_of(const Mode& mode) {
  std::vector<std::string> names;
  for (const loop::ModeGroup& group : mode.groups) {
    names.push_back(group.file_regex.empty()
                        ? group.name
                        : fmt::format("{} ({})", group.name, group.file_regex));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

json::object to_json(const Mode& mode) {
  json::array groups;
  for (const loop::ModeGroup& group : mode.groups) {
    groups.push_back({{"name", json_text(group.name)},
                      {"file_regex", json_text_or_null(group.file_regex)},
                      {"description", json_text_or_null(group.description)}});
  }
  return {{"slug", json_text(mode.slug.str())},
          {"name", json_text(mode.name)},
          {"source", to_string(mode.source)},
          {"description", json_text_or_null(mode.description)},
          {"when_to_use", json_text_or_null(mode.when_to_use)},
          {"groups", std::move(groups)}};
}

Result<loop::ModeBook> load(front::Session& session, Output& output) {
  LOOP_TRY(const std::string global, session.global_modes());
  LOOP_TRY(loop::ModeBook modes, loop::ModeBook::load(session.files(), global));
  for (const loop::ModeProblem& problem : modes.problems()) {
    if (!output.is_quiet()) output.warning(shown(problem.message));
  }
  return modes;
}

Result<ExitCode> list(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ModeBook modes, load(*session, call.output));
  if (call.output.wants_json()) {
    json::array rows;
    for (const Mode& mode : modes.modes()) rows.push_back(to_json(mode));
    call.output.json({{"modes", std::move(rows)}});
    return ExitCode::ok;
  }
  TextTable table{{"SLUG", "NAME", "SOURCE", "GROUPS"}, {}};
  for (const Mode& mode : modes.modes()) {
    table.ids.push_back(mode.slug.str());
    table.rows.push_back({shown(mode.slug.str(), 40), shown(mode.name, 50),
                          std::string(to_string(mode.source)), shown(groups_of(mode), 80)});
  }
  call.output.table(table);
  return ExitCode::ok;
}

Result<ExitCode> show(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ModeBook modes, load(*session, call.output));
  LOOP_TRY(const Mode* mode, modes.require(loop::ModeSlug(call.arguments.positional(0))));
  if (call.output.wants_json()) {
    json::object fields = to_json(*mode);
    fields["role_definition"] = json_text(mode->role_definition);
    fields["custom_instructions"] = json_text_or_null(mode->custom_instructions);
    call.output.json({{"mode", std::move(fields)}});
    return ExitCode::ok;
  }
  call.output.line(fmt::format("{} ({}, {})", shown(mode->name), shown(mode->slug.str()),
                               to_string(mode->source)));
  call.output.line(fmt::format("groups: {}", shown(groups_of(*mode))));
  const auto part = [&](std::string_view title, const std::string& text) {
    if (text.empty()) return;
    call.output.line(
        fmt::format("\n{}\n{}", call.output.paint(Tone::strong, title), shown_lines(text)));
  };
  part("Description", mode->description);
  part("When to use", mode->when_to_use);
  part("Role", mode->role_definition);
  part("Instructions", mode->custom_instructions);
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> mode_commands() {
  return {
      {.path = {"mode", "list"}, .summary = "List the modes in force", .handler = list},
      {.path = {"mode", "show"},
       .summary = "Show one mode",
       .positionals = {{.name = "SLUG", .meaning = "slug of the mode"}},
       .handler = show},
  };
}

}  // namespace loopctl
