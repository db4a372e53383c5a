// SPDX-License-Identifier: MIT
// Patterns in RE2: its time is linear in the line, whatever the pattern.
#include "line_patterns.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

namespace loop {

namespace {

constexpr std::int64_t kPatternMemoryBytesMax = 8 << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

Result<std::unique_ptr<re2::RE2>> compile_one(const AgentDefinition& definition,
                                              std::string_view key, const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytesMax);
  auto compiled = std::make_unique<re2::RE2>(pattern, options);
  if (!compiled->ok()) {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\": {} \"{}\" is not a valid RE2 pattern: {}",
                             definition.name, key, pattern, compiled->error()));
  }
  return compiled;
}

}  // namespace

LinePatterns::LinePatterns() = default;
LinePatterns::~LinePatterns() = default;

Result<std::shared_ptr<const LinePatterns>> LinePatterns::compile(
    const AgentDefinition& definition) {
  std::shared_ptr<LinePatterns> patterns(new LinePatterns);
  for (const std::string& pattern : definition.limit_patterns) {
    LOOP_TRY(auto compiled, compile_one(definition, "limit_patterns", pattern));
    patterns->limits_.push_back(std::move(compiled));
  }
  if (!definition.final_pattern.empty()) {
    LOOP_TRY(patterns->final_, compile_one(definition, "final_pattern", definition.final_pattern));
  }
  return std::shared_ptr<const LinePatterns>(std::move(patterns));
}

std::optional<std::string> LinePatterns::find_limit(std::string_view line) const {
  for (const auto& pattern : limits_) {
    re2::StringPiece groups[2];
    const int count = pattern->NumberOfCapturingGroups() > 0 ? 2 : 1;
    if (!pattern->Match(piece(line), 0, line.size(), re2::RE2::UNANCHORED, groups, count)) continue;
    if (count == 2 && groups[1].data() != nullptr) return std::string(groups[1]);
    return std::string(line);
  }
  return std::nullopt;
}

bool LinePatterns::is_final(std::string_view line) const {
  return final_ != nullptr && re2::RE2::PartialMatch(piece(line), *final_);
}

}  // namespace loop
