// SPDX-License-Identifier: MIT
// From the command line to a server that listens; with an engine beside it when that is wished.
#include "http_serving.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <sys/resource.h>

#include <fmt/format.h>

#include "engine_thread.hpp"
#include "front/surroundings.hpp"
#include "mcp/http/access.hpp"
#include "mcp/http/http_server.hpp"

namespace loop_mcp {

using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

constexpr std::size_t kTokenFileBytesMax = 64 * 1024;
constexpr std::size_t kTokenCharactersMin = 32;
constexpr std::string_view kLoopback = "127.0.0.1";

struct Place {
  std::string address;
  std::uint16_t port = kDefaultPort;
};

Result<Place> read_place(const std::string& text) {
  Place place;
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string::npos ? 0 : bracket);
  place.address = text.substr(0, colon);
  if (colon != std::string::npos) {
    const std::string port = text.substr(colon + 1);
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), place.port);
    if (problem != std::errc() || end != port.data() + port.size() || port.empty()) {
      return Error(Errc::invalid_argument,
                   fmt::format("--http: \"{}\" is not allowed; allowed: HOST:PORT with a port from "
                               "0 (any free one) to 65535",
                               text));
    }
  }
  if (place.address.starts_with('[') && place.address.ends_with(']')) {
    place.address = place.address.substr(1, place.address.size() - 2);
  }
  if (place.address.empty() || place.address == "localhost") place.address = kLoopback;
  return place;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// Each client is a descriptor, and the usual soft limit of 1024 is for programs that use select().
void allow_many_descriptors() {
  rlimit limits{};
  if (::getrlimit(RLIMIT_NOFILE, &limits) != 0) return;
  limits.rlim_cur = limits.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limits);
}

Result<std::vector<std::string>> read_tokens(const std::string& path, loop::RandomSource& random) {
  auto content = front::read_secret_file(path, kTokenFileBytesMax);
  if (!content && content.error().code() == Errc::not_found) {
    LOOP_TRY_VOID(front::create_secret_file(path, mcp::make_token(random) + "\n"));
    content = front::read_secret_file(path, kTokenFileBytesMax);
  }
  if (!content) return std::move(content).error().with_context("--token-file");
  std::vector<std::string> tokens;
  for (std::size_t begin = 0; begin < content->size();) {
    const std::size_t end = std::min(content->find('\n', begin), content->size());
    std::string token = content->substr(begin, end - begin);
    begin = end + 1;
    if (token.empty()) continue;
    const bool is_plain =
        std::ranges::all_of(token, [](unsigned char byte) { return byte > 0x20 && byte < 0x7f; });
    if (!is_plain || token.size() < kTokenCharactersMin) {
      return Error(Errc::invalid_argument,
                   fmt::format("--token-file: line {} of \"{}\" is no token: at least {} printable "
                               "characters without spaces",
                               tokens.size() + 1, path, kTokenCharactersMin));
    }
    tokens.push_back(std::move(token));
  }
  if (tokens.empty()) {
    return Error(Errc::invalid_argument, fmt::format("--token-file: \"{}\" is empty", path));
  }
  return tokens;
}

}  // namespace

Result<mcp::HttpOptions> http_options(const HttpWish& wish, loop::RandomSource& random) {
  LOOP_TRY(const Place place, read_place(wish.address));
  if (!is_loopback(place.address) && (!wish.token_file || !wish.is_behind_proxy)) {
    return Error(
        Errc::invalid_argument,
        fmt::format("--http: {} can be reached by others: that needs --token-file and, for "
                    "a proxy that speaks TLS, --behind-proxy",
                    place.address));
  }
  mcp::HttpOptions options;
  options.address = place.address;
  options.port = place.port;
  options.access.hosts = wish.hosts;
  options.access.origins = wish.origins;
  if (wish.token_file) {
    LOOP_TRY(options.access.tokens, read_tokens(*wish.token_file, random));
  }
  return options;
}

loop::Status serve_http(mcp::Server& server, WorkspaceCalls& calls, const HttpWish& wish) {
  LOOP_TRY(mcp::HttpOptions options, http_options(wish, calls.random()));
  allow_many_descriptors();
  const std::string address = options.address;
  LOOP_TRY(const auto http, mcp::HttpServer::listen(server, calls.random(), std::move(options)));
  std::unique_ptr<EngineThread> engine;
  if (wish.wants_engine) {
    LOOP_TRY(engine, EngineThread::start(calls, [&http = *http] { http.stop(); }));
  }
  const bool is_ipv6 = address.find(':') != std::string::npos;
  std::puts(fmt::format("listening on http://{}{}{}:{}/mcp", is_ipv6 ? "[" : "", address,
                        is_ipv6 ? "]" : "", http->port())
                .c_str());
  std::fflush(stdout);
  http->run();
  return engine ? engine->end() : loop::Status();
}

}  // namespace loop_mcp
