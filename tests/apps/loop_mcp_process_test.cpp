// SPDX-License-Identifier: MIT
// The built server as a process: how it ends, and what a client that does not read costs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apps/loopctl_fixture.hpp"
#include "apps/mcp_client.hpp"
#include "support/catch.hpp"
#include "support/process_facts.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

constexpr std::string_view kPing = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

// Of a process that is no child of ours.
class WatchedProcess {
 public:
  explicit WatchedProcess(int pid) : fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))) {}
  ~WatchedProcess() { ::close(fd_); }
  WatchedProcess(const WatchedProcess&) = delete;
  WatchedProcess& operator=(const WatchedProcess&) = delete;

  bool ends_within(std::chrono::milliseconds limit) const {
    pollfd polled{fd_, POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) == 1;
  }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("mcp process: SIGTERM and SIGINT end it in order, also in the middle of a session") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  for (const int number : {SIGTERM, SIGINT}) {
    McpClient client(fixture.spec({}));
    client.send(kPing);
    client.answer_to(1);
    client.post("subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}});
    client.notification("notifications/subscriptions/acknowledged");
    client.program().send_signal(number);
    // The stream gets its last messages.
    client.notification("notifications/cancelled");
    const auto ended = client.program().wait();
    CHECK(ended.code == 0);
    CHECK_FALSE(ended.was_killed);
    CHECK(ended.err.empty());
  }
}

TEST_CASE("mcp process: a second signal ends the wait for a call that does not return") {
  LoopctlFixture fixture;
  fixture.make_job("true");
  McpClient client(fixture.spec({}));
  client.begin();
  client.post_legacy("tools/call", {{"name", "delegate_task"},
                                    {"arguments",
                                     {{"task_description", "sleep 60"},
                                      {"agent", "shell"},
                                      {"target_mode", "code"},
                                      {"wait_seconds", 60}}}});
  // The call is at work once its run is listed.
  while (client.call("list_runs").at("structuredContent").at("runs").as_array().empty()) {
  }
  client.program().send_signal(SIGTERM);
  client.program().send_signal(SIGTERM);
  const auto ended = client.program().wait();
  CHECK(ended.code == 0);
  CHECK_FALSE(ended.was_killed);
}

TEST_CASE("mcp process: it ends when the process that started it is gone, its input still open") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  ProgramSpec spec = fixture.spec({});
  // The shell passes its own standard input on and stays.
  spec.argv = {"/bin/sh", "-c",
               fmt::format("exec 3<&0; '{}' <&3 3<&- & echo $! >&2; wait", std::string(LOOP_MCP))};
  spec.keeps_input_open = true;
  Program shell(spec);
  REQUIRE(shell.wait_for_error_text("\n"));
  REQUIRE(shell.write_input(std::string(kPing) + "\n"));
  REQUIRE(shell.next_line());
  const WatchedProcess server(std::stoi(shell.error_text()));
  shell.send_signal(SIGKILL);
  CHECK(server.ends_within(kProgramLimit));
}

TEST_CASE("mcp process: an idle server is not woken, and ends when nobody reads it any more") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  ProgramSpec spec = fixture.spec({});
  spec.argv = {LOOP_MCP};
  spec.keeps_input_open = true;
  Program server(spec);
  REQUIRE(server.write_input(std::string(kPing) + "\n"));
  REQUIRE(server.next_line());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const std::int64_t before = wake_ups(server.pid());
  std::this_thread::sleep_for(std::chrono::seconds(1));
  CHECK(wake_ups(server.pid()) <= before + 1);

  const WatchedProcess watched(server.pid());
  server.close_output();
  CHECK(watched.ends_within(kProgramLimit));
}

TEST_CASE("mcp process: a client that does not read costs bounded memory, and gets everything") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  McpClient client(fixture.spec({}));
  constexpr int kRequests = 20'000;
  std::string text;
  for (int id = 1; id <= kRequests; ++id) {
    text += fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"tools/list","params":{{"_meta":{{)"
                        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                        R"("io.modelcontextprotocol/clientCapabilities":{{}}}}}}}})"
                        "\n",
                        id);
  }
  const std::size_t taken = client.program().write_until_unread(text);
  REQUIRE(taken < text.size());  // it has stopped reading
  const std::int64_t resident = resident_kb(client.program().pid());
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  WARN("skipped: the sanitizers keep freed memory, " << resident << " kB were resident");
#else
  CHECK(resident < 250'000);
#endif

  // The last line is completed while the answers are read.
  const std::size_t whole = text.find('\n', taken) + 1;
  const auto asked = static_cast<int>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(whole), '\n'));
  std::vector<bool> seen(kRequests + 1);
  for (int count = 0; count < asked; ++count) {
    if (count == asked / 2) {
      REQUIRE(client.program().write_input(std::string_view(text).substr(taken, whole - taken)));
    }
    const auto line = client.program().next_line();
    REQUIRE(line);
    const auto id = json::parse(*line).at("id").as_int64();
    REQUIRE_FALSE(seen.at(static_cast<std::size_t>(id)));
    seen.at(static_cast<std::size_t>(id)) = true;
  }
}
