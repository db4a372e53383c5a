// SPDX-License-Identifier: MIT
// The MCP server of a workspace, on standard input and output or over HTTP.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/version.h"
#include "change_watch.hpp"
#include "http_serving.hpp"
#include "loop_prompts.hpp"
#include "loop_resources.hpp"
#include "loop_tasks.hpp"
#include "loop_tools.hpp"
#include "mcp/protocol/revision.hpp"
#include "mcp/stdio/stdio_server.hpp"
#include "mcp/stdio/work_pool.hpp"
#include "options.hpp"
#include "workspace_calls.hpp"

namespace {

using loop_mcp::Options;

constexpr std::size_t kThreadsMax = 64;  // calls wait for disks, locks and runs
constexpr std::size_t kWaitingMax = 10'000;

constexpr const char* kInstructions =
    "Tools of one workspace: schedules of coding agents, time tracking, shared memory, files, "
    "validation, delegation. Paths are relative to the workspace's root. Schedules have authority; "
    "TODO.md is planning.";

// Runs are run by loopctl, which lies beside this program.
void point_to_runner(front::Surroundings& surroundings) {
  const std::size_t slash = surroundings.program.rfind('/');
  surroundings.program = surroundings.program.substr(0, slash + 1) + "loopctl";
}

mcp::ServerDefinition definition_of(loop_mcp::WorkspaceCalls& calls, std::vector<mcp::Tool> tools) {
  return {.implementation = {.name = "loop-mcp",
                             .version = std::string(loop::version()),
                             .title = "Loop-Orchestrator"},
          .instructions = kInstructions,
          .tools = std::move(tools),
          .resources = std::make_shared<loop_mcp::LoopResources>(calls),
          .prompts = make_prompts(calls),
          .tasks = std::make_shared<loop_mcp::LoopTasks>(calls)};
}

// What is there, for people and scripts; serves nothing.
loop::Status print_info(loop_mcp::WorkspaceCalls& calls, const std::vector<mcp::Tool>& tools) {
  namespace json = boost::json;
  json::array names, revisions;
  for (const mcp::Tool& tool : tools) names.emplace_back(tool.name);
  for (const mcp::Revision revision : mcp::kRevisions) revisions.emplace_back(to_string(revision));
  LOOP_TRY(const json::object health, calls.health());
  std::puts(json::serialize(json::object{{"name", "loop-mcp"},
                                         {"version", loop::version()},
                                         {"transports", {"stdio", "streamable-http", "sse"}},
                                         {"protocol_versions", std::move(revisions)},
                                         {"tools", std::move(names)},
                                         {"root", calls.root()},
                                         {"workspace", health}})
                .c_str());
  return {};
}

loop::Status run(const Options& options) {
  auto surroundings = front::Surroundings::of_process();
  point_to_runner(surroundings);
  LOOP_TRY(const auto calls, loop_mcp::WorkspaceCalls::open(surroundings, options.directory));
  LOOP_TRY(auto tools, make_tools(*calls, options.selection));
  if (options.wants_info) return print_info(*calls, tools);
  mcp::ProtocolPipes pipes;
  if (!options.http) {
    LOOP_TRY(pipes, mcp::take_standard_streams());
    mcp::block_signals();
  }
  // The pool is finished before the server goes: handlers use it.
  mcp::WorkPool pool(kThreadsMax, kWaitingMax);
  mcp::Server server(
      definition_of(*calls, std::move(tools)),
      {.work = pool, .clock = calls->clock(), .random = calls->random(), .log = calls->log()});
  const loop_mcp::ChangeWatch watch(server, *calls);
  loop::Status status;
  if (options.http) {
    status = loop_mcp::serve_http(server, *calls, *options.http);
  } else {
    mcp::serve_stdio(server, pipes);
  }
  pool.finish();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const auto options = loop_mcp::parse_options(words);
    if (!options) {
      std::fprintf(stderr, "loop-mcp: %s\n", options.error().message().c_str());
      return 2;
    }
    if (options->wants_help || options->wants_version) {
      std::puts(options->wants_help ? loop_mcp::help_text().c_str()
                                    : std::string(loop::version()).c_str());
      return 0;
    }
    const loop::Status status = run(*options);
    if (status) return 0;
    std::fprintf(stderr, "loop-mcp: %s\n", status.error().message().c_str());
    return status.error().code() == loop::Errc::invalid_argument ? 2 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "loop-mcp: internal error: %s\n", error.what());
    return 1;
  }
}
