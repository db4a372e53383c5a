// SPDX-License-Identifier: MIT
// What the .gitignore files of a tree leave out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/glob.h"

namespace loop {

enum class IgnoreTarget { file, directory };  // a link is a file, whatever it leads to

// no_rule: nothing said; the rules of directories above decide.
enum class IgnoreVerdict { no_rule, ignored, kept };

// The rules of one file, read as git 2.39 does: comments, "!", "/" at the start, in the middle and
// at the end, escapes, trailing spaces, the last rule that matches wins. A line that can match
// nothing is left out. Paths are relative to the directory of the file.
class IgnoreRules {
 public:
  static IgnoreRules parse(std::string_view text);
  static IgnoreRules of_lines(std::span<const std::string> lines);

  IgnoreVerdict judge(std::string_view path, IgnoreTarget target) const;

  // Whether the path or a directory above it is ignored: what is below an ignored directory cannot
  // be kept.
  bool covers(std::string_view path, IgnoreTarget target) const;

  bool is_empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string start;  // these bytes first, then `rest`
    Glob rest;
    bool is_negative = false;
    bool is_directory_only = false;
    bool is_of_name = false;  // compared with the name, at any depth
  };

  void add_line(std::string_view line);
  static bool matches(const Rule& rule, std::string_view path, IgnoreTarget target);

  std::vector<Rule> rules_;
};

// The rules that hold in one directory: of its own file and of those above, the nearest first.
class IgnoreStack {
 public:
  // `directory` is a path from the root ("" is the root), below the last one entered.
  void enter(std::string directory, IgnoreRules rules);
  void leave();

  // `path` from the root, of something in the last directory entered.
  bool ignores(std::string_view path, IgnoreTarget target) const;

 private:
  struct Level {
    std::string directory;
    IgnoreRules rules;
  };
  std::vector<Level> levels_;
};

}  // namespace loop
