// SPDX-License-Identifier: MIT
// Plain sockets; Beast reads the responses.
#include "http/http_peer.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

namespace loop::test {

namespace http = boost::beast::http;
namespace json = boost::json;

struct HttpPeer::Reading {
  Reading() {
    parser.body_limit(boost::none);
    parser.eager(true);
  }
  http::response_parser<http::string_body> parser;
  std::size_t told = 0;  // bytes of the body that were given out as events
};

namespace {

HttpResponse response_of(const http::response<http::string_body>& message) {
  HttpResponse response{message.result_int(), {}, message.body()};
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
    response.fields[name] = std::string(field.value());
  }
  return response;
}

void take_line(ServerSentEvent& event, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return;
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  const std::string_view name = line.substr(0, colon);
  if (name == "event") event.name = value;
  if (name == "id") event.id = value;
  if (name == "data") event.data = value;
  if (name == "retry") event.retry = value;
}

}  // namespace

HttpPeer::HttpPeer(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

HttpPeer::~HttpPeer() { close(); }

HttpPeer::HttpPeer(HttpPeer&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      is_at_end_(other.is_at_end_),
      unread_(std::move(other.unread_)),
      reading_(std::move(other.reading_)) {}

void HttpPeer::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void HttpPeer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

bool HttpPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool HttpPeer::send(const HttpAsk& ask) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", ask.method, ask.target);
  if (!ask.fields.contains("host")) text += "Host: localhost\r\n";
  for (const auto& [name, value] : ask.fields) text += fmt::format("{}: {}\r\n", name, value);
  if (!ask.body.empty()) text += fmt::format("Content-Length: {}\r\n", ask.body.size());
  return send(text + "\r\n" + ask.body);
}

// False when nothing came.
bool HttpPeer::read_some(std::chrono::milliseconds limit) {
  if (socket_ < 0 || is_at_end_) return false;
  pollfd polled{socket_, POLLIN, 0};
  if (::poll(&polled, 1, static_cast<int>(limit.count())) <= 0) return false;
  char chunk[65536];
  const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
  is_at_end_ = got <= 0;
  if (got > 0) unread_.append(chunk, static_cast<std::size_t>(got));
  return true;
}

std::optional<HttpResponse> HttpPeer::receive(std::chrono::milliseconds limit) {
  reading_ = std::make_unique<Reading>();
  auto& parser = reading_->parser;
  while (!parser.is_done()) {
    boost::beast::error_code failure;
    const std::size_t used = parser.put(boost::asio::buffer(unread_), failure);
    unread_.erase(0, used);
    if (failure && failure != http::error::need_more) return std::nullopt;
    if (parser.is_done()) break;
    if (is_at_end_) {
      parser.put_eof(failure);
      if (failure || !parser.is_done()) return std::nullopt;
      break;
    }
    if ((used == 0 || unread_.empty()) && !read_some(limit)) return std::nullopt;
  }
  return response_of(parser.get());
}

std::optional<HttpResponse> HttpPeer::ask(const HttpAsk& ask) {
  if (!send(ask)) return std::nullopt;
  return receive();
}

std::optional<HttpResponse> HttpPeer::open(const HttpAsk& ask) {
  if (!send(ask)) return std::nullopt;
  reading_ = std::make_unique<Reading>();
  auto& parser = reading_->parser;
  while (!parser.is_header_done()) {
    if (unread_.empty() && !read_some(kPeerLimit)) return std::nullopt;
    boost::beast::error_code failure;
    const std::size_t used = parser.put(boost::asio::buffer(unread_), failure);
    unread_.erase(0, used);
    if (failure && failure != http::error::need_more) return std::nullopt;
    if (used == 0 && !parser.is_header_done() && !read_some(kPeerLimit)) return std::nullopt;
  }
  HttpResponse head = response_of(parser.get());
  head.body.clear();
  return head;
}

std::optional<ServerSentEvent> HttpPeer::next_event(std::chrono::milliseconds limit) {
  auto& parser = reading_->parser;
  for (;;) {
    const std::string_view body = std::string_view(parser.get().body()).substr(reading_->told);
    const std::size_t end = body.find("\n\n");
    if (end != std::string_view::npos) {
      ServerSentEvent event;
      for (std::size_t at = 0; at < end;) {
        const std::size_t line_end = body.find('\n', at);
        take_line(event, body.substr(at, line_end - at));
        at = line_end + 1;
      }
      const bool is_comment = body.starts_with(':');
      reading_->told += end + 2;
      if (is_comment) continue;
      return event;
    }
    if (parser.is_done()) return std::nullopt;
    boost::beast::error_code failure;
    const std::size_t used = parser.put(boost::asio::buffer(unread_), failure);
    unread_.erase(0, used);
    if (failure && failure != http::error::need_more) return std::nullopt;
    // Less than a chunk's head is not used up.
    if (used == 0 && !read_some(limit)) return std::nullopt;
    if (is_at_end_ && used == 0) return std::nullopt;
  }
}

bool HttpPeer::has_ended() const { return is_at_end_ || (reading_ && reading_->parser.is_done()); }

const std::string& HttpPeer::unread_after(std::chrono::milliseconds limit) {
  read_some(limit);
  return unread_;
}

bool HttpPeer::is_closed_within(std::chrono::milliseconds limit) {
  while (!is_at_end_) {
    if (!read_some(limit)) return false;
  }
  return true;
}

json::object rpc_request(std::int64_t id, std::string_view method, json::object params) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

HttpAsk legacy_ask(const json::object& message, const std::string& session) {
  HttpAsk ask{.fields = {{"content-type", "application/json"},
                         {"accept", "application/json, text/event-stream"}},
              .body = json::serialize(message)};
  if (!session.empty()) ask.fields["mcp-session-id"] = session;
  return ask;
}

HttpAsk modern_ask(std::int64_t id, std::string_view method, json::object params) {
  const json::value* name = params.if_contains(method == "resources/read" ? "uri" : "name");
  const std::string mirrored = name == nullptr ? "" : std::string(name->as_string());
  params["_meta"] = json::object{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                                 {"io.modelcontextprotocol/clientCapabilities", json::object()}};
  HttpAsk ask = legacy_ask(rpc_request(id, method, std::move(params)));
  ask.fields["mcp-protocol-version"] = "2026-07-28";
  ask.fields["mcp-method"] = std::string(method);
  if (!mirrored.empty()) ask.fields["mcp-name"] = mirrored;
  return ask;
}

std::string begin_session(HttpPeer& peer, std::string_view revision) {
  const auto begun =
      peer.ask(legacy_ask(rpc_request(0, "initialize",
                                      {{"protocolVersion", revision},
                                       {"capabilities", json::object()},
                                       {"clientInfo", {{"name", "test"}, {"version", "1"}}}})));
  if (!begun || !begun->fields.contains("mcp-session-id")) return "";
  const std::string session = begun->fields.at("mcp-session-id");
  const auto told =
      peer.ask(legacy_ask({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}}, session));
  return told && told->status == 202 ? session : "";
}

}  // namespace loop::test
