// SPDX-License-Identifier: MIT
// Checking where a walk begins and what it chooses.
#include "ops/walk_arguments.hpp"

#include "loop/store/file_system.h"
#include "ops/file_guard.hpp"

#include <fmt/format.h>

namespace loop::ops {

namespace {

constexpr std::size_t kRulesMax = 100;

Error of_argument(Error error, std::string_view argument) {
  return std::move(error).with_context(fmt::format("argument \"{}\"", argument));
}

Status check_rule(std::string_view rule) {
  if (rule.starts_with('!')) rule.remove_prefix(1);
  LOOP_TRY_VOID(Glob::parse(rule));
  return {};
}

}  // namespace

Result<std::optional<RelativePath>> walk_directory(const OperationContext& context,
                                                   const std::optional<std::string>& given) {
  LOOP_TRY(const auto path, directory_argument("directory", given.value_or("")));
  if (!path) return path;
  FileSystem& files = context.services.files;
  // A link to the root leads to what has no path of its own.
  LOOP_TRY(RelativePath real, files.resolve(*path));
  LOOP_TRY(const auto info, files.info(real));
  if (info && info->kind == FileKind::directory) return std::optional(std::move(real));
  return Error(info ? Errc::invalid_argument : Errc::not_found,
               fmt::format("argument \"directory\": {} {}", shown(*path),
                           info ? "is no directory" : "does not exist"));
}

Result<std::optional<FilePattern>> pattern_argument(std::string_view argument,
                                                    const std::optional<std::string>& given) {
  if (!given) return std::optional<FilePattern>();
  auto pattern = FilePattern::parse(*given);
  if (!pattern) return of_argument(std::move(pattern).error(), argument);
  return std::optional(std::move(*pattern));
}

Result<IgnoreRules> rules_argument(std::string_view argument,
                                   const std::vector<std::string>& given) {
  if (given.size() > kRulesMax) {
    return Error(Errc::invalid_argument,
                 fmt::format("argument \"{}\" has {} patterns; the limit is {}", argument,
                             given.size(), kRulesMax));
  }
  std::vector<std::string> lines;
  for (const std::string& pattern : given) {
    auto expanded = expand_braces(pattern, FilePattern::kAlternativesMax);
    if (!expanded) return of_argument(std::move(expanded).error(), argument);
    for (std::string& line : *expanded) {
      if (auto checked = check_rule(line); !checked) {
        return of_argument(std::move(checked).error(), argument);
      }
      lines.push_back(std::move(line));
    }
  }
  return IgnoreRules::of_lines(lines);
}

std::string shown_directory(const std::optional<RelativePath>& directory) {
  return directory ? shown(*directory) : ".";
}

}  // namespace loop::ops
