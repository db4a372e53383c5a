// SPDX-License-Identifier: MIT
// What a command is: one row of the table from which parser, help, suggestions and docs are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exit_codes.hpp"
#include "loop/base/result.h"

namespace loopctl {

enum class ValueKind { none, text, integer, duration, time };

struct Option {
  std::string name{};  // without dashes
  char letter = 0;     // of the short form; 0: none
  ValueKind kind = ValueKind::none;
  std::string value_name{};  // "N", "TEXT"; as help shows it
  std::string default_value{};
  std::vector<std::string> allowed{};  // of kind text; empty: any
  std::string meaning{};
  bool repeats = false;
  std::int64_t least = 0;  // of kind integer
  std::int64_t most = 0;
};

struct Positional {
  std::string name{};  // "SCHEDULE"
  std::string meaning{};
  bool required = true;
  bool repeats = false;  // the last one only
};

struct Example {
  std::string line{};
  std::string meaning{};
};

enum class Effect {
  reads,   // changes nothing
  writes,  // changes files: the command gets --dry-run
};

struct Invocation;

struct Command {
  std::vector<std::string> path{};  // {"schedule", "add"}
  std::string summary{};            // one line, no full stop
  std::string details{};            // paragraphs for the help page; may be empty
  std::vector<Positional> positionals{};
  std::vector<Option> options{};
  std::vector<Example> examples{};
  Effect effect = Effect::reads;
  bool is_hidden = false;
  loop::Result<ExitCode> (*handler)(Invocation&) = nullptr;

  std::string words() const;  // "schedule add"
};

// Every command, in the order of the help page. One row a command; the groups are in commands/.
const std::vector<Command>& command_table();
const std::vector<Option>& global_options();

// The options of a command with the ones that its effect brings.
std::vector<Option> options_of(const Command& command);

// What a group of commands is about: ("schedule", "Schedules: ...").
struct Group {
  std::string name{};
  std::string summary{};
};
const std::vector<Group>& command_groups();

const Command* find_command(const std::vector<std::string>& path);
const Group* find_group(std::string_view name);

}  // namespace loopctl
