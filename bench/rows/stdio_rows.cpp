// SPDX-License-Identifier: MIT
// The MCP server on stdio: calls a second, start, memory; against servers of npm.
#include <fmt/format.h>
#include <sched.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "harness/rpc_client.hpp"
#include "rows/all_rows.hpp"
#include "rows/stdio_callers.hpp"

namespace loop::bench {

namespace {

constexpr int kDeepWindow = 64;
constexpr std::size_t kFileBytes = 2700;

const std::string kEverything =
    "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
RpcCalls echo_calls(const Scene& scene, int in_flight, int count) {
  return {"echo", R"({"message":"hello"})", "Echo: hello", in_flight,
          scene.sized(200, count / 10, count)};
}

Result<std::vector<Contender>> echo_contenders(const Scene& scene, int in_flight, int count) {
  const RpcCalls calls = echo_calls(scene, in_flight, count);
  RpcCalls few = calls;
  few.count = std::max(200, calls.count / 4);
  return std::vector<Contender>{
      caller("library's echo", Role::ours,
             {{scene.product_program("bench-echo-server")}, {}, {}, true}, calls),
      caller("Boost.JSON loop", Role::limit,
             {{scene.product_program("bench-json-loop")}, {}, {}, true}, calls),
      npm_caller(scene, "server-everything", kEverything, {"stdio"}, few)};
}

Result<std::string> make_workspace(const Scene& scene) {
  const std::string folder = scene.scratch + "/workspace";
  std::filesystem::create_directories(folder + "/.roo");
  std::ofstream file(folder + "/notes.txt");
  for (std::size_t line = 0; line * 54 < kFileBytes; ++line) {
    file << fmt::format("line {:4} of the notes that an agent reads again today\n", line);
  }
  return folder;
}

// Reading a file of 2.7 kB by the product and by the file server.
Result<std::vector<Contender>> read_contenders(const Scene& scene) {
  LOOP_TRY(const std::string folder, make_workspace(scene));
  const int count = scene.sized(200, 2'000, 50'000);
  RpcCalls ours{"read_project_file", R"({"file_path":"notes.txt"})", "an agent reads again today",
                kDeepWindow, count};
  RpcCalls theirs{"read_text_file", fmt::format(R"({{"path":"{}/notes.txt"}})", folder),
                  "an agent reads again today", kDeepWindow, std::max(200, count / 10)};
  return std::vector<Contender>{
      caller("loop-mcp read_project_file", Role::ours,
             {{scene.product_program("loop-mcp"), "-C", folder}, {}, {}, true}, ours),
      npm_caller(scene, "server-filesystem", kFilesystem, {folder}, theirs)};
}

Result<double> start_once(const ChildSpec& spec) {
  LOOP_TRY(const RpcClient client, RpcClient::start(spec));
  return client.start_seconds() * 1000;
}

Result<double> idle_once(const ChildSpec& spec) {
  LOOP_TRY(const RpcClient client, RpcClient::start(spec));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return static_cast<double>(resident_bytes(client.pid())) / 1e6;
}

using Once = Result<double> (*)(const ChildSpec&);

Result<std::vector<Contender>> process_contenders(const Scene& scene, Once once) {
  LOOP_TRY(const std::string folder, make_workspace(scene));
  const ChildSpec ours{{scene.product_program("loop-mcp"), "-C", folder}, {}, {}, true};
  std::vector<Contender> all{{"loop-mcp", Role::ours, [=] { return once(ours); }, {}}};
  const auto node = scene.find_program("node");
  const auto file = scene.find_peer(kEverything);
  if (!node || !file) {
    all.push_back(
        absent_contender("server-everything", Role::peer, "bench/install-peers.sh adds it"));
    return all;
  }
  const ChildSpec theirs{{*node, *file, "stdio"}, {}, {}, true};
  all.push_back({"server-everything", Role::peer, [=] { return once(theirs); }, {}});
  return all;
}

Row echo_row(std::string id, std::string what, std::vector<Goal> goals, int in_flight, int count) {
  Row row{std::move(id), std::move(what), "calls/s", Better::more, std::move(goals), {}};
  row.prepare = [=](const Scene& scene) { return echo_contenders(scene, in_flight, count); };
  return row;
}

// Client and servers on one processor: how long a call takes without waking another one.
class OneProcessor {
 public:
  OneProcessor() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  ~OneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;

 private:
  cpu_set_t before_{};
};

Row sequential_row() {
  Row row = echo_row("stdio.sequential", "tools/call on stdio, one after another, one processor",
                     {{"server-everything", 10}}, 1, 50'000);
  row.prepare = [](const Scene& scene) -> Result<std::vector<Contender>> {
    LOOP_TRY(auto all, echo_contenders(scene, 1, 50'000));
    for (Contender& one : all) {
      if (!one.measure) continue;
      // Servers inherit the processor from the one that starts them.
      one.measure = [measure = one.measure] {
        const OneProcessor here;
        return measure();
      };
    }
    return all;
  };
  return row;
}

}  // namespace

RowGroup stdio_rows() {
  RowGroup group;
  group.rows.push_back(echo_row("stdio.pipelined", "tools/call on stdio, 64 in flight",
                                {{"Boost.JSON loop", 0.5}, {"server-everything", 20}}, kDeepWindow,
                                200'000));
  group.rows.push_back(sequential_row());
  group.rows.push_back({"stdio.read_file",
                        "a file of 2.7 kB read by a tool, 64 in flight",
                        "calls/s",
                        Better::more,
                        {{"server-filesystem", 15}},
                        read_contenders});
  group.rows.push_back({"stdio.start",
                        "start to the answer of initialize",
                        "ms",
                        Better::less,
                        {{"", 10}, {"server-everything", 30}},
                        [](const Scene& scene) { return process_contenders(scene, start_once); }});
  group.rows.push_back({"stdio.idle_memory",
                        "memory of an idle server",
                        "MB",
                        Better::less,
                        {{"", 10}, {"server-everything", 10}},
                        [](const Scene& scene) { return process_contenders(scene, idle_once); }});
  return group;
}

}  // namespace loop::bench
