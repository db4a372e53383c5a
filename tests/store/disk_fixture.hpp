// SPDX-License-Identifier: MIT
// The same small disk in memory and on the operating system, for tests that run over both.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/store/file_system.h"
#include "sim/sim_clock.hpp"

namespace loop::test {

// A directory in /tmp that goes with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

enum class DiskKind { simulated, openat2, walk };

class Disk {
 public:
  virtual ~Disk() = default;
  virtual FileSystem& files() = 0;
  virtual void put(std::string_view path, std::string_view content) = 0;  // parents exist
  virtual void link(std::string_view path, std::string_view target) = 0;
  virtual void fifo(std::string_view path) = 0;
};

std::unique_ptr<Disk> make_disk(DiskKind kind);

inline RelativePath at(std::string_view path) { return RelativePath::of(path); }

// The bytes of a file by the interface's own calls.
std::string content_of(FileSystem& files, std::string_view path);

// Names of the entries of a directory; "" is the root.
std::vector<std::string> names_in(FileSystem& files, std::string_view path = {});

}  // namespace loop::test
