// SPDX-License-Identifier: MIT
// A file of lines to which many processes append, each append whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/store/file_system.h"

namespace loop {

// full: fdatasync before append returns. os: left to the kernel (survives kill -9, not a power
// cut).
enum class Durability { full, os };

struct AppendLogOptions {
  Durability durability = Durability::full;
  std::string header;  // first line of a new or empty file, without newline; empty for none
  Duration lock_wait = std::chrono::seconds{10};
  // Whether a last line that lacks its newline is nevertheless whole (people and old programs leave
  // such lines): then it gets its newline and stays. Otherwise, or when not set, it is moved aside.
  std::function<bool(std::string_view line)> is_whole_line;
  // What `repair` does with the sound lines behind one in which a power cut left zeros. Not one of
  // them was acknowledged, unless another program wrote the zeros. True: they stay. False: they go
  // aside, too, and what is left is a prefix of what was written.
  bool are_lines_independent = false;
};

// Locked appends (flock on the file itself, its inode checked again once locked: a file replaced or
// rotated meanwhile is re-opened). A last line without newline, or a tail of NUL bytes, left by a
// crash is moved to "<name>.torn.<time>" before the first append behind it, or completed if
// `is_whole_line` says so. One object is not thread-safe; any number of objects and processes are.
class AppendLog {
  struct State;

 public:
  AppendLog(FileSystem& files, Clock& clock, Log& log, RelativePath path, AppendLogOptions options);
  ~AppendLog();
  AppendLog(AppendLog&&) noexcept;

  // Appends whole lines; each must end with its only newline, and none may hold a NUL. Returns the
  // offset of the first byte. On an error nothing was acknowledged and the file is cut back to its
  // old size; if even that failed, the error says so and readers skip the unfinished line.
  Result<std::uint64_t> append(std::string_view lines);

  // For appends that depend on what is in the file: called under the lock with the whole lines that
  // stand in the file from `from_offset` on; what it returns is appended (empty: nothing).
  // `conflict` when no line starts at `from_offset` any more.
  using Decide = std::function<Result<std::string>(std::string_view tail)>;
  Result<std::uint64_t> append_after(std::uint64_t from_offset, const Decide& decide);

  // The file while it is locked, its lines whole.
  class Content {
   public:
    // Another number means another file, or one that this object had to open again: what was learnt
    // of the file under the number before may not hold any more.
    std::uint64_t generation() const;
    std::uint64_t size_bytes() const;
    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const;

   private:
    friend class AppendLog;
    explicit Content(State& state) : state_(state) {}
    State& state_;
  };
  // For callers that keep what they have read of a large file, and read only what is new.
  using DecideByContent = std::function<Result<std::string>(const Content& content)>;
  Result<std::uint64_t> append_by(const DecideByContent& decide);

  // Puts an unfinished last line right without appending anything, and moves lines with zero bytes
  // near the end aside. What was done, as a sentence; nothing when all was well. An absent file
  // stays absent. To be called when a workspace is opened: `append` looks at the last line only.
  Result<std::optional<std::string>> repair();

  const RelativePath& path() const { return path_; }

 private:
  class Locked;

  Result<Locked> lock();
  Status open();
  Result<bool> is_current();
  Result<std::optional<std::string>> repair_tail();
  Result<std::optional<std::string>> move_zeroed_lines_aside();
  Status move_aside(std::uint64_t from, std::uint64_t size);
  Result<bool> is_readable_tail(std::uint64_t from, std::uint64_t size);
  Result<std::uint64_t> append_locked(std::string_view lines);
  Status write_whole(std::string_view bytes, std::uint64_t old_size);
  Status make_durable();
  Status write_durably(std::string_view bytes, std::uint64_t old_size);
  Error cut_back(Error cause, std::uint64_t old_size);

  FileSystem& files_;
  Clock& clock_;
  Log& log_;
  RelativePath path_;
  AppendLogOptions options_;
  std::unique_ptr<State> state_;
};

// The whole lines of the file from `offset`: a last line without newline is left out. Empty for an
// absent file. `conflict` when the file no longer has a line that starts there: it was cut or
// replaced since the offset was learnt.
Result<std::string> read_lines_from(FileSystem& files, const RelativePath& path,
                                    std::uint64_t offset);

}  // namespace loop
