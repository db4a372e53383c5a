// SPDX-License-Identifier: MIT
// Ignore files, by cases and beside git itself.
#include "loop/domain/ignore_rules.h"

#include "loop/base/text.h"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <vector>

using namespace loop;

namespace {

bool ignores(std::string_view text, std::string_view path,
             IgnoreTarget target = IgnoreTarget::file) {
  return IgnoreRules::parse(text).covers(path, target);
}

}  // namespace

TEST_CASE("a rule without a slash is of names, one with a slash is of paths") {
  CHECK(ignores("a", "a"));
  CHECK(ignores("a", "d/e/a"));
  CHECK(ignores("*.o", "d/x.o"));
  CHECK(ignores("/a", "a"));
  CHECK_FALSE(ignores("/a", "d/a"));
  CHECK(ignores("d/a", "d/a"));
  CHECK_FALSE(ignores("d/a", "x/d/a"));
  CHECK(ignores("**/d/a", "x/d/a"));
  CHECK(ignores("d/**", "d/e/f"));
  CHECK_FALSE(ignores("d/**", "d", IgnoreTarget::directory));
  CHECK(ignores("d/*/f", "d/e/f"));
  CHECK_FALSE(ignores("d/*/f", "d/e/e/f"));
}

TEST_CASE("a slash at the end means directories only, and all that is below") {
  CHECK(ignores("build/", "build", IgnoreTarget::directory));
  CHECK_FALSE(ignores("build/", "build", IgnoreTarget::file));
  CHECK(ignores("build/", "x/build/a/b"));
  CHECK(ignores("/build/", "build/a"));
  CHECK_FALSE(ignores("/build/", "x/build/a"));
}

TEST_CASE("the last rule that matches wins, but nothing is kept below an ignored directory") {
  CHECK_FALSE(ignores("*.log\n!keep.log", "keep.log"));
  CHECK(ignores("!keep.log\n*.log", "keep.log"));
  CHECK(ignores("d/\n!d/keep", "d/keep"));
  CHECK_FALSE(ignores("d/*\n!d/keep", "d/keep"));
  CHECK(ignores("d/*\n!d/keep", "d/other"));
  CHECK_FALSE(ignores("/*\n!/src", "src/a"));
  CHECK(ignores("*\n!*/\n!*.c", "d/a.h"));
  CHECK_FALSE(ignores("*\n!*/\n!*.c", "d/a.c"));
}

TEST_CASE("comments, escapes, spaces and line ends are read as git reads them") {
  CHECK_FALSE(ignores("# a\n#b", "#b"));
  CHECK(ignores("\\#b", "#b"));
  CHECK(ignores("\\!b", "!b"));
  CHECK(ignores("a   ", "a"));
  CHECK(ignores("a\\ ", "a "));
  CHECK_FALSE(ignores("a\\ ", "a"));
  CHECK(ignores("a\\   ", "a "));
  CHECK(ignores("a\t", "a\t"));
  CHECK(ignores(" a", " a"));
  CHECK(ignores("a\r\nb\r\n", "a"));
  CHECK(ignores("a\nb\r", "b"));
  CHECK(
      ignores("\xEF\xBB\xBF"
              "a\n",
              "a"));
  CHECK(ignores(std::string_view("a\0b\nc", 5), "a"));
  CHECK_FALSE(ignores("\n\n  \n!\n/\n//\n", "a"));
  CHECK_FALSE(ignores("[\n\\\n[[:x:]]\n", "["));
}

TEST_CASE("rules of a nearer directory win over those above") {
  IgnoreStack stack;
  stack.enter("", IgnoreRules::parse("*.log\n/d/only-top\n/x"));
  CHECK(stack.ignores("a.log", IgnoreTarget::file));
  CHECK_FALSE(stack.ignores("a.txt", IgnoreTarget::file));

  stack.enter("d", IgnoreRules::parse("!a.log\n/x\n*.txt"));
  CHECK_FALSE(stack.ignores("d/a.log", IgnoreTarget::file));
  CHECK(stack.ignores("d/b.log", IgnoreTarget::file));
  CHECK(stack.ignores("d/only-top", IgnoreTarget::file));
  CHECK(stack.ignores("d/x", IgnoreTarget::file));
  stack.enter("d/e", IgnoreRules::parse(""));
  CHECK_FALSE(stack.ignores("d/e/x", IgnoreTarget::file));
  CHECK(stack.ignores("d/e/a.txt", IgnoreTarget::file));

  stack.leave();
  stack.leave();
  CHECK_FALSE(stack.ignores("a.txt", IgnoreTarget::file));
}

