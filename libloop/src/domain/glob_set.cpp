// SPDX-License-Identifier: MIT
// Sets of bytes, with git's reading of ranges, escapes and classes.
#include "domain/glob_set.hpp"

#include <array>
#include <utility>

namespace loop {

namespace {

using Bytes = std::bitset<256>;

bool is_between(int byte, char least, char most) { return byte >= least && byte <= most; }
bool is_digit(int byte) { return is_between(byte, '0', '9'); }
bool is_upper(int byte) { return is_between(byte, 'A', 'Z'); }
bool is_lower(int byte) { return is_between(byte, 'a', 'z'); }
bool is_alpha(int byte) { return is_upper(byte) || is_lower(byte); }
bool is_alnum(int byte) { return is_alpha(byte) || is_digit(byte); }
bool is_blank(int byte) { return byte == ' ' || byte == '\t'; }
bool is_control(int byte) { return byte < 0x20 || byte == 0x7F; }
bool is_graphic(int byte) { return byte > 0x20 && byte < 0x7F; }
bool is_printable(int byte) { return byte >= 0x20 && byte < 0x7F; }
bool is_punctuation(int byte) { return is_graphic(byte) && !is_alnum(byte); }
bool is_space(int byte) { return byte == ' ' || is_between(byte, '\t', '\r'); }
bool is_hex(int byte) {
  return is_digit(byte) || is_between(byte, 'a', 'f') || is_between(byte, 'A', 'F');
}

using Test = bool (*)(int byte);
constexpr std::array<std::pair<std::string_view, Test>, 12> kClasses{{{"alnum", is_alnum},
                                                                      {"alpha", is_alpha},
                                                                      {"blank", is_blank},
                                                                      {"cntrl", is_control},
                                                                      {"digit", is_digit},
                                                                      {"graph", is_graphic},
                                                                      {"lower", is_lower},
                                                                      {"print", is_printable},
                                                                      {"punct", is_punctuation},
                                                                      {"space", is_space},
                                                                      {"upper", is_upper},
                                                                      {"xdigit", is_hex}}};

class SetParser {
 public:
  explicit SetParser(std::string_view text) : text_(text) {}

  std::optional<GlobSet> parse() {
    const bool is_negated = at_ < text_.size() && (text_[at_] == '!' || text_[at_] == '^');
    if (is_negated) ++at_;
    // A "]" that comes first stands for itself.
    do {
      if (at_ >= text_.size() || !take_member()) return std::nullopt;
    } while (at_ < text_.size() && text_[at_] != ']');
    if (at_ >= text_.size()) return std::nullopt;
    if (is_negated) bytes_.flip();
    bytes_.reset('/');
    return GlobSet{bytes_, at_ + 1};
  }

 private:
  bool take_member() {
    const char c = text_[at_];
    if (c == '[' && text_.substr(at_).starts_with("[:")) return take_class();
    if (c == '-' && range_from_ && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      return take_range();
    }
    const auto byte = take_byte();
    if (!byte) return false;
    bytes_.set(*byte);
    range_from_ = byte;
    return true;
  }

  bool take_range() {
    ++at_;
    const auto to = take_byte();
    if (!to) return false;
    for (unsigned byte = *range_from_; byte <= *to; ++byte) bytes_.set(byte);
    range_from_.reset();
    return true;
  }

  // As git: without ":]" at the next bracket it is a bracket like any other byte.
  bool take_class() {
    const std::size_t end = text_.find(']', at_ + 2);
    if (end == std::string_view::npos) return false;
    if (end < at_ + 3 || text_[end - 1] != ':') {
      bytes_.set('[');
      range_from_ = '[';
      ++at_;
      return true;
    }
    const std::string_view name = text_.substr(at_ + 2, end - at_ - 3);
    at_ = end + 1;
    range_from_.reset();
    for (const auto& [known, has] : kClasses) {
      if (known != name) continue;
      for (int byte = 0; byte < 128; ++byte) {
        if (has(byte)) bytes_.set(static_cast<std::size_t>(byte));
      }
      return true;
    }
    return false;
  }

  std::optional<unsigned char> take_byte() {
    if (text_[at_] == '\\') ++at_;
    if (at_ >= text_.size()) return std::nullopt;
    return static_cast<unsigned char>(text_[at_++]);
  }

  std::string_view text_;
  std::size_t at_ = 1;
  Bytes bytes_;
  std::optional<unsigned char> range_from_;
};

}  // namespace

std::optional<GlobSet> parse_glob_set(std::string_view text) { return SetParser(text).parse(); }

}  // namespace loop
