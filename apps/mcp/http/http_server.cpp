// SPDX-License-Identifier: MIT
// Accepting, the look at the time, and the orderly end.
#include "mcp/http/http_server.hpp"

#include <csignal>
#include <unordered_map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "mcp/http/await.hpp"
#include "mcp/http/connection.hpp"
#include "mcp/http/http_core.hpp"
#include "mcp/server/task_table.hpp"

namespace mcp {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kLookEvery{500};
constexpr std::chrono::milliseconds kDrainLookEvery{10};
constexpr std::chrono::milliseconds kNoDescriptorPause{50};
// For what was answered to reach the clients.
constexpr std::chrono::milliseconds kLastWordsLimit{1000};

}  // namespace

class HttpServer::Loop {
 public:
  Loop(Server& server, loop::RandomSource& random, HttpOptions options)
      : options_(std::move(options)),
        core_(server, random, options_),
        acceptor_(io_),
        look_timer_(io_.get_executor()),
        pause_timer_(io_.get_executor()),
        signals_(io_) {}

  loop::Status listen();
  std::uint16_t port() const { return port_; }
  void run();
  void stop() {
    asio::post(io_, [this] { begin_end(); });
  }

 private:
  using Acceptor = asio::basic_socket_acceptor<tcp, HttpExecutor>;

  HttpTask<void> accept();
  void try_take(HttpSocket socket);
  void take(HttpSocket socket);
  void look();
  void wait_for_signal();
  void begin_end();
  void drain();
  void say_last_words();
  void wait_for_last_words(loop::Duration deadline);
  std::size_t in_flight() const;
  std::vector<std::shared_ptr<Connection>> connections() const;

  const HttpOptions options_;
  HttpCore core_;
  asio::io_context io_{1};  // what is left in it when it goes refers to the core
  Acceptor acceptor_;
  HttpTimer look_timer_, pause_timer_;
  asio::signal_set signals_;
  std::uint16_t port_ = 0;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
  loop::Duration end_begun_{};
};

