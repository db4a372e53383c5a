// SPDX-License-Identifier: MIT
// The way out to the client: messages are queued by anybody; who sends writes as well, as far as
// there is room, and a thread writes the rest.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "mcp/server/channel.hpp"
#include "mcp/stdio/output_end.hpp"

namespace mcp {

// Above this the client is behind: progress and logs are dropped until it has read.
inline constexpr std::size_t kQueueRoomBytes = 1024 * 1024;
// Above this no further requests are read, until it has read.
inline constexpr std::size_t kQueueBytesMax = 64 * 1024 * 1024;

class PipeWriter final : public Channel {
 public:
  // Borrows the descriptor; its reading end may be slow or gone.
  explicit PipeWriter(int fd);
  // Waits for the write that is going on, not for the queue.
  ~PipeWriter() override;

  void send(const boost::json::object& message, Delivery delivery = Delivery::certain) override;
  void send(const boost::json::array& batch) override;

  // From hold to release what is sent is gathered, up to a bound, and then written at once: for
  // answers to requests that came together. Of one thread only.
  void hold();
  void release();

  // The client does not read any more; what is sent goes nowhere.
  bool is_broken() const { return is_broken_; }
  std::size_t queued_bytes() const;
  // True when everything was handed to the kernel in time.
  bool flush(std::chrono::milliseconds limit);

 private:
  using Lock = std::unique_lock<std::mutex>;

  void put(std::string_view line, Delivery delivery);
  void write_out(Lock& lock);
  std::size_t left_bytes() const { return pending_.size() + out_.size() - out_at_; }
  void run();

  OutputEnd end_;
  std::atomic<bool> is_broken_{false};
  mutable std::mutex mutex_;  // guards the rest; out_ is of whoever set is_writing_
  std::condition_variable wake_, idle_;
  std::string pending_;  // whole lines
  std::string out_;      // being written, from out_at_ on
  std::size_t out_at_ = 0;
  bool is_writing_ = false;
  bool is_held_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace mcp
