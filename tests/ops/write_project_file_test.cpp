// SPDX-License-Identifier: MIT
// The operation write_project_file.
#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "loop/store/file_hold.h"
#include "loop/store/file_lock.h"
#include "loop/ops/write_project_file.h"
#include "loop/store/layout.h"
#include "ops/operations_fixture.hpp"

#include <cerrno>

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

class Writer : public OperationsFixture {
 public:
  json::object write(std::string_view path, std::string_view content, json::object more = {}) {
    return call("write_project_file", given(path, content, std::move(more)));
  }
  Error refused(std::string_view path, std::string_view content, json::object more = {}) {
    return refuse("write_project_file", given(path, content, std::move(more)));
  }
  static std::string given(std::string_view path, std::string_view content, json::object more) {
    more["file_path"] = path;
    more["content"] = content;
    return json::serialize(more);
  }
  std::optional<std::string> content(std::string_view path) const {
    return world.files.content(path);
  }
};

std::string text(const json::object& answer, std::string_view field) {
  return std::string(answer.at(field).get_string());
}

}  // namespace

TEST_CASE("a new file is written with its directories, and the answer has size and hash") {
  Writer writer;

  const auto answer = writer.write("src/deep/a.txt", "h\xC3\xA9\n");

  CHECK(writer.content("src/deep/a.txt") == "h\xC3\xA9\n");
  CHECK(text(answer, "file_path") == "src/deep/a.txt");
  CHECK(answer.at("size").to_number<int>() == 4);
  CHECK(text(answer, "sha256") == sha256_hex("h\xC3\xA9\n"));
  CHECK(answer.at("created").get_bool());
  CHECK_FALSE(answer.at("backup_created").get_bool());
  CHECK_FALSE(answer.contains("backup_path"));
}

// The old system's create_backup parameter hid the function of the same name.
TEST_CASE("an existing file is overwritten with the defaults, after a backup of it") {
  Writer writer;
  writer.world.files.put("a.txt", "old");
  {
    auto file = writer.world.files.open(RelativePath::of("a.txt"), {Access::read_write});
    REQUIRE((*file)->set_permissions(0755));
    REQUIRE((*file)->set_owner(7, 8));
  }

  const auto answer = writer.write("a.txt", "new");

  CHECK(writer.content("a.txt") == "new");
  CHECK_FALSE(answer.at("created").get_bool());
  CHECK(answer.at("backup_created").get_bool());
  CHECK(writer.content(text(answer, "backup_path")) == "old");
  const auto info = *writer.world.files.info(RelativePath::of("a.txt"));
  CHECK(info->permissions == 0755);
  CHECK(info->owner == 7);
  CHECK(info->group == 8);
  CHECK_FALSE(
      writer.write("a.txt", "x", {{"create_backup", false}}).at("backup_created").get_bool());
}

TEST_CASE("what was answered survives a power cut") {
  Writer writer;
  writer.world.files.put("a.txt", "old");
  const auto answer = writer.write("a.txt", "new");
  writer.write("d/e/b.txt", "b");
  writer.write("d/e/b.txt", "c", {{"append", true}});

  writer.world.files.crash_to_synced();

  CHECK(writer.content("a.txt") == "new");
  CHECK(writer.content("d/e/b.txt") == "bc");
  CHECK(writer.content(text(answer, "backup_path")) == "old");
}

TEST_CASE("appending adds to the end, makes an absent file, and answers for the whole file") {
  Writer writer;

  const auto first = writer.write("log.txt", "one\n", {{"append", true}});
  const auto second = writer.write("log.txt", "two", {{"append", true}});

  CHECK(writer.content("log.txt") == "one\ntwo");
  CHECK(first.at("created").get_bool());
  CHECK_FALSE(second.at("created").get_bool());
  CHECK(second.at("size").to_number<int>() == 7);
  CHECK(text(second, "sha256") == sha256_hex("one\ntwo"));
  CHECK(second.at("backup_created").get_bool());
}

TEST_CASE("base64 writes any bytes, and what is none is refused") {
  Writer writer;
  const std::string bytes("\x00\xFF\n\x80", 4);

  writer.write("a.bin", to_base64(bytes), {{"encoding", "base64"}});

  CHECK(writer.content("a.bin") == bytes);
  CHECK_THAT(writer.refused("a.bin", "n o", {{"encoding", "base64"}}).message(),
             Contains("\"content\""));
  CHECK(writer.content("a.bin") == bytes);
}

