// SPDX-License-Identifier: MIT
// Heads of requests: what passes, what is refused with which status, and when that is known.
#include "mcp/http/head_guard.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace mcp;

namespace {

const std::string kGood =
    "POST /mcp?x=1 HTTP/1.1\r\nHost: localhost:80\r\nX-Any: a\tb \xc3\xa9\r\nEmpty:\r\n"
    "Content-Length: 12\r\n\r\n";

// 0: complete; 1: incomplete; else the status.
unsigned verdict(std::string_view bytes) {
  const auto seen = guard_head(bytes);
  if (const auto* refusal = std::get_if<HttpRefusal>(&seen)) return refusal->status;
  return std::holds_alternative<HeadIncomplete>(seen) ? 1 : 0;
}

std::string with(const std::string& field) {
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n";
}

}  // namespace

TEST_CASE("head guard: a good head is complete at its empty line, and not before") {
  for (std::size_t size = 0; size < kGood.size(); ++size) {
    CAPTURE(size);
    CHECK(verdict(kGood.substr(0, size)) == 1);
  }
  const auto seen = guard_head(kGood + "the body");
  REQUIRE(std::holds_alternative<HeadComplete>(seen));
  CHECK(std::get<HeadComplete>(seen).bytes == kGood.size());
}

TEST_CASE("head guard: each form that could be read in two ways has its status") {
  const std::vector<std::pair<std::string, unsigned>> table{
      {with("Content-Length: 1"), 0},
      {with("Transfer-Encoding: Chunked"), 0},
      {with("Expect: 100-Continue"), 0},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 0},
      {with("Content-Length: 1\r\nContent-Length: 1"), 400},
      {with("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
      {with("Transfer-Encoding: gzip, chunked"), 501},
      {with("Transfer-Encoding: identity"), 501},
      {with("Content-Length: 1, 1"), 400},
      {with("Content-Length: -1"), 400},
      {with("Content-Length:"), 400},
      {with("Content-Length: 1e3"), 400},
      {with("Content-Length: 9999999999999999"), 400},
      {with("Content-Length : 1"), 400},
      {with("host: other"), 400},
      {with("Mcp-Session-Id: a\r\nmcp-session-id: b"), 400},
      {with("Expect: tea"), 417},
      {with(": empty"), 400},
      {with("no colon"), 400},
      {with("bad name: x"), 400},
      {with("X: a\r\n b"), 400},
      {with("X: a\r\n\tb"), 400},
      {with("X: \x01"), 400},
      {with("X: \x7f"), 400},
      {with(std::string("X: \0y", 5)), 400},
      {"POST /mcp HTTP/1.1\r\n\r\n", 400},
      {"POST /mcp HTTP/1.1\nHost: a\n\n", 400},
      {"POST /mcp HTTP/1.1\r\nHost: a\r\rX: y\r\n\r\n", 400},
      {"POST /mcp HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"POST /mcp HTTP/2\r\nHost: a\r\n\r\n", 505},
      {"POST /mcp\r\nHost: a\r\n\r\n", 400},
      {"POST mcp HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"POST /m cp HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"POST /mcp# HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"P(ST /mcp HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://a/mcp HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400}};
  for (const auto& [head, wanted] : table) {
    CAPTURE(head);
    CHECK(verdict(head) == wanted);
  }
}

TEST_CASE("head guard: what can no more become good is refused before its end") {
  CHECK(verdict("GET / HTTP/1.1\n") == 400);
  CHECK(verdict("GET / HTTP/1.1\rX") == 400);
  CHECK(verdict(std::string("GET /\0", 6)) == 400);
  CHECK(verdict("\r\n") == 400);
}

TEST_CASE("head guard: the length and the number of fields are bounded") {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::string fits(kHeadBytesMax - start.size() - end.size(), 'a');
  CHECK(verdict(start + fits + end) == 0);
  CHECK(verdict(start + fits + "a" + end) == 431);
  CHECK(verdict(start + std::string(kHeadBytesMax, 'a')) == 431);

  std::string fields;
  for (std::size_t count = 1; count < kHeadFieldsMax; ++count) fields += "X: y\r\n";
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n" + fields;
  CHECK(verdict(head + "\r\n") == 0);
  CHECK(verdict(head + "X: y\r\n\r\n") == 431);
}
