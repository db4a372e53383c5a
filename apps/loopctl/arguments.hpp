// SPDX-License-Identifier: MIT
// The arguments of one call, checked against the command's row of the table.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "loop/base/time.h"

namespace loopctl {

class Arguments {
 public:
  // invalid_argument: an option that the command does not have (with a suggestion), a value that is
  // not allowed, a missing or a superfluous argument.
  static loop::Result<Arguments> parse(const Command& command,
                                       const std::vector<std::string>& words);

  // Given on the command line.
  bool has(std::string_view option) const;
  // Given, else the default; nothing when there is neither.
  std::optional<std::string> text(std::string_view option) const;
  std::vector<std::string> texts(std::string_view option) const;
  // Of options that were checked to be of this kind.
  std::optional<std::int64_t> integer(std::string_view option) const;
  std::optional<loop::Duration> duration(std::string_view option) const;

  // Empty when an optional one is missing.
  std::string positional(std::size_t index) const;
  const std::vector<std::string>& positionals() const { return positionals_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::map<std::string, std::string, std::less<>> defaults_;
  std::vector<std::string> positionals_;
};

// The command that the words name, and the words that are left for it. Options of all commands may
// stand anywhere; those of one command stand behind its name.
struct CommandLine {
  std::vector<std::string> path;  // may be a group, or empty
  std::vector<std::string> rest;
};
CommandLine split_command_line(const std::vector<std::string>& words);

// "2h" (that long ago), "today", "yesterday", "2025-11-01", or an RFC 3339 time.
loop::Result<loop::Instant> parse_time(std::string_view text, loop::Instant now);

}  // namespace loopctl
