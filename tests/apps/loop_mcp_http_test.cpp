// SPDX-License-Identifier: MIT
// The built server over HTTP: who is let in, what is refused, how streams go on and end.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "apps/http_server.hpp"
#include "mcp/http/routes.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

struct RouteAsk {
  std::string method, target;
};

// Of the server's own table, so that none is forgotten.
std::vector<RouteAsk> all_routes() {
  std::vector<RouteAsk> asks;
  for (const mcp::Route& route : mcp::routes()) {
    asks.push_back({boost::beast::http::to_string(route.method), std::string(route.path)});
  }
  return asks;
}

HttpAsk ask_of(const RouteAsk& route, HttpFields fields) {
  HttpAsk ask{.method = route.method, .target = route.target, .fields = std::move(fields)};
  ask.fields.emplace("accept", "application/json, text/event-stream");
  if (route.method == "POST") {
    ask.fields.emplace("content-type", "application/json");
    ask.body = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  }
  return ask;
}

json::object body_of(const std::optional<HttpResponse>& response) {
  REQUIRE(response);
  INFO(response->body);
  return json::parse(response->body).as_object();
}

bool is_healthy(const HttpServerFixture& server) {
  HttpPeer peer = server.connect();
  const auto response = peer.ask({.method = "GET", .target = "/healthz"});
  return response && response->status == 200;
}

}  // namespace

TEST_CASE("mcp http: hostile names and origins are refused on every route, alone and together") {
  HttpServerFixture server;
  struct Hostile {
    HttpFields fields;
    unsigned status;
  };
  const std::vector<Hostile> table{
      {{{"host", "evil.example"}}, 421},
      {{{"host", "localhost.evil.example"}}, 421},
      {{{"host", "127.0.0.1.evil.example:80"}}, 421},
      {{{"host", "localhost/../x"}}, 421},
      {{{"host", "localhost#x"}}, 421},
      {{{"host", "user@localhost"}}, 421},
      {{{"host", "localhost:99999999"}}, 421},
      {{{"origin", "http://evil.example"}}, 403},
      {{{"origin", "null"}}, 403},
      {{{"origin", "http://localhost.evil.example"}}, 403},
      {{{"origin", "http://localhost@evil.example"}}, 403},
      {{{"origin", "file://"}}, 403},
      {{{"host", "evil.example"}, {"origin", "http://evil.example"}}, 421}};
  for (const RouteAsk& route : all_routes()) {
    for (const Hostile& hostile : table) {
      CAPTURE(route.method, route.target, hostile.fields);
      HttpPeer peer = server.connect();
      const auto response = peer.ask(ask_of(route, hostile.fields));
      REQUIRE(response);
      CHECK(response->status == hostile.status);
      CHECK_FALSE(response->fields.contains("access-control-allow-origin"));
    }
  }
  for (const std::string host : {"localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:80", "[::1]"}) {
    CAPTURE(host);
    HttpPeer peer = server.connect();
    const auto response = peer.ask(ask_of({"GET", "/healthz"}, {{"host", host}}));
    REQUIRE(response);
    CHECK(response->status == 200);
  }
}

TEST_CASE("mcp http: a configured token is asked for on every route") {
  LoopctlFixture folder;
  const std::string file = folder.top() + "/token";
  HttpServerFixture server({"--token-file", file});
  struct stat facts{};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0600);
  std::ifstream in(file);
  std::string token;
  std::getline(in, token);
  CHECK(token.size() == 64);

  for (const RouteAsk& route : all_routes()) {
    const std::vector<std::string> wrong{"",
                                         "Bearer",
                                         "Bearer ",
                                         "Bearer " + token + "x",
                                         "Bearer " + token.substr(1),
                                         "Basic " + token,
                                         token};
    for (const std::string& given : wrong) {
      CAPTURE(route.method, route.target, given);
      HttpPeer peer = server.connect();
      const auto response = peer.ask(
          ask_of(route, given.empty() ? HttpFields{} : HttpFields{{"authorization", given}}));
      REQUIRE(response);
      CHECK(response->status == 401);
      CHECK(response->fields.at("www-authenticate") == "Bearer");
      CHECK_THAT(response->body, !Contains(token));
    }
    CAPTURE(route.method, route.target);
    HttpPeer peer = server.connect();
    const auto response = peer.open(ask_of(route, {{"authorization", "bearer " + token}}));
    REQUIRE(response);
    CHECK(response->status != 401);
  }
}

