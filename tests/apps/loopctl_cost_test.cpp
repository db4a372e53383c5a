// SPDX-License-Identifier: MIT
// A day of mixed agents: what `loopctl cost` says is what their streams say, to the last token. The
// streams are summed here once more, by rules of their own.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "apps/loopctl_fixture.hpp"
#include "loop/agents/outcome.h"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Sum {
  TokenUsage usage;
  std::int64_t usd_micros = 0;
  std::int64_t attempts = 0;
};

// The whole number at a pointer into an event; 0 when there is none.
std::int64_t count_at(const json::value& event, const std::string& pointer) {
  boost::system::error_code problem;
  const json::value* value = event.find_pointer(pointer, problem);
  return value == nullptr || !value->is_int64() ? 0 : value->get_int64();
}

std::int64_t micros_at(const json::value& event, const std::string& pointer) {
  boost::system::error_code problem;
  const json::value* value = event.find_pointer(pointer, problem);
  return value == nullptr ? 0 : std::llround(value->to_number<double>() * 1e6);
}

bool is_a(const json::value& event, const char* type) {
  return event.at_pointer("/type").as_string() == type;
}

// modelUsage, since `usage` is nothing after a stop by the budget.
void add_claude(const json::value& event, Sum& sum) {
  if (!is_a(event, "result")) return;
  for (const auto& [name, model] : event.at_pointer("/modelUsage").as_object()) {
    sum.usage.input_uncached += count_at(model, "/inputTokens");
    sum.usage.cache_read += count_at(model, "/cacheReadInputTokens");
    sum.usage.cache_write += count_at(model, "/cacheCreationInputTokens");
    sum.usage.output += count_at(model, "/outputTokens");
  }
  sum.usd_micros += micros_at(event, "/total_cost_usd");
}

void add_codex(const json::value& event, Sum& sum) {
  if (!is_a(event, "turn.completed")) return;
  const std::int64_t cached = count_at(event, "/usage/cached_input_tokens");
  const std::int64_t written = count_at(event, "/usage/cache_write_input_tokens");
  const std::int64_t reasoning = count_at(event, "/usage/reasoning_output_tokens");
  sum.usage.input_uncached += count_at(event, "/usage/input_tokens") - cached - written;
  sum.usage.cache_read += cached;
  sum.usage.cache_write += written;
  sum.usage.output += count_at(event, "/usage/output_tokens") - reasoning;
  sum.usage.reasoning += reasoning;
}

void add_gemini(const json::value& event, Sum& sum) {
  if (!is_a(event, "result")) return;
  const std::int64_t input = count_at(event, "/stats/input_tokens");
  const std::int64_t output = count_at(event, "/stats/output_tokens");
  sum.usage.input_uncached += count_at(event, "/stats/input");
  sum.usage.cache_read += count_at(event, "/stats/cached");
  sum.usage.output += output;
  sum.usage.reasoning += count_at(event, "/stats/total_tokens") - input - output;
}

void add_opencode(const json::value& event, Sum& sum) {
  if (!is_a(event, "step_finish")) return;
  sum.usage.input_uncached += count_at(event, "/part/tokens/input");
  sum.usage.cache_read += count_at(event, "/part/tokens/cache/read");
  sum.usage.cache_write += count_at(event, "/part/tokens/cache/write");
  sum.usage.output += count_at(event, "/part/tokens/output");
  sum.usage.reasoning += count_at(event, "/part/tokens/reasoning");
  sum.usd_micros += micros_at(event, "/part/cost");
}

using Add = void (*)(const json::value&, Sum&);
const std::map<std::string, Add> kReaders{{"claude", add_claude},
                                          {"codex", add_codex},
                                          {"gemini", add_gemini},
                                          {"opencode", add_opencode}};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Over all launches of all runs of a workspace, by agent.
std::map<std::string, Sum> sums_of_streams(const std::string& root) {
  std::map<std::string, Sum> sums;
  for (const auto& run : fs::directory_iterator(root + "/.loop/runs")) {
    const auto intent = parse_object(content_of(run.path() / "intent.json"));
    const std::string agent(intent.at("agent").at("name").as_string());
    for (const auto& launch : fs::directory_iterator(run.path())) {
      if (!fs::exists(launch.path() / "result.json")) continue;
      Sum& sum = sums[agent];
      ++sum.attempts;
      std::ifstream stream(launch.path() / "stdout.log", std::ios::binary);
      std::string last;
      for (std::string line; std::getline(stream, line); last = line) {
        if (line == last) continue;  // told twice, used once
        boost::system::error_code problem;
        const json::value event = json::parse(line, problem);
        if (!problem && event.is_object()) kReaders.at(agent)(event, sum);
      }
    }
  }
  return sums;
}

TokenUsage usage_in(const json::object& group) {
  return {group.at("input_uncached").as_int64(), group.at("cache_read").as_int64(),
          group.at("cache_write").as_int64(), group.at("output").as_int64(),
          group.at("reasoning").as_int64()};
}

void check_equal(const json::object& group, const Sum& sum) {
  const TokenUsage usage = usage_in(group);
  CHECK(usage.input_uncached == sum.usage.input_uncached);
  CHECK(usage.cache_read == sum.usage.cache_read);
  CHECK(usage.cache_write == sum.usage.cache_write);
  CHECK(usage.output == sum.usage.output);
  CHECK(usage.reasoning == sum.usage.reasoning);
  CHECK(group.at("tokens").as_int64() == sum.usage.total());
  CHECK(group.at("cost_usd_micros").as_int64() == sum.usd_micros);
  CHECK(group.at("attempts").as_int64() == sum.attempts);
}

