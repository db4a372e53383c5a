// SPDX-License-Identifier: MIT
// A legacy client's conversation over many requests: what it agreed on, its own stream, and the
// streams of its requests that it may come back to.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/http/access.hpp"
#include "mcp/http/event_stream.hpp"
#include "mcp/server/session.hpp"

namespace mcp {

// An event's id on the wire: "<stream>-<number>", unique in its session.
std::string event_id(const EventStream& stream, std::uint64_t number);

class HttpSession {
 public:
  HttpSession(Server& server, Principal owner, Replay replay = Replay::kept);

  const Principal& owner() const { return owner_; }
  Session& conversation() { return conversation_; }
  // What belongs to no request, for GET.
  const std::shared_ptr<EventStream>& own_stream() const { return own_stream_; }
  // For the answer to one POST.
  std::shared_ptr<EventStream> open_stream();
  // For a stream that is no longer followed: it goes when it is finished and nobody can come to it
  // again. Now and then all of those go, and the oldest of the finished ones.
  void leave_stream(const EventStream& stream);

  struct Place {
    std::shared_ptr<EventStream> stream;
    std::uint64_t after = 0;
  };
  // Of a Last-Event-ID; nothing when the stream is not known (any more).
  std::optional<Place> find(std::string_view last_event_id) const;

  // Somebody waits for it, so it is not idle.
  bool is_in_use() const;
  // Its streams end, after what is in them.
  void finish_streams();

 private:
  void sweep();

  const Principal owner_;
  const std::shared_ptr<EventStream> own_stream_;
  Session conversation_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  std::uint64_t last_stream_ = 0;
  std::size_t swept_at_ = 0;  // so many streams make it look at all of them
};

}  // namespace mcp
