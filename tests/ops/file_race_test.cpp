// SPDX-License-Identifier: MIT
// File operations on the real disk: at the same time, against links that are swapped, and with
// hostile paths.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "loop/base/sha256.h"
#include "loop/domain/time_ledger.h"
#include "loop/ops/backup_file.h"
#include "loop/ops/list_project_structure.h"
#include "loop/ops/read_project_file.h"
#include "loop/ops/restore_file.h"
#include "loop/ops/search_in_files.h"
#include "loop/ops/write_project_file.h"
#include "loop/store/recovery.h"
#include "ops/operations_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>

using namespace loop;
using namespace loop::test;
namespace fs = std::filesystem;

namespace {

// A workspace in /tmp and a folder beside it that must stay as it is.
class RealFolder {
 public:
  RealFolder() : top_("/tmp/loop-files-XXXXXX") {
    REQUIRE(mkdtemp(top_.data()) != nullptr);
    fs::create_directories(root());
    fs::create_directories(outside());
    put("../outside/secret.txt", "secret");
    auto opened = open_posix_files(root());
    REQUIRE(opened);
    files = std::move(*opened);
    REQUIRE(prepare_state(*files, clock, random, log));
  }
  ~RealFolder() { fs::remove_all(top_); }
  RealFolder(const RealFolder&) = delete;
  RealFolder& operator=(const RealFolder&) = delete;

