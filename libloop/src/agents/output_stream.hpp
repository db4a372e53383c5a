// SPDX-License-Identifier: MIT
// The part of reading an agent's output that all formats share, and the verdict at its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "line_patterns.hpp"
#include "line_splitter.hpp"
#include "loop/agents/adapter.h"

namespace loop {

inline constexpr std::size_t kEventTextBytesMax = 4096;

// A program that "succeeds" faster than this without a word has most likely done nothing.
inline constexpr Duration kNoEvidenceWithin = std::chrono::seconds{2};

// What has to be there for a success besides the exit code.
enum class Evidence {
  none,         // the exit code is what a script has
  output,       // some output, unless it took its time
  final_event,  // an event that says so
};

struct StreamRules {
  std::vector<int> success_exit;
  Evidence evidence = Evidence::output;
  std::string zone;
};

// Splits, watches for the provider's limit and the final line, keeps the last of stderr; what a
// line means is said by `read_line` of the format.
class OutputStream : public AgentStream {
 public:
  OutputStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns);

  std::vector<AgentEvent> read_stdout(std::string_view bytes) final;
  void read_stderr(std::string_view bytes) final;
  AgentOutcome finish(const ExitStatus& status, Duration elapsed, Instant now) final;

 protected:
  // One line of stdout; may add events.
  virtual void read_line(const OutputLine& line, std::vector<AgentEvent>& events) = 0;

  // Filled by the format while it reads.
  AgentOutcome outcome_;
  std::string error_text_;  // of an event that says the task failed
  bool has_error_ = false;
  bool has_final_ = false;

 private:
  void watch(std::string_view line);
  void take_stdout(const OutputLine& line, std::vector<AgentEvent>& events);
  void take_stderr(const OutputLine& line);
  void judge(const ExitStatus& status, Duration elapsed, Instant now);
  void judge_failure(const ExitStatus& status, Instant now);
  std::string missing_evidence(Duration elapsed) const;
  std::string failure_reason(const ExitStatus& status) const;

  StreamRules rules_;
  std::shared_ptr<const LinePatterns> patterns_;
  LineSplitter stdout_lines_;
  LineSplitter stderr_lines_;
  std::optional<std::string> limit_line_;  // the line, for people
  std::string limit_reset_text_;
  std::string last_stderr_line_;
  bool has_final_line_ = false;
  bool has_output_ = false;
};

// The start of a text, fit for an event.
std::string tidy_event_text(std::string_view text);

// At most `bytes_max` bytes of the end, from a character's start.
std::string tail_of(std::string_view text, std::size_t bytes_max);

}  // namespace loop
