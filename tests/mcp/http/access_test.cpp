// SPDX-License-Identifier: MIT
// Names, origins and tokens.
#include "mcp/http/access.hpp"

#include <set>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace mcp;
namespace http = boost::beast::http;

namespace {

const std::string kToken(64, 'a');
const std::string kOther(64, 'b');

http::fields head_with(const std::vector<std::pair<std::string, std::string>>& values) {
  http::fields head;
  head.set(http::field::host, "localhost");
  for (const auto& [name, value] : values) head.set(name, value);
  return head;
}

unsigned status_of(const Access& access, const http::fields& head) {
  Principal caller;
  const auto refusal = access.check(head, caller);
  return refusal ? refusal->status : 200;
}

}  // namespace

TEST_CASE("access: a Host is one of the server's names, with or without a port") {
  const Access access({.hosts = {"loop.example"}});
  const std::vector<std::pair<std::string, unsigned>> table{{"localhost", 200},
                                                            {"LocalHost:8567", 200},
                                                            {"127.0.0.1", 200},
                                                            {"[::1]", 200},
                                                            {"[::1]:1", 200},
                                                            {"loop.example", 200},
                                                            {"LOOP.EXAMPLE:443", 200},
                                                            {"", 421},
                                                            {"evil.example", 421},
                                                            {"loop.example.evil", 421},
                                                            {"xloop.example", 421},
                                                            {"localhost.", 421},
                                                            {"localhost:", 421},
                                                            {"localhost:x", 421},
                                                            {"localhost:123456", 421},
                                                            {"user@localhost", 421},
                                                            {"localhost/x", 421},
                                                            {"localhost?x", 421},
                                                            {"localhost#x", 421},
                                                            {"127.0.0.2", 421},
                                                            {"[::1", 421},
                                                            {"[::1]x", 421},
                                                            {"[evil]", 421},
                                                            {"::1", 421},
                                                            {"localhost localhost", 421},
                                                            {"127.1", 421},
                                                            {"2130706433", 421}};
  for (const auto& [host, wanted] : table) {
    CAPTURE(host);
    CHECK(status_of(access, head_with({{"Host", host}})) == wanted);
  }
}

TEST_CASE("access: an Origin is of such a name or listed, and only a listed one may read") {
  const Access access({.hosts = {"loop.example"}, .origins = {"https://page.example"}});
  const std::vector<std::pair<std::string, unsigned>> table{{"http://localhost:6274", 200},
                                                            {"https://127.0.0.1", 200},
                                                            {"http://[::1]:3000", 200},
                                                            {"https://loop.example", 200},
                                                            {"https://page.example", 200},
                                                            {"http://page.example", 403},
                                                            {"https://page.example:1", 403},
                                                            {"null", 403},
                                                            {"", 403},
                                                            {"localhost", 403},
                                                            {"ftp://localhost", 403},
                                                            {"http://localhost@evil.example", 403},
                                                            {"http://evil.example", 403},
                                                            {"http://localhost/path", 403},
                                                            {"https://page.example.evil", 403}};
  for (const auto& [origin, wanted] : table) {
    CAPTURE(origin);
    const http::fields head = head_with({{"Origin", origin}});
    CHECK(status_of(access, head) == wanted);
    CHECK(access.readable_by(head) == (origin == "https://page.example" ? origin : std::string()));
  }
}

TEST_CASE("access: a token is asked for where there is one, and tells callers apart") {
  const Access access({.tokens = {kToken, kOther}});
  Principal first, second;
  CHECK_FALSE(access.check(head_with({{"Authorization", "Bearer " + kToken}}), first));
  CHECK_FALSE(access.check(head_with({{"Authorization", "bearer " + kOther}}), second));
  CHECK_FALSE(first == second);
  CHECK(first.token_hash.find(kToken) == std::string::npos);
  for (const std::string& wrong :
       {std::string("Bearer"), std::string("Bearer "), "Bearer  " + kToken,
        "Bearer " + kToken.substr(1), "Basic " + kToken, kToken}) {
    CAPTURE(wrong);
    Principal nobody;
    const auto refusal = access.check(head_with({{"Authorization", wrong}}), nobody);
    REQUIRE(refusal);
    CHECK(refusal->status == 401);
    CHECK(nobody == Principal{});
  }
  CHECK(status_of(access, head_with({})) == 401);
}

TEST_CASE("access: tokens are 256 bits, each another one") {
  loop::SystemRandom random;
  std::set<std::string> tokens;
  for (int count = 0; count < 1000; ++count) tokens.insert(make_token(random));
  CHECK(tokens.size() == 1000);
  for (const std::string& token : tokens) REQUIRE(token.size() == 64);
}
