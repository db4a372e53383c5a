// SPDX-License-Identifier: MIT
// Answering: the status is chosen when the first message is there, or after a while without one.
#include <array>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <fmt/format.h>

#include "mcp/http/await.hpp"
#include "mcp/http/connection.hpp"
#include "mcp/http/response_head.hpp"

namespace mcp {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::string_view kKeepAlive = ": keep-alive\n\n";
constexpr unsigned kOk = 200;
constexpr int kRetryMs = 500;  // how long a client waits before it comes again

// What the error says to programs that look at the status only. Errors of handlers are answers as
// all others.
unsigned status_of(const std::optional<ErrorCode>& error) {
  if (!error) return 200;
  switch (*error) {
    case ErrorCode::method_not_found: return 404;
    case ErrorCode::parse_error:
    case ErrorCode::invalid_request:
    case ErrorCode::header_mismatch:
    case ErrorCode::missing_client_capability:
    case ErrorCode::unsupported_protocol_version: return 400;
    default: return 200;
  }
}

std::string event_text(const Follow& plan, const Event& event) {
  std::string text = "event: message\n";
  if (plan.has_event_ids) text += "id: " + event_id(*plan.stream, event.number) + "\n";
  return text + "data: " + event.data + "\n\n";
}

void describe(ResponseHead& head, const std::string& readable_by) {
  if (readable_by.empty()) return;
  head.add("Access-Control-Allow-Origin", readable_by);
  head.add("Access-Control-Expose-Headers", "Mcp-Session-Id");
  head.add("Vary", "Origin");
}

}  // namespace

// A response that is followed.
struct Connection::Outgoing {
  explicit Outgoing(Follow& its_plan) : plan(its_plan) {}
  Follow& plan;
  EventStream::Reader reader = 0;
  bool is_stream = false;         // its head is out
  bool was_looked_after = false;  // slow calls were asked to go on as tasks
  loop::Duration last_sign{};     // of life, on the stream; before it, when the request came
};

HttpTask<bool> Connection::write_text(std::string_view text) {
  limit(core_.options.write_limit);
  const auto bytes = asio::buffer(text.data(), text.size());
  const auto written = co_await asio::async_write(socket_, bytes, kAwait);
  co_return !std::get<0>(written);
}

void Connection::count(unsigned status) {
  ++core_.counters.requests[{std::string(route_), status}];
}

HttpTask<bool> Connection::write_reply(const HttpReply& reply) {
  constexpr unsigned kNoContent = 204;
  keeps_alive_ = keeps_alive_ && !core_.is_ending;
  ResponseHead head(reply.status, is_http_1_1_);
  for (const auto& [name, value] : reply.fields) head.add(name, value);
  if (!reply.content_type.empty()) {
    head.add("Content-Type", reply.content_type);
    head.add("X-Content-Type-Options", "nosniff");
  }
  head.add("Cache-Control", "no-store");
  describe(head, readable_by_);
  head.keep_alive(keeps_alive_);
  if (reply.status != kNoContent) head.add("Content-Length", std::to_string(reply.body.size()));
  count(reply.status);
  limit(core_.options.write_limit);
  const std::string text = head.text();
  const std::array parts{asio::buffer(text), asio::buffer(reply.body)};
  const auto written = co_await asio::async_write(socket_, parts, kAwait);
  co_return !std::get<0>(written);
}

HttpTask<void> Connection::follow(Follow& plan) {
  Outgoing outgoing(plan);
  outgoing.last_sign = now();
  exchange_ = plan.exchange;
  is_gone_ = false;
  outgoing.reader = plan.stream->attach(
      [weak = weak_from_this(), executor = socket_.get_executor()] {
        asio::post(executor, [weak] {
          if (const auto self = weak.lock()) self->signal_.cancel();
        });
      },
      plan.after);
  bool goes_on = true;
  if (plan.form == Follow::Form::stream) {
    const auto is_begun = co_await begin_stream(outgoing);
    goes_on = is_begun;
  }
  while (goes_on) {
    const auto is_more = co_await take_step(outgoing);
    goes_on = is_more;
  }
  plan.stream->release(outgoing.reader);
  end_watch();
  if (outgoing.is_stream) --core_.counters.streams;
  if (plan.at_end) plan.at_end();
  exchange_.reset();
}

// False when the response is over.
HttpTask<bool> Connection::take_step(Outgoing& outgoing) {
  const auto taken = outgoing.plan.stream->take(outgoing.reader);
  switch (taken.state) {
    case EventStream::State::event: {
      const auto goes_on = co_await write_event(outgoing, taken.event);
      co_return goes_on;
    }
    case EventStream::State::waiting: {
      const auto goes_on = co_await wait_for_event(outgoing);
      co_return goes_on;
    }
    case EventStream::State::lost:
      keeps_alive_ = false;
      ++core_.counters.dropped_readers;
      co_return false;
    case EventStream::State::leave:
    case EventStream::State::ended: break;
  }
  if (!outgoing.is_stream) {
    const auto is_begun = co_await begin_stream(outgoing);
    if (!is_begun) co_return false;
  }
  co_await end_stream(outgoing);
  co_return false;
}