TEST_CASE("a lost update is refused by the hash that was expected") {
  Writer writer;
  writer.world.files.put("a.txt", "one");
  const std::string one = sha256_hex("one");

  CHECK(text(writer.write("a.txt", "two", {{"expected_sha256", one}}), "sha256") ==
        sha256_hex("two"));
  for (const bool append : {false, true}) {
    const Error late =
        writer.refused("a.txt", "three", {{"expected_sha256", one}, {"append", append}});
    CHECK(late.code() == Errc::conflict);
    CHECK_THAT(late.message(), Contains(sha256_hex("two")));
  }
  CHECK(writer.content("a.txt") == "two");
  CHECK(writer.refused("d/new.txt", "x", {{"expected_sha256", one}}).code() == Errc::conflict);
  CHECK_FALSE(*writer.world.files.info(RelativePath::of("d")));
  for (const std::size_t length : {63u, 65u}) {
    CHECK(writer.refused("a.txt", "x", {{"expected_sha256", std::string(length, 'a')}}).code() ==
          Errc::invalid_argument);
  }
  std::string upper = sha256_hex("two");
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  writer.write("a.txt", "three", {{"expected_sha256", upper}});
  CHECK(writer.refused("a.txt", "x", {{"expected_sha256", std::string(64, 'g')}}).code() ==
        Errc::invalid_argument);
}

TEST_CASE("git, the engine's state and denied files are not written, whatever leads there") {
  Writer writer;
  writer.world.files.put(".git/config", "[core]");
  writer.world.files.put("sub/.git/hooks/pre-commit", "#!");
  writer.world.files.put(".env", "KEY=1");
  writer.world.files.make_link("g", ".git");
  writer.world.files.make_link("c", ".git/config");
  writer.world.files.make_link("dangling", ".git/new");
  writer.world.files.make_link("here", ".");
  writer.world.files.make_link("state", ".loop");
  writer.world.files.make_link("settings", ".env");
  const auto before = writer.world.files.all_files();

  for (const char* path : {".git/config",
                           ".git",
                           "./.git//config",
                           ".git/hooks/new",
                           "sub/.git/hooks/pre-commit",
                           "new/.git/config",
                           "g/config",
                           "g/new/deep",
                           "c",
                           "dangling",
                           "here/.git/config",
                           "here/here/.git/x/y",
                           ".loop/config.toml",
                           ".loop/new",
                           ".loop",
                           "state/journal.jsonl",
                           ".env",
                           "settings",
                           "d/new.pem",
                           ".git-credentials"}) {
    for (const bool append : {false, true}) {
      INFO(path);
      const Error refused = writer.refused(path, "x", {{"append", append}});
      CHECK(refused.code() == Errc::invalid_argument);
      CHECK_THAT(refused.message(), Contains("not written") || Contains("files.deny"));
    }
  }
  CHECK(writer.refused(".git/../x", "x").code() == Errc::outside_root);
  CHECK(writer.world.files.all_files() == before);
  CHECK(writer.content(".git/config") == "[core]");
  // Other names, which only look alike.
  for (const char* path :
       {".GIT/config", ".gitignore", "a.git/x", ".loopback/x", "x/.loop/y", ".git2"}) {
    INFO(path);
    CHECK(writer.write(path, "x").at("created").get_bool());
  }
}

TEST_CASE("nothing outside of the workspace is written") {
  Writer writer;
  writer.world.files.make_link("out", "/tmp/x");
  writer.world.files.make_link("up", "../x");

  for (const char* path : {"out", "up", "up/y", "/tmp/x", "../x"}) {
    INFO(path);
    CHECK(writer.refused(path, "x").code() == Errc::outside_root);
  }
}

TEST_CASE("a link that stays inside is followed, and its target backed up under its own name") {
  Writer writer;
  writer.world.files.put("d/real.txt", "old");
  writer.world.files.make_link("link", "d/real.txt");

  const auto answer = writer.write("link", "new");

  CHECK(text(answer, "file_path") == "d/real.txt");
  CHECK(writer.content("d/real.txt") == "new");
  CHECK_THAT(text(answer, "backup_path"), Contains("d%2Freal.txt"));
  CHECK((*writer.world.files.info(RelativePath::of("link")))->kind == FileKind::symlink);
}

