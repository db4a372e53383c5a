// SPDX-License-Identifier: MIT
// Writing to a descriptor of somebody else without ever waiting, and without changing its flags,
// which other processes share.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mcp {

class OutputEnd {
 public:
  // Borrows the descriptor.
  explicit OutputEnd(int fd);
  ~OutputEnd();
  OutputEnd(const OutputEnd&) = delete;
  OutputEnd& operator=(const OutputEnd&) = delete;

  // How many bytes were taken, 0 when there is no room now; nothing when nobody reads any more.
  std::optional<std::size_t> write_some(std::string_view bytes);
  // Waits until there is room, or somebody is gone, or the limit is over.
  void wait_for_room(std::chrono::milliseconds limit);

 private:
  enum class Kind { pipe, socket, other };

  int fd_;
  Kind kind_ = Kind::other;
  bool is_own_ = false;  // a pipe that was opened once more, with flags of its own
};

}  // namespace mcp
