// SPDX-License-Identifier: MIT
// Writing and reading the agent of an intent, its sandbox and its limits.
#include "run_record_agent.hpp"

#include <array>

namespace loop {

namespace json = boost::json;

SandboxProfile read_profile(JsonFields& fields, std::string_view key) {
  const auto profile = parse_sandbox_profile(fields.text(key));
  if (!profile) fields.refuse(key, "is not none, workspace or offline");
  return profile.value_or(SandboxProfile::offline);
}

namespace {

struct LimitField {
  std::string_view name;
  std::optional<std::uint64_t> ResourceLimits::* member;
};
constexpr std::array<LimitField, 6> kLimitFields{{
    {"address_space_bytes", &ResourceLimits::address_space_bytes},
    {"open_files", &ResourceLimits::open_files},
    {"processes", &ResourceLimits::processes},
    {"file_bytes", &ResourceLimits::file_bytes},
    {"cpu_seconds", &ResourceLimits::cpu_seconds},
    {"core_bytes", &ResourceLimits::core_bytes},
}};

json::object limits_value(const ResourceLimits& limits) {
  json::object object;
  for (const LimitField& field : kLimitFields) {
    if (const auto& limit = limits.*field.member) object[field.name] = *limit;
  }
  return object;
}

ResourceLimits read_limits(JsonFields& parent) {
  JsonFields fields = parent.object("limits");
  ResourceLimits limits;
  for (const LimitField& field : kLimitFields) {
    if (!fields.has(field.name)) continue;
    limits.*field.member = static_cast<std::uint64_t>(fields.number(field.name));
  }
  parent.take_problem("limits", fields);
  return limits;
}

json::object sandbox_value(const AgentSandbox& sandbox) {
  return json::object{{"profile", text_value(to_string(sandbox.profile))},
                      {"fallback", text_value(to_string(sandbox.fallback))},
                      {"read", list_value(sandbox.read)},
                      {"write", list_value(sandbox.write)}};
}

AgentSandbox read_sandbox(JsonFields& parent) {
  JsonFields fields = parent.object("sandbox");
  AgentSandbox sandbox;
  sandbox.profile = read_profile(fields, "profile");
  const auto fallback = parse_sandbox_fallback(fields.text("fallback"));
  if (!fallback) fields.refuse("fallback", "is not refuse or best-effort");
  sandbox.fallback = fallback.value_or(SandboxFallback::refuse);
  sandbox.read = fields.texts("read");
  sandbox.write = fields.texts("write");
  parent.take_problem("sandbox", fields);
  return sandbox;
}

}  // namespace

json::object agent_value(const AgentDefinition& agent) {
  json::array exits;
  for (const int code : agent.success_exit) exits.emplace_back(code);
  json::object object;
  object["name"] = text_value(agent.name);
  object["adapter"] = text_value(agent.adapter);
  object["command"] = text_value(agent.command);
  object["args"] = list_value(agent.args);
  object["format"] = text_value(agent.format);
  object["success_exit"] = std::move(exits);
  object["limit_patterns"] = list_value(agent.limit_patterns);
  object["env_allow"] = list_value(agent.env_allow);
  object["final_pattern"] = text_value(agent.final_pattern);
  object["permission"] = text_value(to_string(agent.permission));
  object["model"] = text_value(agent.model);
  object["turns_max"] = agent.turns_max;
  object["budget_usd_micros"] = agent.budget_usd_micros;
  object["extra_args"] = list_value(agent.extra_args);
  object["sandbox"] = sandbox_value(agent.sandbox);
  object["limits"] = limits_value(agent.limits);
  return object;
}

AgentDefinition read_agent(JsonFields& fields) {
  AgentDefinition agent;
  agent.name = fields.text("name");
  agent.adapter = fields.text("adapter");
  agent.command = fields.text("command");
  agent.args = fields.texts("args");
  agent.format = fields.text("format");
  agent.success_exit = fields.numbers("success_exit");
  agent.limit_patterns = fields.texts("limit_patterns");
  agent.env_allow = fields.texts("env_allow");
  agent.final_pattern = fields.text("final_pattern");
  const auto permission = parse_agent_permission(fields.text_or("permission", "edit"));
  if (!permission) fields.refuse("permission", "is not plan, edit or full");
  agent.permission = permission.value_or(AgentPermission::plan);
  agent.model = fields.text_or("model", "");
  agent.turns_max = static_cast<int>(fields.number_or("turns_max", 0));
  agent.budget_usd_micros = fields.number_or("budget_usd_micros", 0);
  if (fields.has("extra_args")) agent.extra_args = fields.texts("extra_args");
  if (fields.has("sandbox")) agent.sandbox = read_sandbox(fields);
  if (fields.has("limits")) agent.limits = read_limits(fields);
  return agent;
}

}  // namespace loop
