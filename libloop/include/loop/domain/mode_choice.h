// SPDX-License-Identifier: MIT
// Which mode fits a task: a score for each, from the words that the task and the mode share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/domain/modes.h"

namespace loop {

struct ModeScore {
  ModeSlug mode;
  int score = 0;
  std::vector<std::string> words;  // of the task, that counted; in the task's order
};

struct ModeChoice {
  ModeSlug mode;
  std::vector<ModeScore> ranked;  // all modes, the best first
};

// Pure. A word is a run of at least three letters and digits (bytes beyond ASCII are letters), in
// lower case, without its ending: -s where three letters are left, -es, -ed or -ing where four are;
// words that every text has ("the", "with") are passed over. Each word of the task counts once, for
// the most telling part of the mode that holds it:
//   slug 8, name 6, whenToUse 3, description 2
// and not at all when all modes (of two or more) hold it. Two words of which the shorter, of five
// letters or more, begins the longer are the same word ("implement", "implementation"). The score
// is the sum. Equal scores keep the order of `modes`.
std::vector<ModeScore> rank_modes(std::string_view task, std::span<const Mode> modes);

// The best one; `fallback` when no word matched and it is among the modes, else the first mode.
// At least one mode is needed.
ModeChoice choose_mode(std::string_view task, std::span<const Mode> modes,
                       const ModeSlug& fallback);

}  // namespace loop