loop::Status HttpServer::Loop::listen() {
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(options_.address, failure);
  if (failure) {
    return loop::Error(loop::Errc::invalid_argument,
                       fmt::format("\"{}\" is no IP address", options_.address));
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), failure);
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor_.bind(endpoint, failure);
  if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) {
    return loop::Error(loop::Errc::io, fmt::format("listen on {} port {}: {}", options_.address,
                                                   options_.port, failure.message()));
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void HttpServer::Loop::run() {
  wait_for_signal();
  look();
  asio::co_spawn(io_, [this] { return accept(); }, [](const std::exception_ptr&) {});
  io_.run();
  for (const auto& connection : connections()) connection->close();
  // Coroutines that still wait end with their sockets; nothing else may keep the loop.
  look_timer_.cancel();
  pause_timer_.cancel();
  boost::system::error_code ignored;
  signals_.cancel(ignored);
  io_.restart();
  io_.run_for(kLastWordsLimit);
  core_.server.tasks().cancel_all();
}

HttpTask<void> HttpServer::Loop::accept() {
  while (acceptor_.is_open()) {
    HttpSocket socket(io_.get_executor());
    const auto accepted = co_await acceptor_.async_accept(socket, kAwait);
    const auto failure = std::get<0>(accepted);
    if (failure == asio::error::operation_aborted) co_return;
    if (failure) {
      // No descriptors, most often; the client waits in the kernel's queue.
      pause_timer_.expires_after(kNoDescriptorPause);
      const auto waited = co_await pause_timer_.async_wait(kAwait);
      if (std::get<0>(waited)) co_return;
    } else if (core_.counters.connections >= options_.connections_max) {
      ++core_.counters.refused_connections;
    } else {
      try_take(std::move(socket));
    }
  }
}

// One client for which there is no memory does not end the accepting of others.
void HttpServer::Loop::try_take(HttpSocket socket) {
  try {
    take(std::move(socket));
  } catch (const std::exception& problem) {
    core_.server.log().error(fmt::format("a client was not taken: {}", problem.what()));
  }
}

void HttpServer::Loop::take(HttpSocket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto connection = std::make_shared<Connection>(core_, std::move(socket));
  connections_.emplace(connection.get(), connection);
  asio::co_spawn(
      io_, [connection] { return connection->serve(); },
      [this, key = connection.get()](const std::exception_ptr& problem) {
        connections_.erase(key);
        if (!problem) return;
        try {
          std::rethrow_exception(problem);
        } catch (const std::exception& error) {
          core_.server.log().error(fmt::format("a connection ended by {}", error.what()));
        }
      });
}

std::vector<std::shared_ptr<Connection>> HttpServer::Loop::connections() const {
  std::vector<std::shared_ptr<Connection>> alive;
  for (const auto& [key, connection] : connections_) {
    if (auto one = connection.lock()) alive.push_back(std::move(one));
  }
  return alive;
}

void HttpServer::Loop::look() {
  const loop::Duration now = core_.server.clock().monotonic();
  for (const auto& connection : connections()) connection->look_at_time(now);
  core_.sessions.expire();
  core_.sse_sessions.expire();
  std::erase_if(core_.left_alone, [](const auto& session) { return session->in_flight() == 0; });
  look_timer_.expires_after(kLookEvery);
  look_timer_.async_wait([this](const boost::system::error_code& failure) {
    if (!failure) look();
  });
}

void HttpServer::Loop::wait_for_signal() {
  boost::system::error_code ignored;
  signals_.add(SIGTERM, ignored);
  signals_.add(SIGINT, ignored);
  signals_.async_wait([this](const boost::system::error_code& failure, int) {
    if (failure) return;
    if (core_.is_ending) {
      io_.stop();
    } else {
      begin_end();
      wait_for_signal();
    }
  });
}

void HttpServer::Loop::begin_end() {
  if (core_.is_ending) return;
  core_.is_ending = true;
  end_begun_ = core_.server.clock().monotonic();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  core_.sessions.for_each([](HttpSession& session) { session.conversation().end_questions(); });
  core_.sse_sessions.for_each([](HttpSession& session) { session.conversation().end_questions(); });
  drain();
}

std::size_t HttpServer::Loop::in_flight() const {
  std::size_t calls = 0;
  const auto add = [&](HttpSession& session) { calls += session.conversation().in_flight(); };
  core_.sessions.for_each(add);
  core_.sse_sessions.for_each(add);
  for (const auto& session : core_.left_alone) calls += session->in_flight();
  for (const auto& connection : connections()) calls += connection->in_flight();
  return calls;
}

void HttpServer::Loop::drain() {
  const loop::Duration waited = core_.server.clock().monotonic() - end_begun_;
  if (in_flight() == 0 || waited >= loop::Duration(options_.drain_limit)) {
    say_last_words();
    return;
  }
  pause_timer_.expires_after(kDrainLookEvery);
  pause_timer_.async_wait([this](const boost::system::error_code&) { drain(); });
}

void HttpServer::Loop::say_last_words() {
  const auto end = [](HttpSession& session) {
    session.conversation().end_subscriptions();
    session.conversation().close();
    session.finish_streams();
  };
  core_.sessions.for_each(end);
  core_.sse_sessions.for_each(end);
  for (const auto& connection : connections()) connection->end_after_this();
  wait_for_last_words(core_.server.clock().monotonic() + loop::Duration(kLastWordsLimit));
}

void HttpServer::Loop::wait_for_last_words(loop::Duration deadline) {
  if (connections_.empty() || core_.server.clock().monotonic() >= deadline) {
    io_.stop();
    return;
  }
  pause_timer_.expires_after(kDrainLookEvery);
  pause_timer_.async_wait(
      [this, deadline](const boost::system::error_code&) { wait_for_last_words(deadline); });
}

HttpServer::HttpServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
HttpServer::~HttpServer() = default;

loop::Result<std::unique_ptr<HttpServer>> HttpServer::listen(Server& server,
                                                             loop::RandomSource& random,
                                                             HttpOptions options) {
  auto loop = std::make_unique<Loop>(server, random, std::move(options));
  LOOP_TRY_VOID(loop->listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop)));
}

std::uint16_t HttpServer::port() const { return loop_->port(); }
void HttpServer::run() { loop_->run(); }
void HttpServer::stop() { loop_->stop(); }

}  // namespace mcp
