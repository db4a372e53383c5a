// SPDX-License-Identifier: MIT
// A connection to a port of this machine.
#pragma once

#include <cstdint>
#include <utility>

#include "loop/base/result.h"

namespace loop::bench {

// Closed with the object.
class Socket {
 public:
  static Result<Socket> connect(std::uint16_t port);  // to 127.0.0.1
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();
  int fd() const { return fd_; }

 private:
  explicit Socket(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace loop::bench