TEST_CASE(
    "mcp http: an address that others reach needs a token and a proxy, a token file privacy") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("open-token", std::string(64, 'a') + "\n");
  std::filesystem::permissions(fixture.root() + "/open-token", std::filesystem::perms(0644));
  fixture.write("short-token", "abc\n");
  std::filesystem::permissions(fixture.root() + "/short-token", std::filesystem::perms(0600));
  const std::vector<std::pair<std::vector<std::string>, std::string>> table{
      {{"--http", "0.0.0.0:0"}, "--behind-proxy"},
      {{"--http", "0.0.0.0:0", "--behind-proxy"}, "--token-file"},
      {{"--http", "0.0.0.0:0", "--token-file", "t"}, "--behind-proxy"},
      {{"--http", "127.0.0.1:99999"}, "65535"},
      {{"--http", "127.0.0.1:x"}, "HOST:PORT"},
      {{"--http", "nonsense:1"}, "nonsense"},
      {{"--http", "127.0.0.1:0", "--token-file", "open-token"}, "0600"},
      {{"--http", "127.0.0.1:0", "--token-file", "short-token"}, "at least 32"},
      {{"--http", "127.0.0.1:0", "--token-file", "no/such/folder"}, "no/such/folder"},
      {{"--token-file", "t"}, "needs --http"},
      {{"--engine"}, "needs --http"}};
  for (const auto& [words, named] : table) {
    CAPTURE(words);
    ProgramSpec spec = fixture.spec({});
    spec.argv = {LOOP_MCP};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    const auto result = run_program(spec);
    CHECK(result.code != 0);
    CHECK_THAT(result.err, Contains(named));
  }
}

