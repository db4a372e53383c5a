// SPDX-License-Identifier: MIT
// Laying the sources of configuration over one another, each value with its origin.
#include "loop/domain/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/config_keys.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::string_view kAgentsTable = "agents";
constexpr std::string_view kPricesTable = "prices";
constexpr std::string_view kCommandsTable = "commands";

// LOOP_* variables that are no configuration: they say where, or travel with a run.
constexpr std::array<std::string_view, 7> kOtherVariables{
    "LOOP_ROOT",     "LOOP_RUN_ID", "LOOP_ATTEMPT",    "LOOP_DEPTH",
    "LOOP_DEADLINE", "LOOP_MODE",   "LOOP_PROMPT_FILE"};

class Layers {
 public:
  explicit Layers(const ConfigSources& sources) : sources_(sources) {}

  Status add_file(const std::string& toml, const std::string& path, ConfigOrigin origin) {
    LOOP_TRY(const auto entries, parse_config_toml(toml, path));
    Tables tables;
    for (const ConfigEntry& entry : entries) {
      if (auto added = add_entry(entry, origin, tables); !added) {
        return std::move(added).error().with_context(
            fmt::format("{}:{}: \"{}\"", path, entry.line, ellipsize(entry.key(), 120)));
      }
    }
    auto taken = take_tables(std::move(tables), origin);
    if (!taken) return std::move(taken).error().with_context(path);
    return {};
  }

  Status add_environment() {
    std::vector<std::string> names;
    for (const ConfigKey& key : config_keys()) names.push_back(environment_name(key.name));
    for (const auto& [name, text] : sources_.environment) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found != names.end()) {
        const ConfigKey& key = config_keys()[static_cast<std::size_t>(found - names.begin())];
        LOOP_TRY_VOID(add_text(key, text, ConfigOrigin::environment, name));
      } else if (!is_other_variable(name) && suggest(name, names)) {
        return Error(Errc::invalid_data, fmt::format("environment variable {} is unknown{}", name,
                                                     did_you_mean(name, names)));
      }
    }
    return {};
  }

  Status add_flags() {
    for (const auto& [name, text] : sources_.flags) {
      const ConfigKey* key = find_config_key(name);
      if (key == nullptr) return unknown_key(name, Errc::invalid_argument);
      LOOP_TRY_VOID(add_text(*key, text, ConfigOrigin::flag, fmt::format("--set {}", name)));
    }
    return {};
  }

  LoadedConfig take() {
    LoadedConfig loaded;
    for (const ConfigKey& key : config_keys()) {
      const auto origin = origins_.find(key.name);
      loaded.values.push_back({std::string(key.name), config_value_toml(config_, key),
                               origin == origins_.end() ? ConfigOrigin::built_in : origin->second});
    }
    for (const auto& [name, agent] : config_.agents) {
      for (const AgentField& field : agent_fields()) {
        loaded.values.push_back({fmt::format("{}.{}.{}", kAgentsTable, name, field.name),
                                 field.get(agent), agent_origins_[name]});
      }
    }
    for (const auto& [name, command] : config_.commands) {
      for (const CommandField& field : command_fields()) {
        loaded.values.push_back({fmt::format("{}.{}.{}", kCommandsTable, name, field.name),
                                 field.get(command), command_origins_[name]});
      }
    }
    for (const auto& [model, price] : config_.prices) {
      for (const PriceField& field : price_fields()) {
        loaded.values.push_back(
            {fmt::format("{}.{}.{}", kPricesTable, toml_string(model), field.name),
             price_text(price.*field.member), price_origins_[model]});
      }
    }
    std::sort(loaded.values.begin(), loaded.values.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    loaded.config = std::move(config_);
    return loaded;
  }

 private:
  // The tables of one file with names of the operator's choice.
  struct Tables {
    std::map<std::string, AgentDefinition> agents;
    std::map<std::string, PriceDraft> prices;
    std::map<std::string, CommandDefinition> commands;
  };

  // Whole: two half definitions of two files make no agent, no price and no command.
  Status take_tables(Tables tables, ConfigOrigin origin) {
    for (auto& [name, agent] : tables.agents) {
      LOOP_TRY_VOID(complete_agent(agent));
      config_.agents[name] = std::move(agent);
      agent_origins_[name] = origin;
    }
    for (const auto& [model, draft] : tables.prices) {
      LOOP_TRY(config_.prices[model], complete_price(model, draft));
      price_origins_[model] = origin;
    }
    for (auto& [name, command] : tables.commands) {
      LOOP_TRY_VOID(complete_command(command));
      config_.commands[name] = std::move(command);
      command_origins_[name] = origin;
    }
    return {};
  }

  static bool is_other_variable(std::string_view name) {
    return std::find(kOtherVariables.begin(), kOtherVariables.end(), name) != kOtherVariables.end();
  }

  static Error unknown_key(std::string_view name, Errc code) {
    const auto names = config_key_names();
    return Error(code, fmt::format("unknown key \"{}\"{}; `loopctl config list` shows all",
                                   ellipsize(to_single_line(name), 80), did_you_mean(name, names)));
  }

  bool is_untrusted(ConfigOrigin origin) const {
    return origin == ConfigOrigin::workspace_file && !sources_.workspace_trusted;
  }

  static Error not_trusted(std::string_view what) {
    return Error(
        Errc::not_trusted,
        fmt::format("{}, and you have not trusted this workspace's configuration. Read the "
                    "file, then approve it with: loopctl trust",
                    what));
  }

  Status add_entry(const ConfigEntry& entry, ConfigOrigin origin, Tables& tables) {
    if (entry.path.front() == kAgentsTable) return add_agent_field(entry, origin, tables.agents);
    if (entry.path.front() == kPricesTable) return add_price_field(entry, origin, tables.prices);
    if (entry.path.front() == kCommandsTable) {
      return add_command_field(entry, origin, tables.commands);
    }
    const ConfigKey* key = find_config_key(entry.key());
    if (key == nullptr) return unknown_key(entry.key(), Errc::invalid_data);
    return set(*key, entry.value, origin);
  }

  Status add_agent_field(const ConfigEntry& entry, ConfigOrigin origin,
                         std::map<std::string, AgentDefinition>& agents) {
    if (is_untrusted(origin)) return not_trusted("this decides what is executed");
    if (entry.path.size() != 3) {
      return Error(Errc::invalid_data, "an agent is a table: [agents.<name>] with its keys below");
    }
    const std::string& name = entry.path[1];
    if (!is_agent_name(name)) {
      return Error(Errc::invalid_data,
                   fmt::format("\"{}\" is no name of an agent; allowed: 1 to 64 letters, digits, "
                               "\"-\" and \"_\"",
                               ellipsize(to_single_line(name), 80)));
    }
    AgentDefinition& agent = agents[name];
    agent.name = name;
    return set_agent_field(agent, entry.path[2], entry.value);
  }

  Status add_command_field(const ConfigEntry& entry, ConfigOrigin origin,
                           std::map<std::string, CommandDefinition>& commands) {
    if (is_untrusted(origin)) return not_trusted("this decides what is executed");
    if (entry.path.size() != 3) {
      return Error(Errc::invalid_data,
                   "a command is a table: [commands.<name>] with its keys below");
    }
    const std::string& name = entry.path[1];
    LOOP_TRY_VOID(check_command_name(name));
    CommandDefinition& command = commands[name];
    command.name = name;
    return set_command_field(command, entry.path[2], entry.value);
  }

  Status add_price_field(const ConfigEntry& entry, ConfigOrigin origin,
                         std::map<std::string, PriceDraft>& prices) {
    if (is_untrusted(origin)) return not_trusted("this decides what counts towards your budget");
    if (entry.path.size() != 3 || !is_model_name(entry.path[1])) {
      return Error(Errc::invalid_data,
                   "a price is a table: [prices.\"<model>\"] with its keys below");
    }
    return set_price_field(prices[entry.path[1]], entry.path[2], entry.value);
  }

  Status add_text(const ConfigKey& key, const std::string& text, ConfigOrigin origin,
                  const std::string& where) {
    auto value = read_config_text(key, text);
    auto added = value ? set(key, *value, origin) : Status(std::move(value).error());
    if (added) return {};
    const Errc code = origin == ConfigOrigin::flag ? Errc::invalid_argument : added.error().code();
    return Error(code, added.error().message()).with_context(where);
  }

  Status set(const ConfigKey& key, const ConfigRaw& value, ConfigOrigin origin) {
    if (key.needs_trust && is_untrusted(origin)) {
      return not_trusted("this decides what is executed or what an agent gets to see");
    }
    const Config before = config_;
    LOOP_TRY_VOID(set_config_value(config_, key, value));
    if (is_untrusted(origin) && raises_limit(key, before, config_)) {
      return not_trusted(
          fmt::format("this is above your own limit of {}", config_value_toml(before, key)));
    }
    if (is_untrusted(origin) && lowers_sandbox(before, config_)) {
      return not_trusted(fmt::format("this confines agents less than your own {}",
                                     config_value_toml(before, key)));
    }
    origins_[std::string(key.name)] = origin;
    return {};
  }

  const ConfigSources& sources_;
  Config config_;
  std::map<std::string, ConfigOrigin, std::less<>> origins_;
  std::map<std::string, ConfigOrigin> agent_origins_;
  std::map<std::string, ConfigOrigin> price_origins_;
  std::map<std::string, ConfigOrigin> command_origins_;
};

}  // namespace

