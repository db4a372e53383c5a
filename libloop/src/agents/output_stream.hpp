// SPDX-License-Identifier: MIT
// The part of reading an agent's output that all formats share, and the verdict at its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "failure_words.hpp"
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
  std::string final_event = R"(an event of type "final" or "result")";  // for people
  bool knows_words = false;  // stderr says in known words what is wrong
};

// Splits, watches for the provider's limit and the final line, keeps the last of stderr; what a
// line means is said by `read_line` of the format.
class OutputStream : public AgentStream {
 public:
  OutputStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns);

  std::vector<AgentEvent> read_stdout(std::string_view bytes) final;
  void read_stderr(std::string_view bytes) final;
  std::string session() const final { return outcome_.session; }
  AgentOutcome finish(const ExitStatus& status, Duration elapsed, Instant now) final;

 protected:
  // One line of stdout; may add events.
  virtual void read_line(const OutputLine& line, std::vector<AgentEvent>& events) = 0;
  // Once, after the last line and before the verdict.
  virtual void settle() {}
  // What an exit code other than success says by itself; nothing when it says nothing.
  virtual std::optional<OutcomeClass> class_of_exit(const ExitStatus& status) const;
  // For people: "exit code 173 (HTTP status 429)".
  virtual std::string describe_exit(const ExitStatus& status) const;

  // Filled by the format while it reads.
  AgentOutcome outcome_;
  std::optional<AgentFailure> failure_;  // the task failed, by the agent's own word
  std::string limit_hint_;               // the last that was said of a limit's end
  bool has_final_ = false;

 private:
  void watch(std::string_view line);
  void take_stdout(const OutputLine& line, std::vector<AgentEvent>& events);
  void take_stderr(const OutputLine& line);
  void judge(const ExitStatus& status, Duration elapsed, Instant now);
  void judge_failure(const ExitStatus& status, Instant now);
  void judge_exit(const ExitStatus& status, Instant now);
  void limit(const std::string& text, std::string_view reset_text, Instant now);
  std::string missing_evidence(Duration elapsed) const;

  StreamRules rules_;
  std::shared_ptr<const LinePatterns> patterns_;
  LineSplitter stdout_lines_;
  LineSplitter stderr_lines_;
  std::optional<std::string> limit_line_;  // the line, for people
  std::string limit_reset_text_;
  std::string last_stderr_line_;
  std::optional<AgentFailure> stderr_failure_;  // the last line there that says what is wrong
  bool has_final_line_ = false;
  bool has_output_ = false;
};

// The start of a text, fit for an event.
std::string tidy_event_text(std::string_view text);

// At most `bytes_max` bytes of the end, from a character's start.
std::string tail_of(std::string_view text, std::size_t bytes_max);

}  // namespace loop
