// SPDX-License-Identifier: MIT
// Many clients over HTTP at once: nobody gets another's answer, and nothing grows with them. The
// ordinary run is a short form; the cases with the tag [.long] are the whole ones.
#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "apps/http_server.hpp"
#include "support/catch.hpp"
#include "support/process_facts.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

constexpr int kClients = 64;

struct Tally {
  std::atomic<int> own{0};      // answers that hold the caller's canary, under its id
  std::atomic<int> foreign{0};  // that hold another's
  std::atomic<int> missing{0};
};

// One client: the same ids as all others, a file that it alone asks for. A third of the clients has
// a session, a third is modern, a third comes without a session.
void play_client(const HttpServerFixture& server, int number, int calls, Tally& tally) {
  HttpPeer peer = server.connect();
  const std::string canary = fmt::format("canary-{:02}-", number);
  const std::string session = number % 3 == 0 ? begin_session(peer) : "";
  for (int id = 1; id <= calls; ++id) {
    const json::object params{{"name", "read_project_file"},
                              {"arguments", {{"file_path", fmt::format("secret{}.txt", number)}}}};
    const auto response =
        peer.ask(number % 3 == 1 ? modern_ask(id, "tools/call", params)
                                 : legacy_ask(rpc_request(id, "tools/call", params), session));
    if (!response) {
      tally.missing += calls - id + 1;
      return;
    }
    const std::size_t at = response->body.find("canary-");
    const bool is_own = at != std::string::npos &&
                        response->body.compare(at, canary.size(), canary) == 0 &&
                        response->body.find(fmt::format("\"id\":{},", id)) != std::string::npos;
    if (is_own) {
      ++tally.own;
    } else if (at != std::string::npos) {
      ++tally.foreign;
    } else {
      ++tally.missing;
    }
  }
}

void play_canaries(int calls_a_client) {
  HttpServerFixture server;
  for (int number = 0; number < kClients; ++number) {
    server.workspace().write(fmt::format("secret{}.txt", number),
                             fmt::format("canary-{:02}-\n", number));
  }
  Tally tally;
  std::vector<std::thread> clients;
  for (int number = 0; number < kClients; ++number) {
    clients.emplace_back([&, number] { play_client(server, number, calls_a_client, tally); });
  }
  for (std::thread& client : clients) client.join();
  CHECK(tally.foreign == 0);
  CHECK(tally.missing == 0);
  CHECK(tally.own == kClients * calls_a_client);
}

// Begun, used once, and never heard of again, while one client goes on.
void play_sessions(int sessions) {
  HttpServerFixture server;
  HttpPeer alive = server.connect();
  const std::string living = begin_session(alive);
  REQUIRE_FALSE(living.empty());
  HttpPeer peer = server.connect();
  std::int64_t memory = 0;
  int begun = 0;
  for (int count = 0; count < sessions; ++count) {
    if (!begin_session(peer).empty()) ++begun;
    // From here on the table is full.
    if (count == 11'000) memory = resident_kb(server.program().pid());
    if (count % 1000 != 0) continue;
    const auto response = alive.ask(legacy_ask(rpc_request(count, "ping"), living));
    REQUIRE(response);
    REQUIRE(response->status == 200);
  }
  CHECK(begun == sessions);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  WARN("skipped: the sanitizers keep freed memory, " << memory << " kB were resident");
#else
  CHECK(resident_kb(server.program().pid()) < memory + 4096);
#endif
  const auto response = alive.ask(legacy_ask(rpc_request(1, "tools/list"), living));
  REQUIRE(response);
  CHECK(response->status == 200);
}

void play_idle_streams(int streams) {
  HttpServerFixture server;
  HttpPeer warm = server.connect();
  REQUIRE(warm.ask({.method = "GET", .target = "/healthz"}));
  const std::int64_t before = resident_kb(server.program().pid());
  std::vector<HttpPeer> peers;
  for (int count = 0; count < streams; ++count) {
    peers.push_back(server.connect());
    const json::object wanted{{"toolsListChanged", true}};
    const auto head =
        peers.back().open(modern_ask(count, "subscriptions/listen", {{"notifications", wanted}}));
    REQUIRE(head);
    REQUIRE(head->status == 200);
    REQUIRE(peers.back().next_event());
  }
  const std::int64_t after = resident_kb(server.program().pid());
  WARN(streams << " idle streams: " << (after - before) * 1024 / streams << " bytes each");
  peers.clear();
  // Each is noticed and forgotten.
  std::string streams_left;
  for (int look = 0; look < 200 && streams_left != "mcp_http_streams 0"; ++look) {
    const auto metrics = warm.ask({.method = "GET", .target = "/metrics"});
    REQUIRE(metrics);
    const std::size_t at = metrics->body.find("\nmcp_http_streams ");
    REQUIRE(at != std::string::npos);
    streams_left = metrics->body.substr(at + 1, metrics->body.find('\n', at + 1) - at - 1);
  }
  CHECK(streams_left == "mcp_http_streams 0");
}

}  // namespace

TEST_CASE("mcp http load: 64 clients with the same ids get their own answers only") {
  play_canaries(300);
}
TEST_CASE("mcp http load: the same with 1,000,000 answers", "[.long]") { play_canaries(15'625); }

TEST_CASE("mcp http load: sessions that nobody ends take bounded room, and a live one stays") {
  play_sessions(13'000);
}
TEST_CASE("mcp http load: the same with 100,000 sessions", "[.long]") { play_sessions(100'000); }

TEST_CASE("mcp http load: sessions keep no answer that was delivered") {
  constexpr int kSessions = 300;
  constexpr int kLists = 20;  // of 15 kB
  HttpServerFixture server;
  HttpPeer peer = server.connect();
  std::int64_t before = 0;
  for (int count = 0; count < kSessions; ++count) {
    if (count == 20) before = resident_kb(server.program().pid());
    const std::string session = begin_session(peer);
    for (int id = 0; id < kLists; ++id) {
      const auto response = peer.ask(legacy_ask(rpc_request(id, "tools/list"), session));
      REQUIRE(response);
      REQUIRE(response->body.size() > 10'000);
    }
  }
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  WARN("skipped: the sanitizers keep freed memory, " << before << " kB were resident");
#else
  // Kept, they would be 84 MB.
  CHECK(resident_kb(server.program().pid()) < before + 8 * 1024);
#endif
}

TEST_CASE("mcp http load: idle streams cost little and leave nothing") { play_idle_streams(300); }
TEST_CASE("mcp http load: the same with 10,000 streams", "[.long]") { play_idle_streams(10'000); }

TEST_CASE("mcp http load: 1,000 connections that never finish a request keep nobody from working") {
  HttpServerFixture server;
  std::vector<HttpPeer> slow;
  for (int count = 0; count < 1000; ++count) {
    slow.push_back(server.connect());
    REQUIRE(slow.back().send(count % 2 == 0 ? "POST /mcp HTTP/1.1\r\nHost: loc"
                                            : "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
                                              "Content-Type: application/json\r\n"
                                              "Content-Length: 100\r\n\r\n{"));
  }
  HttpPeer healthy = server.connect();
  for (int id = 0; id < 200; ++id) {
    const auto response = healthy.ask(
        modern_ask(id, "tools/call", {{"name", "get_todo_status"}, {"arguments", json::object()}}));
    REQUIRE(response);
    REQUIRE(response->status == 200);
  }
}
