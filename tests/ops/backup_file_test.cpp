// SPDX-License-Identifier: MIT
// The operation backup_file.
#include "loop/ops/backup_file.h"

#include "loop/base/sha256.h"
#include "ops/operations_fixture.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

class Keeper : public OperationsFixture {
 public:
  Keeper() { world.files.put("notes.txt", "v1"); }

  json::object backup(json::object given = {}, std::string_view path = "notes.txt") {
    given["file_path"] = path;
    return call("backup_file", json::serialize(given));
  }
  Error refused(json::object given, std::string_view path = "notes.txt") {
    given["file_path"] = path;
    return refuse("backup_file", json::serialize(given));
  }
  std::string path_of(json::object given = {}, std::string_view path = "notes.txt") {
    return std::string(backup(std::move(given), path).at("backup_path").get_string());
  }
  std::size_t count_below(std::string_view directory) const {
    const auto all = world.files.all_files();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const std::string& path) { return path.starts_with(directory); }));
  }
};

}  // namespace

TEST_CASE("a backup is a durable copy with its hash beside it") {
  Keeper keeper;

  const auto answer = keeper.backup();
  const std::string path(answer.at("backup_path").get_string());
  keeper.world.files.crash_to_synced();

  CHECK(keeper.world.files.content(path) == "v1");
  CHECK_THAT(*keeper.world.files.content(path + ".sha256"), Contains(sha256_hex("v1")));
  CHECK(answer.at("sha256").get_string() == sha256_hex("v1"));
  CHECK(answer.at("size").to_number<int>() == 2);
  CHECK(answer.at("file_path").get_string() == "notes.txt");
  CHECK(answer.at("made").get_string() == "2025-11-01T06:28:04.000Z");
  CHECK(answer.at("created").get_bool());
}

TEST_CASE("the same content is not kept twice, and the answer says so") {
  Keeper keeper;
  const auto first = keeper.path_of();

  const auto second = keeper.backup();

  CHECK(second.at("backup_path").get_string() == first);
  CHECK_FALSE(second.at("created").get_bool());
}

// In the old system a second backup within a second overwrote the first.
TEST_CASE("two backups never share a name, also within one millisecond") {
  Keeper keeper;
  std::set<std::string> paths;
  for (int version = 0; version < 5; ++version) {
    keeper.world.files.put("notes.txt", "version " + std::to_string(version));
    paths.insert(keeper.path_of());
    paths.insert(keeper.path_of({{"backup_name", "mine"}}));
    paths.insert(keeper.path_of({{"backup_name", "mine"}, {"include_timestamp", false}}));
    paths.insert(keeper.path_of({{"backup_directory", "copies"}, {"include_timestamp", false}}));
  }
  CHECK(paths.size() == 20);
  for (const std::string& path : paths) CHECK(keeper.world.files.content(path));
}

TEST_CASE("a name, a directory and a timestamp make the path of the copy") {
  Keeper keeper;

  CHECK_THAT(
      keeper.path_of({{"backup_name", "before"}}),
      Catch::StartsWith(".loop/backups/") && Catch::EndsWith("/before.20251101T062804.000Z"));
  CHECK(keeper.path_of({{"backup_directory", "copies/deep"}}) ==
        "copies/deep/notes.txt.20251101T062804.000Z");
  CHECK(keeper.path_of(
            {{"backup_directory", "copies"}, {"backup_name", "a"}, {"include_timestamp", false}}) ==
        "copies/a");
  CHECK(keeper.path_of(
            {{"backup_directory", "copies"}, {"backup_name", "a"}, {"include_timestamp", false}}) ==
        "copies/a-2");
  CHECK(*keeper.world.files.content("copies/a.sha256") ==
        "# source: notes.txt\n# series: a\n# made: 2025-11-01T06:28:04.000Z\n" + sha256_hex("v1") +
            "  a\n");
}

TEST_CASE("a file that has the name already is not touched") {
  Keeper keeper;
  keeper.world.files.put("copies/a", "mine");
  keeper.world.files.put("copies/a-2.sha256", "mine, too");

  CHECK(keeper.path_of(
            {{"backup_directory", "copies"}, {"backup_name", "a"}, {"include_timestamp", false}}) ==
        "copies/a-3");
  CHECK(keeper.world.files.content("copies/a") == "mine");
  CHECK(keeper.world.files.content("copies/a-2.sha256") == "mine, too");
}

// The old system wrote wherever these led.
TEST_CASE("a backup name is one component, and the directory is inside") {
  Keeper keeper;
  keeper.world.files.make_link("out", "/tmp");
  keeper.world.files.make_link("up", "../x");
  keeper.world.files.make_link("git", ".git");
  keeper.world.files.put(".git/config", "");
  const auto before = keeper.world.files.all_files();

  for (const char* name : {"a/b", "../x", "..", ".", "", "/x", "a\nb", "x.sha256", "./x", "x/"}) {
    INFO(name);
    const Error refused = keeper.refused({{"backup_name", name}});
    CHECK(refused.code() == Errc::invalid_argument);
    CHECK_THAT(refused.message(), Contains("backup_name"));
  }
  for (const char* directory : {"../outside", "/tmp", "out", "out/x", "up"}) {
    INFO(directory);
    CHECK(keeper.refused({{"backup_directory", directory}}).code() == Errc::outside_root);
  }
  for (const char* directory : {".git", ".git/hooks", "git", "sub/.git/x", ".loop", ".loop/backups",
                                ".loop/backups/notes.txt", ""}) {
    INFO(directory);
    CHECK(keeper.refused({{"backup_directory", directory}}).code() == Errc::invalid_argument);
  }
  CHECK(keeper.refused({{"backup_directory", "d"}, {"backup_name", "x.pem"}}).code() ==
        Errc::invalid_argument);
  CHECK(keeper.world.files.all_files() == before);
}

