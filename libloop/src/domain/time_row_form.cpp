// SPDX-License-Identifier: MIT
// Times are compared with their form eight characters at once.
#include "domain/time_row_form.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "domain/time_row.hpp"
#include "loop/base/time.h"

namespace loop {

namespace {

using Word = std::uint64_t;  // eight characters, in the order of the machine

Word word_at(const char* text) {
  Word word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

// Eight characters of a form: a digit stands for the digits up to it, anything else for itself.
class Form {
 public:
  constexpr explicit Form(const char (&form)[sizeof(Word) + 1]) {
    std::array<char, sizeof(Word)> base{}, room{};
    for (std::size_t at = 0; at < sizeof(Word); ++at) {
      const bool is_digit = form[at] >= '0' && form[at] <= '9';
      base[at] = is_digit ? '0' : form[at];
      room[at] = static_cast<char>(0x7f - (is_digit ? form[at] - '0' : 0));
    }
    base_ = std::bit_cast<Word>(base);
    room_ = std::bit_cast<Word>(room);
  }
  // What differs from the base is at most the digit if adding the room does not reach the top bit.
  bool fits(Word word) const {
    constexpr Word kTopBits = 0x8080808080808080;
    const Word over = word ^ base_;
    return ((over | ((over & ~kTopBits) + room_)) & kTopBits) == 0;
  }

 private:
  Word base_ = 0, room_ = 0;
};

int two_digits(const char* text) { return (text[0] - '0') * 10 + (text[1] - '0'); }

bool is_written_time(std::string_view text) {
  static constexpr Form kMonth("9999-19-"), kMinute("39T29:59"), kMilli(":59.999Z");
  if (text.size() != kWrittenTimeBytes) return false;
  const char* const at = text.data();
  const bool is_formed =
      kMonth.fits(word_at(at)) && kMinute.fits(word_at(at + 8)) && kMilli.fits(word_at(at + 16));
  if (!is_formed || two_digits(at + 11) > 23) return false;
  const int month = two_digits(at + 5), day = two_digits(at + 8);
  constexpr int kDaysOfEveryMonth = 28;
  if (month >= 1 && month <= 12 && day >= 1 && day <= kDaysOfEveryMonth) return true;
  return parse_instant(text).has_value();
}

bool is_written_time_or_empty(std::string_view text) {
  return text.empty() || is_written_time(text);
}

bool is_written_priority(std::string_view text) {
  return text == "normal" || text == "schedule" || text == "todo";
}

bool is_short_number(std::string_view text) {
  constexpr std::size_t kDigitsMax = 9;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return text.size() <= kDigitsMax;
}

bool has_no_outer_space(std::string_view text) {
  return text.empty() || (text.front() != ' ' && text.back() != ' ');
}

}  // namespace

std::optional<WrittenRow> written_row(const ScannedLine& line) {
  if (!line.is_plain || line.tab_count != kTabsMax || line.text.size() > kTimeRowBytesMax) {
    return std::nullopt;
  }
  const auto column = [&](std::size_t index) {
    const std::size_t begin = index == 0 ? 0 : line.tabs[index - 1] + 1;
    return line.text.substr(begin, line.tabs[index] - begin);
  };
  const WrittenRow row{column(0), column(1), column(2), column(3), column(4)};
  const std::string_view priority = line.text.substr(line.tabs[kTabsMax - 1] + 1);
  const bool is_written = is_written_time(row.timestamp) && is_written_time_or_empty(row.start) &&
                          is_written_time_or_empty(row.end) && is_short_number(column(5)) &&
                          !row.id.empty() && is_written_priority(priority) &&
                          has_no_outer_space(row.mode) && has_no_outer_space(row.id);
  if (!is_written) return std::nullopt;
  return row;
}

}  // namespace loop
