// SPDX-License-Identifier: MIT
// What tests with real processes need: a folder of their own, file contents, bounded waiting.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <poll.h>

#include "support/catch.hpp"

namespace loop::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "loop-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline bool exists(const std::string& path) { return std::filesystem::exists(path); }

// Waits until the condition holds, at most 20 s: for what other processes do in their own time.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int step = 0; step < 4000; ++step) {
    if (condition()) return true;
    ::poll(nullptr, 0, 5);
  }
  return condition();
}

}  // namespace loop::test
