// SPDX-License-Identifier: MIT
// Finding the command, parsing its arguments, calling its handler.
#include "program.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "help.hpp"
#include "loop/base/version.h"
#include "invocation.hpp"

namespace loopctl {

using loop::Result;

namespace {

// The parts of the style that errors of parsing need already.
OutputStyle style_of(const std::vector<std::string>& words,
                     const front::Surroundings& surroundings) {
  const auto has = [&](std::string_view word) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::find(words.begin(), end, word) != end;
  };
  std::string when = "auto";
  for (const char* choice : {"always", "never"}) {
    const bool is_chosen = has(std::string("--color=") + choice) || (has("--color") && has(choice));
    if (is_chosen) when = choice;
  }
  return {.json = has("--json"),
          .quiet = has("--quiet") || has("-q"),
          .colour_out = surroundings.wants_colour(when, surroundings.stdout_is_terminal),
          .colour_err = surroundings.wants_colour(when, surroundings.stderr_is_terminal)};
}

ExitCode fail(Output& output, const loop::Error& error) {
  output.error(error);
  return exit_code_of(error.code());
}

bool asks(const std::vector<std::string>& words, std::string_view name, std::string_view letter) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return word == name || word == letter; });
}

// No command, or a group without a verb: help if that was asked for, else a wrong usage.
ExitCode without_command(const CommandLine& line, Output& output) {
  const bool wants_help = asks(line.rest, "--help", "-h");
  if (line.path.empty() && asks(line.rest, "--version", "--version")) {
    output.line(loop::version());
    return ExitCode::ok;
  }
  const Group* group = line.path.size() == 1 ? find_group(line.path[0]) : nullptr;
  if (!line.path.empty() && group == nullptr) return fail(output, unknown_command(line.path));
  const std::string text = group != nullptr ? group_help(*group, output) : overview_help(output);
  if (wants_help) {
    output.text(text);
    return ExitCode::ok;
  }
  return fail(output,
              loop::Error(loop::Errc::invalid_argument,
                          group != nullptr ? "which command of " + group->name +
                                                 "? `loopctl help " + group->name + "` lists them"
                                           : "no command is given; `loopctl help` lists them"));
}

ExitCode run_command(const CommandLine& line, const front::Surroundings& surroundings,
                     Output& output) {
  const Command* command = find_command(line.path);
  if (command == nullptr) return without_command(line, output);
  const auto arguments = Arguments::parse(*command, line.rest);
  if (!arguments) return fail(output, arguments.error());
  if (arguments->has("help")) {
    output.text(command_help(*command, output));
    return ExitCode::ok;
  }
  Invocation invocation{*command, *arguments, surroundings, output};
  const auto code = command->handler(invocation);
  return code ? *code : fail(output, code.error());
}

}  // namespace

int run_program(const std::vector<std::string>& words, const front::Surroundings& surroundings) {
  Output output(style_of(words, surroundings));
  ExitCode code = run_command(split_command_line(words), surroundings, output);
  if (const auto flushed = output.flush(); !flushed) code = fail(output, flushed.error());
  return static_cast<int>(code);
}

}  // namespace loopctl
