// SPDX-License-Identifier: MIT
// The operation restore_file.
#include "loop/ops/restore_file.h"

#include "loop/base/sha256.h"
#include "ops/operations_fixture.hpp"

#include <cerrno>

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

class Restorer : public OperationsFixture {
 public:
  json::object restore(std::string_view path, json::object given = {}) {
    given["file_path"] = path;
    return call("restore_file", json::serialize(given));
  }
  Error refused(std::string_view path, json::object given = {}) {
    given["file_path"] = path;
    return refuse("restore_file", json::serialize(given));
  }
  // Puts the content there and backs it up.
  std::string keep(std::string_view path, std::string_view content, json::object given = {}) {
    world.files.put(path, content);
    given["file_path"] = path;
    world.clock.advance(std::chrono::seconds{1});
    return std::string(call("backup_file", json::serialize(given)).at("backup_path").get_string());
  }
  std::string content(std::string_view path) const {
    return world.files.content(path).value_or("(absent)");
  }
};

std::string text(const json::object& answer, std::string_view field) {
  return std::string(answer.at(field).get_string());
}

}  // namespace

TEST_CASE("the newest backup is restored, after a backup of what is there") {
  Restorer restorer;
  restorer.keep("a.txt", "v1");
  const std::string second = restorer.keep("a.txt", "v2");
  restorer.world.files.put("a.txt", "broken");

  const auto answer = restorer.restore("a.txt");

  CHECK(restorer.content("a.txt") == "v2");
  CHECK(text(answer, "restored_from") == second);
  CHECK(text(answer, "sha256") == sha256_hex("v2"));
  CHECK(answer.at("size").to_number<int>() == 2);
  CHECK_FALSE(answer.at("created").get_bool());
  CHECK(answer.at("backup_created").get_bool());
  CHECK(restorer.content(text(answer, "backup_path")) == "broken");
  CHECK(answer.at("damaged").get_array().empty());
  restorer.world.files.crash_to_synced();
  CHECK(restorer.content("a.txt") == "v2");
}

TEST_CASE("without a backup before it, a restore leaves none") {
  Restorer restorer;
  restorer.keep("a.txt", "v1");
  restorer.world.files.put("a.txt", "broken");

  const auto answer = restorer.restore("a.txt", {{"create_backup_before_restore", false}});

  CHECK(restorer.content("a.txt") == "v1");
  CHECK_FALSE(answer.at("backup_created").get_bool());
  CHECK_FALSE(answer.contains("backup_path"));
  CHECK(text(restorer.restore("a.txt"), "sha256") == sha256_hex("v1"));
}

TEST_CASE("a file that is gone comes back, its directory, too") {
  Restorer restorer;
  restorer.keep("d/a.txt", "v1");
  REQUIRE(restorer.world.files.remove(RelativePath::of("d/a.txt")));
  REQUIRE(restorer.world.files.remove_directory(RelativePath::of("d")));

  const auto answer = restorer.restore("d/a.txt");

  CHECK(restorer.content("d/a.txt") == "v1");
  CHECK(answer.at("created").get_bool());
  CHECK_FALSE(answer.at("backup_created").get_bool());
}

// The old system took the newest "n_*": a backup of n_other.txt.
TEST_CASE("only backups of that very file are taken") {
  Restorer restorer;
  restorer.keep("n.txt", "right");
  restorer.keep("n.txt.bak", "wrong");
  restorer.keep("n_other.txt", "wrong");
  const std::string wrong = restorer.keep("d/n.txt", "wrong");
  const std::string named =
      restorer.keep("m.txt", "wrong", {{"backup_name", "n.txt"}, {"backup_directory", "copies"}});
  restorer.world.files.put("n.txt", "broken");

  for (const std::string& path : {wrong, named}) {
    const Error refused = restorer.refused("n.txt", {{"backup_path", path}});
    CHECK(refused.code() == Errc::not_found);
    CHECK_THAT(refused.message(), Contains("no backup of n.txt"));
  }
  CHECK(restorer.content("n.txt") == "broken");
  restorer.restore("n.txt");
  CHECK(restorer.content("n.txt") == "right");
}

TEST_CASE("a named backup is restored from wherever it is") {
  Restorer restorer;
  const std::string plain = restorer.keep("a.txt", "v1");
  const std::string named = restorer.keep("a.txt", "v2", {{"backup_name", "good"}});
  const std::string elsewhere =
      restorer.keep("a.txt", "v3", {{"backup_directory", "copies"}, {"include_timestamp", false}});
  restorer.keep("a.txt", "v4");

  restorer.restore("a.txt", {{"backup_path", plain}});
  CHECK(restorer.content("a.txt") == "v1");
  restorer.restore("a.txt", {{"backup_path", named}});
  CHECK(restorer.content("a.txt") == "v2");
  restorer.restore("a.txt", {{"backup_path", elsewhere}});
  CHECK(restorer.content("a.txt") == "v3");
}

TEST_CASE("what was backed up elsewhere last is the newest, too") {
  Restorer restorer;
  restorer.keep("a.txt", "v1");
  restorer.keep("a.txt", "v2", {{"backup_directory", "copies"}});
  restorer.world.files.put("a.txt", "broken");

  restorer.restore("a.txt");

  CHECK(restorer.content("a.txt") == "v2");
}

