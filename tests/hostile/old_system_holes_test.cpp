// SPDX-License-Identifier: MIT
// What the system before this one did wrong, each fault by its number and as it was shown there.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "hostile/real_folder.hpp"
#include "loop/base/text.h"
#include "loop/store/append_log.h"

#include <sys/stat.h>

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// A folder beside the workspace with a secret, and a link to it inside.
struct Beside {
  Beside() {
    folder.put("n.txt", "here\n");
    folder.put("../outside/secret.txt", "CANARY\n");
    fs::create_directory_symlink(folder.outside(), folder.root() + "/link");
    before = folder.outside_files();
  }
  std::string refusal(std::string_view operation, const json::object& given) {
    const auto answer = folder.call(operation, given);
    INFO(json::serialize(given));
    REQUIRE_FALSE(answer);
    CHECK(folder.outside_files() == before);
    CHECK_THAT(answer.error().message(), !Contains("CANARY"));
    return answer.error().message();
  }
  RealFolder folder;
  std::map<std::string, std::string> before;
};

json::object called(RealFolder& folder, std::string_view operation, std::string_view arguments) {
  auto answer = folder.call(operation, arguments);
  INFO(operation << " " << arguments);
  if (!answer) FAIL(answer.error().message());
  return std::move(*answer);
}

}  // namespace

TEST_CASE("old system hole 1: a restore from outside is refused before anything is copied") {
  Beside beside;
  for (const std::string& from :
       {beside.folder.outside() + "/secret.txt", std::string("../outside/secret.txt"),
        std::string("link/secret.txt")}) {
    beside.refusal("restore_file", {{"file_path", "n.txt"}, {"backup_path", from}});
  }
  CHECK_FALSE(beside.folder.holds_inside("CANARY"));
  CHECK(beside.folder.content("n.txt") == "here\n");
}

TEST_CASE("old system hole 2: no name or directory of a backup leads out") {
  Beside beside;
  for (const std::string& out :
       {std::string("../outside"), beside.folder.outside(), std::string("link")}) {
    beside.refusal("backup_file", {{"file_path", "n.txt"}, {"backup_directory", out}});
  }
  for (const std::string& name : {std::string("../../outside/x"), beside.folder.outside() + "/x",
                                  std::string("link/x"), std::string("..")}) {
    beside.refusal("backup_file", {{"file_path", "n.txt"}, {"backup_name", name}});
  }
}

TEST_CASE("old system hole 3: a listing of what is outside tells nothing") {
  Beside beside;
  for (const std::string& out :
       {std::string("link"), std::string("../outside"), beside.folder.outside()}) {
    beside.refusal("list_project_structure", {{"directory", out}});
  }
  const json::object whole = called(beside.folder, "list_project_structure", "{}");
  CHECK_THAT(json::serialize(whole), !Contains("secret.txt"));
}

TEST_CASE("old system hole 4: a search does not follow a link out") {
  Beside beside;
  beside.refusal("search_in_files", {{"pattern", "CANARY"}, {"directory", "link"}});
  const json::object found = called(beside.folder, "search_in_files", R"({"pattern":"CANARY"})");
  CHECK(found.at("match_count") == 0);
}

TEST_CASE("old system hole 5: a validation tells nothing of files outside, not even their being") {
  Beside beside;
  const auto told = [&](const std::string& path) {
    std::string text = beside.refusal(
        "run_validation", {{"validation_type", "file_integrity"}, {"target_path", path}});
    const std::size_t at = text.find(path);
    return at == std::string::npos ? text : text.erase(at, path.size());
  };
  CHECK(told("/etc/shadow") == told("/etc/no-such-file"));
  CHECK(told("../outside/secret.txt") == told("../outside/no-such-file"));
  CHECK(told("link/secret.txt") == told("link/no-such-file"));
}

TEST_CASE("old system hole 6: writing a file that exists replaces it, with the default arguments") {
  RealFolder folder;
  folder.put("a.txt", "old");
  const json::object answer =
      called(folder, "write_project_file", R"({"file_path":"a.txt","content":"new"})");
  CHECK(folder.content("a.txt") == "new");
  CHECK(answer.at("backup_created").as_bool());
  CHECK(folder.content(std::string(answer.at("backup_path").as_string())) == "old");
}

TEST_CASE(
    "old system hole 7: a write that fails or dies at any call leaves the old file or the new") {
  std::uint64_t calls = 0;
  const std::string given = R"({"file_path":"a.txt","content":"new"})";
  for (std::uint64_t call = 0; call <= calls; ++call) {
    OperationsFixture fixture;
    fixture.world.files.put("a.txt", "old");
    const std::uint64_t before = fixture.world.files.calls();
    if (call > 0) fixture.world.files.fail_call(before + call, ENOSPC);
    const auto answer = fixture.try_call("write_project_file", given);
    if (call == 0) calls = fixture.world.files.calls() - before;
    fixture.world.files.clear_faults();
    fixture.world.files.crash(call);
    const auto content = fixture.world.files.content("a.txt");
    INFO("call " << call << " of " << calls);
    CHECK((content == "old" || content == "new"));
    if (answer) CHECK(content == "new");
  }
  CHECK(calls > 10);
}

