// SPDX-License-Identifier: MIT
// Patterns of callers: alternatives, and the choice between name and path.
#include "loop/domain/glob.h"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace loop {

namespace {

struct Braces {
  std::size_t open = 0;
  std::size_t close = 0;
  std::vector<std::string_view> alternatives;
};

// The group that opens at `open`; nothing when it has no end or no comma.
std::optional<Braces> read_braces(std::string_view pattern, std::size_t open) {
  Braces braces{.open = open};
  std::size_t depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t at = open; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      ++at;
    } else if (c == '{') {
      ++depth;
    } else if (c == ',' && depth == 1) {
      braces.alternatives.push_back(pattern.substr(begin, at - begin));
      begin = at + 1;
    } else if (c == '}' && --depth == 0) {
      if (braces.alternatives.empty()) return std::nullopt;
      braces.alternatives.push_back(pattern.substr(begin, at - begin));
      braces.close = at;
      return braces;
    }
  }
  return std::nullopt;
}

std::optional<Braces> find_braces(std::string_view pattern, std::size_t from) {
  for (std::size_t at = from; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == '{') {
      if (auto braces = read_braces(pattern, at)) return braces;
    }
  }
  return std::nullopt;
}

std::string_view without_start(std::string_view pattern) {
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return pattern;
}

}  // namespace

Result<std::vector<std::string>> expand_braces(std::string_view pattern, std::size_t most) {
  // What is whole already, and what has braces from the given byte on.
  std::vector<std::string> whole;
  std::vector<std::pair<std::string, std::size_t>> open{{std::string(pattern), 0}};
  while (!open.empty()) {
    auto [text, from] = std::move(open.back());
    open.pop_back();
    const auto braces = find_braces(text, from);
    if (!braces) {
      whole.push_back(std::move(text));
    } else {
      // Backwards, so that the first alternative is the first result.
      for (auto i = braces->alternatives.rbegin(); i != braces->alternatives.rend(); ++i) {
        open.emplace_back(
            text.substr(0, braces->open).append(*i).append(text.substr(braces->close + 1)),
            braces->open);
      }
    }
    if (whole.size() + open.size() <= most) continue;
    return Error(Errc::invalid_argument,
                 fmt::format("a pattern has more than {} alternatives", most));
  }
  return whole;
}

Result<FilePattern> FilePattern::parse(std::string_view pattern) {
  if (pattern.size() > kGlobBytesMax) {
    return Error(Errc::invalid_argument, fmt::format("a pattern has {} bytes; the limit is {}",
                                                     pattern.size(), kGlobBytesMax));
  }
  LOOP_TRY(const auto alternatives, expand_braces(pattern, kAlternativesMax));
  FilePattern whole;
  for (const std::string& alternative : alternatives) {
    const bool is_path = alternative.find('/') != std::string::npos;
    LOOP_TRY(Glob glob, Glob::parse(without_start(alternative)));
    (is_path ? whole.of_path_ : whole.of_name_).push_back(std::move(glob));
  }
  return whole;
}

bool FilePattern::matches(std::string_view path) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto of = [](std::string_view text) {
    return [text](const Glob& glob) { return glob.matches(text); };
  };
  return std::ranges::any_of(of_name_, of(name)) || std::ranges::any_of(of_path_, of(path));
}

}  // namespace loop
