// SPDX-License-Identifier: MIT
// A configured value before its key has given it a type, and where it stood.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loop/base/result.h"

namespace loop {

using ConfigRaw = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>,
                               std::vector<std::int64_t>>;

struct ConfigEntry {
  std::vector<std::string> path;  // "agents", "fake", "command"
  ConfigRaw value;
  std::size_t line = 0;

  std::string key() const;  // joined by dots
};

// The keys of a TOML text with their values, in the order of their lines. Tables are dissolved into
// the paths. invalid_data with the line when it is no TOML or holds what no key takes (dates, lists
// of tables, mixed lists).
Result<std::vector<ConfigEntry>> parse_config_toml(std::string_view toml, std::string_view file);

// As TOML spells it.
std::string to_toml(const ConfigRaw& raw);
std::string toml_string(std::string_view text);

}  // namespace loop
