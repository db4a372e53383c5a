// SPDX-License-Identifier: MIT
// What an open stream of events costs a server that has nothing to send.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "harness/child.hpp"
#include "harness/http_load.hpp"
#include "rows/all_rows.hpp"
#include "rows/http_servers.hpp"

namespace loop::bench {

namespace {

constexpr std::chrono::milliseconds kSettled{300};

void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string get_stream(const std::string& fields) {
  return fmt::format("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{}\r\n",
                     fields);
}

// Kilobytes of the server's memory a stream; each stream is of a session of its own.
Result<double> kilobytes_a_stream(const Start& start, std::size_t count) {
  allow_many_files();
  LOOP_TRY(const HttpServer server, start());
  std::vector<Socket> streams;
  const auto open_one = [&]() -> Status {
    LOOP_TRY(const std::string fields, begin_session(server.port));
    LOOP_TRY(Socket stream, open_stream(server.port, get_stream(fields)));
    streams.push_back(std::move(stream));
    return {};
  };
  LOOP_TRY_VOID(open_one());  // what the first needs, the others share
  std::this_thread::sleep_for(kSettled);
  const std::int64_t before = resident_bytes(server.child.pid());
  for (std::size_t number = 0; number < count; ++number) LOOP_TRY_VOID(open_one());
  std::this_thread::sleep_for(kSettled);
  const std::int64_t used = resident_bytes(server.child.pid()) - before;
  return static_cast<double>(used) / static_cast<double>(count) / 1000;
}

Result<std::vector<Contender>> contenders(const Scene& scene) {
  const auto count = scene.sized<std::size_t>(50, 1000, 9000);
  const Start ours = printing_server({scene.product_program("bench-echo-server"), "--http"});
  std::vector<Contender> all{
      {"library's echo", Role::ours, [=] { return kilobytes_a_stream(ours, count); }, {}}};
  const auto node = scene.find_program("node");
  const auto script =
      scene.find_peer("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
  if (!node || !script) {
    all.push_back(
        absent_contender("server-everything", Role::peer, "bench/install-peers.sh puts it"));
    return all;
  }
  const Start theirs = everything_server(*node, *script);
  const std::size_t fewer = std::min<std::size_t>(count, 500);
  all.push_back(
      {"server-everything", Role::peer, [=] { return kilobytes_a_stream(theirs, fewer); }, {}});
  return all;
}

}  // namespace

RowGroup stream_rows() {
  RowGroup group;
  group.rows.push_back({"stream.idle_memory",
                        "memory of an idle SSE stream with its session, 9000 of them",
                        "kB",
                        Better::less,
                        {{"", 4.5}, {"server-everything", 30}},
                        contenders});
  return group;
}

}  // namespace loop::bench
