// SPDX-License-Identifier: MIT
// The modes in force: the project's over the operator's over the built-in ones.
#include "loop/domain/modes.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/mode_document.hpp"
#include "loop/base/text.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

Mode* find_mode(std::vector<Mode>& modes, const ModeSlug& slug) {
  const auto found =
      std::find_if(modes.begin(), modes.end(), [&](const Mode& mode) { return mode.slug == slug; });
  return found == modes.end() ? nullptr : &*found;
}

// A mode that is there already wins over a later one, but a custom mode takes a built-in's place.
void add_modes(std::vector<Mode> from, std::vector<Mode>& modes) {
  for (Mode& mode : from) {
    Mode* present = find_mode(modes, mode.slug);
    if (present == nullptr) {
      modes.push_back(std::move(mode));
    } else if (present->source == ModeSource::built_in) {
      *present = std::move(mode);
    }
  }
}

void add_problems(std::vector<ModeProblem> from, std::string_view file,
                  std::vector<ModeProblem>& problems) {
  for (ModeProblem& problem : from) {
    problem.message = fmt::format("{}: {}", file, problem.message);
    problems.push_back(std::move(problem));
  }
}

// A file that is too large is a problem of the file, as any other of its content is.
Result<ModeFile> read_project_modes(FileSystem& files) {
  auto content = read_file_if_exists(files, layout::modes(), kModeFileBytesMax);
  if (!content && content.error().code() == Errc::too_large) {
    return ModeFile{{}, {{content.error().message(), false}}};
  }
  if (!content) return std::move(content).error().with_context("reading the modes");
  if (!*content) return ModeFile{};
  return parse_modes((*content)->bytes, ModeSource::project);
}

}  // namespace

std::string_view to_string(ModeSource source) noexcept {
  switch (source) {
    case ModeSource::built_in: return "built-in";
    case ModeSource::global: return "global";
    case ModeSource::project: return "project";
  }
  return {};
}

Result<ModeBook> ModeBook::load(FileSystem& files, std::string_view global_text) {
  LOOP_TRY(ModeFile project, read_project_modes(files));
  ModeFile global = parse_modes(global_text, ModeSource::global);

  ModeBook book;
  book.modes_ = built_in_modes();
  add_modes(std::move(project.modes), book.modes_);
  add_modes(std::move(global.modes), book.modes_);
  add_problems(std::move(project.problems), layout::modes().str(), book.problems_);
  add_problems(std::move(global.problems), "the operator's modes", book.problems_);
  return book;
}

const Mode* ModeBook::find(const ModeSlug& slug) const {
  const auto found = std::find_if(modes_.begin(), modes_.end(),
                                  [&](const Mode& mode) { return mode.slug == slug; });
  return found == modes_.end() ? nullptr : &*found;
}

Result<const Mode*> ModeBook::require(const ModeSlug& slug) const {
  if (const Mode* mode = find(slug)) return mode;
  std::vector<std::string> slugs;
  for (const Mode& mode : modes_) slugs.push_back(mode.slug.str());
  const std::string typed = ellipsize(slug.str(), 80);
  return Error(Errc::not_found, fmt::format("no mode \"{}\" among the {} known ones{}", typed,
                                            modes_.size(), did_you_mean(typed, slugs)));
}

}  // namespace loop
