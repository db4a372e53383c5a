// SPDX-License-Identifier: MIT
// The operation list_project_structure.
#include "loop/base/base64.h"
#include "loop/ops/list_project_structure.h"
#include "ops/operations_fixture.hpp"

#include <algorithm>
#include <cerrno>

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

using Texts = std::vector<std::string>;

class Lister : public OperationsFixture {
 public:
  Lister() {
    for (const char* path : {"README.md", "src/a.cpp", "src/a.h", "src/deep/b.cpp", "docs/x.md",
                             ".github/ci.yml", "src/.hidden"}) {
      world.files.put(path, path);
    }
  }

  json::object list(json::object given = {}) {
    return call("list_project_structure", json::serialize(given));
  }
  Texts paths(json::object given = {}) { return paths_of(list(std::move(given))); }

  static Texts paths_of(const json::object& answer) {
    Texts paths;
    for (const auto& entry : answer.at("entries").get_array()) {
      paths.emplace_back(entry.get_object().at("path").get_string());
    }
    return paths;
  }

  // All pages; `between` is called after each.
  Texts pages(json::object given, const std::function<void()>& between = [] {}) {
    Texts all;
    while (true) {
      const auto answer = list(given);
      for (auto& path : paths_of(answer)) all.push_back(std::move(path));
      if (!answer.contains("next_cursor")) return all;
      CHECK(answer.at("entries").get_array().size() == kListedMax);
      given["cursor"] = answer.at("next_cursor");
      between();
    }
  }
};

json::object entry_of(const json::object& answer, std::string_view path) {
  for (const auto& entry : answer.at("entries").get_array()) {
    if (entry.get_object().at("path").get_string() == path) return entry.get_object();
  }
  FAIL("no entry " << path);
  return {};
}

}  // namespace

TEST_CASE("the tree is listed in order, with kinds, sizes and times, without hidden files") {
  Lister lister;
  lister.world.files.make_fifo("pipe");

  const auto answer = lister.list();

  CHECK(Lister::paths_of(answer) == Texts{"README.md", "docs", "docs/x.md", "pipe", "src",
                                          "src/a.cpp", "src/a.h", "src/deep", "src/deep/b.cpp"});
  CHECK(answer.at("directory").get_string() == ".");
  const auto file = entry_of(answer, "src/a.cpp");
  CHECK(file.at("type").get_string() == "file");
  CHECK(file.at("size").to_number<int>() == 9);
  CHECK(file.at("modified").get_string() == "2025-11-01T06:28:04.000Z");
  CHECK(entry_of(answer, "src").at("type").get_string() == "directory");
  CHECK_FALSE(entry_of(answer, "src").contains("size"));
  CHECK(entry_of(answer, "pipe").at("type").get_string() == "other");
  CHECK(answer.at("unreadable").get_array().empty());
}

TEST_CASE("directory, depth and kinds narrow the list") {
  Lister lister;

  CHECK(lister.paths({{"directory", "src"}}) ==
        Texts{"src/a.cpp", "src/a.h", "src/deep", "src/deep/b.cpp"});
  CHECK(lister.paths({{"directory", "./src/"}, {"recursive", false}}) ==
        Texts{"src/a.cpp", "src/a.h", "src/deep"});
  CHECK(lister.paths({{"directory", "."}, {"max_depth", 1}}) == Texts{"README.md", "docs", "src"});
  CHECK(lister.paths({{"max_depth", 2}}).size() == 7);
  CHECK(lister.paths({{"max_depth", 3}}).size() == 8);
  CHECK(lister.paths({{"max_depth", 4}}).size() == 8);
  CHECK(lister.paths({{"include_files", false}}) == Texts{"docs", "src", "src/deep"});
  CHECK(lister.paths({{"include_directories", false}}) ==
        Texts{"README.md", "docs/x.md", "src/a.cpp", "src/a.h", "src/deep/b.cpp"});
  CHECK(lister.paths({{"include_files", false}, {"include_directories", false}}).empty());
  CHECK(lister.paths({{"directory", ".github"}}) == Texts{".github/ci.yml"});
}

TEST_CASE("hidden files are shown on demand, and a .git directory is not entered") {
  Lister lister;
  lister.world.files.put(".git/config", "");
  lister.world.files.put("sub/.git/config", "");

  const auto paths = lister.paths({{"include_hidden", true}});

  const auto has = [&](const char* path) { return std::ranges::count(paths, path) == 1; };
  CHECK(has("src/.hidden"));
  CHECK(has(".github/ci.yml"));
  CHECK(has(".git"));
  CHECK(has("sub/.git"));
  CHECK_FALSE(has(".git/config"));
  CHECK_FALSE(has("sub/.git/config"));
  // The state directory ignores itself.
  CHECK(has(".loop"));
  CHECK_FALSE(has(".loop/locks"));
}