TEST_CASE("directories are made only when asked for, and what is no regular file is refused") {
  Writer writer;
  writer.world.files.make_fifo("pipe");
  writer.world.files.put("d/a", "");

  const Error missing = writer.refused("x/y/a.txt", "x", {{"ensure_directory", false}});
  CHECK(missing.code() == Errc::not_found);
  CHECK_THAT(missing.message(), Contains("x/y") && Contains("ensure_directory"));
  writer.write("d/b", "x", {{"ensure_directory", false}});
  for (const bool append : {false, true}) {
    CHECK(writer.refused("pipe", "x", {{"append", append}}).code() == Errc::invalid_argument);
    CHECK(writer.refused("d", "x", {{"append", append}}).code() == Errc::invalid_argument);
    CHECK(writer.refused("d/a/b", "x", {{"append", append}}).code() == Errc::invalid_argument);
  }
  CHECK_FALSE(*writer.world.files.info(RelativePath::of("x")));
}

TEST_CASE("a write waits for the lock of its file's kind") {
  Writer writer;
  const auto is_locked = [&](const RelativePath& lock, std::string_view path) {
    const auto held = FileLock::acquire(writer.world.files, writer.world.clock, lock);
    REQUIRE(held);
    const auto answer = writer.try_call("write_project_file", Writer::given(path, "x", {}));
    return !answer && answer.error().code() == Errc::locked;
  };

  CHECK(is_locked(layout::files_lock(), "a.txt"));
  CHECK_FALSE(is_locked(layout::files_lock(), "TODO.md"));
  CHECK(is_locked(layout::todo_lock(), "TODO.md"));
  CHECK(is_locked(layout::memory_lock(), "persistent-memory.md"));
  CHECK(is_locked(layout::schedules_lock(), ".roo/schedules.json"));
}

TEST_CASE("a file that someone appends to under its own lock is neither replaced nor appended to") {
  Writer writer;
  writer.world.files.put("task_timing.tsv", "row\n");
  const auto held = FileHold::acquire(writer.world.files, writer.world.clock,
                                      RelativePath::of("task_timing.tsv"));
  REQUIRE(held);

  CHECK(writer.refused("task_timing.tsv", "x").code() == Errc::locked);
  CHECK(writer.refused("task_timing.tsv", "x", {{"append", true}}).code() == Errc::locked);
  CHECK(writer.content("task_timing.tsv") == "row\n");
}

TEST_CASE("whichever call fails, the file is old or new and an error leaves no temporary file") {
  std::uint64_t calls = 0;
  {
    Writer writer;
    writer.world.files.put("a.txt", "old");
    const std::uint64_t before = writer.world.files.calls();
    writer.write("a.txt", "new");
    calls = writer.world.files.calls() - before;
  }
  std::size_t refused = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    for (const int cause : {EIO, ENOSPC}) {
      Writer writer;
      writer.world.files.put("a.txt", "old");
      writer.world.files.fail_call(writer.world.files.calls() + call, cause);
      INFO("call " << call);

      const auto answer = writer.try_call("write_project_file", Writer::given("a.txt", "new", {}));

      const auto content = writer.content("a.txt");
      CHECK((content == "old" || content == "new"));
      if (answer) CHECK(content == "new");
      if (!answer) ++refused;
      writer.world.files.clear_faults();
      CHECK(writer.write("a.txt", "later").at("size").to_number<int>() == 5);
    }
  }
  CHECK(refused > calls);
}

TEST_CASE("content has at most 64 MiB") {
  Writer writer;
  OperationContext context = writer.context();
  for (const std::size_t size : {kWriteBytesMax - 1, kWriteBytesMax, kWriteBytesMax + 1}) {
    WriteProjectFileRequest request{.file_path = "a", .content = std::string(size, 'x')};
    request.create_backup = false;
    const auto answer = write_project_file(context, request);
    CHECK(answer.has_value() == (size <= kWriteBytesMax));
    if (!answer) CHECK(answer.error().code() == Errc::too_large);
  }
}
