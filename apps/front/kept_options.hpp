// SPDX-License-Identifier: MIT
// The configuration of a workspace for a process that lives long: kept as long as the files that it
// comes from stay what they were.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "front/session.hpp"

namespace front {

// What tells one state of a file from another; all zero where there is none.
struct FileMark {
  std::uint64_t device = 0, inode = 0, size_bytes = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;
  friend bool operator==(const FileMark&, const FileMark&) = default;
};

class KeptOptions {
 public:
  using Options = std::shared_ptr<const Session::CheckedOptions>;
  using Open = std::function<loop::Result<std::unique_ptr<Session>>()>;

  KeptOptions(const Surroundings& surroundings, const std::string& root);

  // What holds now. A change of a file holds from the next call on; one that is younger than the
  // clock of the file system can tell apart is read again each time. Thread-safe.
  // Reads with a session that `open` gives.
  loop::Result<Options> get(const Open& open, loop::Instant now);

 private:
  std::vector<FileMark> marks() const;

  const std::vector<std::string> paths_;
  std::mutex mutex_;  // guards the rest
  std::vector<FileMark> kept_marks_;
  Options kept_;
};

}  // namespace front
