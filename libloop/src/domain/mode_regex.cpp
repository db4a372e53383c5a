// SPDX-License-Identifier: MIT
// Tells a JavaScript expression that RE2 does not know from one that nobody can compile.
#include "domain/mode_regex.hpp"

#include <re2/re2.h>

namespace loop {

namespace {

constexpr std::size_t kPatternBytesMax = 4096;

// "[]" and "[^]" are an empty class and any character in JavaScript; RE2 reads on for the "]".
bool has_javascript_class(std::string_view pattern) {
  return pattern.find("[]") != std::string_view::npos ||
         pattern.find("[^]") != std::string_view::npos;
}

bool is_invalid_anywhere(RE2::ErrorCode code, std::string_view pattern) {
  if (code == RE2::ErrorMissingBracket) return !has_javascript_class(pattern);
  return code == RE2::ErrorMissingParen || code == RE2::ErrorUnexpectedParen ||
         code == RE2::ErrorTrailingBackslash || code == RE2::ErrorRepeatArgument ||
         code == RE2::ErrorRepeatOp;
}

// RE2 reports look-around and named groups, too, as a group that it cannot read.
bool is_group_of_javascript(std::string_view reason) {
  for (const std::string_view group : {"(?=", "(?!", "(?<"}) {
    if (reason.find(group) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

FileRegexCheck check_file_regex(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) {
    return {FileRegexVerdict::not_checked, "longer than 4096 bytes"};
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (regex.ok()) return {};
  const bool is_invalid = is_invalid_anywhere(regex.error_code(), pattern) &&
                          !is_group_of_javascript(regex.error_arg());
  return {is_invalid ? FileRegexVerdict::invalid : FileRegexVerdict::not_checked, regex.error()};
}

}  // namespace loop
