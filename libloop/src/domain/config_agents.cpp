// SPDX-License-Identifier: MIT
// The fields of `[agents.<name>]`.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

const std::array<AgentField, 8> kFields{{
    {"adapter", "generic, shell", "How the agent is started and understood.", "\"generic\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.adapter, one_of(value, {"generic", "shell"}));
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(agent.adapter); }},
    {"args", "list of strings",
     "Arguments; one that is {prompt}, {prompt_file}, {session}, {model} or {cwd} is replaced.",
     "[]",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.args, as_list(value));
       return {};
     },
     [](const AgentDefinition& agent) { return to_toml(agent.args); }},
    {"command", "string", "The program: found on PATH unless it has a slash.", "\"\"",
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
    {"final_pattern", "string", "RE2; when set, success needs an output line that matches.", "\"\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.final_pattern, as_text(value));
       return check_pattern(agent.final_pattern);
     },
     [](const AgentDefinition& agent) { return toml_string(agent.final_pattern); }},
    {"format", "text, json-lines", "The form of its output.", "\"text\"",
     [](AgentDefinition& agent, const ConfigRaw& value) -> Status {
       LOOP_TRY(agent.format, one_of(value, {"text", "json-lines"}));
       return {};
     },
     [](const AgentDefinition& agent) { return toml_string(agent.format); }},
    {"limit_patterns", "list of strings",
     "RE2 on output lines: the provider's limit was hit; group 1, if any, is the reset time.", "[]",
     set_patterns<&AgentDefinition::limit_patterns>,
     [](const AgentDefinition& agent) { return to_toml(agent.limit_patterns); }},
    {"success_exit", "list of integers", "Exit codes that count as success.", "[0]", set_exit_codes,
     print_codes},
}};

}  // namespace

std::span<const AgentField> agent_fields() { return kFields; }

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
  for (const AgentField& known : kFields) {
    if (known.name == field) return known.set(agent, value);
    names.emplace_back(known.name);
  }
  return Error(Errc::invalid_data, fmt::format("unknown key{}; an agent has {}",
                                               did_you_mean(field, names), fmt::join(names, ", ")));
}

Status check_agent(const AgentDefinition& agent) {
  if (agent.adapter == "generic" && agent.command.empty()) {
    return Error(
        Errc::invalid_data,
        fmt::format("agent \"{}\" has no command; give agents.{}.command", agent.name, agent.name));
  }
  return {};
}

}  // namespace loop
