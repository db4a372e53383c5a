// SPDX-License-Identifier: MIT
// A bounded queue with one reader, who may come again.
#include "mcp/http/event_stream.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

namespace mcp {

namespace json = boost::json;

namespace {

std::optional<ErrorCode> error_of(const json::object& message) {
  const json::value* error = message.if_contains("error");
  if (error == nullptr) return std::nullopt;
  return static_cast<ErrorCode>(error->at("code").as_int64());
}

}  // namespace

void EventStream::send(const json::object& message, Delivery delivery) {
  Event event{.data = json::serialize(message)};
  event.is_answer = end_ == StreamEnd::with_answer && !message.contains("method");
  if (event.is_answer) event.error = error_of(message);
  put(std::move(event), delivery);
}

void EventStream::send(const json::array& batch) {
  put({.data = json::serialize(batch), .is_answer = end_ == StreamEnd::with_answer},
      Delivery::certain);
}

void EventStream::put(Event event, Delivery delivery) {
  std::function<void()> wake;
  {
    const std::lock_guard guard(mutex_);
    const std::size_t unread = unread_bytes();
    if (is_ended_ || (delivery == Delivery::if_room && unread > kUnreadRoomBytes)) return;
    if (reader_ != 0 && unread > kUnreadBytesMax) reader_ = 0;
    event.number = ++last_number_;
    is_ended_ = event.is_answer;
    bytes_ += event.data.size();
    events_.push_back(std::move(event));
    trim();
    wake = wake_;
  }
  if (wake) wake();
}

// What was read goes first; what nobody is there to read goes when there is too much of it, but
// never the newest: that is the answer.
void EventStream::trim() {
  const bool is_unheard = end_ == StreamEnd::never && reader_ == 0;
  const std::size_t bytes_max = is_unheard ? kUnheardBytesMax : kKeptBytesMax;
  while (events_.size() > 1 && bytes_ > bytes_max &&
         (events_.front().number <= read_number_ || reader_ == 0)) {
    bytes_ -= events_.front().data.size();
    events_.pop_front();
  }
}

std::size_t EventStream::unread_bytes() const {
  if (replay_ == Replay::none) return bytes_;
  std::size_t unread = 0;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    if (event->number <= read_number_) break;
    unread += event->data.size();
  }
  return unread;
}

void EventStream::let_client_go() {
  std::function<void()> wake;
  {
    const std::lock_guard guard(mutex_);
    const bool was_left = last_reader_ != 0 && reader_ == 0;
    if (replay_ == Replay::none || was_left) return;
    wants_reader_gone_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

void EventStream::finish() {
  std::function<void()> wake;
  {
    const std::lock_guard guard(mutex_);
    is_ended_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

EventStream::Reader EventStream::attach(std::function<void()> wake,
                                        std::optional<std::uint64_t> after) {
  std::function<void()> former;
  Reader reader = 0;
  {
    const std::lock_guard guard(mutex_);
    former = std::exchange(wake_, std::move(wake));
    // The handler may be quicker than its first reader.
    if (last_reader_ != 0) wants_reader_gone_ = false;
    reader = reader_ = ++last_reader_;
    if (after) read_number_ = std::min(*after, last_number_);
  }
  if (former) former();  // it looks, and finds that it has lost its place
  return reader;
}

void EventStream::release(Reader reader) {
  const std::lock_guard guard(mutex_);
  // A reader that was too slow has lost its place, but nobody else has it.
  if (reader != last_reader_) return;
  reader_ = 0;
  wake_ = nullptr;
}

bool EventStream::has_reader() const {
  const std::lock_guard guard(mutex_);
  return reader_ != 0;
}

EventStream::Taken EventStream::take(Reader reader) {
  const std::lock_guard guard(mutex_);
  if (reader != reader_) return {State::lost};
  for (auto event = events_.begin(); event != events_.end(); ++event) {
    if (event->number <= read_number_) continue;
    read_number_ = event->number;
    Taken taken{State::event, *event};
    if (replay_ == Replay::none) {
      bytes_ -= event->data.size();
      events_.erase(event);
    }
    return taken;
  }
  if (is_ended_) return {State::ended};
  return {wants_reader_gone_ ? State::leave : State::waiting};
}

bool EventStream::is_ended() const {
  const std::lock_guard guard(mutex_);
  return is_ended_;
}

std::uint64_t EventStream::read_number() const {
  const std::lock_guard guard(mutex_);
  return read_number_;
}

}  // namespace mcp
