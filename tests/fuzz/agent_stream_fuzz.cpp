// SPDX-License-Identifier: MIT
// Streams of coding agents: any bytes, in any pieces, give one outcome with plausible figures.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loop/agents/adapter.h"

namespace {

// The first byte chooses the agent, the exit code and the size of the pieces.
loop::AgentOutcome play(std::uint8_t choice, std::string_view bytes, std::size_t piece) {
  const auto& agents = loop::built_in_agents();
  const auto adapter = loop::make_adapter(agents[choice % agents.size()], "Etc/UTC");
  LOOP_CHECK(adapter.has_value());
  const auto stream = (*adapter)->open_stream();
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    for (const loop::AgentEvent& event : stream->read_stdout(bytes.substr(0, size))) {
      LOOP_CHECK(event.text.size() <= 4096);
    }
    bytes.remove_prefix(size);
  }
  const loop::ExitStatus exit{choice >= 192, choice >= 64 && choice < 128 ? 0 : choice};
  return stream->finish(exit, std::chrono::seconds{9}, loop::Instant{std::chrono::days{20'000}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const loop::AgentOutcome whole = play(data[0], bytes, size);
  const loop::AgentOutcome pieces = play(data[0], bytes, 1 + data[0] % 7);
  LOOP_CHECK(whole.outcome == pieces.outcome);
  LOOP_CHECK(whole.reason == pieces.reason);
  LOOP_CHECK(whole.answer == pieces.answer);
  LOOP_CHECK(whole.session == pieces.session);
  LOOP_CHECK(whole.usage.total() == pieces.usage.total());
  LOOP_CHECK(whole.cost.usd_micros == pieces.cost.usd_micros);
  LOOP_CHECK(whole.garbage_lines == pieces.garbage_lines);

  LOOP_CHECK(whole.usage.input_uncached >= 0);
  LOOP_CHECK(whole.usage.output >= 0);
  LOOP_CHECK(whole.usage.total() >= 0);
  LOOP_CHECK(whole.cost.usd_micros >= 0);
  LOOP_CHECK(whole.answer.size() <= loop::kAnswerBytesMax);
  LOOP_CHECK(whole.session.substr(0, 1) != "-");
  return 0;
}
