// SPDX-License-Identifier: MIT
// The one table of configuration keys: name, type, limits, meaning, and the member each one sets.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/config_value.hpp"
#include "loop/domain/config.h"

namespace loop {

// What a key takes. Each kind reads a raw value into the member that `at` finds.
struct TextKey {
  std::string& (*at)(Config&);
  Status (*check)(const std::string&) = nullptr;
};
struct CountKey {
  int& (*at)(Config&);
  int least, most;
};
struct SwitchKey {
  bool& (*at)(Config&);
};
struct SpanKey {  // a duration: "10m", or seconds as a number
  Duration& (*at)(Config&);
  Duration least, most;
};
struct WordKey {  // one of a few words
  std::vector<std::string> words;
  std::size_t (*index)(const Config&);
  void (*set)(Config&, std::size_t index);
};
struct ListKey {
  std::vector<std::string>& (*at)(Config&);
  Status (*check)(const std::string&) = nullptr;  // of each item
};
struct LimitKey {  // an optional limit: a count, a duration or dollars
  enum class Unit { count, duration, usd } unit;
  std::optional<std::int64_t> (*get)(const Config&);
  void (*set)(Config&, std::int64_t);
};
using ConfigKind = std::variant<TextKey, CountKey, SwitchKey, SpanKey, WordKey, ListKey, LimitKey>;

struct ConfigKey {
  std::string_view name;
  ConfigKind kind;
  bool needs_trust = false;  // decides what is executed, or what an agent gets to see
  std::string_view meaning;
};

std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view name);
std::vector<std::string> config_key_names();

// "LOOP_ENGINE_PARALLEL_MAX".
std::string environment_name(std::string_view key);

// Sets the member. invalid_data: what was given and what is allowed; the caller adds file and line.
Status set_config_value(Config& config, const ConfigKey& key, const ConfigRaw& value);
// Text of an environment variable or a flag as the raw value that the key takes.
Result<ConfigRaw> read_config_text(const ConfigKey& key, const std::string& text);

std::string config_value_toml(const Config& config, const ConfigKey& key);  // "" when unset
std::string type_of(const ConfigKey& key);

// A limit of the day that is higher in `after` than in `before` (which may be unset: no limit).
bool raises_limit(const ConfigKey& key, const Config& before, const Config& after);

// A sandbox that confines less in `after` than in `before`.
bool lowers_sandbox(const Config& before, const Config& after);

// `[agents.<name>]`: field names, and setting one field.
struct AgentField {
  std::string_view name;
  std::string_view type;
  std::string_view meaning;
  std::string_view default_value;  // as TOML
  Status (*set)(AgentDefinition&, const ConfigRaw&);
  std::string (*get)(const AgentDefinition&);
};
std::span<const AgentField> agent_fields();    // all
std::span<const AgentField> sandbox_fields();  // those that confine it
Status set_agent_field(AgentDefinition& agent, std::string_view field, const ConfigRaw& value);
// Once all its fields are set: fills in what follows from them; the error says what is missing.
Status complete_agent(AgentDefinition& agent);
bool is_agent_name(std::string_view name);

// `[prices.<model>]`: the fields that one file gives to one model.
struct PriceField {
  std::string_view name;
  std::string_view default_value;
  std::string_view meaning;
  std::int64_t ModelPrice::* member;
};
std::span<const PriceField> price_fields();
using PriceDraft = std::map<std::string, std::int64_t>;  // field -> millionths of a dollar
Status set_price_field(PriceDraft& draft, std::string_view field, const ConfigRaw& value);
// invalid_data when `input` or `output` is missing.
Result<ModelPrice> complete_price(const std::string& model, const PriceDraft& draft);
std::string price_text(std::int64_t usd_micros);
bool is_model_name(std::string_view name);

// `[commands.<name>]`: field names, and setting one field.
struct CommandField {
  std::string_view name;
  std::string_view type;
  std::string_view default_value;  // as TOML
  std::string_view meaning;
  Status (*set)(CommandDefinition&, const ConfigRaw&);
  std::string (*get)(const CommandDefinition&);
};
std::span<const CommandField> command_fields();
Status set_command_field(CommandDefinition& command, std::string_view field,
                         const ConfigRaw& value);
// invalid_data when it has no command.
Status complete_command(const CommandDefinition& command);
// The error says what is allowed.
Status check_command_name(std::string_view name);

// Shared conversions.
Result<std::string> as_text(const ConfigRaw& value);
Result<std::vector<std::string>> as_list(const ConfigRaw& value);
std::optional<double> as_number(const ConfigRaw& value);
Status check_environment_name(const std::string& name);

}  // namespace loop
