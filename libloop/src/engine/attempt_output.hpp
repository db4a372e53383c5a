// SPDX-License-Identifier: MIT
// Following the files into which an agent writes: it never waits for us, whatever it prints.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "loop/base/log.h"
#include "loop/store/file_system.h"

namespace loop {

// One growing file, read from where the last look ended.
class GrowingFile {
 public:
  GrowingFile(FileSystem& files, Log& log, RelativePath path);

  // Hands over what is new, at most `bytes_max` bytes. Whether there was anything. A failure is
  // logged once; then nothing more is read.
  bool read_new(std::uint64_t bytes_max, const std::function<void(std::string_view)>& take);

  // As large as it is now, read or not.
  std::uint64_t size_bytes();
  std::uint64_t read_bytes() const { return offset_; }
  bool ends_in_newline() const { return last_ == '\n'; }

 private:
  Status open();
  Result<bool> read_some(std::uint64_t bytes_max,
                         const std::function<void(std::string_view)>& take);

  FileSystem& files_;
  Log& log_;
  RelativePath path_;
  std::unique_ptr<OpenFile> file_;
  std::uint64_t offset_ = 0;
  char last_ = '\n';
  bool is_failed_ = false;
};

}  // namespace loop
