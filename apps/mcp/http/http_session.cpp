// SPDX-License-Identifier: MIT
// The streams of one conversation.
#include "mcp/http/http_session.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace mcp {

namespace {

constexpr std::size_t kFinishedStreamsMax = 16;

bool is_finished(const EventStream& stream) { return stream.is_ended() && !stream.has_reader(); }

}  // namespace

std::string event_id(const EventStream& stream, std::uint64_t number) {
  return fmt::format("{}-{}", stream.name(), number);
}

HttpSession::HttpSession(Server& server, Principal owner, Replay replay)
    : owner_(std::move(owner)),
      own_stream_(std::make_shared<EventStream>("0", StreamEnd::never, replay)),
      conversation_(server, own_stream_) {}

std::shared_ptr<EventStream> HttpSession::open_stream() {
  streams_.push_back(std::make_shared<EventStream>(fmt::format("{}", ++last_stream_),
                                                   StreamEnd::with_answer, Replay::kept));
  return streams_.back();
}

void HttpSession::leave_stream(const EventStream& stream) {
  if (is_finished(stream) && !stream.is_resumable()) {
    const auto found = std::ranges::find(streams_, &stream, &std::shared_ptr<EventStream>::get);
    if (found != streams_.end()) streams_.erase(found);
  } else if (streams_.size() > swept_at_) {
    sweep();
    // Twice what is left, so that many streams do not cost a look at all of them each time.
    swept_at_ = std::max(kFinishedStreamsMax, 2 * streams_.size());
  }
}

void HttpSession::sweep() {
  const auto is_over = [](const auto& stream) { return is_finished(*stream); };
  std::erase_if(streams_,
                [&](const auto& stream) { return is_over(stream) && !stream->is_resumable(); });
  auto too_many = static_cast<std::ptrdiff_t>(std::ranges::count_if(streams_, is_over)) -
                  static_cast<std::ptrdiff_t>(kFinishedStreamsMax);
  std::erase_if(streams_, [&](const auto& stream) { return is_over(stream) && too_many-- > 0; });
}

std::optional<HttpSession::Place> HttpSession::find(std::string_view last_event_id) const {
  const std::size_t dash = last_event_id.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view name = last_event_id.substr(0, dash);
  const std::string_view text = last_event_id.substr(dash + 1);
  Place place;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), place.after);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (name == own_stream_->name()) {
    place.stream = own_stream_;
    return place;
  }
  const auto found =
      std::ranges::find_if(streams_, [&](const auto& stream) { return stream->name() == name; });
  if (found == streams_.end()) return std::nullopt;
  place.stream = *found;
  return place;
}

bool HttpSession::is_in_use() const {
  return own_stream_->has_reader() || conversation_.in_flight() > 0 ||
         std::ranges::any_of(streams_, [](const auto& stream) { return stream->has_reader(); });
}

void HttpSession::finish_streams() {
  own_stream_->finish();
  for (const auto& stream : streams_) stream->finish();
}

}  // namespace mcp
