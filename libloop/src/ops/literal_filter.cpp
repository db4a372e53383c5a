// SPDX-License-Identifier: MIT
// Choosing the texts with RE2's own analysis, and finding them sixteen places at a time.
#include "ops/literal_filter.hpp"

#include "loop/base/result.h"

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

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char to_lower(char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; }

// The bytes of texts and programs, frequent ones first.
std::size_t rarity(char c) {
  constexpr std::string_view kFrequent = " etaroinslcdp_umfhg0b,;)(y.v*/w->\tkx=1&2\"q";
  return kFrequent.find(to_lower(c));
}

// Many bytes that are treated alike; the compiler makes of it what the processor has.
using Block = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kBlocks = 4;
constexpr std::size_t kStride = kBlocks * sizeof(Block);

Block load(const char* from) {
  Block block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

struct SoughtByte {
  Block value;
  Block folded;  // bits that do not count

  SoughtByte(char c, LetterCase letter_case) {
    const bool is_folded = letter_case == LetterCase::ignored && is_letter(c);
    const auto bit = static_cast<std::uint8_t>(is_folded ? 0x20 : 0);
    folded = Block{} + bit;
    value = Block{} + static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) | bit);
  }

  Block is_in(const char* from) const { return Block((load(from) | folded) == value); }
};

using Hits = std::array<Block, kBlocks>;

bool has_any(const Hits& hits) {
  const Block any = (hits[0] | hits[1]) | (hits[2] | hits[3]);
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), &any, sizeof any);
  return (words[0] | words[1]) != 0;
}

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

}  // namespace

Literal::Literal(std::string text, LetterCase letter_case)
    : text_(std::move(text)), letter_case_(letter_case) {
  LOOP_CHECK(!text_.empty());
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (rarity(text_[i]) > rarity(text_[first_])) first_ = i;
  }
  second_ = first_ == 0 ? text_.size() - 1 : 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (i != first_ && rarity(text_[i]) > rarity(text_[second_])) second_ = i;
  }
}

bool Literal::is_at(std::string_view text, std::size_t at) const {
  if (letter_case_ == LetterCase::counts) return text.substr(at, text_.size()) == text_;
  return std::equal(text_.begin(), text_.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char left, char right) { return to_lower(left) == to_lower(right); });
}

std::size_t Literal::find(std::string_view text, std::size_t from) const {
  if (text.size() < text_.size()) return text.size();
  const std::size_t end = text.size() - text_.size() + 1;  // of the places where it may begin
  const SoughtByte first(text_[first_], letter_case_);
  const SoughtByte second(text_[second_], letter_case_);
  std::size_t at = from;
  for (; at + kStride <= end; at += kStride) {
    Hits hits;
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const char* begin = text.data() + at + i * sizeof(Block);
      hits[i] = first.is_in(begin + first_) & second.is_in(begin + second_);
    }
    if (!has_any(hits)) continue;
    for (std::size_t i = 0; i < kStride; ++i) {
      if (hits[i / sizeof(Block)][i % sizeof(Block)] != 0 && is_at(text, at + i)) return at + i;
    }
  }
  for (; at < end; ++at) {
    if (is_at(text, at)) return at;
  }
  return text.size();
}

LiteralFilter LiteralFilter::of_text(const std::string& text, LetterCase letter_case) {
  LiteralFilter filter;
  const std::string part = letter_case == LetterCase::counts ? text : longest_plain_part(text);
  if (!part.empty()) filter.literals_.emplace_back(part, letter_case);
  return filter;
}

LiteralFilter LiteralFilter::of_pattern(const re2::RE2& pattern) {
  LiteralFilter filter;
  // RE2 gives its texts in lower case, also of letters that have it in ASCII and are none.
  if (!std::ranges::all_of(pattern.pattern(), is_ascii)) return filter;
  const bool is_exact = is_plain(pattern);
  re2::FilteredRE2 filtered(static_cast<int>(kAtomBytesMin));
  int id = 0;
  if (filtered.Add(pattern.pattern(), pattern.options(), &id) != re2::RE2::NoError) return filter;
  std::vector<std::string> parts;
  filtered.Compile(&parts);
  if (parts.empty() || parts.size() > kAtomsMax) return filter;
  for (std::string& part : parts) {
    if (!is_exact) part = longest_plain_part(part);
  }
  std::vector<std::string> texts;
  for (const std::size_t i : needed_atoms(filtered, parts)) texts.push_back(parts[i]);
  make_fewer(texts);
  if (texts.size() > kLiteralsMax) return filter;
  for (std::string& text : texts) {
    filter.literals_.emplace_back(std::move(text), LetterCase::ignored);
  }
  return filter;
}

LiteralFilter::Places::Places(const LiteralFilter& filter, std::string_view text)
    : filter_(filter), text_(text), found_(filter.literals_.size()) {}

std::size_t LiteralFilter::Places::next(std::size_t at) {
  std::size_t nearest = text_.size();
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (!found_[i] || *found_[i] < at) found_[i] = filter_.literals_[i].find(text_, at);
    nearest = std::min(nearest, *found_[i]);
  }
  return nearest;
}

}  // namespace loop::ops
