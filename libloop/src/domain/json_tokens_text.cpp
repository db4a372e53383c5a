// SPDX-License-Identifier: MIT
// What string and number tokens say, and how strings are printed.
#include "domain/json_tokens.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace loop {

namespace {

constexpr char32_t kReplacement = 0xfffd;

void append_utf8(std::string& text, char32_t point) {
  const auto byte = [&](char32_t bits) { text.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | point >> 6);
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

bool is_high_surrogate(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// The unit of "\uXXXX" at the start of `text`, if it starts so.
std::optional<char32_t> unicode_escape(std::string_view text) {
  if (!text.starts_with("\\u") || text.size() < 6) return std::nullopt;
  std::uint32_t unit = 0;
  std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return static_cast<char32_t>(unit);
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

// Appends what the escape at the start of `text` says; returns its length.
std::size_t append_escape(std::string& decoded, std::string_view text) {
  const auto unit = unicode_escape(text);
  if (!unit) {
    decoded.push_back(simple_escape(text[1]));
    return 2;
  }
  if (is_high_surrogate(*unit)) {
    const auto low = unicode_escape(text.substr(6));
    if (low && is_low_surrogate(*low)) {
      append_utf8(decoded, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
      return 12;
    }
  }
  const bool is_lone = is_high_surrogate(*unit) || is_low_surrogate(*unit);
  append_utf8(decoded, is_lone ? kReplacement : *unit);
  return 6;
}

// digits * 10^exponent without zeros at either end of the digits; zero is empty digits.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// Nothing when the exponent is beyond 18 digits.
std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  const std::size_t exponent_at = text.find_first_of("eE");
  if (exponent_at != std::string_view::npos) {
    std::string_view exponent = text.substr(exponent_at + 1);
    if (exponent.front() == '+') exponent.remove_prefix(1);
    if (exponent.size() > 18) return std::nullopt;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
  }
  std::string_view mantissa = text.substr(0, exponent_at);
  if (mantissa.front() == '-') {
    decimal.is_negative = true;
    mantissa.remove_prefix(1);
  }
  const std::size_t dot = mantissa.find('.');
  decimal.digits = mantissa.substr(0, dot);
  if (dot != std::string_view::npos) {
    decimal.digits += mantissa.substr(dot + 1);
    decimal.exponent -= static_cast<std::int64_t>(mantissa.size() - dot - 1);
  }
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  while (decimal.digits.ends_with('0')) {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  if (decimal.digits.empty()) return Decimal{};
  return decimal;
}

}  // namespace

std::string decode_json_string(std::string_view token) {
  std::string_view rest = token.substr(1, token.size() - 2);
  std::string decoded;
  decoded.reserve(rest.size());
  for (;;) {
    const std::size_t backslash = rest.find('\\');
    decoded += rest.substr(0, backslash);
    if (backslash == std::string_view::npos) return decoded;
    rest.remove_prefix(backslash);
    rest.remove_prefix(append_escape(decoded, rest));
  }
}

std::string quote_json_string(std::string_view text) {
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  for (const char c : text) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\b': quoted += "\\b"; break;
      case '\f': quoted += "\\f"; break;
      case '\n': quoted += "\\n"; break;
      case '\r': quoted += "\\r"; break;
      case '\t': quoted += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          quoted += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          quoted.push_back(c);
        }
    }
  }
  quoted.push_back('"');
  return quoted;
}

bool same_json_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = parse_decimal(a);
  const auto right = parse_decimal(b);
  return left && right && *left == *right;
}

}  // namespace loop
