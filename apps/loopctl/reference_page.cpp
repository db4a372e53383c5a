// SPDX-License-Identifier: MIT
// docs/loopctl.md, made from the command table.
#include <fmt/format.h>

#include "help.hpp"
#include "loop/domain/config.h"

namespace loopctl {

namespace {

std::string option_table(const std::vector<Option>& options) {
  std::string text = "| Option | Meaning | Allowed | Default |\n|---|---|---|---|\n";
  for (const Option& option : options) {
    std::string allowed = fmt::format("{}", fmt::join(option.allowed, ", "));
    if (option.kind == ValueKind::integer) {
      allowed = fmt::format("{} to {}", option.least, option.most);
    }
    text += fmt::format("| `{}` | {} | {} | {} |\n", table_cell(option_words(option)),
                        table_cell(option.meaning), table_cell(allowed),
                        table_cell(option.default_value));
  }
  return text;
}

std::string command_section(const Command& command) {
  std::string text = fmt::format("\n### loopctl {}\n\n{}.\n\n```\n{}\n```\n", command.words(),
                                 command.summary, usage_line(command));
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  for (const Positional& positional : command.positionals) {
    text += fmt::format("\n- `{}`: {}{}", positional.name, positional.meaning,
                        positional.required ? "" : " (optional)");
  }
  if (!command.positionals.empty()) text += "\n";
  const auto options = options_of(command);
  if (!options.empty()) text += "\n" + option_table(options);
  if (command.examples.empty()) return text;
  text += "\n```\n";
  for (const Example& example : command.examples) {
    if (!example.meaning.empty()) text += fmt::format("# {}\n", example.meaning);
    text += example.line + "\n";
  }
  return text + "```\n";
}

std::string exit_code_table() {
  std::string text = "| Code | Meaning |\n|---|---|\n";
  for (const ExitCodeRow& row : exit_code_rows()) {
    text += fmt::format("| {} | {} |\n", static_cast<int>(row.code), row.meaning);
  }
  return text;
}

std::string config_table() {
  std::string text = "| Key | Takes | Default | Meaning |\n|---|---|---|---|\n";
  for (const loop::ConfigKeyInfo& info : loop::describe_config()) {
    const std::string value =
        info.default_value.empty() ? "" : fmt::format("`{}`", table_cell(info.default_value));
    text += fmt::format("| `{}`{} | {} | {} | {} |\n", info.key, info.needs_trust ? " (trust)" : "",
                        table_cell(info.type), value, table_cell(info.meaning));
  }
  return text;
}

}  // namespace

// A pipe would end the cell.
std::string table_cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string reference_page() {
  std::string text =
      "# loopctl\n\n"
      "<!-- Written by `loopctl __docs`; a test fails when the two differ. -->\n\n"
      "`loopctl [OPTION]... COMMAND [ARGUMENT]...`\n\n"
      "Results go to standard output, messages to standard error. Only `--json` is stable: one\n"
      "object on one line that begins with `{\"schema\":1`. With `--json` an error is\n"
      "`{\"schema\":1,\"error\":{\"code\":...,\"message\":...}}` on standard error. Times are in "
      "UTC\n"
      "in JSON. Colours are used on terminals; `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are\n"
      "followed.\n\n"
      "The workspace is the nearest folder, from the working directory (or that of `-C`) upwards,\n"
      "that holds `.loop`, `.roo` or `.git`; without `-C` the variable `LOOP_ROOT` names it.\n\n"
      "## Options of every command\n\n";
  text += option_table(global_options());
  text += "\n## Exit codes\n\n" + exit_code_table();
  text += "\n## Commands\n";
  for (const Command& command : command_table()) {
    if (!command.is_hidden) text += command_section(command);
  }
  text +=
      "\n## Configuration\n\n"
      "Flag (`--set KEY=VALUE`) over environment over `.loop/config.toml` in the workspace over\n"
      "`$XDG_CONFIG_HOME/loop/config.toml` of the operator over the built-in value. The variable "
      "of\n"
      "a key is `LOOP_` and the key in capitals with `_` for `.`: `LOOP_RUN_TIMEOUT`. Keys marked\n"
      "(trust) count in a workspace's file only after `loopctl trust`; an untrusted workspace\n"
      "cannot raise a budget that the operator has set.\n\n";
  return text + config_table();
}

}  // namespace loopctl
