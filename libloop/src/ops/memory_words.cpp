// SPDX-License-Identifier: MIT
// Words of sections, and how full the memory is.
#include "ops/memory_words.hpp"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace loop::ops {

namespace {

constexpr std::size_t kShownBytesMax = 80;

}  // namespace

std::string_view word_of(MemorySection section) noexcept {
  switch (section) {
    case MemorySection::patterns: return "patterns";
    case MemorySection::commands: return "commands";
    case MemorySection::status: return "status";
  }
  return {};
}

Result<MemorySection> require_section(const std::string& text) {
  if (const auto section = parse_memory_section(text)) return *section;
  std::vector<std::string> known;
  std::string allowed;
  for (const MemorySection section : kMemorySections) {
    known.emplace_back(word_of(section));
    known.emplace_back(title_of(section));
    allowed += fmt::format("{}{} (\"{}\")", allowed.empty() ? "" : ", ", word_of(section),
                           title_of(section));
  }
  return Error(Errc::invalid_argument, fmt::format("argument \"section\" is \"{}\"{}; allowed: {}",
                                                   ellipsize(to_single_line(text), kShownBytesMax),
                                                   did_you_mean(text, known), allowed));
}

std::int64_t headroom_percent(std::size_t line_count) {
  const std::size_t left = kMemoryLinesMax - std::min(kMemoryLinesMax, line_count);
  return static_cast<std::int64_t>(left * 100 / kMemoryLinesMax);
}

}  // namespace loop::ops