namespace {

// Patterns and paths of few letters, so that many of them meet.
std::string random_text(sim::SimRandom& random, std::initializer_list<std::string_view> parts,
                        std::size_t parts_max) {
  std::string text;
  const std::size_t count = 1 + random.below(parts_max);
  for (std::size_t i = 0; i < count; ++i) text += parts.begin()[random.below(parts.size())];
  return text;
}

std::string random_pattern(sim::SimRandom& random) {
  return random_text(random, {"a",    "b",   "ab",  "/", "/",    "*",     "*",   "**",
                              "/**/", "**/", "/**", "?", "[ab]", "[!a]",  "\\a", "[a-",
                              "!",    " ",   "\\ ", "#", ".",    "{a,b}", "\\*", "[[:alpha:]]"},
                     6);
}

std::string random_path(sim::SimRandom& random) {
  std::string path;
  const std::size_t depth = 1 + random.below(4);
  for (std::size_t i = 0; i < depth; ++i) {
    if (i > 0) path += '/';
    path += random_text(random, {"a", "b", "ab", "*", " ", "!", "#", "-", "x"}, 3);
  }
  return path;
}

constexpr const char* kGit = "/usr/bin/git";

// A repository whose ignore files are written anew for each round.
class Repository {
 public:
  Repository() : path_("/tmp/loop-ignore-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
    std::filesystem::create_directories(path_ + "/a/b");
  }
  ~Repository() { std::filesystem::remove_all(path_); }

  bool init() const { return std::filesystem::exists(kGit) && git({"init", "-q"}, "").code == 0; }

  void write(const std::string& directory, const std::string& rules) const {
    std::ofstream(path_ + "/" + directory + "/.gitignore") << rules;
  }

  std::set<std::string> ignored(const std::vector<std::string>& paths) const {
    std::string input;
    for (const std::string& path : paths) input += path + '\0';
    const auto answer = git({"check-ignore", "--stdin", "-z", "--no-index"}, input);
    INFO(answer.err);
    REQUIRE(answer.code <= 1);
    std::set<std::string> found;
    for (const auto path : split(answer.out, '\0')) found.emplace(path);
    return found;
  }

 private:
  test::ProgramResult git(std::vector<std::string> arguments, const std::string& input) const {
    arguments.insert(arguments.begin(), kGit);
    const std::map<std::string, std::string> environment{
        {"PATH", "/usr/bin:/bin"}, {"HOME", path_}, {"GIT_CONFIG_NOSYSTEM", "1"}};
    return test::run_program({arguments, environment, path_, input});
  }

  std::string path_;
};

bool tree_ignores(const std::map<std::string, std::string>& files, const std::string& path) {
  IgnoreStack stack;
  stack.enter("", IgnoreRules::parse(files.at("")));
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (stack.ignores(directory, IgnoreTarget::directory)) return true;
    const auto file = files.find(directory);
    if (file != files.end()) stack.enter(directory, IgnoreRules::parse(file->second));
  }
  const bool is_directory = path == "a" || path == "a/b";
  return stack.ignores(path, is_directory ? IgnoreTarget::directory : IgnoreTarget::file);
}

}  // namespace

TEST_CASE("thousands of rules and paths are judged as git check-ignore judges them") {
  const Repository repository;
  if (!repository.init()) {
    WARN("skipped: git is not installed");
    return;
  }
  constexpr int kRounds = 60;
  constexpr int kPaths = 300;
  std::size_t ignored_count = 0;
  for (int round = 0; round < kRounds; ++round) {
    sim::SimRandom random(static_cast<std::uint64_t>(round));
    std::map<std::string, std::string> files;
    for (const std::string directory : {"", "a", "a/b"}) {
      const std::size_t rules = random.below(directory.empty() ? 6 : 3);
      for (std::size_t i = 0; i < rules; ++i) files[directory] += random_pattern(random) + "\n";
      files[directory] += "";
      repository.write(directory, files[directory]);
    }
    std::vector<std::string> paths{"a", "a/b"};
    while (paths.size() < kPaths) paths.push_back(random_path(random));

    const auto expected = repository.ignored(paths);

    for (const std::string& path : paths) {
      INFO("round " << round << ", path " << path << "\n"
                    << files[""] << "-- a\n"
                    << files["a"] << "-- a/b\n"
                    << files["a/b"]);
      if (tree_ignores(files, path) != expected.contains(path)) {
        FAIL_CHECK("git says " << expected.contains(path));
      }
      ignored_count += expected.contains(path);
    }
  }
  CHECK(ignored_count > 1000);
  CHECK(ignored_count < kRounds * kPaths - 1000);
}
