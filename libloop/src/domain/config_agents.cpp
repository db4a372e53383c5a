// SPDX-License-Identifier: MIT
// The fields of `[agents.<name>]`.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <re2/re2.h>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kAgentNameBytesMax = 64;

Error not_one_of(std::string_view given, const std::vector<std::string>& allowed) {
  return Error(Errc::invalid_data,
               fmt::format("\"{}\" is not allowed here{}; allowed: {}", ellipsize(given, 80),
                           did_you_mean(given, allowed), fmt::join(allowed, ", ")));
}

Result<std::string> one_of(const ConfigRaw& value, const std::vector<std::string>& allowed) {
  LOOP_TRY(std::string text, as_text(value));
  if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
    return not_one_of(text, allowed);
  }
  return text;
}

Status check_pattern(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(pattern, options);
  if (compiled.ok()) return {};
  return Error(Errc::invalid_data, fmt::format("\"{}\" is no RE2 pattern: {}",
                                               ellipsize(pattern, 80), compiled.error()));
}

Status set_exit_codes(AgentDefinition& agent, const ConfigRaw& value) {
  const auto* codes = std::get_if<std::vector<std::int64_t>>(&value);
  const auto is_code = [](std::int64_t code) { return code >= 0 && code <= 255; };
  if (codes == nullptr || !std::all_of(codes->begin(), codes->end(), is_code)) {
    return Error(Errc::invalid_data, fmt::format("{} is not allowed here; allowed: a list of exit "
                                                 "codes from 0 to 255, at least one",
                                                 ellipsize(to_toml(value), 80)));
  }
  agent.success_exit.clear();
  for (const std::int64_t code : *codes) agent.success_exit.push_back(static_cast<int>(code));
  return {};
}

const std::vector<std::string> kAdapters = {"generic", "shell",  "claude",
                                            "codex",   "gemini", "opencode"};
constexpr std::int64_t kTurnsMax = 10'000;
constexpr double kBudgetUsdMax = 100'000;

Status set_turns(AgentDefinition& agent, const ConfigRaw& value) {
  const auto* turns = std::get_if<std::int64_t>(&value);
  if (turns == nullptr || *turns < 0 || *turns > kTurnsMax) {
    return Error(Errc::invalid_data,
                 fmt::format("{} is not allowed here; allowed: an integer from 0 (none) to {}",
                             ellipsize(to_toml(value), 80), kTurnsMax));
  }
  agent.turns_max = static_cast<int>(*turns);
  return {};
}

Status set_budget(AgentDefinition& agent, const ConfigRaw& value) {
  const auto usd = as_number(value);
  if (!usd || !(*usd >= 0 && *usd <= kBudgetUsdMax)) {
    return Error(Errc::invalid_data,
                 fmt::format("{} is not allowed here; allowed: dollars from 0 (none) to {}",
                             ellipsize(to_toml(value), 80), kBudgetUsdMax));
  }
  agent.budget_usd_micros = std::llround(*usd * 1e6);
  return {};
}

Status set_model(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(agent.model, as_text(value));
  if (!agent.model.starts_with('-')) return {};
  return Error(Errc::invalid_data,
               fmt::format("\"{}\" is no model: it begins with \"-\"", ellipsize(agent.model, 80)));
}

template <std::vector<std::string> AgentDefinition::* member>
Status set_patterns(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(std::vector<std::string> patterns, as_list(value));
  for (const std::string& pattern : patterns) LOOP_TRY_VOID(check_pattern(pattern));
  agent.*member = std::move(patterns);
  return {};
}

std::string print_codes(const AgentDefinition& agent) {
  return fmt::format("[{}]", fmt::join(agent.success_exit, ", "));
}

