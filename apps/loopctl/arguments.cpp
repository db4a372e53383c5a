// SPDX-License-Identifier: MIT
// Options and arguments, parsed by Boost.Program_options under the command table.
#include "arguments.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "loop/base/text.h"

namespace loopctl {

namespace po = boost::program_options;
using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

// A later option must not change what a script's abbreviation means: no guessing.
constexpr int kStyle =
    (po::command_line_style::unix_style & ~po::command_line_style::allow_guessing);

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> options = options_of(command);
  const auto& globals = global_options();
  options.insert(options.end(), globals.begin(), globals.end());
  return options;
}

po::options_description describe(const std::vector<Option>& options) {
  po::options_description description;
  for (const Option& option : options) {
    const std::string names =
        option.letter == 0 ? option.name : fmt::format("{},{}", option.name, option.letter);
    const bool is_flag = option.kind == ValueKind::none;
    description.add_options()(names.c_str(), new po::untyped_value(is_flag), "");
  }
  return description;
}

// "--name=" gives an empty value; the library refuses that spelling.
std::vector<std::string> split_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> split;
  bool only_arguments = false;
  for (const std::string& word : words) {
    only_arguments = only_arguments || word == "--";
    const bool is_empty_value = word.size() > 3 && word.starts_with("--") && word.ends_with('=') &&
                                std::count(word.begin(), word.end(), '=') == 1;
    if (only_arguments || !is_empty_value) {
      split.push_back(word);
      continue;
    }
    split.push_back(word.substr(0, word.size() - 1));
    split.emplace_back();
  }
  return split;
}

Error unknown_option(const Command& command, std::string_view given) {
  std::vector<std::string> names;
  for (const Option& option : all_options(command)) names.push_back("--" + option.name);
  const std::string typed = loop::to_single_line(given);
  return Error(
      Errc::invalid_argument,
      fmt::format("loopctl {}: unknown option {}{}; `loopctl help {}` shows all", command.words(),
                  loop::ellipsize(typed, 80), loop::did_you_mean(typed, names), command.words()));
}

Error bad_value(const Option& option, std::string_view given, std::string_view allowed) {
  return Error(Errc::invalid_argument,
               fmt::format("--{}: \"{}\" is not allowed; allowed: {}", option.name,
                           loop::ellipsize(loop::to_single_line(given), 80), allowed));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

loop::Status check_word(const Option& option, const std::string& text) {
  if (option.allowed.empty()) return {};
  if (std::find(option.allowed.begin(), option.allowed.end(), text) != option.allowed.end()) {
    return {};
  }
  return bad_value(option, text,
                   fmt::format("{}{}", fmt::join(option.allowed, ", "),
                               loop::did_you_mean(text, option.allowed)));
}

loop::Status check_value(const Option& option, const std::string& text) {
  switch (option.kind) {
    case ValueKind::none: return {};
    case ValueKind::text: return check_word(option, text);
    case ValueKind::integer: {
      const auto number = parse_integer(text);
      if (number && *number >= option.least && *number <= option.most) return {};
      return bad_value(option, text,
                       fmt::format("an integer from {} to {}", option.least, option.most));
    }
    case ValueKind::duration: {
      const auto duration = loop::parse_duration(text);
      if (duration) return {};
      return Error(Errc::invalid_argument,
                   fmt::format("--{}: {}", option.name, duration.error().message()));
    }
    case ValueKind::time: {
      const auto time = parse_time(text, loop::Instant{});
      if (time) return {};
      return Error(Errc::invalid_argument,
                   fmt::format("--{}: {}", option.name, time.error().message()));
    }
  }
  return {};
}

loop::Status check_positionals(const Command& command, const std::vector<std::string>& given) {
  const auto& wanted = command.positionals;
  const bool has_rest = !wanted.empty() && wanted.back().repeats;
  if (given.size() > wanted.size() && !has_rest) {
    return Error(Errc::invalid_argument,
                 fmt::format("loopctl {}: unexpected argument \"{}\"", command.words(),
                             loop::ellipsize(loop::to_single_line(given[wanted.size()]), 80)));
  }
  for (std::size_t i = given.size(); i < wanted.size(); ++i) {
    if (!wanted[i].required) continue;
    return Error(Errc::invalid_argument,
                 fmt::format("loopctl {}: {} is missing ({})", command.words(), wanted[i].name,
                             wanted[i].meaning));
  }
  return {};
}

// Runs the library; its exceptions end here.
Result<std::vector<po::option>> run_parser(const Command& command,
                                           const std::vector<std::string>& words) {
  const po::options_description description = describe(all_options(command));
  try {
    return po::command_line_parser(split_empty_values(words))
        .options(description)
        .style(kStyle)
        .run()
        .options;
  } catch (const po::unknown_option& error) {
    return unknown_option(command, error.get_option_name());
  } catch (const po::error& error) {
    return Error(Errc::invalid_argument,
                 fmt::format("loopctl {}: {}", command.words(),
                             loop::to_valid_utf8(loop::to_single_line(error.what()))));
  }
}

bool is_global_with_value(const std::string& word) {
  const auto& options = global_options();
  return std::any_of(options.begin(), options.end(), [&](const Option& option) {
    if (option.kind == ValueKind::none) return false;
    return word == "--" + option.name ||
           (option.letter != 0 && word == fmt::format("-{}", option.letter));
  });
}

}  // namespace

