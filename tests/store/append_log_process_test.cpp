// SPDX-License-Identifier: MIT
// Real processes on a real disk: appends do not mix or get lost, and a killed holder frees its
// lock.
#include <array>
#include <csignal>
#include <map>
#include <set>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "loop/base/text.h"
#include "loop/store/append_log.h"
#include "loop/store/file_lock.h"
#include "store/disk_fixture.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;

namespace {

std::unique_ptr<FileSystem> open_disk(const TemporaryDirectory& directory) {
  auto files = open_posix_files(directory.path());
  REQUIRE(files);
  return std::move(*files);
}

// Runs `child` in a process of its own; its result is the exit code.
template <class Child>
pid_t fork_child(const Child& child) {
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) _exit(child());
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return status;
}

std::string row_of(int writer, int row) {
  const std::string text(static_cast<std::size_t>(row % 97), 'x');
  return std::to_string(writer) + "\t" + std::to_string(row) + "\t" + text;
}

int append_rows(const std::string& root, int writer, int rows, Durability durability) {
  auto files = open_posix_files(root);
  if (!files) return 2;
  SystemClock clock;
  NullLog log;
  AppendLogOptions options;
  options.durability = durability;
  options.header = "writer\trow\ttext";
  options.lock_wait = std::chrono::minutes{5};
  AppendLog rows_log(**files, clock, log, at("rows.tsv"), options);
  for (int row = 0; row < rows; ++row) {
    if (!rows_log.append(row_of(writer, row) + "\n")) return 1;
  }
  return 0;
}

