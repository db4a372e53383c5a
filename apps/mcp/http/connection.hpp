// SPDX-License-Identifier: MIT
// One connection: its requests, one after the other, and their answers.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "mcp/http/http_core.hpp"
#include "mcp/http/plan.hpp"
#include "mcp/http/routes.hpp"

namespace mcp {

using HttpExecutor = boost::asio::io_context::executor_type;
using HttpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, HttpExecutor>;
using HttpTimer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, HttpExecutor>;
template <class T>
using HttpTask = boost::asio::awaitable<T, HttpExecutor>;

// For the thread that runs the io_context. It lives as long as it serves.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpCore& core, HttpSocket socket);
  ~Connection();

  HttpTask<void> serve();

  // What takes longer than it may is ended. Called now and then.
  void look_at_time(loop::Duration now);
  // The server ends: no further request is read; a listen stream gets its last messages.
  void end_after_this();
  std::size_t in_flight() const;  // calls of the response that is followed
  void close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  struct Incoming;
  struct Outgoing;

  HttpTask<std::optional<Plan>> take_request();
  HttpTask<bool> read_head(Incoming& incoming);
  HttpTask<bool> read_body(Incoming& incoming);
  void read_fields(Incoming& incoming);
  void judge(Incoming& incoming);

  HttpTask<bool> write_reply(const HttpReply& reply);
  HttpTask<bool> write_text(std::string_view text);
  HttpTask<bool> write_chunk(std::string_view text);
  HttpTask<void> linger();
  HttpTask<void> follow(Follow& plan);
  HttpTask<bool> begin_stream(Outgoing& outgoing);
  HttpTask<bool> write_event(Outgoing& outgoing, const Event& event);
  HttpTask<bool> wait_for_event(Outgoing& outgoing);
  HttpTask<bool> take_step(Outgoing& outgoing);
  HttpTask<void> end_stream(Outgoing& outgoing);

  void limit(std::chrono::milliseconds duration);
  void watch_for_end();
  void end_watch();
  void count(unsigned status);
  loop::Duration now() const { return core_.server.clock().monotonic(); }

  HttpCore& core_;
  HttpSocket socket_;
  HttpTimer signal_;  // ends a wait for events
  boost::beast::flat_buffer buffer_;
  std::optional<loop::Duration> deadline_;  // of the reading or writing that goes on
  bool is_late_ = false;                    // the deadline is over
  bool keeps_alive_ = true;
  bool is_http_1_1_ = true;
  bool has_unread_ = false;            // the rest of a request that was refused
  bool is_gone_ = false;               // the client has closed its side
  bool is_reading_ = false;            // waits for a request's first byte
  bool is_watching_ = false;           // for that
  std::uint64_t watch_ = 0;            // tells one watch from the next
  std::string_view route_ = "";        // for the counters
  std::string readable_by_;            // an origin, for CORS
  std::shared_ptr<Session> exchange_;  // of the response that is followed
};

}  // namespace mcp
