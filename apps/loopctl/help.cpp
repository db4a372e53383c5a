// SPDX-License-Identifier: MIT
// Help for the terminal.
#include "help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/base/text.h"

namespace loopctl {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGapMax = 30;  // a longer left column gets its text on the next line

std::string heading(const Output& output, std::string_view text) {
  return fmt::format("\n{}\n", output.paint(Tone::strong, text));
}

std::string two_columns(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows) {
    if (left.size() <= kGapMax) width = std::max(width, left.size());
  }
  std::string text;
  for (const auto& [left, right] : rows) {
    const bool fits = left.size() <= width;
    text += fmt::format("{:{}}{:{}}", "", kIndent, left, fits ? width : 0);
    text += fits ? "  " : fmt::format("\n{:{}}", "", kIndent + width + 2);
    text += right + "\n";
  }
  return text;
}

std::string option_meaning(const Option& option) {
  std::string text = option.meaning;
  if (!option.allowed.empty()) text += fmt::format(": {}", fmt::join(option.allowed, ", "));
  if (!option.default_value.empty()) text += fmt::format(" (default {})", option.default_value);
  return text;
}

std::string option_rows(const std::vector<Option>& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Option& option : options) {
    const std::string indent = option.letter == 0 ? "    " : "";
    rows.emplace_back(indent + option_words(option), option_meaning(option));
  }
  return two_columns(rows);
}

std::vector<std::pair<std::string, std::string>> rows_of_group(std::string_view name) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : command_table()) {
    const bool belongs = name.empty() ? command.path.size() == 1
                                      : command.path.size() == 2 && command.path[0] == name;
    if (belongs && !command.is_hidden) rows.emplace_back(command.words(), command.summary);
  }
  return rows;
}

std::string examples_of(const Command& command, const Output& output) {
  std::string text;
  for (const Example& example : command.examples) {
    text += fmt::format("  {}\n", example.line);
    if (!example.meaning.empty()) {
      text += fmt::format("      {}\n", output.paint(Tone::faint, example.meaning));
    }
  }
  return text;
}

}  // namespace

std::string usage_line(const Command& command) {
  std::string line = "loopctl " + command.words();
  for (const Positional& positional : command.positionals) {
    const std::string name = positional.name + (positional.repeats ? "..." : "");
    line += positional.required ? " " + name : fmt::format(" [{}]", name);
  }
  return options_of(command).empty() ? line : line + " [OPTION]...";
}

std::string option_words(const Option& option) {
  std::string words = option.letter == 0 ? "" : fmt::format("-{}, ", option.letter);
  words += "--" + option.name;
  return option.value_name.empty() ? words : words + " " + option.value_name;
}

std::string overview_help(const Output& output) {
  std::string text =
      "loopctl runs coding agents in loops from plain files.\n\n"
      "Usage: loopctl [OPTION]... COMMAND [ARGUMENT]...\n";
  text += heading(output, "Start") +
          "  loopctl init                       make this folder a workspace\n"
          "  loopctl schedule add --name tidy --every 10m --instructions \"Tidy the code\"\n"
          "  loopctl run                        start what is due, until Ctrl-C\n";
  text += heading(output, "Commands") + two_columns(rows_of_group(""));
  std::vector<std::pair<std::string, std::string>> groups;
  for (const Group& group : command_groups()) {
    std::vector<std::string> verbs;
    for (const auto& [words, summary] : rows_of_group(group.name)) {
      verbs.push_back(words.substr(words.find(' ') + 1));
    }
    groups.emplace_back(group.name, fmt::format("{}", fmt::join(verbs, ", ")));
  }
  text += heading(output, "Groups") + two_columns(groups);
  text += heading(output, "Options of every command") + option_rows(global_options());
  text += "\n`loopctl help COMMAND` tells more about each.\n";
  return text;
}

std::string group_help(const Group& group, const Output& output) {
  std::string text = group.summary + "\n";
  text += heading(output, "Commands") + two_columns(rows_of_group(group.name));
  text += fmt::format("\n`loopctl help {} VERB` tells more about each.\n", group.name);
  return text;
}

std::string command_help(const Command& command, const Output& output) {
  std::string text = fmt::format("{}\n\nUsage: {}\n", command.summary, usage_line(command));
  if (!command.examples.empty()) {
    text += heading(output, "Examples") + examples_of(command, output);
  }
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  std::vector<std::pair<std::string, std::string>> arguments;
  for (const Positional& positional : command.positionals) {
    arguments.emplace_back(positional.name, positional.meaning);
  }
  if (!arguments.empty()) text += heading(output, "Arguments") + two_columns(arguments);
  const auto options = options_of(command);
  if (!options.empty()) text += heading(output, "Options") + option_rows(options);
  text += heading(output, "Options of every command") + option_rows(global_options());
  return text;
}

std::string exit_code_help() {
  std::string text;
  for (const ExitCodeRow& row : exit_code_rows()) {
    text += fmt::format("{:>4}  {}\n", static_cast<int>(row.code), row.meaning);
  }
  return text;
}

loop::Error unknown_command(const std::vector<std::string>& path) {
  std::vector<std::string> known;
  const bool is_in_group = path.size() > 1;
  for (const Command& command : command_table()) {
    if (command.is_hidden || (command.path.size() > 1) != is_in_group) continue;
    if (!is_in_group || command.path[0] == path[0]) known.push_back(command.path.back());
  }
  if (!is_in_group) {
    for (const Group& group : command_groups()) known.push_back(group.name);
  }
  const std::string typed = loop::ellipsize(loop::to_single_line(path.back()), 80);
  const std::string where = is_in_group ? fmt::format("of {} ", path[0]) : "";
  return loop::Error(
      loop::Errc::invalid_argument,
      fmt::format("unknown command {}\"{}\"{}; `loopctl help{}` lists them", where, typed,
                  loop::did_you_mean(typed, known), is_in_group ? " " + path[0] : ""));
}

}  // namespace loopctl
