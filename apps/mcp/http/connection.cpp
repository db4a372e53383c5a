// SPDX-License-Identifier: MIT
// Reading: nothing is believed before the guard has seen it, no body is read before the checks.
#include "mcp/http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include "mcp/http/await.hpp"
#include "mcp/http/head_guard.hpp"
#include "mcp/http/http_refusal.hpp"

namespace mcp {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kLingerBytesMax = 1024 * 1024;
constexpr std::chrono::milliseconds kLingerLimit{2000};

// Not one of a client that is gone.
bool is_malformed(const boost::beast::error_code& failure) {
  return failure.category() == http::make_error_code(http::error::bad_chunk).category() &&
         failure != http::error::partial_message && failure != http::error::end_of_stream;
}

std::string_view text_in(const boost::beast::flat_buffer& buffer) {
  const auto bytes = buffer.data();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

// A request on its way in.
struct Connection::Incoming {
  Parser parser;
  HttpRequest request;
  const Route* route = nullptr;
  std::optional<HttpRefusal> refusal;
};

Connection::Connection(HttpCore& core, HttpSocket socket)
    : core_(core), socket_(std::move(socket)), signal_(socket_.get_executor()) {
  ++core_.counters.connections;
}

Connection::~Connection() { --core_.counters.connections; }

HttpTask<void> Connection::serve() {
  while (keeps_alive_ && !core_.is_ending) {
    auto plan = co_await take_request();
    if (!plan) break;
    if (const auto* reply = std::get_if<HttpReply>(&*plan)) {
      const auto is_sent = co_await write_reply(*reply);
      if (!is_sent) break;
    } else {
      co_await follow(std::get<Follow>(*plan));
    }
  }
  if (has_unread_) {
    co_await linger();
  }
  close();
}

// A connection that is closed with bytes unread takes the answer away from the client.
HttpTask<void> Connection::linger() {
  limit(kLingerLimit);
  boost::system::error_code ignored;
  socket_.shutdown(HttpSocket::shutdown_send, ignored);
  for (std::size_t bytes = 0; bytes < kLingerBytesMax && !is_late_;) {
    buffer_.clear();
    const auto read = co_await socket_.async_read_some(buffer_.prepare(kReadBytes), kAwait);
    if (std::get<0>(read)) co_return;
    bytes += std::get<1>(read);
  }
}

HttpTask<std::optional<Plan>> Connection::take_request() {
  // On the heap, and gone before the answer is sent: streams may be open for days.
  const auto incoming = std::make_unique<Incoming>();
  route_ = "";
  readable_by_.clear();
  const auto has_head = co_await read_head(*incoming);
  if (!has_head && !incoming->refusal) co_return std::nullopt;
  if (has_head) {
    read_fields(*incoming);
    judge(*incoming);
  }
  if (!incoming->refusal) {
    const auto has_body = co_await read_body(*incoming);
    if (!has_body && !incoming->refusal) co_return std::nullopt;
  }
  if (incoming->refusal) {
    // What is left of the request is not read.
    keeps_alive_ = false;
    has_unread_ = true;
    co_return Plan(refuse(*incoming->refusal));
  }
  co_return incoming->route->run(core_, incoming->request);
}

HttpTask<bool> Connection::read_head(Incoming& incoming) {
  limit(core_.options.idle_limit);
  while (true) {
    const auto seen = guard_head(text_in(buffer_));
    if (const auto* refusal = std::get_if<HttpRefusal>(&seen)) {
      incoming.refusal = *refusal;
      co_return false;
    }
    if (const auto* complete = std::get_if<HeadComplete>(&seen)) {
      boost::beast::error_code failure;
      incoming.parser.body_limit(core_.options.body_bytes_max);
      incoming.parser.put(asio::buffer(buffer_.data().data(), complete->bytes), failure);
      buffer_.consume(complete->bytes);
      if (failure && failure != http::error::need_more) {
        incoming.refusal = HttpRefusal{failure == http::error::body_limit ? 413U : 400U,
                                       "the head is not understood: " + failure.message()};
      }
      co_return !incoming.refusal;
    }
    is_reading_ = buffer_.size() == 0;
    const auto read = co_await socket_.async_read_some(buffer_.prepare(kReadBytes), kAwait);
    is_reading_ = false;
    if (is_late_ && buffer_.size() > 0) {
      incoming.refusal = HttpRefusal{408, "the head did not come in time"};
    }
    if (std::get<0>(read) || is_late_) co_return false;
    if (buffer_.size() == 0) limit(core_.options.head_limit);
    buffer_.commit(std::get<1>(read));
  }
}

void Connection::read_fields(Incoming& incoming) {
  auto& head = incoming.parser.get();
  HttpRequest& request = incoming.request;
  request.method = head.method();
  const std::string_view target(head.target().data(), head.target().size());
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  is_http_1_1_ = head.version() == 11;
  keeps_alive_ = head.keep_alive();
  // The parser keeps what it needs for the body. Fields behind a chunked one are not of the head.
  request.head = std::move(head.base());
}

void Connection::judge(Incoming& incoming) {
  HttpRequest& request = incoming.request;
  incoming.refusal = core_.access.check(request.head, request.caller);
  if (incoming.refusal) return;
  readable_by_ = core_.access.readable_by(request.head);
  const auto found = find_route(request);
  if (const auto* refusal = std::get_if<HttpRefusal>(&found)) {
    incoming.refusal = *refusal;
    return;
  }
  incoming.route = std::get<const Route*>(found);
  route_ = incoming.route->path;
  const auto length = incoming.parser.content_length();
  if (length && *length > core_.options.body_bytes_max) {
    incoming.refusal = HttpRefusal{413, "the body is too long"};
  }
}

HttpTask<bool> Connection::read_body(Incoming& incoming) {
  limit(core_.options.body_limit);
  if (incoming.request.has_header("Expect") && !incoming.parser.is_done()) {
    const auto is_told = co_await write_text("HTTP/1.1 100 Continue\r\n\r\n");
    if (!is_told) co_return false;
    limit(core_.options.body_limit);
  }
  if (!incoming.parser.is_done()) {
    const auto read = co_await http::async_read(socket_, buffer_, incoming.parser, kAwait);
    const auto failure = std::get<0>(read);
    if (failure == http::error::body_limit) {
      incoming.refusal = HttpRefusal{413, "the body is too long"};
    } else if (is_late_) {
      incoming.refusal = HttpRefusal{408, "the body did not come in time"};
    } else if (is_malformed(failure)) {
      incoming.refusal = HttpRefusal{400, "the body is not understood: " + failure.message()};
    }
    if (failure) co_return false;
  }
  incoming.request.body = std::move(incoming.parser.get().body());
  co_return true;
}

void Connection::limit(std::chrono::milliseconds duration) {
  is_late_ = false;
  deadline_ = now() + loop::Duration(duration);
}

void Connection::look_at_time(loop::Duration now) {
  if (!deadline_ || now < *deadline_) return;
  deadline_.reset();
  is_late_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::end_after_this() {
  if (exchange_) exchange_->end_subscriptions();
  if (is_reading_) close();
}

std::size_t Connection::in_flight() const { return exchange_ ? exchange_->in_flight() : 0; }

void Connection::close() {
  deadline_.reset();
  is_gone_ = true;  // for who waits for an event
  signal_.cancel();
  boost::system::error_code ignored;
  socket_.shutdown(HttpSocket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace mcp
