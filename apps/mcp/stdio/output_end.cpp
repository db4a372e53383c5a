// SPDX-License-Identifier: MIT
// A pipe is opened once more through /proc, a socket has a flag for each call, and of other things
// only as much is written as they take at once.
#include "mcp/stdio/output_end.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mcp {

namespace {

constexpr std::size_t kAtOnceBytes = 4096;  // a terminal that polls as writable takes these

}  // namespace

OutputEnd::OutputEnd(int fd) : fd_(fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return;
  if (S_ISSOCK(status.st_mode)) kind_ = Kind::socket;
  if (!S_ISFIFO(status.st_mode)) return;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const int own = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (own < 0) return;
  fd_ = own;
  is_own_ = true;
  kind_ = Kind::pipe;
}

OutputEnd::~OutputEnd() {
  if (is_own_) ::close(fd_);
}

std::optional<std::size_t> OutputEnd::write_some(std::string_view bytes) {
  ssize_t taken = 0;
  if (kind_ == Kind::socket) {
    taken = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } else if (kind_ == Kind::pipe) {
    taken = ::write(fd_, bytes.data(), bytes.size());
  } else {
    pollfd polled{fd_, POLLOUT, 0};
    if (::poll(&polled, 1, 0) <= 0) return 0;
    taken = ::write(fd_, bytes.data(), std::min(bytes.size(), kAtOnceBytes));
  }
  if (taken > 0) return static_cast<std::size_t>(taken);
  if (taken < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return std::nullopt;
}

void OutputEnd::wait_for_room(std::chrono::milliseconds limit) {
  pollfd polled{fd_, POLLOUT, 0};
  ::poll(&polled, 1, static_cast<int>(limit.count()));
}

}  // namespace mcp
