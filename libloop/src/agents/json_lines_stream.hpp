// SPDX-License-Identifier: MIT
// The neutral JSON Lines of generic agents: one object a line, its meaning in "type".
#pragma once

#include "output_stream.hpp"

namespace loop {

// "type": "started", "message", "tool_call", "tool_result", "usage", "error", and "final" or
// "result" for the end. The text is in "text", "message" or "result"; "usage" objects may stand in
// usage and final events and hold input_uncached, cache_read, cache_write, output, reasoning; the
// cost is "cost_usd" or "total_cost_usd", the model "model"; "is_error": true makes a final event a
// failure. All else is counted and changes nothing.
class JsonLinesStream final : public OutputStream {
 public:
  using OutputStream::OutputStream;

 private:
  void read_line(const OutputLine& line, std::vector<AgentEvent>& events) override;
  void settle() override;

  bool has_events_ = false;
};

}  // namespace loop
