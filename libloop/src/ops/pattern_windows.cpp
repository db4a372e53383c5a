// SPDX-License-Identifier: MIT
// One pass over the items of a pattern.
#include "ops/pattern_windows.hpp"

#include <algorithm>
#include <optional>

namespace loop::ops {

namespace {

constexpr std::size_t kWindowBytesMax = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_punctuation(char c) {
  return c > ' ' && c < '\x7F' && !is_digit(c) && !(c >= 'a' && c <= 'z') &&
         !(c >= 'A' && c <= 'Z');
}

void add_range(ByteSet& set, char first, char last) {
  for (int byte = static_cast<unsigned char>(first); byte <= static_cast<unsigned char>(last);
       ++byte) {
    set.set(static_cast<std::size_t>(byte));
  }
}

// Of what follows a backslash; nothing for what is not known here.
std::optional<ByteSet> escaped_set(char c) {
  ByteSet set;
  if (is_punctuation(c)) return set.set(static_cast<unsigned char>(c));
  switch (c) {
    case 't': return set.set('\t');
    case 'w':
      add_range(set, 'a', 'z');
      add_range(set, 'A', 'Z');
      set.set('_');
      [[fallthrough]];
    case 'd': add_range(set, '0', '9'); return set;
    case 's':
      for (const char space : {' ', '\t', '\n', '\f', '\r'}) {
        set.set(static_cast<unsigned char>(space));
      }
      return set;
    default: return std::nullopt;
  }
}

struct Repetition {
  std::size_t least = 1;
  bool is_exact = true;
};

class Reader {
 public:
  Reader(std::string_view pattern, LetterCase letter_case)
      : rest_(pattern), letter_case_(letter_case) {}

  // False for a pattern of which nothing is known.
  bool read() {
    while (!rest_.empty()) {
      if (!read_item()) return false;
    }
    end_run();
    return true;
  }

  std::vector<ByteWindow> windows;

