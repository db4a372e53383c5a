// SPDX-License-Identifier: MIT
// Choosing the bytes with RE2's own analysis and with that of the pattern.
#include "ops/literal_filter.hpp"

#include "ops/pattern_windows.hpp"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>

namespace loop::ops {

namespace {

// More texts to look for cost more than the engine does.
constexpr std::size_t kLiteralsMax = 8;
constexpr std::size_t kAtomsMax = 64;
constexpr std::size_t kAtomBytesMin = 2;
// Lines that pass cost more than the engine saves, when there are many of them.
constexpr double kFrequencyMax = 1.0 / 256;
constexpr double kUnionFrequencyMax = 1e-5;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char to_lower(char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; }

// An upper-case or another script's letter that becomes one of these two in lower case would be
// missed by a comparison of ASCII: the Kelvin sign and the long s.
bool has_other_forms(char c) { return !is_ascii(c) || to_lower(c) == 'k' || to_lower(c) == 's'; }

std::string longest_plain_part(const std::string& atom) {
  std::string_view longest;
  for (auto begin = atom.begin(); begin != atom.end();) {
    begin = std::find_if_not(begin, atom.end(), has_other_forms);
    const auto end = std::find_if(begin, atom.end(), has_other_forms);
    if (static_cast<std::size_t>(end - begin) > longest.size()) {
      longest = std::string_view(begin, end);
    }
    begin = end;
  }
  return std::string(longest);
}

// Whether only the ASCII characters that the pattern shows can match its letters.
bool is_plain(const re2::RE2& pattern) {
  const std::string& text = pattern.pattern();
  if (!pattern.options().case_sensitive() || !std::ranges::all_of(text, is_ascii)) return false;
  // Flags may ignore the case, and the others name characters that are not shown.
  for (const std::string_view sign : {"(?", "\\x", "\\p", "\\P"}) {
    if (text.find(sign) != std::string::npos) return false;
  }
  return true;
}

// The fewest atoms without which RE2 knows that there is no match, the longest ones kept.
std::vector<std::size_t> needed_atoms(const re2::FilteredRE2& filtered,
                                      const std::vector<std::string>& parts) {
  std::vector<bool> is_needed(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) is_needed[i] = parts[i].size() >= kAtomBytesMin;
  const auto is_enough = [&] {
    std::vector<int> others;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!is_needed[i]) others.push_back(static_cast<int>(i));
    }
    std::vector<int> possible;
    filtered.AllPotentials(others, &possible);
    return possible.empty();
  };
  if (!is_enough()) return {};
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return parts[i].size(); });
  for (const std::size_t i : order) {
    if (!is_needed[i]) continue;
    is_needed[i] = false;
    is_needed[i] = !is_enough();
  }
  std::erase_if(order, [&](std::size_t i) { return !is_needed[i]; });
  return order;
}

// "0x[0-9]" needs ten texts with one begin. Shorter ones say less and are fewer.
void make_fewer(std::vector<std::string>& texts) {
  const auto is_long = [](const std::string& text) { return text.size() > kAtomBytesMin; };
  while (texts.size() > kLiteralsMax && std::ranges::any_of(texts, is_long)) {
    for (std::string& text : texts) {
      if (is_long(text)) text.pop_back();
    }
    std::ranges::sort(texts);
    texts.erase(std::ranges::unique(texts).begin(), texts.end());
  }
}

// Of which every match of the pattern holds one; none where RE2 knows of none, or of too many.
std::vector<std::string> needed_texts(const re2::RE2& pattern) {
  re2::FilteredRE2 filtered(static_cast<int>(kAtomBytesMin));
  int id = 0;
  if (filtered.Add(pattern.pattern(), pattern.options(), &id) != re2::RE2::NoError) return {};
  std::vector<std::string> parts;
  filtered.Compile(&parts);
  if (parts.empty() || parts.size() > kAtomsMax) return {};
  if (!is_plain(pattern)) {
    for (std::string& part : parts) part = longest_plain_part(part);
  }
  std::vector<std::string> texts;
  for (const std::size_t i : needed_atoms(filtered, parts)) texts.push_back(parts[i]);
  make_fewer(texts);
  if (texts.size() > kLiteralsMax) texts.clear();
  return texts;
}

double frequency_of(const std::vector<ByteWindow>& windows) {
  double sum = 0;
  for (const ByteWindow& window : windows) sum += window.frequency();
  return sum;
}

// Where any of the windows begins, cut to the shortest one.
ByteWindow union_of(const std::vector<ByteWindow>& windows) {
  std::vector<ByteSet> sets = windows.front().sets();
  for (const ByteWindow& window : windows) {
    sets.resize(std::min(sets.size(), window.sets().size()));
    for (std::size_t i = 0; i < sets.size(); ++i) sets[i] |= window.sets()[i];
  }
  return ByteWindow(std::move(sets));
}

// One pass over the text, if texts are alike enough for that: kmalloc, kzalloc and vmalloc.
std::vector<ByteWindow> windows_of_texts(const std::vector<std::string>& texts) {
  std::vector<ByteWindow> windows;
  for (const std::string& text : texts) {
    windows.push_back(ByteWindow::of_text(text, LetterCase::ignored));
  }
  if (windows.size() < 2) return windows;
  ByteWindow all = union_of(windows);
  if (all.frequency() > kUnionFrequencyMax) return windows;
  return {std::move(all)};
}

}  // namespace

LiteralFilter LiteralFilter::of_text(const std::string& text, LetterCase letter_case) {
  LiteralFilter filter;
  const std::string part = letter_case == LetterCase::counts ? text : longest_plain_part(text);
  if (!part.empty()) filter.windows_.push_back(ByteWindow::of_text(part, letter_case));
  return filter;
}

LiteralFilter LiteralFilter::of_pattern(const re2::RE2& pattern) {
  LiteralFilter filter;
  // RE2 gives its texts in lower case, also of letters that have it in ASCII and are none.
  if (!std::ranges::all_of(pattern.pattern(), is_ascii)) return filter;
  filter.windows_ = windows_of_texts(needed_texts(pattern));
  const LetterCase letter_case =
      pattern.options().case_sensitive() ? LetterCase::counts : LetterCase::ignored;
  const auto shown = windows_of(pattern.pattern(), letter_case);
  const auto rarest = std::ranges::min_element(shown, {}, &ByteWindow::frequency);
  if (rarest == shown.end() || rarest->frequency() > kFrequencyMax) return filter;
  if (filter.windows_.empty() || rarest->frequency() < frequency_of(filter.windows_)) {
    filter.windows_ = {*rarest};
  }
  return filter;
}

LiteralFilter::Places::Places(const LiteralFilter& filter, std::string_view text)
    : filter_(filter), text_(text), found_(filter.windows_.size()) {}

std::size_t LiteralFilter::Places::next(std::size_t at) {
  std::size_t nearest = text_.size();
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (!found_[i] || *found_[i] < at) found_[i] = filter_.windows_[i].find(text_, at);
    nearest = std::min(nearest, *found_[i]);
  }
  return nearest;
}

}  // namespace loop::ops
