// SPDX-License-Identifier: MIT
// Line by line over the raw bytes; Beast parses what passes.
#include "mcp/http/head_guard.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "mcp/http/ascii.hpp"

namespace mcp {

namespace {

using MaybeRefusal = std::optional<HttpRefusal>;

HttpRefusal bad(std::string message) { return {400, std::move(message)}; }

// RFC 9110, 5.6.2.
constexpr std::array<bool, 256> make_token_bytes() {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char c = static_cast<char>(byte);
    table[byte] = is_ascii_letter(c) || is_ascii_digit(c) ||
                  std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  }
  return table;
}
constexpr std::array<bool, 256> kTokenBytes = make_token_bytes();

bool is_token_byte(char byte) { return kTokenBytes[static_cast<unsigned char>(byte)]; }

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_byte);
}

bool is_value_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value == '\t' || (value >= 0x20 && value != 0x7f);
}

// Those of which a second one would be a second truth.
constexpr std::array<std::string_view, 12> kSingle{
    "host",       "content-length", "transfer-encoding", "content-type",
    "origin",     "authorization",  "mcp-session-id",    "mcp-protocol-version",
    "mcp-method", "mcp-name",       "last-event-id",     "expect"};

class FieldGuard {
 public:
  MaybeRefusal take(std::string_view line) {
    if (++count_ > kHeadFieldsMax) {
      return HttpRefusal{431, fmt::format("more than {} header fields", kHeadFieldsMax)};
    }
    if (line.front() == ' ' || line.front() == '\t') return bad("a header field is folded");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return bad("a header field has no proper name");
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::ranges::all_of(value, is_value_byte)) {
      return bad(fmt::format("{} holds a control character", name));
    }
    return take_field(name, value);
  }

  MaybeRefusal finish(bool is_http_1_1) const {
    if (has("content-length") && has("transfer-encoding")) {
      return bad("Content-Length and Transfer-Encoding exclude each other");
    }
    if (has("transfer-encoding") && !is_http_1_1) return bad("HTTP/1.0 has no Transfer-Encoding");
    if (!has("host")) return bad("there is no Host");
    return std::nullopt;
  }

 private:
  MaybeRefusal take_field(std::string_view name, std::string_view value) {
    const auto known = std::ranges::find_if(
        kSingle, [&](std::string_view single) { return is_same_name(single, name); });
    if (known == kSingle.end()) return std::nullopt;
    bool& is_here = seen_[static_cast<std::size_t>(known - kSingle.begin())];
    if (is_here) return bad(fmt::format("{} is there twice", name));
    is_here = true;
    if (*known == "content-length" &&
        (value.empty() || value.size() > 15 || !std::ranges::all_of(value, is_ascii_digit))) {
      return bad("Content-Length is no number of bytes");
    }
    if (*known == "transfer-encoding" && !is_same_name(value, "chunked")) {
      return HttpRefusal{501, "of the transfer encodings, only chunked is served"};
    }
    if (*known == "expect" && !is_same_name(value, "100-continue")) {
      return HttpRefusal{417, "of the expectations, only 100-continue is met"};
    }
    return std::nullopt;
  }

  bool has(std::string_view name) const {
    const auto found = std::ranges::find(kSingle, name);
    return seen_[static_cast<std::size_t>(found - kSingle.begin())];
  }

  std::array<bool, kSingle.size()> seen_{};
  std::size_t count_ = 0;
};

// method SP target SP version; sets `is_http_1_1`.
MaybeRefusal guard_request_line(std::string_view line, bool& is_http_1_1) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first))) {
    return bad("the request line is no \"METHOD target HTTP/1.1\"");
  }
  const std::string_view version = line.substr(last + 1);
  is_http_1_1 = version == "HTTP/1.1";
  if (!is_http_1_1 && version != "HTTP/1.0") {
    return HttpRefusal{505, "HTTP/1.1 and HTTP/1.0 are served"};
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const bool is_printable =
      std::ranges::all_of(target, [](unsigned char byte) { return byte > 0x20 && byte < 0x7f; });
  if (target.empty() || target.front() != '/' || !is_printable ||
      target.find('#') != std::string_view::npos) {
    return bad("the target has to be a path that begins with /");
  }
  return std::nullopt;
}

// Bytes that no head holds; told as soon as they come, not at an end that may never come.
MaybeRefusal guard_bytes(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) return bad("the head holds a NUL byte");
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return bad("a line ends without CR");
  }
  for (std::size_t at = bytes.find('\r'); at != std::string_view::npos;
       at = bytes.find('\r', at + 1)) {
    const bool is_lone = at + 1 < bytes.size() && bytes[at + 1] != '\n';
    if (is_lone) return bad("a CR is not followed by LF");
  }
  return std::nullopt;
}

MaybeRefusal guard_lines(std::string_view head) {
  FieldGuard fields;
  bool is_http_1_1 = false;
  bool is_first = true;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty()) break;
    auto refusal = is_first ? guard_request_line(line, is_http_1_1) : fields.take(line);
    if (refusal) return refusal;
    is_first = false;
  }
  if (is_first) return bad("the request begins with an empty line");
  return fields.finish(is_http_1_1);
}

}  // namespace

std::variant<HeadIncomplete, HeadComplete, HttpRefusal> guard_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  const std::string_view head =
      bytes.substr(0, end == std::string_view::npos ? end : end + 4).substr(0, kHeadBytesMax + 1);
  if (auto refusal = guard_bytes(head)) return std::move(*refusal);
  if (head.size() > kHeadBytesMax) {
    return HttpRefusal{431, fmt::format("the head is longer than {} bytes", kHeadBytesMax)};
  }
  if (end == std::string_view::npos) {
    if (bytes.starts_with("\r\n")) return bad("the request begins with an empty line");
    return HeadIncomplete{};
  }
  if (auto refusal = guard_lines(head)) return std::move(*refusal);
  return HeadComplete{head.size()};
}

}  // namespace mcp
