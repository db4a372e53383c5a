// SPDX-License-Identifier: MIT
// Building the environment of an agent.
#include "runner_environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace loop {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 8> kPassedOn = {"PATH",  "HOME", "USER", "LOGNAME",
                                                       "SHELL", "LANG", "TZ",   "TMPDIR"};

// What makes a program run or load other code, read another configuration, or talk through another
// server. A schedule lies in the workspace, so these need the operator's word (env_allow).
constexpr std::array<std::string_view, 24> kCodeNames = {
    "PATH",          "SHELL",         "HOME",
    "BASH_ENV",      "ENV",           "NODE_OPTIONS",
    "NODE_PATH",     "PYTHONSTARTUP", "PYTHONPATH",
    "PYTHONHOME",    "PERL5OPT",      "PERL5LIB",
    "RUBYOPT",       "RUBYLIB",       "JAVA_TOOL_OPTIONS",
    "EDITOR",        "VISUAL",        "PAGER",
    "SSL_CERT_FILE", "SSL_CERT_DIR",  "SSH_ASKPASS",
    "BROWSER",       "TMPDIR",        "NODE_EXTRA_CA_CERTS"};

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find('=') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

bool is_reserved(std::string_view name) { return starts_with(name, "LOOP_"); }

// No schedule sets these, whatever is allowed: an allowed name passes on the operator's value, and
// with another server's address goes the key that stands beside it.
bool is_never_of_schedule(std::string_view name) {
  return is_reserved(name) || starts_with(name, "LD_") || ends_with(name, "_BASE_URL");
}

bool needs_operator(std::string_view name) {
  return starts_with(name, "GIT_") || starts_with(name, "XDG_") || ends_with(name, "_PROXY") ||
         ends_with(name, "_proxy") ||
         std::find(kCodeNames.begin(), kCodeNames.end(), name) != kCodeNames.end();
}

bool is_of_adapter(const EnvironmentRequest& request, const std::string& name) {
  return request.adapter.count(name) > 0 ||
         std::find(request.pass_on.begin(), request.pass_on.end(), name) != request.pass_on.end();
}

bool is_allowed_by_operator(const RunIntent& intent, const std::string& name) {
  const auto holds = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return holds(intent.agent.env_allow) || holds(intent.env_allow);
}

void pass_on(const Variables& from, const std::vector<std::string>& names, Variables& to) {
  for (const std::string& name : names) {
    const auto found = from.find(name);
    if (found != from.end() && !is_reserved(name)) to[name] = found->second;
  }
}

void pass_on_common(const Variables& from, Variables& to) {
  for (const auto& [name, value] : from) {
    const bool is_common = std::find(kPassedOn.begin(), kPassedOn.end(), name) != kPassedOn.end();
    if (is_common || starts_with(name, "LC_")) to[name] = value;
  }
  to["TERM"] = "dumb";
  to["NO_COLOR"] = "1";
}

void add_run(const EnvironmentRequest& request, Variables& to) {
  const RunIntent& intent = request.intent;
  to["LOOP_RUN_ID"] = intent.run.str();
  to["LOOP_ROOT"] = request.root;
  to["LOOP_MODE"] = intent.mode.str();
  to["LOOP_DEPTH"] = fmt::format("{}", intent.depth);
  to["LOOP_PROMPT_FILE"] = request.prompt_path;
  for (const char* name : {"TMPDIR", "TMP", "TEMP"}) {
    if (!request.temporary.empty()) to[name] = request.temporary;
  }
  if (intent.timeout_total > Duration{0}) {
    to["LOOP_DEADLINE"] = format_instant(request.started + intent.timeout_total);
  }
  const std::size_t equals = request.marker.find('=');
  to[request.marker.substr(0, equals)] = request.marker.substr(equals + 1);
}

}  // namespace

AgentEnvironment agent_environment(const EnvironmentRequest& request) {
  const RunIntent& intent = request.intent;
  AgentEnvironment made;
  Variables variables;
  pass_on_common(request.runner, variables);
  pass_on(request.runner, request.pass_on, variables);
  pass_on(request.runner, intent.agent.env_allow, variables);
  pass_on(request.runner, intent.env_allow, variables);
  for (const auto& [name, value] : request.adapter) variables[name] = value;
  for (const auto& [name, value] : intent.env) {
    const bool is_guarded = needs_operator(name) || is_of_adapter(request, name);
    const bool is_refused = !is_name(name) || is_never_of_schedule(name) ||
                            value.find('\0') != std::string::npos ||
                            (is_guarded && !is_allowed_by_operator(intent, name));
    if (is_refused) made.refused.push_back(name);
    if (!is_refused) variables[name] = value;
  }
  add_run(request, variables);
  for (const auto& [name, value] : variables)
    made.entries.push_back(fmt::format("{}={}", name, value));
  return made;
}

}  // namespace loop
