// SPDX-License-Identifier: MIT
// What damage is, for each of the files.
#include "ops/file_damage.hpp"

#include "loop/base/text.h"
#include "loop/domain/modes.h"
#include "loop/domain/schedule_book.h"
#include "loop/store/layout.h"

#include <fmt/format.h>

namespace loop::ops {

namespace {

std::optional<std::string> damage_in_schedules(std::string_view content) {
  const auto book = ScheduleBook::parse(std::string(content));
  if (book) return std::nullopt;
  return book.error().message();
}

std::optional<std::string> damage_in_modes(std::string_view content) {
  const ModeFile file = parse_modes(content, ModeSource::project);
  for (const ModeProblem& problem : file.problems) {
    if (!problem.is_warning) return problem.message;
  }
  return std::nullopt;
}

// NUL bytes are what a crash leaves of a file that was not synced.
std::optional<std::string> damage_in_text(std::string_view content) {
  if (const auto at = content.find('\0'); at != std::string_view::npos)
    return fmt::format("a NUL byte at offset {}", at);
  if (const auto at = find_invalid_utf8(content))
    return fmt::format("no UTF-8 from byte {} on", *at);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> damage_in(const RelativePath& file, std::string_view content) {
  if (file == layout::schedules()) return damage_in_schedules(content);
  if (file == layout::modes()) return damage_in_modes(content);
  if (file == layout::memory() || file == layout::todo()) return damage_in_text(content);
  // A damaged row of task_timing.tsv stays in the file: going back would lose all later rows.
  return std::nullopt;
}

}  // namespace loop::ops