std::string_view to_string(ConfigOrigin origin) noexcept {
  switch (origin) {
    case ConfigOrigin::built_in: return "built-in";
    case ConfigOrigin::operator_file: return "operator";
    case ConfigOrigin::workspace_file: return "workspace";
    case ConfigOrigin::environment: return "environment";
    case ConfigOrigin::flag: return "flag";
  }
  return "built-in";
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
  Layers layers(sources);
  LOOP_TRY_VOID(
      layers.add_file(sources.operator_toml, sources.operator_path, ConfigOrigin::operator_file));
  LOOP_TRY_VOID(layers.add_file(sources.workspace_toml, sources.workspace_path,
                                ConfigOrigin::workspace_file));
  LOOP_TRY_VOID(layers.add_environment());
  LOOP_TRY_VOID(layers.add_flags());
  return layers.take();
}

std::vector<ConfigKeyInfo> describe_config() {
  const Config built_in;
  std::vector<ConfigKeyInfo> infos;
  for (const ConfigKey& key : config_keys()) {
    infos.push_back({std::string(key.name), type_of(key), config_value_toml(built_in, key),
                     std::string(key.meaning), key.needs_trust});
  }
  for (const AgentField& field : agent_fields()) {
    infos.push_back({fmt::format("{}.<name>.{}", kAgentsTable, field.name), std::string(field.type),
                     std::string(field.default_value), std::string(field.meaning), true});
  }
  for (const CommandField& field : command_fields()) {
    infos.push_back({fmt::format("{}.<name>.{}", kCommandsTable, field.name),
                     std::string(field.type), std::string(field.default_value),
                     std::string(field.meaning), true});
  }
  for (const PriceField& field : price_fields()) {
    infos.push_back({fmt::format("{}.<model>.{}", kPricesTable, field.name), "dollars",
                     std::string(field.default_value), std::string(field.meaning), true});
  }
  std::sort(infos.begin(), infos.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return infos;
}

}  // namespace loop
