// SPDX-License-Identifier: MIT
// The limits of a server over HTTP, made short: signs of life, late clients, idle sessions, too
// many.
#include <thread>

#include <fmt/format.h>

#include "conformance/fixture.hpp"
#include "http/http_peer.hpp"
#include "loop/base/log.h"
#include "mcp/http/http_server.hpp"
#include "mcp/stdio/work_pool.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Matchers::Contains;
using std::chrono::milliseconds;
namespace json = boost::json;

namespace {

class Served {
 public:
  explicit Served(mcp::HttpOptions options, std::size_t threads = 16)
      : pool_(threads, 1000),
        fixture_({.work = pool_, .clock = clock_, .random = random_, .log = log_}) {
    auto listening = mcp::HttpServer::listen(fixture_.server(), random_, std::move(options));
    REQUIRE(listening);
    http_ = std::move(*listening);
    thread_ = std::thread([this] { http_->run(); });
  }
  ~Served() {
    http_->stop();
    thread_.join();
    pool_.finish();
  }

  HttpPeer connect() const { return HttpPeer(http_->port()); }

 private:
  loop::SystemClock clock_;
  loop::SystemRandom random_;
  loop::NullLog log_;
  mcp::WorkPool pool_;
  mcp::conformance::Fixture fixture_;
  std::unique_ptr<mcp::HttpServer> http_;
  std::thread thread_;
};

HttpAsk call(std::int64_t id, std::string_view tool, json::object arguments = {}) {
  return modern_ask(id, "tools/call", {{"name", tool}, {"arguments", std::move(arguments)}});
}

HttpAsk listen(std::int64_t id) {
  return modern_ask(id, "subscriptions/listen",
                    {{"notifications", json::object{{"toolsListChanged", true}}}});
}

// The bytes that come within the limit, as they are.
std::string bytes_within(HttpPeer& peer, milliseconds limit, std::string_view wanted) {
  std::string bytes;
  for (int look = 0; look < 100 && bytes.find(wanted) == std::string::npos; ++look) {
    bytes = peer.unread_after(limit / 100);
  }
  return bytes;
}

}  // namespace

TEST_CASE("http limits: a stream shows signs of life") {
  const Served served({.keep_alive = milliseconds{50}});
  HttpPeer peer = served.connect();
  REQUIRE(peer.send(listen(1)));
  CHECK_THAT(bytes_within(peer, kPeerLimit, ": keep-alive"), Contains(": keep-alive"));
}

TEST_CASE("http limits: a head and a body that do not come in time get 408, silence is closed") {
  const Served served({.head_limit = milliseconds{100},
                       .body_limit = milliseconds{100},
                       .idle_limit = milliseconds{100}});
  HttpPeer head = served.connect(), body = served.connect(), idle = served.connect();
  REQUIRE(head.send("GET /healthz HTTP/1.1\r\n"));
  REQUIRE(
      body.send("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                "Content-Length: 10\r\n\r\n{"));
  for (HttpPeer* late : {&head, &body}) {
    const auto response = late->receive();
    REQUIRE(response);
    CHECK(response->status == 408);
  }
  CHECK(idle.is_closed_within(kPeerLimit));
}

TEST_CASE("http limits: a session that nobody uses ends, one with a stream stays") {
  const Served served({.session_idle_limit = milliseconds{200}});
  HttpPeer peer = served.connect(), stream = served.connect();
  const std::string idle = begin_session(peer), streamed = begin_session(peer);
  REQUIRE(stream.open({.method = "GET",
                       .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", streamed}}}));
  unsigned status = 0;
  for (int look = 0; look < 10 && status != 404; ++look) {
    // Longer than the limit; a question would be a use.
    stream.next_event(milliseconds{1200});
    const auto response = peer.ask(legacy_ask(rpc_request(1, "ping"), idle));
    REQUIRE(response);
    status = response->status;
  }
  CHECK(status == 404);
  const auto response = peer.ask(legacy_ask(rpc_request(1, "ping"), streamed));
  REQUIRE(response);
  CHECK(response->status == 200);
}

TEST_CASE("http limits: connections and sessions over their number are refused") {
  const Served served({.connections_max = 3, .sessions_max = 1});
  HttpPeer one = served.connect(), two = served.connect(), three = served.connect();
  const HttpAsk health{.method = "GET", .target = "/healthz"};
  for (HttpPeer* peer : {&one, &two, &three}) REQUIRE(peer->ask(health));
  HttpPeer four = served.connect();
  CHECK(four.is_closed_within(kPeerLimit));

  const std::string session = begin_session(one);
  REQUIRE(two.open(
      {.method = "GET", .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", session}}}));
  const auto refused = three.ask(legacy_ask(rpc_request(
      0, "initialize", {{"protocolVersion", "2025-11-25"}, {"capabilities", json::object()}})));
  REQUIRE(refused);
  CHECK(refused->status == 503);
}

TEST_CASE("http limits: a body over the limit is refused before and while it is read") {
  const Served served({.body_bytes_max = 1000});
  const std::string head =
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  for (const std::string& request :
       {head + "Content-Length: 1001\r\n\r\n", head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                                                   std::string(2000, ' ') + "\r\n0\r\n\r\n"}) {
    HttpPeer peer = served.connect();
    REQUIRE(peer.send(request));
    const auto response = peer.receive();
    REQUIRE(response);
    CHECK(response->status == 413);
  }
}

TEST_CASE("http limits: who closes a modern response cancels its work") {
  const Served served({}, 1);
  for (int attempt = 0; attempt < 20; ++attempt) {
    HttpPeer gone = served.connect(), other = served.connect();
    REQUIRE(gone.send(call(1, "slow_compute", {{"seconds", 600}})));
    REQUIRE(other.send(call(1, "test_simple_text")));
    const bool was_first = other.receive(milliseconds{300}).has_value();
    gone.close();
    if (was_first) continue;
    // The one thread is free again.
    const auto response = other.receive();
    REQUIRE(response);
    CHECK(response->status == 200);
    return;
  }
  FAIL("the second request always came first");
}

TEST_CASE("http limits: a client that comes again goes on where it was, and gets the rest once") {
  const Served served({});
  HttpPeer peer = served.connect();
  const std::string session = begin_session(peer);
  HttpPeer first = served.connect();
  REQUIRE(first.open(legacy_ask(
      rpc_request(5, "tools/call", {{"name", "test_reconnection"}, {"arguments", json::object()}}),
      session)));
  const auto primed = first.next_event();
  REQUIRE(primed);
  CHECK_FALSE(primed->id.empty());
  CHECK_FALSE(primed->retry.empty());
  CHECK_FALSE(first.next_event());
  CHECK(first.has_ended());

  HttpPeer second = served.connect();
  const auto head = second.open({.method = "GET",
                                 .fields = {{"accept", "text/event-stream"},
                                            {"mcp-session-id", session},
                                            {"last-event-id", primed->id}}});
  REQUIRE(head);
  REQUIRE(head->status == 200);
  std::string told;
  while (const auto event = second.next_event()) told += event->data;
  CHECK_THAT(told, Contains("\"id\":5,"));
  CHECK(told.find("\"id\":5,") == told.rfind("\"id\":5,"));

  const auto unknown = peer.ask({.method = "GET",
                                 .fields = {{"accept", "text/event-stream"},
                                            {"mcp-session-id", session},
                                            {"last-event-id", "77-1"}}});
  REQUIRE(unknown);
  CHECK(unknown->status == 400);
}
