// SPDX-License-Identifier: MIT
// Reading a command line against a table of options, as strictly as the program that is played.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fake_agent {

enum class Takes {
  nothing,
  value,
  optional_value,  // the next word, unless it begins with "-"
  list,            // all words up to the next one that begins with "-": also a prompt
};

struct OptionRule {
  std::string_view names;  // "-p --print": the last one is the key
  Takes takes = Takes::nothing;
  std::string_view allowed;  // words; empty: anything
};

// Whether an option's value may begin with "-": yes in commander, no in clap and yargs.
enum class DashValues { taken, refused };

struct Grammar {
  std::span<const OptionRule> rules;
  DashValues dash_values = DashValues::refused;
};

struct CommandLine {
  std::map<std::string, std::vector<std::string>, std::less<>> options;
  std::vector<std::string> positionals;

  bool has(std::string_view key) const { return options.find(key) != options.end(); }
  // The last one given; empty: none.
  std::string value(std::string_view key) const;
};

struct LineFault {
  enum class Kind { unknown_option, value_missing, value_refused } kind = Kind::unknown_option;
  std::string option;  // as it was written
  std::string value;
  std::string allowed;  // "a, b"
};

// Exactly one of the two.
struct ReadLine {
  std::optional<LineFault> fault;
  CommandLine line;
};
ReadLine read_command_line(const Grammar& grammar, std::span<const std::string> words);

}  // namespace fake_agent
