// SPDX-License-Identifier: MIT
// Plain text output: each line is an event, the end of the text is the answer.
#pragma once

#include "output_stream.hpp"

namespace loop {

class TextStream final : public OutputStream {
 public:
  using OutputStream::OutputStream;

 private:
  void read_line(const OutputLine& line, std::vector<AgentEvent>& events) override;
};

}  // namespace loop
