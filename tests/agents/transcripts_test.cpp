// SPDX-License-Identifier: MIT
// Each transcript gives the outcome that stands below it, in whatever pieces its bytes arrive.
#include "agents/transcript.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

using namespace loop;
using namespace loop::test;

namespace {

// Every position of a shorter one is tried; of a longer one some at random.
constexpr std::size_t kShortBytes = 1500;

std::vector<std::size_t> random_cuts(std::mt19937& random, std::size_t size) {
  std::vector<std::size_t> cuts(1 + random() % 40);
  for (std::size_t& cut : cuts) cut = random() % (size + 1);
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace

TEST_CASE("each transcript has the outcome that a person has read") {
  const auto all = load_transcripts();
  REQUIRE(all.size() > 80);
  const bool is_update = std::getenv("LOOP_UPDATE_GOLDEN") != nullptr;

  for (const Transcript& transcript : all) {
    INFO(transcript.path);
    const std::string played = play(transcript, {});
    if (is_update) rewrite(transcript, played);
    CHECK((is_update || played == transcript.expected));
    if (!is_update && played != transcript.expected) {
      WARN(transcript.path << "\n--- expected\n" << transcript.expected << "--- is\n" << played);
    }
  }
}

TEST_CASE("a stream may be cut at any byte") {
  for (const Transcript& transcript : load_transcripts()) {
    if (transcript.out.size() > kShortBytes) continue;
    INFO(transcript.path);
    const std::string whole = play(transcript, {});
    for (std::size_t cut = 0; cut <= transcript.out.size(); ++cut) {
      INFO(cut);
      REQUIRE(play(transcript, {cut}) == whole);
    }
  }
}

TEST_CASE("a stream may come byte by byte, and in random pieces") {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);
  for (const Transcript& transcript : load_transcripts()) {
    INFO(transcript.path);
    const std::string whole = play(transcript, {});
    std::vector<std::size_t> bytes(transcript.out.size());
    for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = at;
    REQUIRE(play(transcript, bytes) == whole);
    for (int times = 0; times < 20; ++times) {
      const auto cuts = random_cuts(random, transcript.out.size());
      REQUIRE(play(transcript, cuts) == whole);
    }
  }
}

TEST_CASE("a stream that stops at any byte is never a success before its last event") {
  const auto all = load_transcripts();
  for (const char* name : {"claude/ok", "codex/ok", "gemini/ok", "opencode/ok"}) {
    Transcript transcript = find_transcript(all, name);
    const std::string whole = transcript.out;
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
      INFO(name << " cut after " << size << " bytes");
      transcript.out = whole.substr(0, size);
      REQUIRE(play(transcript, {}).substr(0, 18) == "outcome: protocol\n");
    }
    transcript.out = whole.substr(0, whole.size() - 1);
    REQUIRE(play(transcript, {}).substr(0, 12) == "outcome: ok\n");
  }
}

TEST_CASE("the operator's patterns hold for coding agents too, besides the final event") {
  const auto all = load_transcripts();
  AgentDefinition definition;
  definition.name = definition.adapter = "claude";
  definition.final_pattern = "ALL GREEN";
  definition.limit_patterns = {"out of (.*)"};
  const auto outcome = [&](const std::string& out, int code) {
    const auto adapter = make_adapter(definition, "Etc/UTC");
    REQUIRE(adapter);
    const auto stream = (*adapter)->open_stream();
    stream->read_stdout(out);
    return stream->finish({false, code}, std::chrono::seconds{60}, Instant{}).outcome;
  };
  const std::string good = find_transcript(all, "claude/ok").out;
  CHECK(outcome(good, 0) == OutcomeClass::protocol);
  CHECK(outcome("ALL GREEN\n", 0) == OutcomeClass::protocol);
  CHECK(outcome(good + "ALL GREEN\n", 0) == OutcomeClass::ok);
  CHECK(outcome(good + "out of tokens\n", 1) == OutcomeClass::rate_limited);
}