TEST_CASE(
    "mcp http: what two programs could read differently is refused, and the server serves on") {
  HttpServerFixture server;
  const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  const std::string good =
      "Host: localhost\r\nContent-Type: application/json\r\n"
      "Accept: application/json, text/event-stream\r\n";
  const std::string post = "POST /mcp HTTP/1.1\r\n" + good;
  const std::string length = fmt::format("Content-Length: {}\r\n", body.size());
  const std::vector<std::pair<std::string, unsigned>> table{
      {post + length + "Transfer-Encoding: chunked\r\n\r\n" + body, 400},
      {post + length + length + "\r\n" + body, 400},
      {post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n" + body, 400},
      {post + "Content-Length: +41\r\n\r\n" + body, 400},
      {post + "Content-Length: 0x29\r\n\r\n" + body, 400},
      {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {post + "Content-Length: 999999999999\r\n\r\n", 413},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {post + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {post + "X: a\r\n folded\r\n\r\n", 400},
      {post + "X: a\nY: b\r\n\r\n", 400},
      {post + "X: a\rb\r\n\r\n", 400},
      {post + "Host: localhost\r\n\r\n", 400},
      {post + "no colon\r\n\r\n", 400},
      {post + "Expect: something\r\n\r\n", 417},
      {std::string("POST /mcp HTTP/1.1\r\nX: \0\r\n\r\n", 27), 400},
      {"POST /mcp HTTP/1.1\r\n\r\n", 400},
      {"POST /mcp HTTP/2.0\r\n" + good + "\r\n", 505},
      {"POST  /mcp HTTP/1.1\r\n" + good + "\r\n", 400},
      {"POST /mcp\r\n" + good + "\r\n", 400},
      {"POST http://localhost/mcp HTTP/1.1\r\n" + good + "\r\n", 400},
      {"\r\n" + post + "\r\n", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"\x16\x03\x01\x02\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n",
       431},
      {"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404},
      {"PUT /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n", 415},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", 415},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
       "Accept: text/html\r\n\r\n",
       406}};
  for (const auto& [bytes, status] : table) {
    CAPTURE(bytes.substr(0, 300));
    HttpPeer peer = server.connect();
    REQUIRE(peer.send(bytes));
    const auto response = peer.receive();
    REQUIRE(response);
    CHECK(response->status == status);
    CHECK(response->fields.at("connection") == "close");
    CHECK(body_of(response).contains("error"));
    CHECK(peer.is_closed_within(kPeerLimit));
  }
  CHECK(is_healthy(server));
}

TEST_CASE("mcp http: bodies in pieces, in chunks, after 100-continue and behind each other") {
  HttpServerFixture server;
  const std::string body = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";
  const std::string head =
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  HttpPeer peer = server.connect();
  const std::string whole = head + fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
  for (const char byte : whole) REQUIRE(peer.send(std::string_view(&byte, 1)));
  CHECK(body_of(peer.receive()).at("id") == 7);

  REQUIRE(peer.send(head + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n" + body.substr(0, 5) +
                    "\r\n" + fmt::format("{:x}\r\n", body.size() - 5) + body.substr(5) +
                    "\r\n0\r\nMcp-Session-Id: x\r\n\r\n"));
  CHECK(body_of(peer.receive()).at("id") == 7);

  REQUIRE(peer.send(
      head + fmt::format("Expect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.size())));
  const auto interim = peer.receive();
  REQUIRE(interim);
  CHECK(interim->status == 100);
  REQUIRE(peer.send(body));
  CHECK(body_of(peer.receive()).at("id") == 7);

  std::string many;
  for (int count = 0; count < 50; ++count) many += whole;
  REQUIRE(peer.send(many));
  for (int count = 0; count < 50; ++count) CHECK(body_of(peer.receive()).at("id") == 7);
}

TEST_CASE("mcp http: malformed messages get an error and a status, never a stack trace") {
  HttpServerFixture server;
  const std::vector<std::pair<std::string, int>> table{{"{", -32700},
                                                       {"\xff\xfe", -32700},
                                                       {"null", -32600},
                                                       {"[]", -32600},
                                                       {R"({"jsonrpc":"1.0","id":1})", -32600},
                                                       {R"({"a":1,"a":2})", -32600},
                                                       {std::string(200, '['), -32700}};
  for (const auto& [body, code] : table) {
    CAPTURE(body);
    HttpPeer peer = server.connect();
    HttpAsk ask = legacy_ask({});
    ask.body = body;
    const auto response = peer.ask(ask);
    REQUIRE(response);
    CHECK(response->status == 400);
    CHECK(body_of(response).at("error").at("code") == code);
  }
}

TEST_CASE(
    "mcp http: what a client leaves is cancelled in the modern era, and goes on in a session") {
  HttpServerFixture server;
  server.workspace().make_job("sleep 30");
  HttpPeer peer = server.connect();
  const std::string session = begin_session(peer);
  REQUIRE_FALSE(session.empty());
  // Resets in the middle of everything.
  for (int count = 0; count < 20; ++count) {
    HttpPeer half = server.connect();
    half.send(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000\r\n\r\n{");
    half.reset();
    HttpPeer stream = server.connect();
    stream.open({.method = "GET",
                 .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", session}}});
    stream.reset();
  }
  CHECK(is_healthy(server));
  const auto pinged = peer.ask(legacy_ask(rpc_request(1, "ping"), session));
  REQUIRE(pinged);
  CHECK(pinged->status == 200);
}

TEST_CASE("mcp http: a session ends with DELETE, and nothing answers under its id afterwards") {
  HttpServerFixture server;
  HttpPeer peer = server.connect();
  const std::string session = begin_session(peer);
  REQUIRE(session.size() == 32);
  HttpPeer stream = server.connect();
  const HttpAsk open_stream{
      .method = "GET", .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", session}}};
  REQUIRE(stream.open(open_stream)->status == 200);
  const auto ended = peer.ask({.method = "DELETE", .fields = {{"mcp-session-id", session}}});
  REQUIRE(ended);
  CHECK(ended->status == 204);
  while (stream.next_event()) {
  }
  CHECK(stream.has_ended());
  for (const HttpAsk& ask :
       {legacy_ask(rpc_request(1, "ping"), session), open_stream,
        HttpAsk{.method = "DELETE", .fields = {{"mcp-session-id", session}}}}) {
    HttpPeer again = server.connect();
    const auto response = again.ask(ask);
    REQUIRE(response);
    CHECK(response->status == 404);
  }
}

TEST_CASE("mcp http: what holds for a session is refused to requests that come without one") {
  HttpServerFixture server;
  HttpPeer peer = server.connect();
  const std::vector<std::pair<std::string, json::object>> table{
      {"logging/setLevel", {{"level", "debug"}}},
      {"resources/subscribe", {{"uri", "loop://memory"}}},
      {"resources/unsubscribe", {{"uri", "loop://memory"}}}};
  for (const auto& [method, params] : table) {
    const auto alone = peer.ask(legacy_ask(rpc_request(1, method, params)));
    CHECK(body_of(alone).at("error").at("code") == -32600);
    const std::string session = begin_session(peer);
    CHECK(
        body_of(peer.ask(legacy_ask(rpc_request(1, method, params), session))).contains("result"));
  }
  CHECK(body_of(peer.ask(legacy_ask(rpc_request(1, "tools/list")))).contains("result"));
}

TEST_CASE("mcp http: a change of a file is told on listen streams, session streams and over SSE") {
  HttpServerFixture server;
  HttpPeer modern = server.connect();
  const json::object wanted{{"resourcesListChanged", true},
                            {"resourceSubscriptions", {"loop://memory"}}};
  REQUIRE(modern.open(modern_ask(1, "subscriptions/listen", {{"notifications", wanted}}))->status ==
          200);
  CHECK_THAT(modern.next_event()->data, Contains("notifications/subscriptions/acknowledged"));

  HttpPeer peer = server.connect();
  const std::string session = begin_session(peer);
  peer.ask(legacy_ask(rpc_request(1, "resources/subscribe", {{"uri", "loop://memory"}}), session));
  HttpPeer own = server.connect();
  REQUIRE(own.open({.method = "GET",
                    .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", session}}})
              ->status == 200);
  const auto primed = own.next_event();
  REQUIRE(primed);
  CHECK(primed->data.empty());
  CHECK_FALSE(primed->id.empty());

  server.workspace().write("persistent-memory.md",
                           "# Non-Obvious Implementation Patterns\n\n"
                           "# Development & Debug Commands\n\n# System Updates & Status\n\nnew\n");
  for (HttpPeer* stream : {&modern, &own}) {
    const auto event = stream->next_event();
    REQUIRE(event);
    CHECK_THAT(event->data, Contains("notifications/resources/updated"));
    CHECK_THAT(event->data, Contains("loop://memory"));
  }
}

TEST_CASE(
    "mcp http: at its end the server answers what it accepted and closes its streams in order") {
  HttpServerFixture server;
  server.workspace().make_job("sleep 1; echo done");
  HttpPeer listen = server.connect();
  const json::object wanted{{"toolsListChanged", true}};
  REQUIRE(listen.open(modern_ask(9, "subscriptions/listen", {{"notifications", wanted}}))->status ==
          200);
  REQUIRE(listen.next_event());
  HttpPeer caller = server.connect();
  REQUIRE(caller.send(modern_ask(1, "tools/call",
                                 {{"name", "delegate_task"},
                                  {"arguments",
                                   {{"task_description", "sleep 1; echo done"},
                                    {"agent", "shell"},
                                    {"target_mode", "code"},
                                    {"wait_seconds", 30}}}})));
  // The call is at work when its run is there.
  for (int look = 0; look < 1000; ++look) {
    if (server.workspace().read(".loop/journal.jsonl").find("\"started\"") != std::string::npos) {
      break;
    }
    server.workspace().run({"version"});
  }
  server.program().send_signal(SIGTERM);
  std::string answer;
  if (const auto response = caller.receive()) answer = response->body;
  CHECK_THAT(answer, Contains("\"result\""));
  const auto cancelled = listen.next_event();
  REQUIRE(cancelled);
  CHECK_THAT(cancelled->data, Contains("notifications/cancelled"));
  const auto last = listen.next_event();
  REQUIRE(last);
  CHECK_THAT(last->data, Contains("\"resultType\":\"complete\""));
  CHECK(server.program().wait().code == 0);
}

TEST_CASE("mcp http: a second signal ends it at once, with calls at work and streams open") {
  HttpServerFixture server;
  server.workspace().make_job("sleep 30");
  HttpPeer peer = server.connect(), own = server.connect(), listen = server.connect();
  const std::string session = begin_session(peer);
  const json::object wanted{{"toolsListChanged", true}};
  REQUIRE(listen.open(modern_ask(1, "subscriptions/listen", {{"notifications", wanted}})));
  REQUIRE(own.open(
      {.method = "GET", .fields = {{"accept", "text/event-stream"}, {"mcp-session-id", session}}}));
  REQUIRE(peer.send(legacy_ask(rpc_request(1, "tools/call",
                                           {{"name", "delegate_task"},
                                            {"arguments",
                                             {{"task_description", "sleep 30"},
                                              {"agent", "shell"},
                                              {"target_mode", "code"},
                                              {"wait_seconds", 30}}}}),
                               session)));
  for (int look = 0; look < 1000; ++look) {
    if (server.workspace().read(".loop/journal.jsonl").find("\"started\"") != std::string::npos) {
      break;
    }
    server.workspace().run({"version"});
  }
  server.program().send_signal(SIGTERM);
  for (int look = 0; look < 1000 && server.connect().is_connected(); ++look) {
    server.workspace().run({"version"});
  }
  server.program().send_signal(SIGTERM);
  const auto ended = server.program().wait();
  CHECK(ended.code == 0);
  CHECK(ended.err == "");
}

TEST_CASE("mcp http: the engine runs in the process, and a second one is refused") {
  HttpServerFixture server({"--engine"});
  const auto status = parse_object(server.workspace().run({"status", "--json"}).out);
  CHECK_THAT(json::serialize(status), Contains(std::to_string(server.program().pid())));
  CHECK(server.workspace().run({"run", "--for", "1s"}).code == 75);
  server.program().send_signal(SIGTERM);
  CHECK(server.program().wait().code == 0);
}
