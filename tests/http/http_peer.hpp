// SPDX-License-Identifier: MIT
// A peer on a socket: sends bytes as they are or requests, and reads responses and event streams.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace loop::test {

using HttpFields = std::map<std::string, std::string>;  // names in lower case

struct HttpAsk {
  std::string method = "POST";
  std::string target = "/mcp";
  HttpFields fields{};  // besides Host and Content-Length
  std::string body{};
};

struct HttpResponse {
  unsigned status = 0;
  HttpFields fields;
  std::string body;
};

struct ServerSentEvent {
  std::string name, id, data, retry;
};

inline constexpr std::chrono::milliseconds kPeerLimit{20'000};

// Asserts nothing, so that it may be used from any thread: what does not come is nothing.
class HttpPeer {
 public:
  explicit HttpPeer(std::uint16_t port);
  ~HttpPeer();
  HttpPeer(HttpPeer&&) noexcept;
  HttpPeer& operator=(HttpPeer&&) = delete;

  bool is_connected() const { return socket_ >= 0; }
  bool send(std::string_view bytes);
  bool send(const HttpAsk& ask);
  std::optional<HttpResponse> receive(std::chrono::milliseconds limit = kPeerLimit);
  std::optional<HttpResponse> ask(const HttpAsk& ask);

  // The head of a response whose body is a stream of events.
  std::optional<HttpResponse> open(const HttpAsk& ask);
  // Comments are passed over. Nothing when the stream ended or the limit was over.
  std::optional<ServerSentEvent> next_event(std::chrono::milliseconds limit = kPeerLimit);
  bool has_ended() const;  // the response is whole, or the connection closed
  // What has come and was not read, after waiting for more.
  const std::string& unread_after(std::chrono::milliseconds limit);
  bool is_closed_within(std::chrono::milliseconds limit);

  void close();
  void reset();  // closes with RST

 private:
  struct Reading;
  bool read_some(std::chrono::milliseconds limit);

  int socket_ = -1;
  bool is_at_end_ = false;
  std::string unread_;
  std::unique_ptr<Reading> reading_;
};

// A POST to /mcp: of the modern era with its headers, of the legacy one with the session's id.
HttpAsk modern_ask(std::int64_t id, std::string_view method, boost::json::object params = {});
HttpAsk legacy_ask(const boost::json::object& message, const std::string& session = {});
boost::json::object rpc_request(std::int64_t id, std::string_view method,
                                boost::json::object params = {});
// initialize and initialized; the session's id.
std::string begin_session(HttpPeer& peer, std::string_view revision = "2025-11-25");

}  // namespace loop::test
