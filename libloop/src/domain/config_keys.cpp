// SPDX-License-Identifier: MIT
// The table of configuration keys.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/base/text.h"
#include "loop/domain/glob.h"
#include "loop/domain/zone.h"

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kTimeoutMax = hours{2};  // of a whole delegation tree too

Status check_zone(const std::string& name) {
  if (name.empty()) return {};
  auto zone = Zone::find(name);
  if (!zone) return Error(Errc::invalid_data, zone.error().message());
  return {};
}

// A rule that is left out as nonsense would protect nothing.
Status check_file_rule(const std::string& rule) {
  std::string_view pattern = rule;
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  auto glob = Glob::parse(pattern);
  if (!glob) return Error(Errc::invalid_data, glob.error().message());
  if (pattern.find_first_not_of("/ ") != std::string_view::npos) return {};
  return Error(Errc::invalid_data, "a rule is empty; it has to be like \"*.pem\" or \"secrets/\"");
}

template <std::optional<std::int64_t> BudgetLimits::* member>
LimitKey count_limit(LimitKey::Unit unit = LimitKey::Unit::count) {
  return {.unit = unit,
          .get = [](const Config& config) { return config.budget.*member; },
          .set = [](Config& config, std::int64_t value) { config.budget.*member = value; }};
}

LimitKey time_limit() {
  return {.unit = LimitKey::Unit::duration,
          .get = [](const Config& config) -> std::optional<std::int64_t> {
            if (!config.budget.time_per_day) return std::nullopt;
            return config.budget.time_per_day->count();
          },
          .set = [](Config& config,
                    std::int64_t value) { config.budget.time_per_day = Duration{value}; }};
}

std::vector<ConfigKey> make_keys() {
  return {
      {"agent.mcp_command",
       ListKey{[](Config& config) -> std::vector<std::string>& { return config.mcp_command; }},
       true, "Program and arguments of the MCP server on stdio that coding agents are given."},
      {"budget.cost_usd_per_day",
       count_limit<&BudgetLimits::cost_usd_micros_per_day>(LimitKey::Unit::usd), false,
       "No run starts once the agents have reported this cost in dollars today (UTC)."},
      {"budget.runs_per_day", count_limit<&BudgetLimits::runs_per_day>(), false,
       "No run starts once this many have started today (UTC)."},
      {"budget.time_per_day", time_limit(), false,
       "No run starts once agents have worked this long today (UTC)."},
      {"budget.tokens_per_day", count_limit<&BudgetLimits::tokens_per_day>(), false,
       "No run starts once the agents have reported this many tokens today (UTC)."},
      {"catchup.policy",
       WordKey{{"one", "none", "all"},
               [](const Config& config) { return static_cast<std::size_t>(config.catchup); },
               [](Config& config, std::size_t i) { config.catchup = static_cast<CatchUp>(i); }},
       false, "What happens to slots that passed while nothing ran: the newest, none, or each."},
      {"catchup.spacing",
       SpanKey{[](Config& config) -> Duration& { return config.catchup_spacing; }, Duration{},
               hours{1}},
       false, "The least time between two runs that are made up."},
      {"catchup.window",
       SpanKey{[](Config& config) -> Duration& { return config.catchup_window; }, Duration{},
               days{366}},
       false, "Slots that are older than this are missed for good."},
      {"engine.default_agent",
       TextKey{[](Config& config) -> std::string& { return config.default_agent; }}, false,
       "The agent of schedules that name none: one of [agents.*] or a built-in one."},
      {"engine.allow_network_fs",
       SwitchKey{[](Config& config) -> bool& { return config.allow_network_fs; }}, false,
       "Work on NFS, SMB and the like, where locks and appends are not to be trusted."},
      {"engine.background_max",
       CountKey{[](Config& config) -> int& { return config.background_max; }, 0, 64}, false,
       "Runs of schedules with taskInteraction \"background\" beside the others."},
      {"engine.parallel_max",
       CountKey{[](Config& config) -> int& { return config.parallel_max; }, 1, 64}, false,
       "Runs at the same time in one workspace."},
      {"engine.runs_keep",
       CountKey{[](Config& config) -> int& { return config.runs_keep; }, 1, 1'000'000}, false,
       "Finished runs whose folders are kept."},
      {"env.allow",
       ListKey{[](Config& config) -> std::vector<std::string>& { return config.env_allow; },
               check_environment_name},
       true, "Environment variables passed to every agent besides the built-in list."},
      {"failures.limit",
       CountKey{[](Config& config) -> int& { return config.failure_limit; }, 1, 10}, false,
       "Failed attempts in a row that escalate."},
      {"failures.on_escalate",
       WordKey{
           {"cooldown", "pause", "continue"},
           [](const Config& config) { return static_cast<std::size_t>(config.on_escalate); },
           [](Config& config, std::size_t i) { config.on_escalate = static_cast<OnEscalate>(i); }},
       false, "What an escalated schedule does: rest 1 h to 24 h, pause, or go on."},
      {"files.deny",
       ListKey{[](Config& config) -> std::vector<std::string>& { return config.files_deny; },
               check_file_rule},
       true, "Files that tools neither read nor write: rules as in .gitignore."},
      {"memory.run_entries",
       CountKey{[](Config& config) -> int& { return config.memory_run_entries; }, 0, 200}, false,
       "Entries about runs that are kept in persistent-memory.md; 0 writes none."},
      {"notify.command",
       ListKey{[](Config& config) -> std::vector<std::string>& { return config.notify.command; }},
       true, "Program and arguments called for an escalation, the event as JSON on stdin."},
      {"run.attempts_max",
       CountKey{[](Config& config) -> int& { return config.attempts_max; }, 1, 10}, false,
       "Attempts of one run before it has failed."},
      {"run.idle_timeout",
       SpanKey{[](Config& config) -> Duration& { return config.timeout_idle; }, Duration{},
               kTimeoutMax},
       false, "An agent without output for this long is ended; 0: never."},
      {"run.kill_grace",
       SpanKey{[](Config& config) -> Duration& { return config.kill_grace; }, Duration{},
               minutes{10}},
       false, "Time between SIGTERM and SIGKILL."},
      {"run.sandbox",
       WordKey{
           {"none", "workspace", "offline"},
           [](const Config& config) { return static_cast<std::size_t>(config.sandbox); },
           [](Config& config, std::size_t i) { config.sandbox = static_cast<SandboxProfile>(i); }},
       false, "The least sandbox of every agent; a workspace may only ask for more."},
      {"run.startup_timeout",
       SpanKey{[](Config& config) -> Duration& { return config.timeout_startup; }, Duration{},
               kTimeoutMax},
       false, "An agent without any output after this long is ended; 0: never."},
      {"run.timeout",
       SpanKey{[](Config& config) -> Duration& { return config.timeout_total; }, seconds{1},
               kTimeoutMax},
       false, "An attempt that takes longer is ended."},
      {"engine.timezone",
       TextKey{[](Config& config) -> std::string& { return config.timezone; }, check_zone}, false,
       "IANA name of the zone of schedules that name none; empty: TZ, else the system's."},
  };
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> keys = make_keys();
  return keys;
}

const ConfigKey* find_config_key(std::string_view name) {
  const auto keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> config_key_names() {
  std::vector<std::string> names;
  for (const ConfigKey& key : config_keys()) names.emplace_back(key.name);
  return names;
}

std::string environment_name(std::string_view key) {
  std::string name = "LOOP_";
  for (const char c : key) {
    name += c == '.' ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

}  // namespace loop
