// SPDX-License-Identifier: MIT
// The MCP server over HTTP: calls a second, processor time a call, memory of idle streams; against
// servers of npm and against nginx with a fixed answer.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "harness/child.hpp"
#include "harness/http_load.hpp"
#include "rows/all_rows.hpp"
#include "rows/http_servers.hpp"

namespace loop::bench {

namespace {

const std::string kExpected = "Echo: hello";
const std::string kMissing = "bench/install-peers.sh adds it";

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (std::size_t at; (at = text.find(word)) != std::string::npos;) {
    text.replace(at, word.size(), by);
  }
  return text;
}

Start nginx_server(std::string nginx, std::string configuration, std::string folder) {
  return [=]() -> Result<HttpServer> {
    LOOP_TRY(const std::uint16_t port, free_port());
    std::ifstream stream(configuration);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    text = replaced(replaced(std::move(text), "PORT", std::to_string(port)), "FOLDER", folder);
    std::ofstream(folder + "/nginx.conf") << text;
    LOOP_TRY(Child child,
             Child::start({{nginx, "-p", folder, "-c", folder + "/nginx.conf"}, {}, {}, false}));
    LOOP_TRY_VOID(wait_for_port(port));
    return HttpServer{std::move(child), port, post("/mcp", "", kEchoCall)};
  };
}

// The processor time of a server and of the processes that it started.
double cpu_of_tree(pid_t pid) {
  double seconds = cpu_seconds(pid);
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (pid_t child = 0; children >> child;) seconds += cpu_of_tree(child);
  return seconds;
}

enum class Figure { rate, cpu_us };

struct Plan {
  Figure figure;
  int connections;
  int count;
};

// A contender that keeps its server over the rounds.
Contender contender(std::string name, Role role, Start start, Plan plan) {
  auto server = std::make_shared<std::optional<HttpServer>>();
  return {std::move(name),
          role,
          [=]() -> Result<double> {
            HttpLoad load{0, {}, kExpected, plan.connections, plan.count};
            if (!*server) {
              LOOP_TRY(HttpServer started, start());
              server->emplace(std::move(started));
              HttpLoad warm{(*server)->port, (*server)->request, kExpected, plan.connections,
                            std::max(plan.count / 5, plan.connections)};
              LOOP_TRY_VOID(run_load(warm));
            }
            load.port = (*server)->port;
            load.request = (*server)->request;
            const double before = cpu_of_tree((*server)->child.pid());
            LOOP_TRY(const HttpLoadResult result, run_load(load));
            if (plan.figure == Figure::rate) return result.rate;
            const double used = cpu_of_tree((*server)->child.pid()) - before;
            return used / plan.count * 1e6;
          },
          {}};
}

void add_npm_peers(const Scene& scene, const Plan& plan, std::vector<Contender>& all) {
  const auto node = scene.find_program("node");
  const auto everything =
      scene.find_peer("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
  const auto sdk = scene.find_peer("sdk_http.mjs");
  Plan fewer = plan;
  fewer.count = std::max(plan.count / 10, plan.connections);
  all.push_back(node && everything ? contender("server-everything", Role::peer,
                                               everything_server(*node, *everything), fewer)
                                   : absent_contender("server-everything", Role::peer, kMissing));
  all.push_back(node && sdk
                    ? contender("TypeScript SDK", Role::peer, printing_server({*node, *sdk}), fewer)
                    : absent_contender("TypeScript SDK", Role::peer, kMissing));
}

Result<std::vector<Contender>> contenders(const Scene& scene, Plan plan) {
  plan.count = scene.sized(200, plan.count / 10, plan.count);
  std::vector<Contender> all{
      contender("library's echo", Role::ours,
                printing_server({scene.product_program("bench-echo-server"), "--http"}), plan)};
  const auto nginx = scene.find_program("nginx");
  const auto configuration = scene.find_peer("nginx.conf");
  all.push_back(nginx && configuration
                    ? contender("nginx return 200", Role::limit,
                                nginx_server(*nginx, *configuration, scene.scratch), plan)
                    : absent_contender("nginx return 200", Role::limit, kMissing));
  if (plan.figure == Figure::rate) add_npm_peers(scene, plan, all);
  return all;
}

Row call_row(int connections, int count) {
  Row row{fmt::format("http.calls_{}", connections),
          fmt::format("tools/call over HTTP, {} connections", connections),
          "calls/s",
          Better::more,
          {{"server-everything", 20}, {"TypeScript SDK", 15}},
          {}};
  row.prepare = [=](const Scene& scene) {
    return contenders(scene, {Figure::rate, connections, count});
  };
  return row;
}

Row cpu_row() {
  Row row{"http.cpu",
          "processor time of the server a call, 16 connections",
          "us",
          Better::less,
          {{"nginx return 200", 1 / 1.6}},
          {}};
  row.prepare = [](const Scene& scene) { return contenders(scene, {Figure::cpu_us, 16, 100'000}); };
  return row;
}

}  // namespace

RowGroup http_rows() {
  RowGroup group;
  group.rows.push_back(call_row(1, 20'000));
  group.rows.push_back(call_row(16, 100'000));
  group.rows.push_back(call_row(256, 100'000));
  group.rows.push_back(cpu_row());
  return group;
}

}  // namespace loop::bench