// A pipe over which a child says how far it came.
class Pipe {
 public:
  Pipe() { REQUIRE(pipe(ends_.data()) == 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  void say(std::uint32_t number) const {
    static_cast<void>(write(ends_[1], &number, sizeof number) == sizeof number);
  }
  std::uint32_t hear() const {
    std::uint32_t number = 0;
    REQUIRE(read(ends_[0], &number, sizeof number) == sizeof number);
    return number;
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("eight processes append 1,000 rows each and the file has 8,000 rows and one header") {
  constexpr int kWriters = 8;
  constexpr int kRows = 1000;
  const TemporaryDirectory directory;
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(
        fork_child([&] { return append_rows(directory.path(), writer, kRows, Durability::os); }));
  }
  for (const pid_t child : children) CHECK(wait_for(child) == 0);

  const auto files = open_disk(directory);
  const std::string text = content_of(*files, "rows.tsv");
  const auto lines = split_lines(text);
  REQUIRE(lines.size() == kWriters * kRows + 1);
  CHECK(lines.front() == "writer\trow\ttext");
  std::map<int, int> next;
  for (std::size_t index = 1; index < lines.size(); ++index) {
    const int writer = lines[index].front() - '0';
    REQUIRE(lines[index] == row_of(writer, next[writer]++));
  }
  CHECK(text.ends_with('\n'));
  CHECK(names_in(*files) == std::vector<std::string>{"rows.tsv"});
}

TEST_CASE("appenders killed at any moment lose no acknowledged row and leave no half one") {
  const TemporaryDirectory directory;
  std::set<std::string> acknowledged;
  for (int round = 0; round < 60; ++round) {
    const Pipe pipe;
    const auto work = [&](int writer) {
      auto files = open_posix_files(directory.path());
      SystemClock clock;
      NullLog log;
      AppendLog rows(**files, clock, log, at("rows.tsv"), {});
      for (int row = 0;; ++row) {
        const int number = (round * 2 + writer) * 100'000 + row;
        if (!rows.append(row_of(number, row) + "\n")) return 1;
        pipe.say(static_cast<std::uint32_t>(number));
      }
      return 0;
    };
    const std::array children{fork_child([&] { return work(0); }),
                              fork_child([&] { return work(1); })};
    for (int heard = 0; heard < 5 + round % 7; ++heard) {
      const int number = static_cast<int>(pipe.hear());
      acknowledged.insert(row_of(number, number % 100'000));
    }
    for (const pid_t child : children) {
      kill(child, SIGKILL);
      wait_for(child);
    }
  }

  const auto files = open_disk(directory);
  const std::string text = content_of(*files, "rows.tsv");
  std::set<std::string> found;
  for (const std::string_view line : split_lines(text)) {
    CHECK(found.insert(std::string(line)).second);
    const auto fields = split(line, '\t');
    REQUIRE(fields.size() == 3);
    CHECK(row_of(std::stoi(std::string(fields[0])), std::stoi(std::string(fields[1]))) == line);
  }
  CHECK(acknowledged.size() > 400);
  for (const std::string& row : acknowledged) CHECK(found.contains(row));
}

TEST_CASE("a lock is free as soon as its holder was killed") {
  const TemporaryDirectory directory;
  const Pipe pipe;
  const pid_t child = fork_child([&] {
    auto files = open_posix_files(directory.path());
    SystemClock clock;
    auto lock = FileLock::acquire(**files, clock, at("locks/engine"));
    pipe.say(lock ? 1 : 0);
    pause();
    return 0;
  });
  REQUIRE(pipe.hear() == 1);
  const auto files = open_disk(directory);
  SystemClock clock;

  CHECK(*FileLock::is_held(*files, at("locks/engine")));
  CHECK_FALSE(*FileLock::try_acquire(*files, clock, at("locks/engine")));
  const auto refused = FileLock::acquire(*files, clock, at("locks/engine"), Duration{0});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::locked);
  CHECK(refused.error().message().find("pid " + std::to_string(child) + " since") !=
        std::string::npos);

  kill(child, SIGKILL);
  wait_for(child);

  CHECK_FALSE(*FileLock::is_held(*files, at("locks/engine")));
  CHECK(*FileLock::try_acquire(*files, clock, at("locks/engine")));
}

TEST_CASE("asking whether a lock is held never keeps others from taking it") {
  const TemporaryDirectory directory;
  const auto files = open_disk(directory);
  SystemClock clock;
  REQUIRE(*FileLock::try_acquire(*files, clock, at("lock")));
  const Pipe pipe;
  const auto ask = [&] {
    auto own = open_posix_files(directory.path());
    pipe.say(1);
    while (FileLock::is_held(**own, at("lock"))) {
    }
    return 0;
  };
  const std::array children{fork_child(ask), fork_child(ask)};
  for (const pid_t child : children) REQUIRE((child > 0 && pipe.hear() == 1));

  int refused = 0;
  for (int round = 0; round < 1'000; ++round) {
    if (!*FileLock::try_acquire(*files, clock, at("lock"))) ++refused;
  }

  for (const pid_t child : children) {
    kill(child, SIGKILL);
    wait_for(child);
  }
  CHECK(refused == 0);
}

TEST_CASE("a child that only forks and execs does not inherit a lock") {
  const TemporaryDirectory directory;
  const auto files = open_disk(directory);
  SystemClock clock;
  auto lock = FileLock::try_acquire(*files, clock, at("lock"));
  REQUIRE((lock && *lock));
  const pid_t child = fork_child([] {
    execl("/bin/sleep", "sleep", "600", nullptr);
    return 1;
  });
  // The child's descriptors are closed by its exec, which its command line shows.
  const std::string command = "/proc/" + std::to_string(child) + "/comm";
  std::array<char, 16> name{};
  while (std::string_view(name.data()).substr(0, 5) != "sleep") {
    FILE* file = std::fopen(command.c_str(), "r");
    REQUIRE(file != nullptr);
    static_cast<void>(std::fgets(name.data(), name.size(), file) != nullptr);
    std::fclose(file);
  }

  lock->reset();

  CHECK_FALSE(*FileLock::is_held(*files, at("lock")));
  kill(child, SIGKILL);
  wait_for(child);
}
