// SPDX-License-Identifier: MIT
// Starting servers and waiting for their ports.
#include "rows/http_servers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

#include "harness/http_load.hpp"

namespace loop::bench {

namespace {

// Of the line that a server prints when it listens: "http://127.0.0.1:PORT/mcp".
Result<std::uint16_t> printed_port(const Child& child) {
  std::string line;
  char c = 0;
  while (line.size() < 200 && ::read(child.output(), &c, 1) == 1 && c != '\n') line += c;
  const std::size_t at = line.find("127.0.0.1:");
  std::uint16_t port = 0;
  if (at != std::string::npos) {
    std::from_chars(line.data() + at + 10, line.data() + line.size(), port);
  }
  if (port == 0) return Error(Errc::invalid_data, "no port in \"" + line + "\"");
  return port;
}

Result<HttpServer> with_session(Child child, std::uint16_t port) {
  LOOP_TRY_VOID(wait_for_port(port));
  LOOP_TRY(const std::string fields, begin_session(port));
  return HttpServer{std::move(child), port, post("/mcp", fields, kEchoCall)};
}

}  // namespace

// A port that was free a moment ago.
Result<std::uint16_t> free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound = ::bind(fd, plain, length) == 0 && ::getsockname(fd, plain, &length) == 0;
  ::close(fd);
  if (!is_bound) return Error(Errc::io, "no free port");
  return ntohs(address.sin_port);
}

Start printing_server(std::vector<std::string> argv) {
  return [argv = std::move(argv)]() -> Result<HttpServer> {
    LOOP_TRY(Child child, Child::start({argv, {}, {}, true}));
    LOOP_TRY(const std::uint16_t port, printed_port(child));
    return with_session(std::move(child), port);
  };
}

Start everything_server(std::string node, std::string script) {
  return [=]() -> Result<HttpServer> {
    LOOP_TRY(const std::uint16_t port, free_port());
    LOOP_TRY(Child child,
             Child::start(
                 {{node, script, "streamableHttp"}, {fmt::format("PORT={}", port)}, {}, false}));
    return with_session(std::move(child), port);
  };
}

}  // namespace loop::bench
