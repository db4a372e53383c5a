// SPDX-License-Identifier: MIT
// The fields of `[commands.<name>]`.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "loop/base/text.h"
#include "loop/store/relative_path.h"

namespace loop {

namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr int kOrderMax = 1'000'000;
constexpr std::chrono::seconds kTimeoutMax = std::chrono::hours{2};

// The names of the built-in validations; a command of this name could never be called.
constexpr std::array<std::string_view, 8> kTakenNames{"system_health",
                                                      "file_integrity",
                                                      "orchestrator_files",
                                                      "modes_configuration",
                                                      "schedules",
                                                      "memory",
                                                      "timing",
                                                      "todo"};

Result<std::int64_t> as_integer(const ConfigRaw& value, std::int64_t least, std::int64_t most) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number != nullptr && *number >= least && *number <= most) return *number;
  return Error(Errc::invalid_data,
               fmt::format("{} is not allowed here; allowed: an integer from {} to {}",
                           ellipsize(to_toml(value), 80), least, most));
}

Status set_argv(CommandDefinition& command, const ConfigRaw& value) {
  LOOP_TRY(command.command, as_list(value));
  if (!command.command.empty() && !command.command[0].empty()) return {};
  return Error(Errc::invalid_data, "a command is a list: a program and its arguments");
}

Status set_directory(CommandDefinition& command, const ConfigRaw& value) {
  LOOP_TRY(command.directory, as_text(value));
  if (command.directory.empty()) return {};
  const auto path = RelativePath::parse(command.directory);
  if (path) return {};
  return Error(Errc::invalid_data, path.error().message());
}

Status set_use(CommandDefinition& command, const ConfigRaw& value) {
  LOOP_TRY(const std::string word, as_text(value));
  for (const CommandUse use : {CommandUse::validation, CommandUse::sync}) {
    if (word != to_string(use)) continue;
    command.use = use;
    return {};
  }
  return Error(
      Errc::invalid_data,
      fmt::format("\"{}\" is not allowed here; allowed: validation, sync", ellipsize(word, 80)));
}

const std::array<CommandField, 5> kFields{{
    {"command", "list of strings", "[]", "The program and its arguments; no shell is involved.",
     set_argv, [](const CommandDefinition& command) { return to_toml(command.command); }},
    {"directory", "string", "\"\"", "Where it runs, relative to the root.", set_directory,
     [](const CommandDefinition& command) { return toml_string(command.directory); }},
    {"order", "integer", "0", "Commands for sync run by order, then by name.",
     [](CommandDefinition& command, const ConfigRaw& value) -> Status {
       LOOP_TRY(const std::int64_t order, as_integer(value, -kOrderMax, kOrderMax));
       command.order = static_cast<int>(order);
       return {};
     },
     [](const CommandDefinition& command) { return fmt::to_string(command.order); }},
    {"timeout_seconds", "integer", "300", "It is ended after so many seconds.",
     [](CommandDefinition& command, const ConfigRaw& value) -> Status {
       LOOP_TRY(const std::int64_t seconds, as_integer(value, 1, kTimeoutMax.count()));
       command.timeout = std::chrono::seconds{seconds};
       return {};
     },
     [](const CommandDefinition& command) {
       return fmt::to_string(command.timeout / std::chrono::seconds{1});
     }},
    {"use", "validation, sync", "\"validation\"",
     "What calls it: run_validation by its name, or sync_environment.", set_use,
     [](const CommandDefinition& command) { return toml_string(to_string(command.use)); }},
}};

}  // namespace

std::string_view to_string(CommandUse use) noexcept {
  switch (use) {
    case CommandUse::validation: return "validation";
    case CommandUse::sync: return "sync";
  }
  return "validation";
}

std::span<const CommandField> command_fields() { return kFields; }

Status set_command_field(CommandDefinition& command, std::string_view field,
                         const ConfigRaw& value) {
  std::vector<std::string> names;
  for (const CommandField& known : kFields) {
    if (known.name == field) return known.set(command, value);
    names.emplace_back(known.name);
  }
  return Error(Errc::invalid_data, fmt::format("unknown key{}; a command has {}",
                                               did_you_mean(field, names), fmt::join(names, ", ")));
}

Status complete_command(const CommandDefinition& command) {
  if (!command.command.empty()) return {};
  return Error(Errc::invalid_data,
               fmt::format("command \"{}\" has nothing to run; give commands.{}.command",
                           command.name, command.name));
}

Status check_command_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  const bool has_form =
      !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, is_allowed);
  if (!has_form) {
    return Error(Errc::invalid_data,
                 fmt::format("\"{}\" is no name of a command; allowed: 1 to {} small letters, "
                             "digits, \"-\" and \"_\"",
                             ellipsize(to_single_line(name), 80), kNameBytesMax));
  }
  if (std::ranges::find(kTakenNames, name) == kTakenNames.end()) return {};
  return Error(Errc::invalid_data,
               fmt::format("\"{}\" is a built-in validation; a command needs another name", name));
}

}  // namespace loop
