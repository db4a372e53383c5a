// SPDX-License-Identifier: MIT
// Messages on their way to one HTTP response: put in by any thread, taken out by the connection
// that sends them.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "mcp/protocol/rpc_error.hpp"
#include "mcp/server/channel.hpp"

namespace mcp {

// A reader this far behind gets no more progress and logs.
inline constexpr std::size_t kUnreadRoomBytes = 256 * 1024;
// A reader that is further behind than this is dropped: nothing is buffered for it without bound.
inline constexpr std::size_t kUnreadBytesMax = 4 * 1024 * 1024;
// Events that were read, or that nobody reads, are kept for a reader who comes again up to this.
inline constexpr std::size_t kKeptBytesMax = 1024 * 1024;
// The same of a stream that goes on for ever, while nobody reads it: many sessions never do.
inline constexpr std::size_t kUnheardBytesMax = 16 * 1024;

enum class StreamEnd { with_answer, never };
enum class Replay { none, kept };

struct Event {
  std::uint64_t number = 0;          // counts from 1 in its stream
  std::string data;                  // a message, or a batch of answers
  bool is_answer = false;            // the last one of a stream that ends with it
  std::optional<ErrorCode> error{};  // of an answer that is an error
};

// Thread-safe.
class EventStream final : public Channel {
 public:
  EventStream(std::string name, StreamEnd end, Replay replay)
      : name_(std::move(name)), end_(end), replay_(replay) {}

  const std::string& name() const { return name_; }
  Replay replay() const { return replay_; }

  void send(const boost::json::object& message, Delivery delivery = Delivery::certain) override;
  void send(const boost::json::array& batch) override;
  // The reader is to go and may come again; where nothing is kept for that, it stays.
  void let_client_go() override;
  // Nothing more will come: the server ends.
  void finish();

  // There is one reader: who attaches takes the place of the one before. It gets what came after
  // the event `after`; without one, what nobody has read yet. `wake` may be called from any thread
  // and is to return at once.
  using Reader = std::uint64_t;
  Reader attach(std::function<void()> wake, std::optional<std::uint64_t> after = {});
  void release(Reader reader);
  // The client has been told ids, by which it may come again.
  void note_resumable() { is_resumable_ = true; }
  bool is_resumable() const { return is_resumable_; }
  bool has_reader() const;

  enum class State {
    waiting,  // nothing yet: `wake` will be called
    event,
    ended,  // everything was taken
    leave,  // let_client_go() was called
    lost,   // another reader came, or this one was too slow
  };
  struct Taken {
    State state = State::waiting;
    Event event{};
  };
  Taken take(Reader reader);

  std::uint64_t read_number() const;  // of the last event that was taken; 0: none
  bool is_ended() const;              // its last event is there, read or not

 private:
  void put(Event event, Delivery delivery);
  void trim();
  std::size_t unread_bytes() const;

  const std::string name_;
  const StreamEnd end_;
  const Replay replay_;
  std::atomic<bool> is_resumable_{false};
  mutable std::mutex mutex_;  // guards the rest
  std::list<Event> events_;   // the oldest first; an empty one costs nothing, as most are
  std::uint64_t last_number_ = 0;
  std::uint64_t read_number_ = 0;  // of the last event that was taken
  std::size_t bytes_ = 0;
  bool is_ended_ = false;
  Reader reader_ = 0;  // 0: nobody
  Reader last_reader_ = 0;
  bool wants_reader_gone_ = false;  // the present one, or the first one
  std::function<void()> wake_;
};

}  // namespace mcp
