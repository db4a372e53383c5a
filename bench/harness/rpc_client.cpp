// SPDX-License-Identifier: MIT
// Windows of requests: each read refills what was answered, with one write.
#include "harness/rpc_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <iterator>

#include "harness/stopwatch.hpp"

namespace loop::bench {

namespace {

constexpr int kAnswerLimitMs = 30'000;

Error wrong(const std::string& what) { return Error(Errc::invalid_data, what); }

// The first one: no answer of these calls has another before it.
std::int64_t id_of(std::string_view line) {
  std::int64_t id = -1;
  const std::size_t at = line.find("\"id\":");
  if (at == std::string_view::npos) return id;
  std::from_chars(line.data() + at + 5, line.data() + line.size(), id);
  return id;
}

// What is the same in every request, before and behind its id.
struct RequestText {
  std::string before = R"({"jsonrpc":"2.0","method":"tools/call","id":)";
  std::string behind;

  explicit RequestText(const RpcCalls& calls)
      : behind(fmt::format(R"(,"params":{{"name":"{}","arguments":{}}}}})"
                           "\n",
                           calls.tool, calls.arguments)) {}
  void append(std::int64_t id, std::string& to) const {
    to += before;
    fmt::format_to(std::back_inserter(to), "{}", id);
    to += behind;
  }
};

}  // namespace

Result<RpcClient> RpcClient::start(const ChildSpec& spec) {
  const Stopwatch watch;
  LOOP_TRY(Child server, Child::start(spec));
  RpcClient client(std::move(server));
  LOOP_TRY_VOID(client.send(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
      R"("capabilities":{},"clientInfo":{"name":"loop-bench","version":"1"}}})"
      "\n"));
  LOOP_TRY(const std::string_view answer, client.next_line());
  client.start_seconds_ = watch.seconds();
  if (answer.find("\"protocolVersion\"") == std::string_view::npos) {
    return wrong(fmt::format("initialize: {}", answer));
  }
  LOOP_TRY_VOID(client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"));
  return client;
}

Result<double> RpcClient::call(const RpcCalls& calls) {
  const RequestText text(calls);
  const std::int64_t first = last_id_ + 1;
  std::vector<bool> open(static_cast<std::size_t>(calls.count));
  const auto is_right = [&](std::string_view line) {
    const std::int64_t index = id_of(line) - first;
    if (index < 0 || index >= calls.count || !open[static_cast<std::size_t>(index)]) return false;
    open[static_cast<std::size_t>(index)] = false;
    return line.find(calls.expected) != std::string_view::npos &&
           line.find("\"isError\":true") == std::string_view::npos;
  };
  const Stopwatch watch;
  int asked = 0, answered = 0;
  std::string batch;
  while (answered < calls.count) {
    batch.clear();
    for (; asked < calls.count && asked - answered < calls.in_flight; ++asked) {
      text.append(++last_id_, batch);
      open[static_cast<std::size_t>(last_id_ - first)] = true;
    }
    if (!batch.empty()) LOOP_TRY_VOID(send(batch));
    do {  // all that has come, and at least one
      LOOP_TRY(const std::string_view line, next_line());
      if (line.find("\"method\":") != std::string_view::npos && id_of(line) < 0) continue;
      if (!is_right(line)) return wrong(fmt::format("answer {}", line.substr(0, 500)));
      ++answered;
    } while (taken_ < received_.size());
  }
  return calls.count / watch.seconds();
}

Result<std::string_view> RpcClient::next_line() {
  std::array<char, 65536> block;
  std::size_t newline = received_.find('\n', taken_);
  while (newline == std::string::npos) {
    received_.erase(0, taken_);
    taken_ = 0;
    pollfd polled{server_.output(), POLLIN, 0};
    if (::poll(&polled, 1, kAnswerLimitMs) <= 0) return wrong("no answer in 30 s");
    const ssize_t got = ::read(server_.output(), block.data(), block.size());
    if (got <= 0) return wrong("the server ended");
    const std::size_t looked = received_.size();
    received_.append(block.data(), static_cast<std::size_t>(got));
    newline = received_.find('\n', looked);
  }
  const std::string_view line = std::string_view(received_).substr(taken_, newline - taken_);
  taken_ = newline + 1;
  return line;
}

Status RpcClient::send(std::string_view line) { return write_fully(server_.input(), line); }

}  // namespace loop::bench