  std::string root() const { return top_ + "/workspace"; }
  std::string outside() const { return top_ + "/outside"; }
  void put(const std::string& path, const std::string& content) const {
    fs::create_directories(fs::path(root() + "/" + path).parent_path());
    std::ofstream(root() + "/" + path) << content;
  }
  std::string content(const std::string& path) const {
    std::ifstream stream(root() + "/" + path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  bool is_outside_untouched() const {
    return content("../outside/secret.txt") == "secret" &&
           std::distance(fs::directory_iterator(outside()), fs::directory_iterator()) == 1;
  }
  OperationContext context() {
    if (!time) time.emplace(*files, clock, log);
    return {.services = {*files, clock, random, fixture.world.processes, log},
            .engine = fixture.world.options,
            .time = *time};
  }

  SystemClock clock;
  SystemRandom random;
  NullLog log;
  std::unique_ptr<FileSystem> files;
  std::optional<TimeLedger> time;
  OperationsFixture fixture;

 private:
  std::string top_;
};

void run_threads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("of many who count up in one file with the expected hash nobody is lost") {
  RealFolder folder;
  folder.put("count.txt", "0");
  constexpr int kThreads = 4;
  constexpr int kRounds = 10;
  std::atomic<int> others{0};

  run_threads(kThreads, [&](int) {
    const auto context = folder.context();
    for (int done = 0; done < kRounds;) {
      const auto read = read_project_file(context, {.file_path = "count.txt"});
      if (!read) std::abort();
      const auto written =
          write_project_file(context, {.file_path = "count.txt",
                                       .content = std::to_string(std::stoi(read->content) + 1),
                                       .expected_sha256 = sha256_hex(read->content)});
      if (written) ++done;
      if (!written && written.error().code() != Errc::conflict) ++others;
      if (others > 0) return;
    }
  });

  CHECK(others == 0);
  CHECK(folder.content("count.txt") == std::to_string(kThreads * kRounds));
}

TEST_CASE("of many who append to a new file every piece is there, whole and once") {
  RealFolder folder;
  constexpr int kThreads = 4;
  constexpr int kRounds = 15;

  run_threads(kThreads, [&](int thread) {
    const auto context = folder.context();
    for (int round = 0; round < kRounds; ++round) {
      const auto appended = write_project_file(
          context, {.file_path = "log.txt",
                    .content = std::to_string(thread) + "/" + std::to_string(round) + "\n",
                    .create_backup = false,
                    .append = true});
      if (!appended) std::abort();
    }
  });

  std::vector<std::string> lines;
  std::ifstream stream(folder.root() + "/log.txt");
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::ranges::sort(lines);
  CHECK(lines.size() == kThreads * kRounds);
  CHECK(std::ranges::adjacent_find(lines) == lines.end());
}

TEST_CASE("backups made at the same time have names of their own and can all be restored") {
  RealFolder folder;
  constexpr int kThreads = 4;
  run_threads(kThreads, [&](int thread) {
    const auto context = folder.context();
    const std::string path = "f" + std::to_string(thread);
    for (int round = 0; round < 4; ++round) {
      if (!write_project_file(context, {.file_path = path, .content = std::to_string(round)}) ||
          !backup_file(context, {.file_path = path,
                                 .backup_name = "same",
                                 .include_timestamp = false,
                                 .backup_directory = "copies"})) {
        std::abort();
      }
    }
  });

  CHECK(std::distance(fs::directory_iterator(folder.root() + "/copies"),
                      fs::directory_iterator()) == kThreads * 4 * 2);
  for (int thread = 0; thread < kThreads; ++thread) {
    const std::string path = "f" + std::to_string(thread);
    folder.put(path, "broken");
    CHECK(restore_file(folder.context(), {.file_path = path}));
    CHECK(folder.content(path) == "3");
  }
}

TEST_CASE(
    "no operation leaves the workspace while a directory and a link out of it change places") {
  RealFolder folder;
  folder.put("dir/secret.txt", "inner");
  fs::create_directory_symlink(folder.outside(), folder.root() + "/link");
  std::atomic<bool> is_over{false};
  std::thread swapper([&] {
    const std::string dir = folder.root() + "/dir";
    const std::string link = folder.root() + "/link";
    while (!is_over) renameat2(AT_FDCWD, dir.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });

  const auto context = folder.context();
  int leaks = 0;
  int successes = 0;
  for (int round = 0; round < 400; ++round) {
    const auto read = read_project_file(context, {.file_path = "dir/secret.txt"});
    if (read && read->content == "secret") ++leaks;
    const auto found = search_in_files(context, {.pattern = "secret"});
    if (found && !found->matches.empty()) ++leaks;
    const auto listed = list_project_structure(context, {.directory = "dir"});
    successes += read.has_value() + listed.has_value();
    if (round % 20 == 0) {
      static_cast<void>(
          write_project_file(context, {.file_path = "dir/new.txt", .content = "x"}).has_value());
      static_cast<void>(backup_file(context, {.file_path = "dir/secret.txt"}).has_value());
      static_cast<void>(restore_file(context, {.file_path = "dir/secret.txt"}).has_value());
    }
  }
  is_over = true;
  swapper.join();

  CHECK(leaks == 0);
  CHECK(successes > 0);
  CHECK(folder.is_outside_untouched());
}

TEST_CASE("a real FIFO, socket or device is refused at once") {
  RealFolder folder;
  REQUIRE(mkfifo((folder.root() + "/pipe").c_str(), 0600) == 0);
  const auto context = folder.context();

  const auto read = read_project_file(context, {.file_path = "pipe"});
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == Errc::invalid_argument);
  const auto written = write_project_file(context, {.file_path = "pipe", .content = "x"});
  REQUIRE_FALSE(written);
  CHECK(written.error().code() == Errc::invalid_argument);
  CHECK(search_in_files(context, {.pattern = "x"})->files_searched == 0);
}

TEST_CASE("names of any bytes are listed and never break an answer") {
  RealFolder folder;
  folder.put("caf\xE9.txt", "foo\n");
  folder.put("line\nbreak.txt", "foo\n");

  const auto answer =
      call_operation(folder.context(), *find_operation("list_project_structure"), {});
  REQUIRE(answer);
  const std::string text = boost::json::serialize(*answer);
  CHECK_THAT(text, Catch::Contains("caf\xEF\xBF\xBD.txt"));
  CHECK_THAT(text, Catch::Contains("line\\\\x0abreak.txt"));
  CHECK(search_in_files(folder.context(), {.pattern = "foo"})->match_count == 1);
}

TEST_CASE("no path of the traversal corpus reaches anything outside") {
  const fs::path corpus = LOOP_SHARED_DIR "/corpora/paths";
  if (!fs::exists(corpus)) {
    WARN("skipped: there is no ../shared/corpora/paths");
    return;
  }
  RealFolder folder;
  const auto context = folder.context();
  std::size_t lines = 0;
  std::size_t leaks = 0;
  for (const auto& file : fs::directory_iterator(corpus)) {
    std::ifstream stream(file.path());
    for (std::string line; std::getline(stream, line);) {
      // Written more rarely: each that is allowed is a name inside, and takes a sync.
      if (++lines % 20 == 0) {
        static_cast<void>(
            write_project_file(context, {.file_path = line, .content = "x"}).has_value());
      }
      const auto read = read_project_file(context, {.file_path = line});
      if (read && read->content != "x") ++leaks;
      const auto kept = backup_file(context, {.file_path = line});
      if (kept && kept->sha256 != sha256_hex("x")) ++leaks;
      const auto listed = list_project_structure(context, {.directory = line});
      for (const auto& entry : listed ? listed->entries : std::vector<ListedFile>{}) {
        if (entry.path.find("secret") != std::string::npos) ++leaks;
      }
    }
  }
  CHECK(lines > 1000);
  CHECK(leaks == 0);
  CHECK(folder.is_outside_untouched());
}

TEST_CASE("the seed workspace is listed and searched as it is") {
  const fs::path seed = LOOP_SHARED_DIR "/fixtures/seed-workspace";
  if (!fs::exists(seed)) {
    WARN("skipped: there is no ../shared/fixtures/seed-workspace");
    return;
  }
  RealFolder folder;
  fs::copy(seed, folder.root(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const auto context = folder.context();

  std::size_t listed = 0;
  ListProjectStructureRequest request{.include_hidden = true, .respect_gitignore = false};
  while (true) {
    const auto page = list_project_structure(context, request);
    REQUIRE(page);
    CHECK(page->unreadable.empty());
    listed += page->entries.size();
    if (!page->next_cursor) break;
    request.cursor = page->next_cursor;
  }
  const auto expected = std::distance(fs::recursive_directory_iterator(folder.root()),
                                      fs::recursive_directory_iterator());
  CHECK(listed == static_cast<std::size_t>(expected));
  const auto memory = read_project_file(context, {.file_path = "persistent-memory.md"});
  REQUIRE(memory);
  const auto found =
      search_in_files(context, {.pattern = "^# ", .file_pattern = "persistent-memory.md"});
  REQUIRE(found);
  CHECK(found->match_count >= 3);
}
