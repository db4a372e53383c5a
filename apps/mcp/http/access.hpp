// SPDX-License-Identifier: MIT
// Who may ask: the names that this server goes by, the origins of web pages, and tokens. Checked on
// every route before a body is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/fields.hpp>

#include "loop/base/random.h"
#include "mcp/http/http_options.hpp"
#include "mcp/http/http_refusal.hpp"

namespace mcp {

// 256 bits from the kernel, as text for a header.
std::string make_token(loop::RandomSource& random);

// The caller, once it has passed. Sessions belong to one.
struct Principal {
  std::string token_hash;  // empty without tokens
  friend bool operator==(const Principal&, const Principal&) = default;
};

class Access {
 public:
  explicit Access(AccessRules rules);

  // 421 for a Host, 403 for an Origin, 401 for a token. `caller` is set when nothing is refused.
  std::optional<HttpRefusal> check(const boost::beast::http::fields& head, Principal& caller) const;

  // The origin that may read the answer; empty for all others.
  std::string readable_by(const boost::beast::http::fields& head) const;

 private:
  bool is_own_name(std::string_view host) const;
  bool is_known_origin(std::string_view origin) const;
  std::optional<Principal> bearer(std::string_view authorization) const;

  const AccessRules rules_;
  std::vector<std::string> token_hashes_;
};

// "name", "name:port", "[::1]:port": the name in lower case, with its brackets. Nothing for what no
// Host header holds.
std::optional<std::string> name_in_host(std::string_view host);

}  // namespace mcp
