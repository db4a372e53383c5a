// SPDX-License-Identifier: MIT
// The closed set of error codes and the value that carries one, with a message for a person.
#pragma once

#include <string>
#include <string_view>

namespace loop {

// Why an operation failed. The words (`to_string`) are stable: scripts and protocols see them.
enum class Errc {
  invalid_argument,  // the caller gave a value that is not allowed
  invalid_data,      // a file's content breaks its format; nothing was written
  not_found,
  already_exists,
  outside_root,   // a path leaves the workspace, by `..`, a link or a race
  too_large,      // an input is over its documented size
  limit_reached,  // a budget or a count (memory lines, parallel runs) is used up
  conflict,       // someone else changed the thing since it was read
  locked,         // a lock was not free within its deadline
  not_trusted,    // the operator has not approved what would be executed
  unsupported,
  timed_out,
  cancelled,
  no_space,   // ENOSPC or EDQUOT
  read_only,  // EROFS, EACCES or EPERM on a write, or a store that refuses writes after damage
  io,         // any other failure of a system call
};

std::string_view to_string(Errc code) noexcept;

// A failure: what happened, in words that name the thing and the limit, and the errno if a
// system call was the cause (0 otherwise). A value; cheap to move.
class Error {
 public:
  Error(Errc code, std::string message, int cause = 0);

  // The error of a failed system call: `what` names operation and file ("open
  // .roo/schedules.json"). The code follows from the errno.
  static Error from_errno(int cause, std::string_view what);

  Errc code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  int cause() const noexcept { return cause_; }

  // Prefixes "context: " once on the way up. The code stays.
  Error with_context(std::string_view context) &&;

 private:
  Errc code_;
  std::string message_;
  int cause_;
};

}  // namespace loop
