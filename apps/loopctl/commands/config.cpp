// SPDX-License-Identifier: MIT
// Configuration: every value, one value, and the files.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "commands/groups.hpp"
#include "loop/base/text.h"
#include "loop/store/layout.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

struct LoadedHere {
  std::unique_ptr<front::Session> session;  // owns what `loaded` points to
  const loop::LoadedConfig* loaded = nullptr;
};
Result<LoadedHere> load(Invocation& call) {
  LoadedHere result;
  LOOP_TRY(result.session, call.open_session());
  LOOP_TRY(result.loaded, result.session->config());
  return result;
}

json::object to_json(const loop::ConfigValue& value) {
  return {{"key", value.key},
          {"value", json_text_or_null(value.value)},
          {"origin", to_string(value.origin)}};
}

Result<ExitCode> list(Invocation& call) {
  LOOP_TRY(const LoadedHere config, load(call));
  const bool with_origin = call.arguments.has("show-origin");
  if (call.output.wants_json()) {
    json::array values;
    for (const loop::ConfigValue& value : config.loaded->values) values.push_back(to_json(value));
    call.output.json({{"values", std::move(values)}});
    return ExitCode::ok;
  }
  TextTable table{{"KEY", "VALUE"}, {}};
  if (with_origin) table.headings.insert(table.headings.begin(), "ORIGIN");
  for (const loop::ConfigValue& value : config.loaded->values) {
    table.rows.push_back({value.key, value.value.empty() ? "(unset)" : shown(value.value)});
    auto& row = table.rows.back();
    if (with_origin) row.insert(row.begin(), std::string(to_string(value.origin)));
  }
  call.output.table(table);
  return ExitCode::ok;
}

Result<ExitCode> get(Invocation& call) {
  LOOP_TRY(const LoadedHere config, load(call));
  const std::string key = call.arguments.positional(0);
  std::vector<std::string> known;
  for (const loop::ConfigValue& value : config.loaded->values) {
    known.push_back(value.key);
    if (value.key != key) continue;
    if (call.output.wants_json()) {
      call.output.json(to_json(value));
    } else {
      call.output.line(shown_lines(value.value));
    }
    return ExitCode::ok;
  }
  return Error(Errc::not_found, fmt::format("no key \"{}\"{}; `loopctl config list` shows all",
                                            shown(key, 80), loop::did_you_mean(key, known)));
}

Result<ExitCode> path(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const bool trusted, session->is_trusted());
  const std::string workspace = fmt::format("{}/{}", session->root(), loop::layout::config().str());
  const std::string own = call.surroundings.config_directory() + "/config.toml";
  if (call.output.wants_json()) {
    call.output.json(
        {{"workspace", json_text(workspace)}, {"operator", json_text(own)}, {"trusted", trusted}});
    return ExitCode::ok;
  }
  call.output.line(fmt::format("workspace  {}{}", workspace, trusted ? " (trusted)" : ""));
  call.output.line(fmt::format("operator   {}", own));
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> config_commands() {
  return {
      {.path = {"config", "list"},
       .summary = "List every configured value",
       .options = {{.name = "show-origin", .meaning = "tell where each value comes from"}},
       .examples = {{"loopctl config list --show-origin", ""}},
       .handler = list},
      {.path = {"config", "get"},
       .summary = "Print one value, as TOML",
       .positionals = {{.name = "KEY", .meaning = "as run.timeout"}},
       .examples = {{"loopctl config get run.timeout", ""}},
       .handler = get},
      {.path = {"config", "path"}, .summary = "Print where the files are", .handler = path},
  };
}

}  // namespace loopctl