TEST_CASE("a backup name has at most 180 bytes") {
  Keeper keeper;
  for (const std::size_t length : {179u, 180u, 181u}) {
    const json::object given{{"backup_name", std::string(length, 'n')}};
    CHECK(keeper
              .try_call("backup_file",
                        json::serialize(json::object{{"file_path", "notes.txt"},
                                                     {"backup_name", given.at("backup_name")}}))
              .has_value() == (length <= 180));
  }
  const std::string long_name(255, 'x');
  keeper.world.files.put(long_name, "v");
  CHECK(keeper.world.files.content(keeper.path_of({{"include_timestamp", false}}, long_name)) ==
        "v");
}

TEST_CASE("the newest 20 backups stay, of each name and of each file") {
  for (const int count : {19, 20, 21}) {
    Keeper keeper;
    keeper.world.files.put("other.txt", "x");
    keeper.path_of({{"backup_directory", "c"}, {"backup_name", "n"}}, "other.txt");
    std::vector<std::string> plain;
    std::vector<std::string> named;
    for (int version = 0; version < count; ++version) {
      keeper.world.files.put("notes.txt", std::to_string(version));
      plain.push_back(keeper.path_of());
      named.push_back(keeper.path_of({{"backup_directory", "c"}, {"backup_name", "n"}}));
    }
    CHECK(keeper.count_below(".loop/backups/notes.txt/") ==
          2u * static_cast<unsigned>(std::min(count, 20)));
    CHECK(keeper.count_below("c/") == 2u * static_cast<unsigned>(std::min(count, 20) + 1));
    CHECK(keeper.world.files.content(plain[0]).has_value() == (count <= 20));
    CHECK(keeper.world.files.content(named[0]).has_value() == (count <= 20));
    CHECK(keeper.world.files.content(named[1]));
    CHECK(keeper.world.files.content(named.back()) == std::to_string(count - 1));
  }
}

TEST_CASE("files of other people in a backup directory are never removed") {
  Keeper keeper;
  const std::string hash = sha256_hex("x");
  keeper.world.files.put("c/n.old", "x");
  keeper.world.files.put("c/n.old.sha256", hash + "  n.old\n");
  keeper.world.files.put("c/n.damaged.sha256", "# source: notes.txt\nnonsense\n");
  keeper.world.files.put("c/n.elsewhere.sha256",
                         "# source: notes.txt\n# series: n\n# made: 2000-01-01T00:00:00.000Z\n" +
                             hash + "  ../../x\n");
  keeper.world.files.put("x", "x");
  for (int version = 0; version < 25; ++version) {
    keeper.world.files.put("notes.txt", std::to_string(version));
    keeper.backup({{"backup_directory", "c"}, {"backup_name", "n"}});
  }
  for (const char* path :
       {"c/n.old", "c/n.old.sha256", "c/n.damaged.sha256", "c/n.elsewhere.sha256", "x"}) {
    CHECK(keeper.world.files.content(path));
  }
}

TEST_CASE("only regular files that may be read are backed up") {
  Keeper keeper;
  keeper.world.files.put(".env", "KEY=1");
  keeper.world.files.make_link("settings", ".env");
  keeper.world.files.make_link("link", "notes.txt");
  keeper.world.files.make_fifo("pipe");
  keeper.world.files.make_link("out", "/etc/passwd");

  CHECK(keeper.refused({}, ".env").code() == Errc::invalid_argument);
  CHECK(keeper.refused({}, "settings").code() == Errc::invalid_argument);
  CHECK(keeper.refused({}, "pipe").code() == Errc::invalid_argument);
  CHECK(keeper.refused({}, "out").code() == Errc::outside_root);
  CHECK(keeper.refused({}, "absent").code() == Errc::not_found);
  CHECK(keeper.backup({}, "link").at("file_path").get_string() == "notes.txt");
  CHECK(keeper.count_below(".loop/backups/.env") == 0);
}

TEST_CASE("whichever call fails, what was answered is whole and the file is untouched") {
  std::uint64_t calls = 0;
  const std::string given = R"({"file_path":"notes.txt","backup_directory":"c","backup_name":"n"})";
  {
    Keeper keeper;
    const auto before = keeper.world.files.calls();
    keeper.call("backup_file", given);
    calls = keeper.world.files.calls() - before;
  }
  std::size_t refusals = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    Keeper keeper;
    keeper.world.files.fail_call(keeper.world.files.calls() + call, EIO);
    INFO("call " << call);
    const auto answer = keeper.try_call("backup_file", given);
    keeper.world.files.clear_faults();
    keeper.world.files.crash_to_synced();
    CHECK(keeper.world.files.content("notes.txt") == "v1");
    if (answer) {
      const std::string path(answer->at("backup_path").get_string());
      CHECK(keeper.world.files.content(path) == "v1");
      CHECK(keeper.world.files.content(path + ".sha256"));
    } else {
      ++refusals;
    }
  }
  CHECK(refusals > calls / 2);
}