TEST_CASE("patterns choose files and leave out trees") {
  Lister lister;

  CHECK(lister.paths({{"file_pattern", "*.{cpp,h}"}, {"include_directories", false}}) ==
        Texts{"src/a.cpp", "src/a.h", "src/deep/b.cpp"});
  CHECK(lister.paths({{"file_pattern", "src/*.cpp"}, {"include_directories", false}}) ==
        Texts{"src/a.cpp"});
  CHECK(lister.paths(
            {{"directory", "src"}, {"file_pattern", "deep/*"}, {"include_directories", false}}) ==
        Texts{"src/deep/b.cpp"});
  CHECK(lister.paths({{"exclude_patterns", {"src", "*.md"}}}) == Texts{"docs"});
  CHECK(lister.paths({{"exclude_patterns", {"/src/*", "!/src/deep", "{docs,*.md}"}}}) ==
        Texts{"src", "src/deep", "src/deep/b.cpp"});
  CHECK(lister.paths({{"directory", "src"}, {"exclude_patterns", {"/deep/"}}}) ==
        Texts{"src/a.cpp", "src/a.h"});
}

TEST_CASE("ignore files are respected in every directory, unless told not to") {
  Lister lister;
  lister.world.files.put(".gitignore", "*.h\n/docs/\nb.cpp\n");
  lister.world.files.put("src/deep/.gitignore", "!b.cpp\n");

  CHECK(lister.paths() == Texts{"README.md", "src", "src/a.cpp", "src/deep", "src/deep/b.cpp"});
  // Rules from above hold in a directory that is named; one that is ignored is listed when named.
  CHECK(lister.paths({{"directory", "src"}}) == Texts{"src/a.cpp", "src/deep", "src/deep/b.cpp"});
  CHECK(lister.paths({{"directory", "docs"}}) == Texts{"docs/x.md"});
  CHECK(lister.paths({{"respect_gitignore", false}}).size() == 8);
}

TEST_CASE("an ignore file that is a link, a directory or too large says nothing") {
  Lister lister;
  lister.world.files.put("rules", "*\n");
  lister.world.files.make_link("docs/.gitignore", "../rules");
  lister.world.files.put("src/.gitignore/x", "");
  lister.world.files.put("src/deep/.gitignore", std::string(1024 * 1024 + 1, '*'));

  const auto answer = lister.list();

  CHECK(Lister::paths_of(answer).size() == 9);
  REQUIRE(answer.at("unreadable").get_array().size() == 1);
  CHECK_THAT(std::string(answer.at("unreadable").get_array()[0].get_string()),
             Contains("src/deep/.gitignore"));
}

TEST_CASE("links are shown and never followed") {
  Lister lister;
  lister.world.files.make_link("docs/again", "../src");
  lister.world.files.make_link("docs/loop", ".");
  lister.world.files.make_link("docs/out", "/etc");
  lister.world.files.make_link("docs/up", "../../secret");
  lister.world.files.put("secret", "");

  const auto answer = lister.list({{"directory", "docs"}});

  CHECK(Lister::paths_of(answer) ==
        Texts{"docs/again", "docs/loop", "docs/out", "docs/up", "docs/x.md"});
  CHECK(entry_of(answer, "docs/again").at("type").get_string() == "link");
  CHECK(entry_of(answer, "docs/again").at("target").get_string() == "src");
  CHECK_FALSE(entry_of(answer, "docs/out").contains("target"));
  CHECK_FALSE(entry_of(answer, "docs/up").contains("target"));
  // A link that is named leads where it leads, inside.
  CHECK(lister.paths({{"directory", "docs/again"}, {"max_depth", 1}}) ==
        Texts{"src/a.cpp", "src/a.h", "src/deep"});
  for (const char* out : {"docs/out", "docs/up", "/etc", "..", "../x"}) {
    INFO(out);
    CHECK(lister.refuse("list_project_structure", json::serialize(json::object{{"directory", out}}))
              .code() == Errc::outside_root);
  }
}

TEST_CASE("a page has 500 entries, and a cursor only when there is more") {
  for (const std::size_t count : {499u, 500u, 501u}) {
    Lister lister;
    for (std::size_t i = 0; i < count; ++i) {
      lister.world.files.put("many/" + std::to_string(1000 + i), "");
    }
    const auto first = lister.list({{"directory", "many"}});
    CHECK(first.at("entries").get_array().size() == std::min<std::size_t>(count, 500));
    CHECK(first.contains("next_cursor") == (count > 500));
    CHECK(lister.pages({{"directory", "many"}}).size() == count);
  }
}

TEST_CASE("pages together are the whole tree, in the same order") {
  Lister lister;
  Texts expected;
  for (int outer = 100; outer < 140; ++outer) {
    // Names that sort in between "d" and "d/...".
    const std::string directory = "t/" + std::to_string(outer);
    expected.push_back(directory);
    for (int inner = 10; inner < 50; ++inner) {
      expected.push_back(directory + "/" + std::to_string(inner));
      lister.world.files.put(expected.back(), "");
    }
    expected.push_back(directory + "-");
    lister.world.files.put(expected.back(), "");
  }

  CHECK(lister.pages({{"directory", "t"}}) == expected);
  CHECK(lister.pages({}).size() == expected.size() + 9);
}

