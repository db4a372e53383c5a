// SPDX-License-Identifier: MIT
// Patterns of file names: "*", "?", "[a-z]" and "**", as git's ignore files understand them.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"

namespace loop {

inline constexpr std::size_t kGlobBytesMax = 1024;

// Works on bytes; "/" is matched by itself, by "**/" at the start of a component (any number of
// directories, also none), and by "**" at the end behind a "/". Other runs of stars are one star.
// Takes time in proportion to pattern times path, whatever the pattern.
class Glob {
 public:
  // invalid_argument for what can never match ("[" without an end, an unknown [:class:], a
  // backslash at the end) and for more than kGlobBytesMax bytes.
  static Result<Glob> parse(std::string_view pattern);

  bool matches(std::string_view path) const;

 private:
  enum class Kind : std::uint8_t { byte, any_byte, set, star, directories, rest };
  struct Token {
    Kind kind;
    char byte = 0;
    std::size_t set = 0;  // index into sets_
  };
  class Parser;
  class States;

  bool matches_middle(std::string_view text) const;

  std::string prefix_;  // what stands before the first wildcard
  std::string suffix_;  // and behind the last one
  bool is_literal_ = true;
  std::vector<Token> tokens_;  // between prefix and suffix
  std::vector<std::bitset<256>> sets_;
};

// What a caller gives to choose files: a Glob with alternatives ("*.{cpp,h}"). Without a "/" it is
// compared with the name, else with the path from where the walk began.
class FilePattern {
 public:
  // As Glob::parse; also invalid_argument for more than kAlternativesMax alternatives.
  static Result<FilePattern> parse(std::string_view pattern);

  bool matches(std::string_view path) const;

  static constexpr std::size_t kAlternativesMax = 256;

 private:
  std::vector<Glob> of_name_;
  std::vector<Glob> of_path_;
};

// "a{b,c{d,e}}" is "ab", "acd", "ace". Braces without a comma or without their end stand for
// themselves, as does what a backslash precedes.
Result<std::vector<std::string>> expand_braces(std::string_view pattern, std::size_t most);

}  // namespace loop
