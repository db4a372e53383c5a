// SPDX-License-Identifier: MIT
// Several real processes, and an editor without locks, change one schedules file.
#include "loop/domain/schedule_store.h"

#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace loop {
namespace {

namespace fs = std::filesystem;

constexpr int kProcesses = 4;
constexpr int kChangesEach = 50;
constexpr int kTriesMax = 100'000;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "loop-schedules-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    fs::create_directory(path_ / ".roo");
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string root() const { return path_.string(); }
  fs::path schedules() const { return path_ / ".roo/schedules.json"; }

 private:
  fs::path path_;
};

std::string read_all(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string file_for(int processes) {
  std::string text = ScheduleBook::empty_text();
  for (int i = 0; i <= processes; ++i) {
    const std::vector<FieldChange> fields = {{"id", std::to_string(i)}, {"name", "0"}};
    text = *ScheduleBook::parse(text)->with_new_schedule(fields);
  }
  return text;
}

Result<std::string> with_name(const ScheduleBook& book, int schedule, int name) {
  const std::vector<FieldChange> changes = {{"name", std::to_string(name)}};
  return book.with_changes(ScheduleId{std::to_string(schedule)}, changes);
}

// The parts of one process.
struct Session {
  std::unique_ptr<FileSystem> files;
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  ScheduleStore store;

  explicit Session(const std::string& root)
      : files(*open_posix_files(root)), store(*files, clock, random, log) {}
};

// Counts in its own schedule up from what it finds there: a change that gets lost is missing at
// the end. Goes on while the file is cut off or in the way of an editor.
int count_up(const std::string& root, int schedule) {
  Session session(root);
  int tries = 0;
  for (int number = 1; number <= kChangesEach; ++number) {
    for (;;) {
      const auto status = session.store.update(
          [&](const ScheduleBook& present) { return with_name(present, schedule, number); },
          number % 10 == 0 ? BackupBefore::yes : BackupBefore::no);
      if (status) break;
      const Errc code = status.error().code();
      if (code != Errc::invalid_data && code != Errc::conflict) return 2;
      if (++tries == kTriesMax) return 3;
    }
  }
  return 0;
}

// As VS Code saves: opens with O_TRUNC, then writes.
bool overwrite(const fs::path& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_written = ::write(fd, text.data(), text.size()) == std::ssize(text);
  return ::close(fd) == 0 && is_written;
}

int edit_without_lock(const fs::path& path, int schedule) {
  for (int number = 1; number <= kChangesEach; ++number) {
    const auto book = ScheduleBook::parse(read_all(path));
    if (!book) return 2;  // nobody else leaves the file cut off
    const auto text = with_name(*book, schedule, number);
    if (!text || !overwrite(path, *text)) return 3;
  }
  return 0;
}

pid_t start(const std::function<int()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(work());
  return child;
}

void expect_success(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

std::string name_in(const TemporaryFolder& folder, int schedule) {
  const auto book = ScheduleBook::parse(read_all(folder.schedules()));
  REQUIRE(book);
  return book->find(ScheduleId{std::to_string(schedule)})->name;
}

TEST_CASE("four processes that change their own schedules lose nothing and leave nothing") {
  const TemporaryFolder folder;
  std::ofstream(folder.schedules(), std::ios::binary) << file_for(kProcesses);
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    children.push_back(start([&, process] { return count_up(folder.root(), process); }));
  }
  for (const pid_t child : children) expect_success(child);

  for (int process = 0; process < kProcesses; ++process) {
    CHECK(name_in(folder, process) == std::to_string(kChangesEach));
  }
  CHECK(name_in(folder, kProcesses) == "0");
  CHECK(std::distance(fs::directory_iterator(folder.schedules().parent_path()), {}) == 1);
}

TEST_CASE("B14: the edits of an editor without locks are not overwritten by two processes") {
  const TemporaryFolder folder;
  std::ofstream(folder.schedules(), std::ios::binary) << file_for(2);
  const pid_t first = start([&] { return count_up(folder.root(), 0); });
  const pid_t second = start([&] { return count_up(folder.root(), 1); });
  const pid_t editor = start([&] { return edit_without_lock(folder.schedules(), 2); });
  expect_success(editor);
  expect_success(first);
  expect_success(second);

  CHECK(name_in(folder, 2) == std::to_string(kChangesEach));
}

TEST_CASE("the mode of the file stays when it is replaced") {
  const TemporaryFolder folder;
  std::ofstream(folder.schedules(), std::ios::binary) << file_for(1);
  fs::permissions(folder.schedules(), fs::perms::owner_read | fs::perms::owner_write);
  Session session(folder.root());

  REQUIRE(session.store.update([](const ScheduleBook& book) { return with_name(book, 0, 7); }));

  CHECK(fs::status(folder.schedules()).permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(name_in(folder, 0) == "7");
}

TEST_CASE("B15: a file that becomes a link is written through it") {
  const TemporaryFolder folder;
  std::ofstream(folder.schedules(), std::ios::binary) << file_for(1);
  Session session(folder.root());
  REQUIRE(session.store.load());
  fs::rename(folder.schedules(), fs::path(folder.root()) / "plan.json");
  fs::create_symlink("../plan.json", folder.schedules());

  REQUIRE(session.store.update([](const ScheduleBook& book) { return with_name(book, 0, 7); }));

  CHECK(fs::is_symlink(folder.schedules()));
  CHECK(name_in(folder, 0) == "7");
}

}  // namespace
}  // namespace loop