TEST_CASE("a cursor holds while files come and go") {
  Lister lister;
  for (int i = 1000; i < 1900; ++i) lister.world.files.put("many/" + std::to_string(i) + "/f", "");
  int rounds = 0;

  const auto all = lister.pages({{"directory", "many"}}, [&] {
    ++rounds;
    auto& files = lister.world.files;
    // Before the place, at it, and behind it.
    files.put("many/0new" + std::to_string(rounds), "");
    files.put("many/9new" + std::to_string(rounds), "");
    if (rounds == 1) {
      REQUIRE(files.remove(RelativePath::of("many/1249/f")));
      REQUIRE(files.remove_directory(RelativePath::of("many/1249")));
      REQUIRE(files.remove(RelativePath::of("many/1250/f")));
    }
  });

  CHECK(std::ranges::is_sorted(all));
  CHECK(std::ranges::adjacent_find(all) == all.end());
  for (int i = 1000; i < 1900; ++i) {
    CHECK(std::ranges::count(all, "many/" + std::to_string(i)) == 1);
  }
  CHECK(std::ranges::count(all, std::string("many/1250/f")) == 0);
  CHECK(std::ranges::count(all, std::string("many/9new1")) == 1);
  CHECK(std::ranges::count(all, std::string("many/0new1")) == 0);
}

TEST_CASE("a cursor of elsewhere or of nobody is refused") {
  Lister lister;
  const auto refused = [&](json::object given) {
    return lister.refuse("list_project_structure", json::serialize(given));
  };
  for (const std::string text : {"1:docs/x.md", "1:../x", "1:/etc", "1:", "x", "2:src/a"}) {
    INFO(text);
    const Error error = refused({{"directory", "src"}, {"cursor", to_base64(text)}});
    CHECK(error.code() == Errc::invalid_argument);
    CHECK_THAT(error.message(), Contains("cursor"));
  }
  CHECK(refused({{"cursor", "no base64"}}).code() == Errc::invalid_argument);
  CHECK(refused({{"cursor", ""}}).code() == Errc::invalid_argument);
  // Of a file that was there: the rest follows.
  CHECK(lister.paths({{"directory", "src"}, {"cursor", to_base64("1:src/deep/zzz/gone")}}).empty());
  CHECK(lister.paths({{"cursor", to_base64("1:src/a.cpp/was/directory")}}) ==
        Texts{"src/a.h", "src/deep", "src/deep/b.cpp"});
}

TEST_CASE("bad patterns and directories are refused by name") {
  Lister lister;
  lister.world.files.make_fifo("pipe");
  const auto message = [&](json::object given) {
    return lister.refuse("list_project_structure", json::serialize(given)).message();
  };

  CHECK_THAT(message({{"file_pattern", "[a"}}), Contains("file_pattern"));
  CHECK_THAT(message({{"exclude_patterns", {"a", "![b"}}}), Contains("exclude_patterns"));
  CHECK_THAT(message({{"directory", "README.md"}}), Contains("is no directory"));
  CHECK_THAT(message({{"directory", "pipe"}}), Contains("is no directory"));
  CHECK_THAT(message({{"directory", "nowhere"}}), Contains("nowhere"));
  CHECK_THAT(message({{"max_depth", 0}}), Contains("max_depth"));
  json::array many;
  while (many.size() < 101) many.emplace_back("x");
  CHECK_THAT(message({{"exclude_patterns", many}}), Contains("101"));
  many.pop_back();
  CHECK(lister.paths({{"exclude_patterns", many}}).size() == 9);
}

TEST_CASE("a directory that cannot be read is told, and the others are listed") {
  std::uint64_t calls = 0;
  {
    Lister same;
    const auto before = same.world.files.calls();
    same.list();
    calls = same.world.files.calls() - before;
  }
  bool was_told = false;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    Lister failing;
    failing.world.files.fail_call(failing.world.files.calls() + call, EACCES);
    const auto answer = failing.try_call("list_project_structure", "{}");
    if (!answer) continue;  // the root itself
    const auto& unreadable = answer->at("unreadable").get_array();
    for (const auto& text : unreadable) {
      was_told |= text.get_string().find("list docs") != json::string::npos;
    }
    if (!unreadable.empty()) CHECK(Lister::paths_of(*answer).size() >= 4);
  }
  CHECK(was_told);
}

TEST_CASE("a cancelled walk stops at once") {
  Lister lister;
  lister.is_cancelled = true;

  CHECK(lister.refuse("list_project_structure").code() == Errc::cancelled);
}

TEST_CASE("a long walk reports how far it is, and stops when it is cancelled on the way") {
  Lister lister;
  for (int i = 0; i < 3000; ++i) lister.world.files.put("many/" + std::to_string(i), "");
  auto context = lister.context();
  std::uint64_t reported = 0;
  context.on_progress = [&](std::uint64_t done, std::uint64_t, std::string_view) {
    reported = done;
    lister.is_cancelled = true;
  };

  const auto answer = list_project_structure(context, {.file_pattern = "none"});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == Errc::cancelled);
  CHECK(reported == 256);
}
