// SPDX-License-Identifier: MIT
// g++ 12 breaks common forms of co_await without a warning: one form is allowed, in transports.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace loop::source;

namespace {

constexpr std::string_view kTransports = "apps/mcp/http/";

// A statement as the text between two of `;`, `{` and `}`: so an aggregate in braces inside an
// await, an await in the braces of an initializer, and one in a condition all look cut.
std::string statement_at(std::string_view code, std::size_t offset) {
  const auto begin = code.find_last_of(";{}", offset);
  const auto from = begin == std::string_view::npos ? 0 : begin + 1;
  const auto to = std::min(code.find_first_of(";{}", offset), code.size());
  std::string statement(code.substr(from, to - from + (to < code.size() ? 1 : 0)));
  RE2::GlobalReplace(&statement, R"(^\s+)", "");
  return statement;
}

bool is_allowed_await(const std::string& statement) {
  static const RE2 form(
      R"((?s)(?:(?:const )?auto \w+ = )?co_await [\w:.]+(?:->\w+)*(?:<[\w:, ]*>)?\((.*)\);)");
  static const RE2 refused_argument(R"(co_await|\[[&=\w]|\?|&&|\|\|)");
  std::string arguments;
  return RE2::FullMatch(statement, form, &arguments) &&
         !RE2::PartialMatch(arguments, refused_argument);
}

std::vector<std::string> check_coroutines(const SourceFile& file) {
  static const RE2 keyword(R"(\b(?:co_await|co_return|co_yield|co_spawn)\b)");
  static const RE2 await(R"(\bco_await\b)");
  static const RE2 spawned_call(R"(\bco_spawn\s*\([^,;]*,\s*\w+\s*\(())");
  const bool is_transport = file.path.starts_with(kTransports);
  std::vector<std::string> findings;
  for (const auto offset : find_all(file.code, is_transport ? await : keyword)) {
    if (!is_transport) {
      findings.push_back(finding(file, offset, "a coroutine outside of the transports"));
    } else if (!is_allowed_await(statement_at(file.code, offset))) {
      findings.push_back(finding(file, offset, "write `auto name = co_await call(names);`"));
    }
  }
  for (const auto offset : find_all(file.code, spawned_call)) {
    findings.push_back(finding(file, offset, "co_spawn gets the function, not its call"));
  }
  return findings;
}

bool is_refused(const std::string& body) {
  const std::string text = "task f() {\n  int before;\n  " + body + "\n}\n";
  return !check_coroutines(make_source("apps/mcp/http/x.cpp", text)).empty();
}

}  // namespace

TEST_CASE("the two allowed forms of an await pass") {
  CHECK_FALSE(is_refused("co_await write(stream, buffer);"));
  CHECK_FALSE(is_refused("auto line = co_await read_line(stream, buffer);"));
  CHECK_FALSE(is_refused("const auto line = co_await asio::async_read(stream, as_tuple(token));"));
  CHECK_FALSE(is_refused("co_return line;"));
  CHECK_FALSE(is_refused("co_spawn(executor, serve, token);"));
}

TEST_CASE("each form that the compiler breaks is refused") {
  CHECK(is_refused("auto line = co_await read({1, 2});"));
  CHECK(is_refused("if (co_await is_open(stream)) return;"));
  CHECK(is_refused("while (co_await next(stream)) step();"));
  CHECK(is_refused("switch (co_await next(stream)) {}"));
  CHECK(is_refused("auto x = open ? co_await read(a) : co_await read(b);"));
  CHECK(is_refused("auto x = ready && co_await read(a);"));
  CHECK(is_refused("Line line{co_await read(a)};"));
  CHECK(is_refused("use(co_await read(a));"));
  CHECK(is_refused("LOOP_TRY(auto x, co_await read(a));"));
  CHECK(is_refused("auto x = co_await read([&] { return 1; });"));
  CHECK(is_refused("auto x = co_await read([this](int) {});"));
  CHECK(is_refused("auto x = co_await read(co_await next(a));"));
  CHECK(is_refused("co_return co_await read(a);"));
  CHECK(is_refused("co_spawn(executor, serve(stream), token);"));
}

TEST_CASE("a coroutine anywhere else is refused") {
  for (const std::string path :
       {"libloop/src/engine/x.cpp", "apps/loopctl/x.cpp", "apps/mcp/x.cpp"}) {
    CHECK(check_coroutines(make_source(path, "task f() { co_return; }")).size() == 1);
    CHECK(check_coroutines(make_source(path, "task f() { co_await g(); }")).size() == 1);
  }
}

TEST_CASE("coroutines keep to the transports and to the form that compiles") {
  std::vector<std::string> findings;
  for (const auto& file : production_sources()) {
    std::ranges::copy(check_coroutines(file), std::back_inserter(findings));
  }

  CHECK(findings == std::vector<std::string>{});
}
