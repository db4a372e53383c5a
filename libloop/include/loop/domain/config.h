// SPDX-License-Identifier: MIT
// Configuration: what may be set, where each value came from, and what a workspace may not set.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/confinement.h"
#include "loop/base/result.h"
#include "loop/base/time.h"
#include "loop/domain/budget.h"
#include "loop/domain/sandbox.h"
#include "loop/domain/schedule.h"

namespace loop {

// What a coding agent may do without asking; in a run there is nobody to ask.
enum class AgentPermission {
  plan,  // reads and answers
  edit,  // changes files of the workspace
  full,  // anything
};
std::string_view to_string(AgentPermission permission) noexcept;
std::optional<AgentPermission> parse_agent_permission(std::string_view text);

// An agent as the operator defines it: `[agents.<name>]`.
struct AgentDefinition {
  std::string name;
  std::string adapter;            // "generic", "shell", "claude", "codex", "gemini", "opencode"
  std::string command;            // found on PATH unless it has a slash
  std::vector<std::string> args;  // a whole argument {prompt}, {prompt_file}, {session}, {model}
                                  //   or {cwd} is replaced; nothing inside an argument is
  std::string format = "text";    // text or json-lines
  std::vector<int> success_exit{0};
  std::vector<std::string> limit_patterns;  // RE2, on output lines: the provider's limit was hit;
                                            //   group 1, if any, is the reset time
  std::vector<std::string> env_allow;       // names passed on from the environment
  std::string final_pattern;                // RE2; when set, success needs a line that matches
  // Of the adapters of coding agents only:
  AgentPermission permission = AgentPermission::edit;
  std::string model;                    // empty: the agent's own choice; a schedule's model wins
  int turns_max = 0;                    // 0: none
  std::int64_t budget_usd_micros = 0;   // of one attempt; 0: none
  std::vector<std::string> extra_args;  // after the adapter's own
  // Of every adapter:
  AgentSandbox sandbox;
  ResourceLimits limits{.core_bytes = 0};
};

// What a model costs, in millionths of a dollar for a million tokens.
struct ModelPrice {
  std::int64_t input = 0;
  std::int64_t cached = 0;       // input read from the cache
  std::int64_t cache_write = 0;  // input written to the cache
  std::int64_t output = 0;

  friend bool operator==(const ModelPrice&, const ModelPrice&) = default;
};

// What a named command is for.
enum class CommandUse {
  validation,  // run_validation calls it by its name
  sync,        // sync_environment runs all of these, in their order
};
std::string_view to_string(CommandUse use) noexcept;

// A command of the operator: `[commands.<name>]`.
struct CommandDefinition {
  std::string name;
  std::vector<std::string> command;  // argv, never through a shell
  CommandUse use = CommandUse::validation;
  int order = 0;          // sync commands run by order, then by name
  std::string directory;  // relative to the root; empty: the root
  Duration timeout = std::chrono::seconds{300};
};

struct NotifyConfig {
  std::vector<std::string> command;  // argv; the event as JSON on stdin; empty: none
};

struct Config {
  std::string default_agent;  // empty: schedules have to name theirs
  std::map<std::string, AgentDefinition> agents;
  std::string timezone;    // empty: TZ, else the system's
  int parallel_max = 1;    // runs at the same time in the workspace
  int background_max = 4;  // further ones of overlap `background`
  CatchUp catchup = CatchUp::one;
  Duration catchup_window = std::chrono::hours{24};
  Duration catchup_spacing = std::chrono::seconds{5};
  int attempts_max = 3;
  Duration timeout_total = std::chrono::seconds{3600};
  Duration timeout_idle{};     // 0: none
  Duration timeout_startup{};  // 0: none
  Duration kill_grace = std::chrono::seconds{30};
  int failure_limit = 3;  // 1 to 10
  OnEscalate on_escalate = OnEscalate::cooldown;
  int memory_run_entries = 20;  // entries of the engine kept in memory; 0: writes none
  SandboxProfile sandbox = SandboxProfile::none;  // of every agent at least
  int runs_keep = 1000;                           // finished runs whose folders are kept
  bool allow_network_fs = false;
  BudgetLimits budget;
  NotifyConfig notify;
  // Rules of ignore files: what the file operations neither read nor write, whatever path or link
  // leads there.
  std::vector<std::string> files_deny{".env",        ".env.*", "!.env.example",
                                      "*.pem",       "*.key",  "id_rsa*",
                                      "id_ed25519*", ".netrc", ".git-credentials"};
  std::vector<std::string> env_allow;    // passed to every agent besides the built-in list
  std::vector<std::string> mcp_command;  // argv of the MCP server given to agents; empty: none
  std::map<std::string, CommandDefinition> commands;
  std::map<std::string, ModelPrice> prices;  // `[prices.<model>]`, before the built-in table
};

enum class ConfigOrigin { built_in, operator_file, workspace_file, environment, flag };
std::string_view to_string(ConfigOrigin origin) noexcept;

struct ConfigValue {
  std::string key;    // "engine.parallel_max"
  std::string value;  // as TOML
  ConfigOrigin origin = ConfigOrigin::built_in;
};

struct ConfigSources {
  std::string operator_toml;  // text of the operator's file, empty when absent
  std::string operator_path;  // for messages
  std::string workspace_toml;
  std::string workspace_path;
  bool workspace_trusted = false;  // the operator approved exactly this text (trust.h)
  std::map<std::string, std::string> environment;  // the LOOP_* variables
  std::map<std::string, std::string> flags;        // key -> text, from the command line
};

struct LoadedConfig {
  Config config;
  std::vector<ConfigValue> values;  // every key, with its origin, sorted
};

// One table of keys (config.cpp) says for each: name, type, default, allowed values, meaning, and
// whether a workspace may set it without trust. invalid_data naming file, line, key, what is
// allowed and a suggestion for unknown keys; not_trusted when an untrusted workspace file defines
// what would be executed (agents, notify, environment), raises a limit of the operator's budget, or
// confines agents less.
// The environment variable of a key is LOOP_ and the key in capitals with "_" for "."; variables
// that no key owns are left alone unless they look like a typing error of one.
Result<LoadedConfig> load_config(const ConfigSources& sources);

// For docs and `config list`: each key with its meaning and default.
struct ConfigKeyInfo {
  std::string key, type, default_value, meaning;
  bool needs_trust = false;
};
std::vector<ConfigKeyInfo> describe_config();

}  // namespace loop
