// SPDX-License-Identifier: MIT
// The scanner: one pass, one function for each rule of the grammar.
#include "domain/json_tokens.hpp"

#include "loop/base/text.h"

#include "domain/plain_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace loop {

namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The length of the JSON number at the start of `text`; 0 when there is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto digits = [&] {
    const std::size_t first = at;
    while (is_digit(peek())) ++at;
    return at > first;
  };
  if (peek() == '-') ++at;
  if (peek() == '0') {
    ++at;
  } else if (!digits()) {
    return 0;
  }
  if (peek() == '.') {
    ++at;
    if (!digits()) return 0;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at;
    if (peek() == '+' || peek() == '-') ++at;
    if (!digits()) return 0;
  }
  return at;
}

// Recursion is bounded by depth_max. A false answer means that wanted_ and at_ tell the error.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {
    constexpr std::size_t kBytesAValue = 24;  // as files of schedules have them
    nodes_.reserve(text.size() / kBytesAValue + 4);
  }

  bool document() {
    if (text_.starts_with(kBom)) at_ = kBom.size();
    space();
    if (!value(0, 0)) return false;
    space();
    return at_ == text_.size() || fail("the end of the text");
  }

  std::vector<JsonNode> take_nodes() { return std::move(nodes_); }

  Error error() const {
    return Error(Errc::invalid_data, fmt::format("{}: expected {}, found {}",
                                                 describe_position(text_, at_), wanted_, found()));
  }

 private:
  bool fail(std::string_view wanted) {
    wanted_ = wanted;
    return false;
  }

  std::string found() const {
    if (at_ >= text_.size()) return "the end of the text";
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x20 || byte >= 0x7f) return fmt::format("the byte 0x{:02x}", byte);
    return fmt::format("'{}'", text_[at_]);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void space() {
    // Files for people are indented: eight at once.
    constexpr std::string_view kIndent = "        ";
    while (text_.substr(at_).starts_with(kIndent)) at_ += kIndent.size();
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }

  bool value(std::uint32_t key_begin, std::uint32_t key_end) {
    const std::size_t index = nodes_.size();
    nodes_.push_back({position(), 0, key_begin, key_end, 0, JsonKind::null});
    switch (peek()) {
      case '{': nodes_[index].kind = JsonKind::object; break;
      case '[': nodes_[index].kind = JsonKind::array; break;
      case '"': nodes_[index].kind = JsonKind::string; break;
      case 't':
      case 'f': nodes_[index].kind = JsonKind::boolean; break;
      case 'n': break;
      default: nodes_[index].kind = JsonKind::number;
    }
    if (!contents(nodes_[index].kind)) return false;
    nodes_[index].end = position();
    nodes_[index].next = static_cast<std::uint32_t>(nodes_.size());
    return true;
  }

  bool contents(JsonKind kind) {
    switch (kind) {
      case JsonKind::object: return container('}', [this] { return member(); });
      case JsonKind::array: return container(']', [this] { return value(0, 0); });
      case JsonKind::string: return string();
      case JsonKind::number: return number();
      case JsonKind::boolean: return word(peek() == 't' ? "true" : "false");
      case JsonKind::null: return word("null");
    }
    return false;
  }

  template <class Item>
  bool container(char close, const Item& item) {
    if (depth_ == depth_max_) return fail(too_deep());
    ++depth_;
    ++at_;
    space();
    if (peek() == close) return leave();
    for (;;) {
      if (!item()) return false;
      space();
      if (peek() == close) return leave();
      if (peek() != ',') return fail(close == '}' ? "',' or '}'" : "',' or ']'");
      ++at_;
      space();
    }
  }

  std::string too_deep() const {
    return fmt::format("at most {} objects and arrays inside each other", depth_max_);
  }

  bool leave() {
    ++at_;
    --depth_;
    return true;
  }

  bool member() {
    if (peek() != '"') return fail("a key in double quotes");
    const std::uint32_t key_begin = position();
    if (!string()) return false;
    const std::uint32_t key_end = position();
    space();
    if (peek() != ':') return fail("':'");
    ++at_;
    space();
    return value(key_begin, key_end);
  }

  bool string() {
    ++at_;
    for (;; ++at_) {
      at_ += plain_run(text_.substr(at_));
      if (at_ == text_.size()) return fail("'\"' at the end of a string");
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return fail("an escape for a control character");
      if (c == '\\' && !escape()) return false;
    }
    ++at_;
    return true;
  }

  // From the backslash to the last character of the escape.
  bool escape() {
    ++at_;
    if (peek() != 'u') {
      // peek() gives NUL at the end of the text.
      const bool is_known =
          peek() != '\0' && std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos;
      return is_known || fail("one of \" \\ / b f n r t u behind '\\'");
    }
    for (int count = 0; count < 4; ++count) {
      ++at_;
      if (!is_hex_digit(peek())) return fail("four hexadecimal digits behind '\\u'");
    }
    return true;
  }

  bool number() {
    const std::size_t length = number_length(text_.substr(at_));
    if (length == 0) return fail("a JSON value");
    at_ += length;
    return true;
  }

  bool word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return fail("a JSON value");
    at_ += expected.size();
    return true;
  }

  std::string_view text_;
  std::size_t depth_max_;
  std::size_t depth_ = 0;
  std::size_t at_ = 0;
  std::string wanted_;
  std::vector<JsonNode> nodes_;
};

}  // namespace

std::string_view to_string(JsonKind kind) noexcept {
  switch (kind) {
    case JsonKind::object: return "an object";
    case JsonKind::array: return "an array";
    case JsonKind::string: return "a string";
    case JsonKind::number: return "a number";
    case JsonKind::boolean: return "true or false";
    case JsonKind::null: return "null";
  }
  return "null";
}

Result<JsonTokens> JsonTokens::scan(std::string_view text, std::size_t depth_max) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error(Errc::too_large, fmt::format("JSON of {} bytes; at most 4294967295", text.size()));
  }
  Scanner scanner(text, depth_max);
  if (!scanner.document()) return scanner.error();
  JsonTokens tokens;
  tokens.nodes_ = scanner.take_nodes();
  // Outside of strings the grammar is ASCII, so one pass over the whole text is enough.
  if (const auto offset = find_invalid_utf8(text)) {
    return Error(Errc::invalid_data,
                 fmt::format("{}: the byte 0x{:02x} at offset {} is not UTF-8",
                             describe_position(text, *offset),
                             static_cast<unsigned char>(text[*offset]), *offset));
  }
  return tokens;
}

std::vector<std::uint32_t> JsonTokens::children(std::size_t index) const {
  std::vector<std::uint32_t> found;
  auto child = static_cast<std::uint32_t>(index + 1);
  for (; child < nodes_[index].next; child = nodes_[child].next) found.push_back(child);
  return found;
}

std::string describe_position(std::string_view text, std::size_t offset) {
  if (text.starts_with(kBom) && offset >= kBom.size()) {
    text.remove_prefix(kBom.size());
    offset -= kBom.size();
  }
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_begin),
                                    before.end(), is_first_byte) +
                      1;
  return fmt::format("line {}, column {}", line, column);
}

bool is_json_number(std::string_view text) {
  return !text.empty() && number_length(text) == text.size();
}

}  // namespace loop
