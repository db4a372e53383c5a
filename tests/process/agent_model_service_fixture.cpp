// SPDX-License-Identifier: MIT
// As much of HTTP as those clients need: one request a connection.
#include "process/agent_model_service.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "loop/base/text.h"
#include "process/agent_model_answers.hpp"

namespace loop::test {

namespace {

constexpr int kLookMs = 50;
constexpr int kReadLimitMs = 10'000;

bool is_readable(int fd, int limit_ms) {
  pollfd ready{fd, POLLIN, 0};
  return ::poll(&ready, 1, limit_ms) > 0;
}

bool read_some(int fd, std::string& into) {
  if (!is_readable(fd, kReadLimitMs)) return false;
  std::array<char, 65536> chunk{};
  const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  into.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::size_t content_length(std::string_view head) {
  const std::string lower = to_lower(head);
  const std::size_t at = lower.find("\r\ncontent-length:");
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 17));
}

struct HttpRequest {
  std::string method;
  std::string path;
  std::string body;
};

bool read_request(int fd, HttpRequest& request) {
  std::string text;
  std::size_t head_end = std::string::npos;
  while ((head_end = text.find("\r\n\r\n")) == std::string::npos) {
    if (!read_some(fd, text)) return false;
  }
  const std::size_t whole = head_end + 4 + content_length(text.substr(0, head_end + 2));
  while (text.size() < whole) {
    if (!read_some(fd, text)) return false;
  }
  const std::size_t space = text.find(' ');
  request.method = text.substr(0, space);
  request.path = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
  request.body = text.substr(head_end + 4, whole - head_end - 4);
  return true;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

ModelService::ModelService(int status) : status_(status) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* place = reinterpret_cast<sockaddr*>(&address);
  const bool is_listening = listener_ >= 0 && ::bind(listener_, place, size) == 0 &&
                            ::listen(listener_, 64) == 0 &&
                            ::getsockname(listener_, place, &size) == 0;
  if (!is_listening) throw std::runtime_error("no loopback port");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { serve(); });
}

ModelService::~ModelService() {
  is_ending_ = true;
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
  ::close(listener_);
}

std::string ModelService::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<std::string> ModelService::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ModelService::serve() {
  while (!is_ending_) {
    if (!is_readable(listener_, kLookMs)) continue;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) connections_.emplace_back([this, connection] { answer(connection); });
  }
}

void ModelService::answer(int connection) {
  HttpRequest request;
  if (read_request(connection, request)) {
    ModelAnswer answer;
    int status = 404;
    if (request.method == "POST") {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request.body);
      status = status_;
      answer = answer_of_model(request.path, request.body);
    }
    if (status >= 400) answer = {"application/json", refusal_of_model(request.path, status)};
    send_all(connection,
             fmt::format("HTTP/1.1 {} Fake\r\ncontent-type: {}\r\ncontent-length: {}\r\n"
                         "connection: close\r\n\r\n{}",
                         status, answer.content_type, answer.body.size(), answer.body));
    ::shutdown(connection, SHUT_WR);
  }
  ::close(connection);
}

}  // namespace loop::test
