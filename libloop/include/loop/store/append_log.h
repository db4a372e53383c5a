// SPDX-License-Identifier: MIT
// A file of lines to which many processes append, each append whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/store/file_system.h"

namespace loop {

// full: fdatasync before append returns. os: left to the kernel (survives kill -9, not a power cut).
enum class Durability { full, os };

struct AppendLogOptions {
  Durability durability = Durability::full;
  std::string header;  // first line of a new file, without newline; empty for none
  Duration lock_wait = std::chrono::seconds{10};
};

// Locked appends (flock on the file itself, its inode checked again once locked: a file replaced or
// rotated meanwhile is re-opened). A last line without newline, or a tail of NUL bytes, left by a
// crash is moved to "<name>.torn.<time>" before the first append behind it. One object is not
// thread-safe; any number of objects and processes are.
class AppendLog {
 public:
  AppendLog(FileSystem& files, Clock& clock, Log& log, RelativePath path, AppendLogOptions options);
  ~AppendLog();
  AppendLog(AppendLog&&) noexcept;

  // Appends whole lines; each must end with its only newline. Returns the offset of the first byte.
  // On an error nothing was acknowledged and the file is cut back to its old size; if even that
  // failed, the error says so and readers skip the unfinished line.
  Result<std::uint64_t> append(std::string_view lines);

  // For appends that depend on what is in the file: called under the lock with the whole lines that
  // stand in the file from `from_offset` on; what it returns is appended (empty: nothing).
  using Decide = std::function<Result<std::string>(std::string_view tail)>;
  Result<std::uint64_t> append_after(std::uint64_t from_offset, const Decide& decide);

  const RelativePath& path() const { return path_; }

 private:
  struct State;
  FileSystem& files_;
  Clock& clock_;
  Log& log_;
  RelativePath path_;
  AppendLogOptions options_;
  std::unique_ptr<State> state_;
};

// The whole lines of the file from `offset`: a last line without newline is left out. Empty for an
// absent file.
Result<std::string> read_lines_from(FileSystem& files, const RelativePath& path,
                                    std::uint64_t offset);

}  // namespace loop