TEST_CASE("a damaged backup is passed over, and refused when it is named") {
  Restorer restorer;
  const std::string first = restorer.keep("a.txt", "v1");
  const std::string second = restorer.keep("a.txt", "v2");
  restorer.world.files.put(second, "vX");
  restorer.world.files.put("a.txt", "broken");

  const Error refused = restorer.refused("a.txt", {{"backup_path", second}});
  CHECK(refused.code() == Errc::invalid_data);
  CHECK(restorer.content("a.txt") == "broken");

  const auto answer = restorer.restore("a.txt", {{"create_backup_before_restore", false}});
  CHECK(restorer.content("a.txt") == "v1");
  CHECK(text(answer, "restored_from") == first);
  CHECK(answer.at("damaged") == json::value({second}));

  restorer.world.files.put(first, "vY");
  CHECK_THAT(restorer.refused("a.txt").message(), Contains("none of the 2 backups"));
  CHECK(restorer.refused("never.txt").code() == Errc::not_found);
}

TEST_CASE("a damaged copy elsewhere is refused before anything changes") {
  Restorer restorer;
  const std::string copy =
      restorer.keep("a.txt", "v1", {{"backup_directory", "copies"}, {"include_timestamp", false}});
  restorer.world.files.put("a.txt", "present");
  const auto refused = [&] { return restorer.refused("a.txt", {{"backup_path", copy}}); };
  const std::string note = restorer.content(copy + ".sha256");

  restorer.world.files.put(copy, "v2");
  CHECK(refused().code() == Errc::invalid_data);
  restorer.world.files.put(copy, "v1");
  for (const std::string& bad :
       {std::string(), std::string("nonsense"), note + note, sha256_hex("v1") + "  other.txt\n",
        sha256_hex("v1") + " a.txt\n", note.substr(0, note.size() / 2)}) {
    INFO(bad);
    restorer.world.files.put(copy + ".sha256", bad);
    CHECK(refused().code() == Errc::not_found);
  }
  CHECK(restorer.content("a.txt") == "present");
  // As sha256sum writes it, in either mode.
  for (const std::string mark : {"  ", " *"}) {
    restorer.world.files.put(copy + ".sha256", sha256_hex("v1") + mark + "a.txt\n");
    restorer.restore("a.txt", {{"backup_path", copy}});
    CHECK(restorer.content("a.txt") == "v1");
    restorer.world.files.put("a.txt", "present");
  }
}

// The old system copied first and checked afterwards.
TEST_CASE("nothing that is no verified backup of the workspace gets into a file") {
  Restorer restorer;
  auto& files = restorer.world.files;
  files.put("a.txt", "present");
  files.put("plain.txt", "plain");
  files.put(".env", "KEY=1");
  files.put(".env.sha256", sha256_hex("KEY=1") + "  .env\n");
  files.make_link("secret", ".env");
  files.make_link("out", "/etc/passwd");
  files.make_fifo("pipe");

  for (const char* outside : {"/etc/passwd", "../x", "out"}) {
    CHECK(restorer.refused("a.txt", {{"backup_path", outside}}).code() == Errc::outside_root);
  }
  for (const char* other : {"plain.txt", "absent"}) {
    CHECK(restorer.refused("a.txt", {{"backup_path", other}}).code() == Errc::not_found);
  }
  for (const char* denied : {".env", "secret", "pipe", ""}) {
    INFO(denied);
    CHECK(restorer.refused("a.txt", {{"backup_path", denied}}).code() == Errc::invalid_argument);
  }
  CHECK(restorer.content("a.txt") == "present");
}

TEST_CASE("what may not be written is not restored") {
  Restorer restorer;
  restorer.world.files.put(".git/config", "[core]");
  restorer.call("backup_file", R"({"file_path":".git/config"})");
  restorer.world.files.put(".git/config", "changed");

  CHECK(restorer.refused(".git/config").code() == Errc::invalid_argument);
  CHECK(restorer.refused(".loop/journal.jsonl").code() == Errc::invalid_argument);
  CHECK(restorer.refused("../x").code() == Errc::outside_root);
  CHECK(restorer.content(".git/config") == "changed");
}

TEST_CASE("a restore keeps the mode of what is there") {
  Restorer restorer;
  restorer.keep("run.sh", "v1");
  {
    auto file = restorer.world.files.open(RelativePath::of("run.sh"), {Access::read_write});
    REQUIRE((*file)->set_permissions(0755));
  }
  restorer.world.clock.advance(std::chrono::seconds{1});

  restorer.restore("run.sh");

  CHECK((*restorer.world.files.info(RelativePath::of("run.sh")))->permissions == 0755);
}

TEST_CASE("whichever call fails, the file is as before or restored") {
  std::uint64_t calls = 0;
  {
    Restorer restorer;
    restorer.keep("a.txt", "v1");
    restorer.world.files.put("a.txt", "broken");
    const auto before = restorer.world.files.calls();
    restorer.restore("a.txt");
    calls = restorer.world.files.calls() - before;
  }
  std::size_t refusals = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    Restorer restorer;
    restorer.keep("a.txt", "v1");
    restorer.world.files.put("a.txt", "broken");
    restorer.world.files.fail_call(restorer.world.files.calls() + call, EIO);
    INFO("call " << call);
    const auto answer = restorer.try_call("restore_file", R"({"file_path":"a.txt"})");
    restorer.world.files.clear_faults();
    const std::string content = restorer.content("a.txt");
    CHECK((content == "broken" || content == "v1"));
    if (answer) CHECK(content == "v1");
    if (!answer) ++refusals;
  }
  CHECK(refusals > calls / 2);
}