const std::array<AgentField, 13> kOwnFields{{
    {"adapter", "generic, shell, claude, codex, gemini, opencode",
     "How the agent is started and understood; when not given, the agent's name if that is an "
     "adapter "
     "and there are no args, else generic.",
     "\"generic\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.adapter, one_of(value, kAdapters));
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(agent.adapter); }},
    {"args", "list of strings",
     "Adapter generic: arguments; one that is {prompt}, {prompt_file}, {session}, {model} or {cwd} "
     "is replaced.",
     "[]",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.args, as_list(value));
       return {};
     },
     [](const AgentDefinition& agent) { return to_toml(agent.args); }},
    {"budget_usd", "dollars", "Adapter claude: what one attempt may cost; 0: no limit.", "0",
     set_budget,
     [](const AgentDefinition& agent) {
       return fmt::to_string(static_cast<double>(agent.budget_usd_micros) / 1e6);
     }},
    {"command", "string",
     "The program: found on PATH unless it has a slash; empty: the adapter's own, if it has one.",
     "\"\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.command, as_text(value));
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(agent.command); }},
    {"env_allow", "list of strings", "Environment variables passed on to this agent.", "[]",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.env_allow, as_list(value));
       for (const std::string& name : agent.env_allow) LOOP_TRY_VOID(check_environment_name(name));
       return {};
     },
     [](const AgentDefinition& agent) { return to_toml(agent.env_allow); }},
    {"extra_args", "list of strings",
     "Adapters of coding agents: further arguments, after the adapter's own.", "[]",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.extra_args, as_list(value));
       return {};
     },
     [](const AgentDefinition& agent) { return to_toml(agent.extra_args); }},
    {"final_pattern", "string", "RE2; when set, success needs an output line that matches.", "\"\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.final_pattern, as_text(value));
       return check_pattern(agent.final_pattern);
     },
     [](const AgentDefinition& agent) { return toml_string(agent.final_pattern); }},
    {"format", "text, json-lines", "Adapter generic: the form of its output.", "\"text\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.format, one_of(value, {"text", "json-lines"}));
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(agent.format); }},
    {"limit_patterns", "list of strings",
     "RE2 on output lines: the provider's limit was hit; group 1, if any, is the reset time.", "[]",
     set_patterns<&AgentDefinition::limit_patterns>,
     [](const AgentDefinition& agent) { return to_toml(agent.limit_patterns); }},
    {"model", "string",
     "Adapters of coding agents: the model, unless the schedule names one; empty: the agent's own "
     "choice.",
     "\"\"", set_model, [](const AgentDefinition& agent) { return toml_string(agent.model); }},
    {"permission", "plan, edit, full",
     "Adapters of coding agents: what it may do without asking: read, change files, anything.",
     "\"edit\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(const std::string word, one_of(value, {"plan", "edit", "full"}));
       agent.permission = *parse_agent_permission(word);
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(to_string(agent.permission)); }},
    {"success_exit", "list of integers",
     "Adapters generic and shell: exit codes that count as success.", "[0]", set_exit_codes,
     print_codes},
    {"turns_max", "integer", "Adapter claude: turns of one attempt; 0: no limit.", "0", set_turns,
     [](const AgentDefinition& agent) { return fmt::to_string(agent.turns_max); }},
}};

std::vector<AgentField> all_fields() {
  std::vector<AgentField> fields(kOwnFields.begin(), kOwnFields.end());
  const auto sandbox = sandbox_fields();
  fields.insert(fields.end(), sandbox.begin(), sandbox.end());
  std::sort(fields.begin(), fields.end(),
            [](const AgentField& a, const AgentField& b) { return a.name < b.name; });
  return fields;
}

}  // namespace

std::span<const AgentField> agent_fields() {
  static const std::vector<AgentField> fields = all_fields();
  return fields;
}

Status check_environment_name(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool starts_right = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
  if (starts_right && std::all_of(name.begin(), name.end(), is_allowed)) return {};
  return Error(Errc::invalid_data,
               fmt::format("\"{}\" is no name of an environment variable; allowed: letters, digits "
                           "and _, not beginning with a digit",
                           ellipsize(to_single_line(name), 80)));
}

bool is_agent_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= kAgentNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

Status set_agent_field(AgentDefinition& agent, std::string_view field, const ConfigRaw& value) {
  std::vector<std::string> names;
  for (const AgentField& known : agent_fields()) {
    if (known.name == field) return known.set(agent, value);
    names.emplace_back(known.name);
  }
  return Error(Errc::invalid_data, fmt::format("unknown key{}; an agent has {}",
                                               did_you_mean(field, names), fmt::join(names, ", ")));
}

Status complete_agent(AgentDefinition& agent) {
  if (agent.adapter.empty()) {
    // "[agents.claude]" with a permission alone means that adapter; with args it is a command line.
    const bool is_named = agent.args.empty() && std::find(kAdapters.begin(), kAdapters.end(),
                                                          agent.name) != kAdapters.end();
    agent.adapter = is_named ? agent.name : "generic";
  }
  if (!agent.command.empty()) return {};
  if (agent.adapter == "generic") {
    return Error(
        Errc::invalid_data,
        fmt::format("agent \"{}\" has no command; give agents.{}.command", agent.name, agent.name));
  }
  agent.command = agent.adapter == "shell" ? "/bin/sh" : agent.adapter;
  return {};
}

std::string_view to_string(AgentPermission permission) noexcept {
  switch (permission) {
    case AgentPermission::plan: return "plan";
    case AgentPermission::edit: return "edit";
    case AgentPermission::full: return "full";
  }
  return "plan";
}

std::optional<AgentPermission> parse_agent_permission(std::string_view text) {
  for (const auto permission :
       {AgentPermission::plan, AgentPermission::edit, AgentPermission::full}) {
    if (to_string(permission) == text) return permission;
  }
  return std::nullopt;
}

}  // namespace loop
