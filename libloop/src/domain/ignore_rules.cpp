// SPDX-License-Identifier: MIT
// Reading and asking ignore files.
#include "loop/domain/ignore_rules.h"

#include "loop/base/result.h"

#include <utility>

namespace loop {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Spaces at the end do not count, unless a backslash stands before one.
std::string_view without_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      if (++at == line.size()) return line;
      end = at + 1;
    } else if (line[at] != ' ') {
      end = at + 1;
    }
  }
  return line.substr(0, end);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

IgnoreRules IgnoreRules::parse(std::string_view text) {
  IgnoreRules rules;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with('#')) rules.add_line(without_trailing_spaces(line));
  }
  return rules;
}

IgnoreRules IgnoreRules::of_lines(std::span<const std::string> lines) {
  IgnoreRules rules;
  for (const std::string& line : lines) rules.add_line(line);
  return rules;
}

void IgnoreRules::add_line(std::string_view line) {
  line = line.substr(0, line.find('\0'));
  Rule rule;
  rule.is_negative = line.starts_with('!');
  if (rule.is_negative) line.remove_prefix(1);
  rule.is_directory_only = line.ends_with('/');
  if (rule.is_directory_only) line.remove_suffix(1);
  rule.is_of_name = line.find('/') == std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return;
  if (!rule.is_of_name) {
    // Git compares what stands before the first wildcard by itself; "a**/b" is therefore "a"
    // followed by any directories.
    rule.start = line.substr(0, line.find_first_of("*?[\\"));
    line.remove_prefix(rule.start.size());
  }
  auto rest = Glob::parse(line);
  if (!rest) return;
  rule.rest = std::move(*rest);
  rules_.push_back(std::move(rule));
}

bool IgnoreRules::matches(const Rule& rule, std::string_view path, IgnoreTarget target) {
  if (rule.is_directory_only && target != IgnoreTarget::directory) return false;
  if (rule.is_of_name) return rule.rest.matches(name_of(path));
  return path.starts_with(rule.start) && rule.rest.matches(path.substr(rule.start.size()));
}

IgnoreVerdict IgnoreRules::judge(std::string_view path, IgnoreTarget target) const {
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (!matches(*rule, path, target)) continue;
    return rule->is_negative ? IgnoreVerdict::kept : IgnoreVerdict::ignored;
  }
  return IgnoreVerdict::no_rule;
}

bool IgnoreRules::covers(std::string_view path, IgnoreTarget target) const {
  if (rules_.empty()) return false;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (judge(path.substr(0, slash), IgnoreTarget::directory) == IgnoreVerdict::ignored) {
      return true;
    }
  }
  return judge(path, target) == IgnoreVerdict::ignored;
}

void IgnoreStack::enter(std::string directory, IgnoreRules rules) {
  levels_.push_back({std::move(directory), std::move(rules)});
}

void IgnoreStack::leave() {
  LOOP_CHECK(!levels_.empty());
  levels_.pop_back();
}

bool IgnoreStack::ignores(std::string_view path, IgnoreTarget target) const {
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    const std::size_t above = level->directory.empty() ? 0 : level->directory.size() + 1;
    LOOP_CHECK(above <= path.size());
    switch (level->rules.judge(path.substr(above), target)) {
      case IgnoreVerdict::no_rule: break;
      case IgnoreVerdict::ignored: return true;
      case IgnoreVerdict::kept: return false;
    }
  }
  return false;
}

}  // namespace loop
