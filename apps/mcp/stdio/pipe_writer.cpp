// SPDX-License-Identifier: MIT
// One line a message, in the order of sending: whoever writes takes all that is queued.
#include "mcp/stdio/pipe_writer.hpp"

#include <utility>

#include <boost/json.hpp>

namespace mcp {

namespace {

constexpr std::chrono::milliseconds kLook{100};   // how often a wait looks whether it is wanted
constexpr std::size_t kHeldBytesMax = 64 * 1024;  // a pipe's usual size

}  // namespace

PipeWriter::PipeWriter(int fd) : end_(fd), thread_([this] { run(); }) {}

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

void PipeWriter::put(std::string_view line, Delivery delivery) {
  if (is_broken_) return;
  Lock lock(mutex_);
  if (delivery == Delivery::if_room && left_bytes() > kQueueRoomBytes) return;
  pending_ += line;
  pending_ += '\n';
  if (!is_held_ || pending_.size() >= kHeldBytesMax) write_out(lock);
}

void PipeWriter::hold() {
  const Lock lock(mutex_);
  is_held_ = true;
}

void PipeWriter::release() {
  Lock lock(mutex_);
  is_held_ = false;
  write_out(lock);
}

// As far as there is room; the thread waits for more. Nothing to do while another one writes: it
// looks again before it stops.
void PipeWriter::write_out(Lock& lock) {
  if (is_writing_) return;
  is_writing_ = true;
  bool has_room = true;
  while (has_room && !is_broken_) {
    if (out_at_ == out_.size()) {
      out_.clear();
      out_at_ = 0;
      std::swap(out_, pending_);
    }
    if (out_.empty()) break;
    lock.unlock();
    const auto taken = end_.write_some(std::string_view(out_).substr(out_at_));
    lock.lock();
    if (!taken) {
      is_broken_ = true;
    } else {
      out_at_ += *taken;
      has_room = *taken > 0;
    }
  }
  is_writing_ = false;
  if (is_broken_) {
    pending_.clear();
    out_.clear();
    out_at_ = 0;
  }
  if (left_bytes() == 0) {
    idle_.notify_all();
  } else {
    wake_.notify_one();
  }
}

std::size_t PipeWriter::queued_bytes() const {
  const Lock lock(mutex_);
  return left_bytes();
}

bool PipeWriter::flush(std::chrono::milliseconds limit) {
  Lock lock(mutex_);
  idle_.wait_for(lock, limit, [this] { return left_bytes() == 0 || is_broken_; });
  return left_bytes() == 0 && !is_broken_;
}

// Writes when who sent found no room.
void PipeWriter::run() {
  Lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return is_ending_ || (left_bytes() > 0 && !is_held_); });
    if (is_ending_) return;
    lock.unlock();
    end_.wait_for_room(kLook);
    lock.lock();
    write_out(lock);
  }
}

}  // namespace mcp