Result<Arguments> Arguments::parse(const Command& command, const std::vector<std::string>& words) {
  LOOP_TRY(const auto parsed, run_parser(command, words));
  const std::vector<Option> options = all_options(command);
  Arguments arguments;
  for (const Option& option : options) {
    if (!option.default_value.empty()) arguments.defaults_[option.name] = option.default_value;
  }
  for (const po::option& item : parsed) {
    if (item.string_key.empty()) {
      arguments.positionals_.insert(arguments.positionals_.end(), item.value.begin(),
                                    item.value.end());
      continue;
    }
    const std::string name = item.string_key.substr(item.string_key.find_first_not_of('-'));
    const auto option = std::find_if(options.begin(), options.end(), [&](const Option& known) {
      return known.name == name || (known.letter != 0 && name == std::string(1, known.letter));
    });
    if (option == options.end()) return unknown_option(command, item.string_key);
    auto& values = arguments.values_[option->name];
    if (!values.empty() && !option->repeats && option->kind != ValueKind::none) {
      return Error(Errc::invalid_argument, fmt::format("--{} is given twice", option->name));
    }
    values.push_back(item.value.empty() ? std::string{} : item.value.front());
    LOOP_TRY_VOID(check_value(*option, values.back()));
  }
  if (arguments.has("help")) return arguments;  // help is given, however wrong the rest
  LOOP_TRY_VOID(check_positionals(command, arguments.positionals_));
  return arguments;
}

bool Arguments::has(std::string_view option) const { return values_.find(option) != values_.end(); }

std::optional<std::string> Arguments::text(std::string_view option) const {
  const auto given = values_.find(option);
  if (given != values_.end()) return given->second.back();
  const auto fallback = defaults_.find(option);
  if (fallback != defaults_.end()) return fallback->second;
  return std::nullopt;
}

std::vector<std::string> Arguments::texts(std::string_view option) const {
  const auto given = values_.find(option);
  return given == values_.end() ? std::vector<std::string>{} : given->second;
}

std::optional<std::int64_t> Arguments::integer(std::string_view option) const {
  const auto given = text(option);
  return given ? parse_integer(*given) : std::nullopt;
}

std::optional<loop::Duration> Arguments::duration(std::string_view option) const {
  const auto given = text(option);
  if (!given) return std::nullopt;
  const auto parsed = loop::parse_duration(*given);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::string Arguments::positional(std::size_t index) const {
  return index < positionals_.size() ? positionals_[index] : std::string{};
}

CommandLine split_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  bool is_path_open = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") is_path_open = false;
    const bool is_option = word.size() > 1 && word[0] == '-';
    if (is_path_open && !is_option) {
      line.path.push_back(word);
      is_path_open = line.path.size() == 1 && find_group(word) != nullptr;
      continue;
    }
    line.rest.push_back(word);
    if (is_path_open && is_global_with_value(word) && i + 1 < words.size()) {
      line.rest.push_back(words[++i]);
    }
  }
  return line;
}

Result<loop::Instant> parse_time(std::string_view text, loop::Instant now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  if (text == "now") return now;
  if (text == "today") return loop::Instant(day);
  if (text == "yesterday") return loop::Instant(day - std::chrono::days{1});
  if (const auto instant = loop::parse_instant(text)) return *instant;
  if (const auto instant = loop::parse_instant(fmt::format("{}T00:00:00Z", text))) return *instant;
  if (const auto ago = loop::parse_duration(text)) return now - *ago;
  return Error(Errc::invalid_argument,
               fmt::format("\"{}\" is no time; allowed: 2h (that long ago), now, today, yesterday "
                           "(UTC days), 2025-11-01, 2025-11-01T06:38:00Z",
                           loop::ellipsize(loop::to_single_line(text), 80)));
}

}  // namespace loopctl
