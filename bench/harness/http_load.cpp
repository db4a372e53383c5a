// SPDX-License-Identifier: MIT
// One thread on epoll; as soon as an answer is whole the connection asks again.
#include "harness/http_load.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "harness/child.hpp"
#include "harness/socket.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/text.h"

namespace loop::bench {

namespace {

constexpr int kAnswerLimitMs = 30'000;
constexpr int kPortTries = 1000;

Error wrong(std::string what) { return Error(Errc::invalid_data, std::move(what)); }

// Whether `text` is a whole answer: by its length, or to the last chunk.
bool is_whole(std::string_view text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string_view::npos) return false;
  const std::string lower = to_lower(text.substr(0, head));
  const std::size_t field = lower.find("content-length: ");
  if (field == std::string::npos) return text.ends_with("0\r\n\r\n");
  std::size_t length = 0;
  const char* begin = lower.data() + field + 16;
  std::from_chars(begin, lower.data() + lower.size(), length);
  return text.size() >= head + 4 + length;
}

struct Connection {
  explicit Connection(Socket made) : socket(std::move(made)) {}
  Socket socket;
  const std::string* request = nullptr;
  std::string received;
  Stopwatch since_asked;
};

class Load {
 public:
  explicit Load(const HttpLoad& load) : load_(load), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~Load() { ::close(epoll_); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  Result<HttpLoadResult> run() {
    LOOP_TRY_VOID(connect());
    const Stopwatch watch;
    for (Connection& one : connections_) LOOP_TRY_VOID(ask(one));
    while (answered_ < load_.count) LOOP_TRY_VOID(take_some());
    const double seconds = watch.seconds();
    const auto rank = static_cast<std::ptrdiff_t>(latencies_.size() * 99 / 100);
    std::nth_element(latencies_.begin(), latencies_.begin() + rank, latencies_.end());
    return HttpLoadResult{answered_ / seconds, latencies_[static_cast<std::size_t>(rank)] * 1000};
  }

 private:
  Status connect() {
    connections_.reserve(static_cast<std::size_t>(load_.connections));
    for (int index = 0; index < load_.connections; ++index) {
      LOOP_TRY(Socket socket, Socket::connect(load_.port));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u32 = static_cast<std::uint32_t>(index);
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.fd(), &event);
      connections_.emplace_back(std::move(socket));
      connections_.back().request = load_.requests.empty()
                                        ? &load_.request
                                        : &load_.requests[static_cast<std::size_t>(index)];
    }
    return {};
  }

  Status ask(Connection& one) {
    if (asked_ == load_.count) return {};
    ++asked_;
    one.since_asked = Stopwatch();
    return write_fully(one.socket.fd(), *one.request);
  }

  Status take_some() {
    std::array<epoll_event, 256> events;
    const int ready = ::epoll_wait(epoll_, events.data(), events.size(), kAnswerLimitMs);
    if (ready <= 0) return wrong("no answer in 30 s");
    for (int index = 0; index < ready; ++index) {
      LOOP_TRY_VOID(take(connections_[events[static_cast<std::size_t>(index)].data.u32]));
    }
    return {};
  }

  Status take(Connection& one) {
    std::array<char, 16384> block;
    const ssize_t got = ::read(one.socket.fd(), block.data(), block.size());
    if (got <= 0) return wrong("the server closed a connection");
    one.received.append(block.data(), static_cast<std::size_t>(got));
    if (!is_whole(one.received)) return {};
    const bool is_right = one.received.starts_with("HTTP/1.1 200") &&
                          one.received.find(load_.expected) != std::string::npos;
    if (!is_right) return wrong("answer " + one.received.substr(0, 500));
    one.received.clear();
    latencies_.push_back(one.since_asked.seconds());
    ++answered_;
    return ask(one);
  }

  const HttpLoad& load_;
  const int epoll_;
  std::vector<Connection> connections_;
  std::vector<double> latencies_;  // seconds
  int asked_ = 0, answered_ = 0;
};

}  // namespace

Result<HttpLoadResult> run_load(const HttpLoad& load) { return Load(load).run(); }

Result<std::string> ask_once(std::uint16_t port, const std::string& request) {
  LOOP_TRY(const Socket socket, Socket::connect(port));
  LOOP_TRY_VOID(write_fully(socket.fd(), request));
  std::string received;
  std::array<char, 16384> block;
  while (!is_whole(received)) {
    pollfd polled{socket.fd(), POLLIN, 0};
    if (::poll(&polled, 1, kAnswerLimitMs) <= 0) return wrong("no answer in 30 s");
    const ssize_t got = ::read(socket.fd(), block.data(), block.size());
    if (got <= 0) break;
    received.append(block.data(), static_cast<std::size_t>(got));
  }
  return received;
}

Result<Socket> open_stream(std::uint16_t port, const std::string& request) {
  LOOP_TRY(Socket socket, Socket::connect(port));
  LOOP_TRY_VOID(write_fully(socket.fd(), request));
  std::string received;
  std::array<char, 4096> block;
  while (received.find("\r\n\r\n") == std::string::npos) {
    pollfd polled{socket.fd(), POLLIN, 0};
    if (::poll(&polled, 1, kAnswerLimitMs) <= 0) return wrong("no stream in 30 s");
    const ssize_t got = ::read(socket.fd(), block.data(), block.size());
    if (got <= 0) return wrong("the server closed a stream");
    received.append(block.data(), static_cast<std::size_t>(got));
  }
  const bool is_stream = received.starts_with("HTTP/1.1 200") &&
                         to_lower(received).find("text/event-stream") != std::string::npos;
  if (!is_stream) return wrong("no stream: " + received.substr(0, 500));
  return socket;
}

std::string post(const std::string& path, const std::string& fields, const std::string& body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Accept: application/json, text/event-stream\r\n{}Content-Length: {}\r\n\r\n{}",
      path, fields, body.size(), body);
}

Result<std::string> begin_session(std::uint16_t port) {
  LOOP_TRY(const std::string answer,
           ask_once(port, post("/mcp", "",
                               R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{)"
                               R"("protocolVersion":"2025-11-25","capabilities":{},)"
                               R"("clientInfo":{"name":"loop-bench","version":"1"}}})")));
  if (!answer.starts_with("HTTP/1.1 200")) return wrong("initialize: " + answer.substr(0, 500));
  const std::string lower = to_lower(answer);
  const std::size_t at = lower.find("mcp-session-id: ");
  std::string fields = "MCP-Protocol-Version: 2025-11-25\r\n";
  if (at != std::string::npos) {
    fields += answer.substr(at, answer.find("\r\n", at) + 2 - at);
  }
  LOOP_TRY_VOID(ask_once(
      port, post("/mcp", fields, R"({"jsonrpc":"2.0","method":"notifications/initialized"})")));
  return fields;
}

Status wait_for_port(std::uint16_t port) {
  for (int tries = 0; tries < kPortTries; ++tries) {
    if (Socket::connect(port)) return {};
    ::poll(nullptr, 0, 10);
  }
  return wrong(fmt::format("nothing listens on port {}", port));
}

}  // namespace loop::bench