TEST_CASE("old system hole 8: of 200 rows that eight acknowledge at once 200 are in the file") {
  RealFolder folder;
  constexpr int kThreads = 8;
  constexpr int kRows = 25;
  std::atomic<int> acknowledged{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int row = 0; row < kRows; ++row) {
        acknowledged += folder.call("track_task_time", R"({"task_description":"t"})") ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(acknowledged == kThreads * kRows);
  const std::string file = folder.content("task_timing.tsv");
  CHECK(split_lines(file).size() == kThreads * kRows + 1);
}

TEST_CASE("old system hole 9: tabs and line breaks in a task forge no row") {
  RealFolder folder;
  const std::string forged =
      "x\\n2025-11-01T00:00:00.000Z\\tcode\\tf1\\t2025-11-01T00:00:00.000Z\\t"
      "2025-11-01T09:00:00.000Z\\t32400\\tforged\\tcompleted\\tnormal";
  called(folder, "track_task_time", R"({"task_description":")" + forged + R"("})");
  called(folder, "track_task_time", R"({"task_description":"a\u2028b\u0085c\u000bd\r\ne\u0000f"})");
  const json::object told = called(folder, "get_time_tracking", "{}");
  CHECK(told.at("rows") == 2);
  CHECK(told.at("analysis").at("completed") == 0);
  CHECK(told.at("analysis").at("total_duration") == 0);
  const std::string file = folder.content("task_timing.tsv");
  for (const std::string_view line : split_lines(file)) CHECK(split(line, '\t').size() == 9);
}

TEST_CASE("old system hole 10: one entry is added once, whatever the sections and the entry hold") {
  RealFolder folder;
  folder.put("persistent-memory.md",
             "# Non-Obvious Implementation Patterns\n\n# Development & Debug Commands\n\n"
             "# System Updates & Status\n\n");
  called(folder, "update_persistent_memory", R"({"section":"commands","content":"only once"})");
  called(folder, "update_persistent_memory",
         R"({"section":"patterns","content":"# no heading\n## nor this","format_entry":false})");
  const json::object told = called(folder, "get_persistent_memory", "{}");
  CHECK(told.at("entry_count") == 2);
  CHECK(told.at("findings").as_array().empty());
  const std::string file = folder.content("persistent-memory.md");
  CHECK(file.find("only once") == file.rfind("only once"));

  for (int entry = 0; entry < 120; ++entry) {
    called(folder, "update_persistent_memory", R"({"section":"status","content":"more"})");
  }
  CHECK(split_lines(folder.content("persistent-memory.md")).size() <= 300);
}

TEST_CASE(
    "old system hole 11: backups of one second have names of their own, and go back to theirs") {
  RealFolder folder;
  for (const char* content : {"v1", "v2", "v3"}) {
    folder.put("n.txt", content);
    called(folder, "backup_file", R"({"file_path":"n.txt"})");
  }
  folder.put("n_other.txt", "of another");
  called(folder, "backup_file", R"({"file_path":"n_other.txt"})");
  folder.put("n.txt", "broken");
  called(folder, "restore_file", R"({"file_path":"n.txt","create_backup_before_restore":false})");
  CHECK(folder.content("n.txt") == "v3");
  std::size_t copies = 0;
  for (const auto& entry : fs::directory_iterator(folder.root() + "/.loop/backups/n.txt")) {
    copies += entry.path().extension() == ".sha256" ? 0 : 1;
  }
  CHECK(copies == 3);
}

TEST_CASE(
    "old system hole 12: no pattern, pipe or huge file stops the server or takes its memory") {
  RealFolder folder;
  folder.put("a.txt", std::string(28, 'a') + "!\n");
  CHECK(called(folder, "search_in_files", R"({"pattern":"^(a+)+$"})").at("match_count") == 0);
  REQUIRE(::mkfifo((folder.root() + "/pipe").c_str(), 0600) == 0);
  CHECK_FALSE(folder.call("read_project_file", R"({"file_path":"pipe"})"));
  folder.put("huge.bin", "");
  fs::resize_file(folder.root() + "/huge.bin", 1ull << 30);
  const auto read = folder.call("read_project_file", R"({"file_path":"huge.bin"})");
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == Errc::too_large);
}

TEST_CASE(
    "old system hole 13: each of 2000 appended entries is in the file, through all reopenings") {
  RealFolder folder;
  auto context = folder.context();
  for (int round = 0; round < 20; ++round) {
    AppendLog log(context.services.files, context.services.clock, context.services.log,
                  RelativePath::of("entries.log"), {.durability = Durability::os});
    for (int entry = 0; entry < 100; ++entry) {
      REQUIRE(log.append(std::to_string(round * 100 + entry) + "\n"));
    }
  }
  const std::string file = folder.content("entries.log");
  const auto lines = split_lines(file);
  REQUIRE(lines.size() == 2000);
  for (std::size_t at = 0; at < lines.size(); ++at) REQUIRE(lines[at] == std::to_string(at));
}
