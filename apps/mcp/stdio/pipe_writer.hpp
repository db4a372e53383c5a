// SPDX-License-Identifier: MIT
// The way out to the client: messages are queued by anybody and written by one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "mcp/server/channel.hpp"

namespace mcp {

// Above this the client is behind: progress and logs are dropped until it has read.
inline constexpr std::size_t kQueueRoomBytes = 1024 * 1024;
// Above this no further requests are read, until it has read.
inline constexpr std::size_t kQueueBytesMax = 64 * 1024 * 1024;

class PipeWriter final : public Channel {
 public:
  // Borrows the descriptor; its reading end may be slow or gone.
  explicit PipeWriter(int fd);
  // Waits for the message that is being written, not for the queue.
  ~PipeWriter() override;

  void send(const boost::json::object& message, Delivery delivery = Delivery::certain) override;
  void send(const boost::json::array& batch) override;

  // The client does not read any more; what is sent goes nowhere.
  bool is_broken() const { return is_broken_; }
  std::size_t queued_bytes() const;
  // True when everything was handed to the kernel in time.
  bool flush(std::chrono::milliseconds limit);

 private:
  void put(std::string line, Delivery delivery);
  void run();
  bool write_all(const std::string& line);

  const int fd_;
  std::atomic<bool> is_broken_{false};
  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable wake_, idle_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;  // the one that is being written included
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace mcp