 private:
  enum class Item { set, unknown, no_width, fault };

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool takes(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool read_item() {
    ByteSet set;
    const Item item = read_atom(set);
    if (item == Item::fault) return false;
    const auto repetition = read_repetition();
    if (!repetition) return false;
    if (item == Item::no_width) return true;
    if (item == Item::unknown || !fold(set))
      end_run();
    else
      add(set, *repetition);
    return true;
  }

  Item read_atom(ByteSet& set) {
    const char c = take();
    if (c == '|' || c == ')' || !is_ascii(c)) return Item::fault;
    if (c == '^' || c == '$') return Item::no_width;
    if (c == '.') return Item::unknown;
    if (c == '(') return skip_group() ? Item::unknown : Item::fault;
    if (c == '[') return read_class(set);
    if (c != '\\') {
      set.set(static_cast<unsigned char>(c));
      return Item::set;
    }
    if (takes("b") || takes("B")) return Item::no_width;
    const auto escaped = rest_.empty() ? std::nullopt : escaped_set(take());
    if (!escaped) return Item::fault;
    set = *escaped;
    return Item::set;
  }

  bool skip_group() {
    if (rest_.starts_with("?")) return false;
    for (std::size_t depth = 1; depth > 0;) {
      if (rest_.empty()) return false;
      const char c = take();
      ByteSet ignored;
      if (c == '\\') {
        if (rest_.empty() || (!escaped_set(rest_.front()) && rest_.front() != 'b')) return false;
        take();
      } else if (c == '[') {
        if (read_class(ignored) == Item::fault) return false;
      } else if (c == '(') {
        if (rest_.starts_with("?")) return false;
        ++depth;
      } else if (c == ')') {
        --depth;
      }
    }
    return true;
  }

  Item read_class(ByteSet& set) {
    const bool is_negated = takes("^");
    for (bool is_first = true; is_first || !rest_.starts_with("]"); is_first = false) {
      const auto member = read_member();
      if (!member) return Item::fault;
      set |= *member;
    }
    take();
    return is_negated ? Item::unknown : Item::set;
  }

  std::optional<ByteSet> read_member() {
    if (rest_.empty() || !is_ascii(rest_.front()) || rest_.starts_with("[:")) return std::nullopt;
    const char first = take();
    if (first == '\\') {
      // A range that begins or ends with an escaped character is too rare to be worth knowing.
      auto escaped = rest_.empty() ? std::nullopt : escaped_set(take());
      return rest_.starts_with("-") && !rest_.starts_with("-]") ? std::nullopt : escaped;
    }
    ByteSet set;
    if (!rest_.starts_with("-") || rest_.starts_with("-]")) {
      return set.set(static_cast<unsigned char>(first));
    }
    take();
    if (rest_.empty() || !is_ascii(rest_.front()) || rest_.front() == '\\') return std::nullopt;
    add_range(set, first, take());
    return set;
  }

  // Nothing for two repetitions in a row.
  std::optional<Repetition> read_repetition() {
    Repetition repetition;
    if (takes("*") || takes("?"))
      repetition = {0, false};
    else if (takes("+"))
      repetition = {1, false};
    else if (!read_counted(repetition))
      return repetition;
    takes("?");  // fewest first
    Repetition more;
    if (rest_.starts_with("*") || rest_.starts_with("+") || rest_.starts_with("?")) {
      return std::nullopt;
    }
    return read_counted(more) ? std::nullopt : std::optional(repetition);
  }

  // {2}, {2,} or {2,3}; what else begins with a brace is text.
  bool read_counted(Repetition& repetition) {
    std::string_view rest = rest_;
    if (!rest.starts_with("{")) return false;
    rest.remove_prefix(1);
    const auto least = read_number(rest);
    if (!least) return false;
    std::optional<std::size_t> most = least;
    if (rest.starts_with(",")) {
      rest.remove_prefix(1);
      most = read_number(rest);
    }
    if (!rest.starts_with("}")) return false;
    rest_ = rest.substr(1);
    repetition = {*least, most == least};
    return true;
  }

  static std::optional<std::size_t> read_number(std::string_view& rest) {
    std::size_t digits = 0, value = 0;
    for (; digits < rest.size() && digits < 4 && is_digit(rest[digits]); ++digits) {
      value = value * 10 + static_cast<std::size_t>(rest[digits] - '0');
    }
    if (digits == 0 || (digits > 1 && rest.front() == '0')) return std::nullopt;
    rest.remove_prefix(digits);
    return value;
  }

  // What a line can hold. False where letters of other scripts match, too: the Kelvin sign and the
  // long s.
  bool fold(ByteSet& set) const {
    set.reset('\n');
    if (letter_case_ == LetterCase::counts) return true;
    for (const char c : {'k', 'K', 's', 'S'}) {
      if (set[static_cast<unsigned char>(c)]) return false;
    }
    for (char low = 'a', high = 'A'; low <= 'z'; ++low, ++high) {
      const bool has_one =
          set[static_cast<unsigned char>(low)] || set[static_cast<unsigned char>(high)];
      if (has_one) set |= set_of(low, LetterCase::ignored);
    }
    return true;
  }

  // The first ones are beside what was before, the last ones beside what follows.
  void add(const ByteSet& set, const Repetition& repetition) {
    append(set, repetition.least);
    if (repetition.is_exact && repetition.least <= kWindowBytesMax) return;
    end_run();
    append(set, repetition.least);
  }

  void append(const ByteSet& set, std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, kWindowBytesMax); ++i) {
      if (run_.size() == kWindowBytesMax) end_run();
      run_.push_back(set);
    }
  }

  void end_run() {
    if (!run_.empty()) windows.emplace_back(std::move(run_));
    run_.clear();
  }

  std::string_view rest_;
  LetterCase letter_case_;
  std::vector<ByteSet> run_;
};

}  // namespace

std::vector<ByteWindow> windows_of(std::string_view pattern, LetterCase letter_case) {
  Reader reader(pattern, letter_case);
  return reader.read() ? std::move(reader.windows) : std::vector<ByteWindow>();
}

}  // namespace loop::ops
