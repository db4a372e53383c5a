// SPDX-License-Identifier: MIT
// Files of up to 400 lines and functions of up to 70; longer ones stand in a table with a reason.
#include "source/function_span.hpp"
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace loop::source;

namespace {

constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kFunctionLinesMax = 70;

const std::vector<Exemption> kLongFiles{};

// "path:function".
const std::vector<Exemption> kLongFunctions{
    {"libloop/src/domain/config_keys.cpp:make_keys", "one table, one line a key"},
    {"libloop/src/engine/history.cpp:History::apply_to_run", "one switch over all events"},
};

std::size_t line_count(const SourceFile& file) { return line_of(file.text, file.text.size()) - 1; }

bool is_too_long(const SourceFile& file) { return line_count(file) > kFileLinesMax; }

std::vector<std::string> long_functions(const SourceFile& file) {
  std::vector<std::string> names;
  for (const auto& function : functions_of(file)) {
    if (function.line_count > kFunctionLinesMax) names.push_back(file.path + ":" + function.name);
  }
  return names;
}

SourceFile of_lines(std::size_t count) {
  std::string text;
  for (std::size_t line = 0; line < count; ++line) text += "int x;\n";
  return make_source("x.cpp", text);
}

SourceFile of_function(std::size_t lines, const std::string& head) {
  std::string text = head + "\n";
  for (std::size_t line = 2; line < lines; ++line) text += "  step();\n";
  return make_source("x.cpp", text + "}\n");
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& function : functions_of(make_source("x.cpp", text)))
    names.push_back(function.name);
  return names;
}

}  // namespace

TEST_CASE("a file of 400 lines passes, one of 401 does not") {
  CHECK_FALSE(is_too_long(of_lines(399)));
  CHECK_FALSE(is_too_long(of_lines(400)));
  CHECK(is_too_long(of_lines(401)));
}

TEST_CASE("a function of 70 lines passes, one of 71 does not, in whatever form it comes") {
  for (const std::string head :
       {"void f() {", "int A::f() const noexcept {", "A::A(int b) : b_(b), c_{b} {",
        "auto f() -> int {", "const auto f = [&](int x) {", "Result<std::vector<int>> f(A a) {"}) {
    INFO(head);
    CHECK(long_functions(of_function(69, head)).empty());
    CHECK(long_functions(of_function(70, head)).empty());
    CHECK(long_functions(of_function(71, head)).size() == 1);
  }
}

TEST_CASE("scopes and values are no functions") {
  CHECK(long_functions(of_function(200, "namespace a {")).empty());
  CHECK(long_functions(of_function(200, "class A final : public B {")).empty());
  CHECK(long_functions(of_function(200, "enum class A {")).empty());
  CHECK(long_functions(of_function(200, "constexpr int kTable[] = {")).empty());
}

TEST_CASE("functions are told apart and named") {
  CHECK(names_in("namespace a {\nvoid f() { if (x) { y(); } }\nint B::g(int z) {\n}\n}\n") ==
        std::vector<std::string>{"f", "B::g"});
  CHECK(names_in("class A {\n  int b() const { return b_; }\n  int c();\n};\n") ==
        std::vector<std::string>{"b"});
}

TEST_CASE("files and functions keep to their sizes, and no exemption outlives its need") {
  std::vector<std::string> too_long;
  std::vector<std::string> exempt;
  for (const auto& file : production_sources()) {
    if (is_too_long(file)) too_long.push_back(file.path);
    std::ranges::copy(long_functions(file), std::back_inserter(too_long));
  }
  for (const auto& exemption : kLongFiles) exempt.push_back(exemption.path);
  for (const auto& exemption : kLongFunctions) exempt.push_back(exemption.path);

  std::ranges::sort(too_long);
  std::ranges::sort(exempt);
  CHECK(too_long == exempt);
}
