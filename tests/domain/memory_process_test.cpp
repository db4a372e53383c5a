// SPDX-License-Identifier: MIT
// Several real processes write to one memory file: nothing is lost and the file keeps its form.
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "loop/domain/memory_book.h"
#include "support/catch.hpp"

namespace loop {
namespace {

namespace fs = std::filesystem;

constexpr int kProcesses = 8;
constexpr int kNotesEach = 40;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "loop-memory-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read_all(const fs::path& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string mark_of(int process, int number) { return fmt::format("note {}/{}.", process, number); }

// In a child: the exit code says whether every note was acknowledged.
int write_notes(const std::string& root, int process) {
  auto files = open_posix_files(root);
  if (!files) return 2;
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  MemoryBook book(**files, clock, random, log);
  for (int number = 0; number < kNotesEach; ++number) {
    MemoryNote note;
    note.section = kMemorySections[static_cast<std::size_t>(number) % kMemorySections.size()];
    note.mode = ModeSlug("code");
    note.finding = mark_of(process, number);
    note.time = clock.now();
    if (!book.append(note)) return 3;
  }
  return 0;
}

TEST_CASE("eight processes write 320 notes and none is lost") {
  const TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(write_notes(folder.path().string(), process));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }

  const std::string memory = read_all(folder.path() / "persistent-memory.md");
  std::string archive;
  for (const auto& file : fs::directory_iterator(folder.path() / ".loop/memory-archive")) {
    archive += read_all(file.path());
  }
  const MemoryText text = parse_memory(memory);
  CHECK(text.findings.empty());
  CHECK(text.line_count <= kMemoryLinesMax);
  CHECK_FALSE(archive.empty());
  for (int process = 0; process < kProcesses; ++process) {
    for (int number = 0; number < kNotesEach; ++number) {
      const std::string mark = mark_of(process, number);
      const bool is_kept = memory.find(mark) != std::string::npos;
      const bool is_archived = archive.find(mark) != std::string::npos;
      INFO(mark);
      CHECK(is_kept != is_archived);
    }
  }
}

}  // namespace
}  // namespace loop