// A workspace whose agents are the stand-in on PATH.
void put_agents_on_path(LoopctlFixture& fixture) {
  const std::string bin = fixture.top() + "/bin";
  fs::create_directory(bin);
  for (const auto& [agent, reader] : kReaders) {
    fs::create_symlink(LOOP_FAKE_AGENT, bin + "/" + agent);
  }
  fixture.environment["PATH"] = bin + ":/usr/bin:/bin";
  fixture.environment["GEMINI_API_KEY"] = "fake";
  fixture.environment["LOOP_ENGINE_PARALLEL_MAX"] = "64";
  fixture.environment["LOOP_RUN_ATTEMPTS_MAX"] = "1";
  fixture.make_workspace();
}

void trigger(const LoopctlFixture& fixture, const std::string& name, const std::string& agent,
             const std::string& task) {
  const auto added = fixture.run({"schedule", "add", "--name", name, "--type", "manual", "--agent",
                                  agent, "--instructions", task});
  INFO(added.err);
  REQUIRE(added.code == 0);
  const auto begun = fixture.run({"schedule", "trigger", name});
  INFO(begun.err);
  REQUIRE(begun.code == 0);
}

json::object cost_of(const LoopctlFixture& fixture, const std::string& by) {
  return parse_object(fixture.run({"cost", "--by", by, "--json"}).out);
}

}  // namespace

TEST_CASE("cost is the sum of what all streams of a day say, by agent and in total") {
  LoopctlFixture fixture;
  put_agents_on_path(fixture);
  std::int64_t number = 0;
  for (const auto& [agent, reader] : kReaders) {
    for (const std::string scenario : {"ok", "ok_tools", "double_final", "garbage_line",
                                       "final_then_exit1", "budget", "max_turns", "api_400"}) {
      ++number;
      trigger(fixture, agent + "-" + scenario, agent,
              fmt::format("Play scenario:{} usage:{},{},{},{},{} cost:{}", scenario,
                          1'000'003 * number, 20'011 * number, 307 * number, 4'001 * number,
                          59 * number, 0.000300 * static_cast<double>(number)));
    }
  }
  const auto done = fixture.run({"run", "--until-idle"});
  INFO(done.err);
  REQUIRE((done.code == 0 || done.code == 8));

  const auto sums = sums_of_streams(fixture.root());
  const auto report = cost_of(fixture, "agent");
  REQUIRE(sums.size() == 4);
  REQUIRE(report.at("groups").as_array().size() == 4);
  Sum total;
  for (const auto& group : report.at("groups").as_array()) {
    const std::string agent(group.at("key").as_string());
    INFO(agent);
    const Sum& sum = sums.at(agent);
    CHECK(sum.attempts == 8);
    CHECK(sum.usage.total() > 0);
    check_equal(group.as_object(), sum);
    const bool tells_cost = agent == "claude" || agent == "opencode";
    CHECK((sum.usd_micros > 0) == tells_cost);
    total.usage = {total.usage.input_uncached + sum.usage.input_uncached,
                   total.usage.cache_read + sum.usage.cache_read,
                   total.usage.cache_write + sum.usage.cache_write,
                   total.usage.output + sum.usage.output,
                   total.usage.reasoning + sum.usage.reasoning};
    total.usd_micros += sum.usd_micros;
    total.attempts += sum.attempts;
  }
  check_equal(report.at("total").as_object(), total);
  for (const std::string by : {"day", "mode", "schedule"}) {
    check_equal(cost_of(fixture, by).at("total").as_object(), total);
  }
  CHECK_THAT(fixture.run({"cost"}).out, Contains(fmt::to_string(total.usage.total())));
}

TEST_CASE("an agent's delegated run is started, answers it, and is in the sum") {
  LoopctlFixture fixture;
  put_agents_on_path(fixture);
  // By its environment: a child's prompt quotes the task of its parent.
  const std::string env = std::string("FAKE_SCENARIO=calls_back\nFAKE_USAGE=1000,0,0,10,0\n") +
                          "FAKE_COST=0.5\nFAKE_CALLBACK=" LOOP_LOOPCTL
                          " delegate scenario:ok --agent codex --mode debug --wait 50s";
  const auto added =
      fixture.run({"schedule", "add", "--name", "parent", "--type", "manual", "--agent", "claude",
                   "--instructions", "Ask another one", "--env", env});
  INFO(added.err);
  REQUIRE(added.code == 0);

  const auto done = fixture.run({"schedule", "trigger", "parent", "--wait", "--json"});

  INFO(done.err);
  REQUIRE(done.code == 0);
  const std::string run(parse_object(done.out).at("run").as_string());
  CHECK_THAT(fixture.run({"runs", "show", run}).out, Contains("Fake answer"));
  const auto sums = sums_of_streams(fixture.root());
  REQUIRE(sums.size() == 2);
  CHECK(sums.at("claude").usage.total() == 1010);
  CHECK(sums.at("codex").usage.total() == 240 + 100 + 30 + 55);
  const auto report = cost_of(fixture, "agent");
  for (const auto& group : report.at("groups").as_array()) {
    const std::string agent(group.at("key").as_string());
    INFO(agent);
    check_equal(group.as_object(), sums.at(agent));
  }
  CHECK(report.at("total").at("tokens").as_int64() == 1010 + 425);
}
