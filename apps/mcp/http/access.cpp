// SPDX-License-Identifier: MIT
// Names, origins and tokens.
#include "mcp/http/access.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "loop/base/sha256.h"
#include "mcp/http/ascii.hpp"

namespace mcp {

namespace http = boost::beast::http;

namespace {

constexpr std::array<std::string_view, 3> kLoopbackNames{"localhost", "127.0.0.1", "[::1]"};
constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kBearer = "bearer ";

bool is_name_byte(char byte) {
  return is_ascii_letter(byte) || is_ascii_digit(byte) || byte == '.' || byte == '-' || byte == '_';
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_ascii_lower);
  return result;
}

std::string_view value_of(const http::fields& head, http::field name) {
  const auto found = head.find(name);
  if (found == head.end()) return {};
  return {found->value().data(), found->value().size()};
}

}  // namespace

std::string make_token(loop::RandomSource& random) {
  std::array<std::byte, kTokenBytes> bytes{};
  random.fill(bytes);
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::optional<std::string> name_in_host(std::string_view host) {
  std::size_t end = 0;
  if (host.starts_with('[')) {
    end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view address = host.substr(1, end - 1);
    const bool is_address = std::ranges::all_of(address, [](char byte) {
      const char letter = to_ascii_lower(byte);
      return is_ascii_digit(byte) || (letter >= 'a' && letter <= 'f') || byte == ':' || byte == '.';
    });
    if (address.empty() || !is_address) return std::nullopt;
    ++end;
  } else {
    while (end < host.size() && is_name_byte(host[end])) ++end;
    if (end == 0) return std::nullopt;
  }
  if (end < host.size()) {
    const std::string_view port = host.substr(end + 1);
    if (host[end] != ':' || port.empty() || port.size() > 5 ||
        !std::ranges::all_of(port, is_ascii_digit)) {
      return std::nullopt;
    }
  }
  return lower(host.substr(0, end));
}

Access::Access(AccessRules rules) : rules_(std::move(rules)) {
  for (const std::string& token : rules_.tokens) token_hashes_.push_back(loop::sha256_hex(token));
}

bool Access::is_own_name(std::string_view host) const {
  const auto name = name_in_host(host);
  if (!name) return false;
  return std::ranges::find(kLoopbackNames, *name) != kLoopbackNames.end() ||
         std::ranges::find(rules_.hosts, *name) != rules_.hosts.end();
}

// "null" and everything else without a scheme is of nobody known.
bool Access::is_known_origin(std::string_view origin) const {
  if (std::ranges::find(rules_.origins, origin) != rules_.origins.end()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return is_own_name(origin.substr(scheme.size()));
  }
  return false;
}

// Hashes are compared, so that neither the time nor the length tells anything.
std::optional<Principal> Access::bearer(std::string_view authorization) const {
  if (lower(authorization.substr(0, kBearer.size())) != kBearer) return std::nullopt;
  const std::string given = loop::sha256_hex(authorization.substr(kBearer.size()));
  std::optional<Principal> found;
  for (const std::string& known : token_hashes_) {
    if (loop::is_equal_in_constant_time(given, known)) found = Principal{known};
  }
  return found;
}

std::optional<HttpRefusal> Access::check(const http::fields& head, Principal& caller) const {
  if (!is_own_name(value_of(head, http::field::host))) {
    return HttpRefusal{421, "this server does not go by the name in Host"};
  }
  if (head.find(http::field::origin) != head.end() &&
      !is_known_origin(value_of(head, http::field::origin))) {
    return HttpRefusal{403, "pages of this Origin may not ask here"};
  }
  if (token_hashes_.empty()) return std::nullopt;
  auto principal = bearer(value_of(head, http::field::authorization));
  if (!principal) return HttpRefusal{401, "this needs \"Authorization: Bearer\" and the token"};
  caller = std::move(*principal);
  return std::nullopt;
}

std::string Access::readable_by(const http::fields& head) const {
  const std::string origin(value_of(head, http::field::origin));
  const bool is_listed = std::ranges::find(rules_.origins, origin) != rules_.origins.end();
  return is_listed ? origin : std::string();
}

}  // namespace mcp
