// SPDX-License-Identifier: MIT
// Error codes: their stable words, and the code that follows from an errno.
#include "loop/base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace loop {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::invalid_data: return "invalid_data";
    case Errc::not_found: return "not_found";
    case Errc::already_exists: return "already_exists";
    case Errc::outside_root: return "outside_root";
    case Errc::too_large: return "too_large";
    case Errc::limit_reached: return "limit_reached";
    case Errc::conflict: return "conflict";
    case Errc::locked: return "locked";
    case Errc::not_trusted: return "not_trusted";
    case Errc::unsupported: return "unsupported";
    case Errc::timed_out: return "timed_out";
    case Errc::cancelled: return "cancelled";
    case Errc::no_space: return "no_space";
    case Errc::read_only: return "read_only";
    case Errc::io: return "io_error";
  }
  return "io_error";
}

namespace {

Errc code_from_errno(int cause) {
  switch (cause) {
    case ENOENT:
    case ESRCH: return Errc::not_found;
    case EEXIST:
    case ENOTEMPTY: return Errc::already_exists;
    case EXDEV: return Errc::outside_root;
    case ENOSPC:
    case EDQUOT: return Errc::no_space;
    case EROFS:
    case EACCES:
    case EPERM: return Errc::read_only;
    case EFBIG: return Errc::too_large;
    case ENAMETOOLONG:
    case ENOTDIR:
    case EISDIR:
    case ELOOP: return Errc::invalid_argument;
    case ETIMEDOUT: return Errc::timed_out;
    case ENOSYS:
    case EOPNOTSUPP: return Errc::unsupported;
    default: return Errc::io;
  }
}

}  // namespace

Error::Error(Errc code, std::string message, int cause)
    : code_(code), message_(std::move(message)), cause_(cause) {}

Error Error::from_errno(int cause, std::string_view what) {
  return Error(code_from_errno(cause),
               fmt::format("{}: {}", what, std::generic_category().message(cause)), cause);
}

Error Error::with_context(std::string_view context) && {
  return Error(code_, fmt::format("{}: {}", context, message_), cause_);
}

}  // namespace loop
