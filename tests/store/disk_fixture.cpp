// SPDX-License-Identifier: MIT
// Disks for the contract tests.
#include "store/disk_fixture.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "loop/store/file_content.h"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

namespace loop::test {

namespace {

class SimulatedDisk final : public Disk {
 public:
  FileSystem& files() override { return files_; }
  void put(std::string_view path, std::string_view content) override { files_.put(path, content); }
  void link(std::string_view path, std::string_view target) override {
    files_.make_link(path, target);
  }
  void fifo(std::string_view path) override { files_.make_fifo(path); }

 private:
  sim::SimClock clock_{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimFiles files_{clock_};
};

class PosixDisk final : public Disk {
 public:
  explicit PosixDisk(DiskKind kind) {
    auto opened = open_posix_files(directory_.path(), {.without_openat2 = kind == DiskKind::walk});
    REQUIRE(opened);
    files_ = std::move(*opened);
  }
  FileSystem& files() override { return *files_; }
  void put(std::string_view path, std::string_view content) override {
    std::ofstream(real(path)) << content;
  }
  void link(std::string_view path, std::string_view target) override {
    std::filesystem::create_symlink(std::string(target), real(path));
  }
  void fifo(std::string_view path) override { REQUIRE(mkfifo(real(path).c_str(), 0600) == 0); }

 private:
  std::string real(std::string_view path) const {
    return directory_.path() + "/" + std::string(path);
  }
  TemporaryDirectory directory_;
  std::unique_ptr<FileSystem> files_;
};

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = "/tmp/loop-store-test-XXXXXX";
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<Disk> make_disk(DiskKind kind) {
  if (kind == DiskKind::simulated) return std::make_unique<SimulatedDisk>();
  return std::make_unique<PosixDisk>(kind);
}

std::string content_of(FileSystem& files, std::string_view path) {
  auto content = read_file(files, at(path));
  REQUIRE(content);
  return std::move(content->bytes);
}

std::vector<std::string> names_in(FileSystem& files, std::string_view path) {
  const auto entries = files.list(path.empty() ? std::nullopt : std::optional(at(path)));
  REQUIRE(entries);
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  return names;
}

}  // namespace loop::test
