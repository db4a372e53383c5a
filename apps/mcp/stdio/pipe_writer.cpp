// SPDX-License-Identifier: MIT
// One line a message. A line that was begun is finished or the pipe is broken: never a half one
// before another.
#include "mcp/stdio/pipe_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <boost/json.hpp>

namespace mcp {

namespace {

constexpr int kLookMs = 100;  // how often a blocked write looks whether it is still wanted

}  // namespace

PipeWriter::PipeWriter(int fd) : fd_(fd), thread_([this] { run(); }) {}

PipeWriter::~PipeWriter() {
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void PipeWriter::send(const boost::json::object& message, Delivery delivery) {
  put(boost::json::serialize(message), delivery);
}

void PipeWriter::send(const boost::json::array& batch) {
  put(boost::json::serialize(batch), Delivery::certain);
}

void PipeWriter::put(std::string line, Delivery delivery) {
  if (is_broken_) return;
  line += '\n';
  {
    const std::lock_guard guard(mutex_);
    if (delivery == Delivery::if_room && queued_bytes_ > kQueueRoomBytes) return;
    queued_bytes_ += line.size();
    queue_.push_back(std::move(line));
  }
  wake_.notify_one();
}

std::size_t PipeWriter::queued_bytes() const {
  const std::lock_guard guard(mutex_);
  return queued_bytes_;
}

bool PipeWriter::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  idle_.wait_for(lock, limit, [this] { return queued_bytes_ == 0 || is_broken_; });
  return queued_bytes_ == 0 && !is_broken_;
}

void PipeWriter::run() {
  for (;;) {
    std::string line;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
      if (is_ending_) return;
      line = std::move(queue_.front());
      queue_.pop_front();
    }
    if (!is_broken_ && !write_all(line)) is_broken_ = true;
    {
      const std::lock_guard guard(mutex_);
      queued_bytes_ -= line.size();
    }
    idle_.notify_all();
  }
}

bool PipeWriter::write_all(const std::string& line) {
  std::size_t written = 0;
  while (written < line.size()) {
    pollfd polled{fd_, POLLOUT, 0};
    const int ready = ::poll(&polled, 1, kLookMs);
    if (ready == 0 || (ready < 0 && errno == EINTR)) {
      const std::lock_guard guard(mutex_);
      if (is_ending_) return false;
      continue;
    }
    if (ready < 0 || (polled.revents & (POLLERR | POLLNVAL)) != 0) return false;
    // At most what a pipe takes at once when it has room, so that the call does not block.
    constexpr std::size_t kPipeBytes = 4096;
    const std::size_t size = std::min(line.size() - written, kPipeBytes);
    const ssize_t put = ::write(fd_, line.data() + written, size);
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put <= 0) return false;
    written += static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace mcp
