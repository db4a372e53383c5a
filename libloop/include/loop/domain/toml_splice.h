// SPDX-License-Identifier: MIT
// Setting one table of somebody's TOML file so that every other line stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "loop/base/result.h"

namespace loop {

// Keys with texts and lists of texts, in their order in the file.
using TomlValue = std::variant<std::string, std::vector<std::string>>;
using TomlFields = std::vector<std::pair<std::string, TomlValue>>;

// "[mcp_servers.loop]" and its lines.
std::string format_toml_table(const std::vector<std::string>& path, const TomlFields& fields);

enum class TomlTable { absent, equal, different };
// How the table at `path` stands to `fields`; other keys in it make it different. invalid_data
// naming the line for what is no TOML.
Result<TomlTable> compare_toml_table(std::string_view text, const std::vector<std::string>& path,
                                     const TomlFields& fields);

// The text with the table appended, or its lines replaced where it stands under a header of its
// own. conflict when the file has it in another form: that is for a person to change.
Result<std::string> put_toml_table(std::string_view text, const std::vector<std::string>& path,
                                   const TomlFields& fields);

}  // namespace loop
