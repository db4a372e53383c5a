// SPDX-License-Identifier: MIT
// Words of tasks and modes, and what their agreement counts.
#include "loop/domain/mode_choice.h"

#include <algorithm>
#include <array>
#include <set>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kWordLettersMin = 3;
constexpr std::size_t kPrefixLettersMin = 5;

constexpr int kSlugPoints = 8;
constexpr int kNamePoints = 6;
constexpr int kWhenPoints = 3;
constexpr int kDescriptionPoints = 2;

constexpr std::array<std::string_view, 44> kPassedOver{
    "the",  "and",  "for",    "with", "that",  "this",  "from",  "into",  "use",  "when", "you",
    "your", "need", "are",    "not",  "but",   "all",   "any",   "can",   "has",  "have", "its",
    "was",  "will", "should", "must", "would", "could", "these", "those", "them", "then", "than",
    "such", "each", "which",  "what", "how",   "where", "who",   "why",   "also", "mode", "please"};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// "planning" -> "plan", "tests" -> "test", "string" stays: too little would be left.
std::string without_ending(std::string word) {
  for (const std::string_view ending : {"ing", "ed", "es", "s"}) {
    if (!word.ends_with(ending) || word.size() < ending.size() + kWordLettersMin) continue;
    const bool is_double_s = ending == "s" && word.ends_with("ss");
    const bool is_short = ending != "s" && word.size() < ending.size() + kWordLettersMin + 1;
    if (is_double_s || is_short) continue;
    word.resize(word.size() - ending.size());
    const std::size_t last = word.size() - 1;
    const bool is_doubled = ending.size() > 1 && word.size() > kWordLettersMin &&
                            word[last] == word[last - 1] && word[last] != 's' && word[last] != 'l';
    if (is_doubled) word.pop_back();
    return word;
  }
  return word;
}

std::vector<std::string> words_of(std::string_view text) {
  const std::string lower = to_lower(text);
  std::vector<std::string> words;
  std::set<std::string> seen;
  for (std::size_t at = 0; at < lower.size();) {
    if (!is_word_byte(lower[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < lower.size() && is_word_byte(lower[end])) ++end;
    std::string word = lower.substr(at, end - at);
    at = end;
    const bool is_telling =
        word.size() >= kWordLettersMin &&
        std::find(kPassedOver.begin(), kPassedOver.end(), word) == kPassedOver.end();
    if (!is_telling) continue;
    word = without_ending(std::move(word));
    if (seen.insert(word).second) words.push_back(std::move(word));
  }
  return words;
}

// One part of a mode's description, for looking words up.
class WordSet {
 public:
  explicit WordSet(std::string_view text) {
    for (std::string& word : words_of(text)) words_.insert(std::move(word));
  }

  bool holds(const std::string& word) const {
    if (words_.contains(word)) return true;
    for (std::size_t length = kPrefixLettersMin; length < word.size(); ++length) {
      if (words_.contains(word.substr(0, length))) return true;
    }
    if (word.size() < kPrefixLettersMin) return false;
    const auto next = words_.lower_bound(word);
    return next != words_.end() && next->starts_with(word);
  }

 private:
  std::set<std::string> words_;
};

struct ModeWords {
  explicit ModeWords(const Mode& mode)
      : slug(mode.slug.str()),
        name(mode.name),
        when_to_use(mode.when_to_use),
        description(mode.description) {}

  int points_of(const std::string& word) const {
    if (slug.holds(word)) return kSlugPoints;
    if (name.holds(word)) return kNamePoints;
    if (when_to_use.holds(word)) return kWhenPoints;
    return description.holds(word) ? kDescriptionPoints : 0;
  }

  WordSet slug, name, when_to_use, description;
};

}  // namespace

std::vector<ModeScore> rank_modes(std::string_view task, std::span<const Mode> modes) {
  std::vector<ModeWords> known;
  std::vector<ModeScore> scores;
  for (const Mode& mode : modes) {
    known.emplace_back(mode);
    scores.push_back({mode.slug, 0, {}});
  }
  for (const std::string& word : words_of(task)) {
    std::vector<int> points;
    for (const ModeWords& mode : known) points.push_back(mode.points_of(word));
    const auto holders = std::count_if(points.begin(), points.end(), [](int p) { return p > 0; });
    const bool tells_nothing =
        points.size() > 1 && holders == static_cast<std::ptrdiff_t>(points.size());
    if (tells_nothing) continue;
    for (std::size_t index = 0; index < points.size(); ++index) {
      if (points[index] == 0) continue;
      scores[index].score += points[index];
      scores[index].words.push_back(word);
    }
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const ModeScore& a, const ModeScore& b) { return a.score > b.score; });
  return scores;
}

ModeChoice choose_mode(std::string_view task, std::span<const Mode> modes,
                       const ModeSlug& fallback) {
  LOOP_CHECK(!modes.empty());
  ModeChoice choice{modes.front().slug, rank_modes(task, modes)};
  if (choice.ranked.front().score > 0) {
    choice.mode = choice.ranked.front().mode;
    return choice;
  }
  const bool is_known = std::any_of(modes.begin(), modes.end(),
                                    [&](const Mode& mode) { return mode.slug == fallback; });
  if (is_known) choice.mode = fallback;
  return choice;
}

}  // namespace loop