HttpTask<bool> Connection::write_event(Outgoing& outgoing, const Event& event) {
  const Follow& plan = outgoing.plan;
  if (!outgoing.is_stream && event.is_answer) {
    HttpReply reply{.status = plan.has_error_status ? status_of(event.error) : 200,
                    .content_type = "application/json",
                    .body = event.data};
    if (!plan.session_id.empty()) reply.fields.emplace_back("Mcp-Session-Id", plan.session_id);
    const auto is_sent = co_await write_reply(reply);
    keeps_alive_ = keeps_alive_ && is_sent;
    co_return false;
  }
  if (!outgoing.is_stream) {
    const auto is_begun = co_await begin_stream(outgoing);
    if (!is_begun) co_return false;
  }
  ++core_.counters.events;
  const std::string text = event_text(plan, event);
  const auto is_written = co_await write_chunk(text);
  if (!is_written) {
    keeps_alive_ = false;
    co_return false;
  }
  outgoing.last_sign = now();
  if (!event.is_answer) co_return true;
  co_await end_stream(outgoing);
  co_return false;
}

HttpTask<bool> Connection::begin_stream(Outgoing& outgoing) {
  const Follow& plan = outgoing.plan;
  outgoing.is_stream = true;
  buffer_.shrink_to_fit();  // streams may be open for days
  if (plan.has_event_ids) plan.stream->note_resumable();
  ++core_.counters.streams;
  // Without chunks, the end of the connection is the end of the stream.
  keeps_alive_ = keeps_alive_ && is_http_1_1_;
  ResponseHead head(kOk, is_http_1_1_);
  head.add("Content-Type", "text/event-stream");
  head.add("Cache-Control", "no-cache, no-transform");
  head.add("X-Accel-Buffering", "no");
  if (!plan.session_id.empty()) head.add("Mcp-Session-Id", plan.session_id);
  describe(head, readable_by_);
  if (is_http_1_1_) head.add("Transfer-Encoding", "chunked");
  head.keep_alive(keeps_alive_);
  count(kOk);
  limit(core_.options.write_limit);
  const std::string text = head.text();
  const auto written = co_await asio::async_write(socket_, asio::buffer(text), kAwait);
  bool is_written = !std::get<0>(written);
  std::string first = plan.first_event;
  if (plan.is_primed) {
    first += fmt::format("id: {}\nretry: {}\ndata: \n\n",
                         event_id(*plan.stream, plan.stream->read_number()), kRetryMs);
  }
  if (is_written && !first.empty()) {
    const auto is_first_written = co_await write_chunk(first);
    is_written = is_first_written;
  }
  outgoing.last_sign = now();
  keeps_alive_ = keeps_alive_ && is_written;
  co_return is_written;
}

HttpTask<bool> Connection::write_chunk(std::string_view text) {
  limit(core_.options.write_limit);
  if (!is_http_1_1_) {
    const auto is_written = co_await write_text(text);
    co_return is_written;
  }
  const auto chunk = http::make_chunk(asio::const_buffer(text.data(), text.size()));
  const auto written = co_await asio::async_write(socket_, chunk, kAwait);
  deadline_.reset();
  co_return !std::get<0>(written);
}

HttpTask<void> Connection::end_stream(Outgoing& outgoing) {
  if (!outgoing.is_stream || !is_http_1_1_) co_return;
  limit(core_.options.write_limit);
  const auto last = http::make_chunk_last();
  const auto written = co_await asio::async_write(socket_, last, kAwait);
  if (std::get<0>(written)) keeps_alive_ = false;
}

HttpTask<bool> Connection::wait_for_event(Outgoing& outgoing) {
  deadline_.reset();
  if (!is_watching_) watch_for_end();
  const std::chrono::milliseconds patience =
      outgoing.is_stream ? core_.options.keep_alive : kPatience;
  const loop::Duration due = outgoing.last_sign + loop::Duration(patience);
  const loop::Duration wait = std::max(due - now(), loop::Duration{});
  signal_.expires_after(wait);
  const auto waited = co_await signal_.async_wait(kAwait);
  if (is_gone_) {
    keeps_alive_ = false;
    co_return false;
  }
  if (std::get<0>(waited) || now() < due) co_return true;
  if (outgoing.is_stream) {
    outgoing.last_sign = now();
    const auto is_written = co_await write_chunk(kKeepAlive);
    keeps_alive_ = keeps_alive_ && is_written;
    co_return is_written;
  }
  if (outgoing.plan.exchange && !outgoing.was_looked_after) {
    // Those that can go on as tasks are answered by this.
    outgoing.was_looked_after = true;
    outgoing.plan.exchange->promote_slow_calls();
    co_return true;
  }
  const auto is_begun = co_await begin_stream(outgoing);
  co_return is_begun;
}

// A client that closes its side while it waits is gone: nothing else tells so until the next write.
void Connection::watch_for_end() {
  is_watching_ = true;
  ++watch_;
  socket_.async_wait(HttpSocket::wait_read, [weak = weak_from_this(), watch = watch_](
                                                const boost::system::error_code& failure) {
    const auto self = weak.lock();
    if (!self || failure || self->watch_ != watch) return;
    boost::system::error_code problem;
    const std::size_t bytes = self->socket_.available(problem);
    // Bytes are the next request, which waits; its end cannot be seen behind it.
    if (bytes > 0 && !problem) return;
    self->is_gone_ = true;
    self->signal_.cancel();
  });
}

void Connection::end_watch() {
  if (!std::exchange(is_watching_, false)) return;
  ++watch_;
  boost::system::error_code ignored;
  if (socket_.is_open()) socket_.cancel(ignored);
}

}  // namespace mcp
