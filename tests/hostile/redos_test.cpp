// SPDX-License-Identifier: MIT
// Patterns that take exponential time in engines that backtrack, through each argument that takes a
// pattern, while the server goes on answering others.
#include <array>

#include "apps/http_server.hpp"
#include "hostile/text_argument.hpp"
#include "support/catch.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Regular expressions, then globs. Look-around and back-references have to be refused.
std::vector<std::string> attacks() {
  std::vector<std::string> patterns{"^(a+)+$",
                                    "^(a*)*$",
                                    "^(a|a)*$",
                                    "^(a|aa)+$",
                                    "(a|a?)+$",
                                    "^([a-zA-Z]+)*$",
                                    "(.*a){25}",
                                    "(.*)*=(.*)*",
                                    "^(([a-z])+.)+[A-Z]([a-z])+$",
                                    "(x+x+)+y",
                                    "((a{0,9}){0,9}){0,9}$",
                                    "^(\\w+\\s?)*$",
                                    "(\\d+\\.?)+$",
                                    "^(.|\\s)*$",
                                    "(a+){10}b",
                                    "([^\"]*\"[^\"]*\")*$",
                                    "^\\s+|\\s+$",
                                    "(?:[ab]+)*c",
                                    "(a?){30}a{30}",
                                    "^(?:a|ab|b)*$",
                                    "<([a-z]+)[^>]*>(.*)*</b>",
                                    "(\\b\\w+\\b\\s*)+x",
                                    "^(?i:a|A)*$",
                                    "[\\s\\S]*[\\s\\S]*z",
                                    "((((((((a*)*)*)*)*)*)*)*)*b",
                                    "^(a+)+\\1$",
                                    "(?=(a+))a*b\\1",
                                    "(?<=a)+b",
                                    "(?!a)b",
                                    "(a",
                                    "a)",
                                    "[a",
                                    "a{1001}",
                                    "((a{100}){100}){100}",
                                    "\\p{L}+\\p{L}+\\p{L}+9",
                                    "(?R)",
                                    "(?<n>a)\\k<n>",
                                    "\\C*",
                                    "x*x*x*x*x*x*x*x*x*x*x*x*y",
                                    "(\xC3\xA9+)+$",
                                    ""};
  patterns.push_back(repeated("(", 500) + "a*" + repeated(")*", 500));
  patterns.push_back(repeated("a?", 300) + repeated("a", 300));
  patterns.push_back(repeated("(a|b)*", 150) + "c");
  patterns.push_back(repeated("a*", 400) + "b");
  patterns.push_back(repeated("*a", 200) + "b");
  patterns.push_back(repeated("**/", 200) + "x");
  patterns.push_back(repeated("{a,b}", 30));
  patterns.push_back(repeated("{a,", 400));
  patterns.push_back(repeated("[!a]*", 200));
  return patterns;
}

void put_inputs(LoopctlFixture& workspace) {
  std::string lines;
  for (const char* unit : {"a", "x", "ab", " ", "1.", "word ", "\"", "\xC3\xA9"}) {
    for (const int times : {28, 1000, 50'000}) lines += repeated(unit, times) + "!\n";
  }
  workspace.write("inputs.txt", lines);
  workspace.write(repeated("a", 200) + ".txt", lines);
  workspace.write(repeated("a/", 60) + "b.txt", "x\n");
  workspace.write("TODO.md", "- [ ] " + repeated("a", 50'000) + "!\n");
  workspace.write("persistent-memory.md",
                  "# Non-Obvious Implementation Patterns\n\n" + repeated("a", 50'000) + "!\n");
}

bool is_whole_answer(const std::optional<HttpResponse>& response) {
  return response && response->status == 200 &&
         response->body.find("\"result\"") != std::string::npos;
}

}  // namespace

TEST_CASE("no pattern in any argument keeps the server from answering") {
  HttpServerFixture server;
  put_inputs(server.workspace());
  const auto patterns = attacks();
  std::size_t calls = 0, refused = 0;
  for (const TextArgument& argument : text_arguments()) {
    if (!argument.is_pattern()) continue;
    for (const std::string& pattern : patterns) {
      INFO(argument.shown() << " = " << pattern);
      HttpPeer attacker = server.connect();
      HttpPeer other = server.connect();
      ++calls;
      REQUIRE(attacker.send(
          modern_ask(1, "tools/call",
                     {{"name", argument.tool()}, {"arguments", argument.request_with(pattern)}})));
      CHECK(is_whole_answer(other.ask(legacy_ask(rpc_request(2, "ping")))));
      const auto answer = attacker.receive();
      CHECK(is_whole_answer(answer));
      if (answer && answer->body.find("\"isError\":true") != std::string::npos) ++refused;
    }
  }
  CHECK(refused > 0);
  CHECK(refused < calls);
  WARN(calls << " calls, " << refused << " refused");
}
