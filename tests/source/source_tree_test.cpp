// SPDX-License-Identifier: MIT
// The reader of sources itself: what it calls code decides what every other check here can see.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

using namespace loop::source;

namespace {

// Blanks are many; one stands for all of them.
std::string code_words(const std::string& text) {
  std::string code = make_source("x.cpp", text).code;
  RE2::GlobalReplace(&code, R"(\s+)", " ");
  return code;
}

}  // namespace

TEST_CASE("comments, literals and directives are not code") {
  CHECK(code_words("a; // fork()\nb;") == "a; b;");
  CHECK(code_words("a; /* fork()\n */ b;") == "a; b;");
  CHECK(code_words("a(\"fork() \\\" //\"); b;") == "a( ); b;");
  CHECK(code_words("a('\\''); b('\"');") == "a( ); b( );");
  CHECK(code_words("a(R\"x(fork() )\" \" )x\"); b;") == "a( ); b;");
  CHECK(code_words("#define A \\\n  fork()\nb;") == " b;");
  CHECK(code_words("1'000; b('c');") == "1'000; b( );");
  CHECK(code_words("a; /* never closed") == "a; ");
}

TEST_CASE("blanking keeps every line where it was") {
  const auto file = make_source("x.cpp", "a;\n/* 1\n2 */ b;\n\"x\\\ny\"; c;\n");

  CHECK(file.code.size() == file.text.size());
  CHECK(line_of(file.code, file.code.find('c')) == 5);
}

TEST_CASE("all matches are found, also adjacent ones") {
  CHECK(find_all("aaxaa", RE2("a")) == std::vector<std::size_t>{0, 1, 3, 4});
  CHECK(find_all("f(1) g(2)", RE2(R"(\((\d)\))")) == std::vector<std::size_t>{2, 7});
  CHECK(find_all("", RE2("a")).empty());
}

TEST_CASE("includes are read with their brackets") {
  const auto file = make_source("x.cpp", "#include \"a.hpp\"\n #  include <b>\n// #include <c>\n");

  const auto includes = includes_of(file);

  REQUIRE(includes.size() == 2);
  CHECK(includes[0].target == "\"a.hpp\"");
  CHECK(includes[1].target == "<b>");
}

TEST_CASE("the sources of the project are there to be checked") {
  CHECK(production_sources().size() > 100);
}
