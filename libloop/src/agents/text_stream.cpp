// SPDX-License-Identifier: MIT
// Plain text output.
#include "text_stream.hpp"

#include <algorithm>

#include "loop/base/text.h"

namespace loop {

void TextStream::read_line(const OutputLine& line, std::vector<AgentEvent>& events) {
  // Twice the size kept, so that the tail is copied once in a while and not for every line.
  constexpr std::size_t kTailBytes = 2 * kAnswerBytesMax;
  outcome_.answer += line.text.substr(line.text.size() - std::min(line.text.size(), kTailBytes));
  outcome_.answer += '\n';
  if (outcome_.answer.size() > 2 * kTailBytes) {
    outcome_.answer = tail_of(outcome_.answer, kTailBytes);
  }
  if (!is_blank(line.text)) {
    events.push_back({AgentEventKind::output, tidy_event_text(line.text)});
  }
}

}  // namespace loop
