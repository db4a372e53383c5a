// SPDX-License-Identifier: MIT
// Reading output of any format, and the verdict: exit code, evidence, and no error, all three.
#include "output_stream.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kReasonBytesMax = 300;
constexpr std::size_t kWordsBytesMax = 1024;  // of a line of stderr: a flood of it costs little

std::string for_people(std::string_view text, std::size_t bytes_max) {
  return ellipsize(to_single_line(to_valid_utf8(trim(text.substr(0, 4 * bytes_max)))), bytes_max);
}

}  // namespace

std::string tidy_event_text(std::string_view text) {
  // "…" takes three bytes of the limit; replaced bytes may grow to three.
  return ellipsize(to_valid_utf8(text.substr(0, kEventTextBytesMax + 4)), kEventTextBytesMax - 3);
}

std::string tail_of(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t start = text.size() - bytes_max;
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) ++start;
  return std::string(text.substr(start));
}

OutputStream::OutputStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
    : rules_(std::move(rules)), patterns_(std::move(patterns)) {}

std::vector<AgentEvent> OutputStream::read_stdout(std::string_view bytes) {
  has_output_ = has_output_ || !bytes.empty();
  std::vector<AgentEvent> events;
  stdout_lines_.feed(bytes, [&](const OutputLine& line) { take_stdout(line, events); });
  return events;
}

void OutputStream::read_stderr(std::string_view bytes) {
  has_output_ = has_output_ || !bytes.empty();
  stderr_lines_.feed(bytes, [this](const OutputLine& line) { take_stderr(line); });
}

void OutputStream::take_stdout(const OutputLine& line, std::vector<AgentEvent>& events) {
  watch(line.text);
  has_final_line_ = has_final_line_ || patterns_->is_final(line.text);
  const std::size_t known = events.size();
  read_line(line, events);
  if (!line.is_truncated) return;
  for (std::size_t index = known; index < events.size(); ++index) {
    events[index].text = tidy_event_text(
        fmt::format("[line cut at {} MiB] {}", kLineBytesMax >> 20, events[index].text));
  }
}

void OutputStream::take_stderr(const OutputLine& line) {
  watch(line.text);
  if (is_blank(line.text)) return;
  last_stderr_line_ = for_people(line.text, kReasonBytesMax);
  if (!rules_.knows_words || !class_of_words(line.text.substr(0, kWordsBytesMax))) return;
  stderr_failure_ = make_failure(std::nullopt, last_stderr_line_);
}

// The last such line counts: an agent that waited and was refused again says the newer time.
void OutputStream::watch(std::string_view line) {
  auto reset = patterns_->find_limit(line);
  if (!reset) return;
  limit_line_ = for_people(line, kReasonBytesMax);
  limit_reset_text_ = std::move(*reset);
}

AgentOutcome OutputStream::finish(const ExitStatus& status, Duration elapsed, Instant now) {
  std::vector<AgentEvent> unseen;
  stdout_lines_.finish([&](const OutputLine& line) { take_stdout(line, unseen); });
  stderr_lines_.finish([this](const OutputLine& line) { take_stderr(line); });
  settle();
  outcome_.answer = tail_of(to_valid_utf8(trim(outcome_.answer)), kAnswerBytesMax);
  judge(status, elapsed, now);
  return std::move(outcome_);
}

void OutputStream::judge(const ExitStatus& status, Duration elapsed, Instant now) {
  const bool is_exit_good =
      !status.signalled &&
      std::count(rules_.success_exit.begin(), rules_.success_exit.end(), status.code) > 0;
  const std::string missing = missing_evidence(elapsed);
  if (is_exit_good && !failure_ && missing.empty()) {
    outcome_.outcome = OutcomeClass::ok;
    return;
  }
  if (limit_line_) return limit(*limit_line_, limit_reset_text_, now);
  const auto by_exit = is_exit_good ? std::nullopt : class_of_exit(status);
  const bool was_killed = by_exit == OutcomeClass::killed;
  if (failure_ && (failure_->is_final || !was_killed)) return judge_failure(status, now);
  if (is_exit_good) {
    outcome_.outcome = OutcomeClass::protocol;
    outcome_.reason = missing;
    return;
  }
  judge_exit(status, now);
}

void OutputStream::judge_failure(const ExitStatus& status, Instant now) {
  if (failure_->outcome == OutcomeClass::rate_limited) {
    return limit(failure_->text, failure_->reset_text + ' ' + failure_->text, now);
  }
  outcome_.outcome = failure_->outcome;
  const auto by_exit = class_of_exit(status);
  const bool is_open = failure_->outcome == OutcomeClass::task_failed;
  if (is_open && by_exit && *by_exit != OutcomeClass::killed) outcome_.outcome = *by_exit;
  const std::string text = for_people(failure_->text, kReasonBytesMax);
  outcome_.reason = fmt::format("{}: {}", describe_exit(status),
                                text.empty() ? "the agent reported an error" : text);
}

// A final event without error and a bad exit code: what stderr says is then not of the task.
void OutputStream::judge_exit(const ExitStatus& status, Instant now) {
  const auto by_exit = class_of_exit(status);
  const bool has_words = stderr_failure_ && !has_final_;
  if (by_exit == OutcomeClass::rate_limited ||
      (!by_exit && has_words && stderr_failure_->outcome == OutcomeClass::rate_limited)) {
    return limit(has_words ? stderr_failure_->text : describe_exit(status),
                 has_words ? stderr_failure_->text : "", now);
  }
  outcome_.outcome =
      by_exit.value_or(has_words ? stderr_failure_->outcome : OutcomeClass::task_failed);
  const std::string& said = has_words && outcome_.outcome != OutcomeClass::killed
                                ? stderr_failure_->text
                                : last_stderr_line_;
  outcome_.reason = describe_exit(status);
  if (!said.empty()) outcome_.reason += ": " + said;
}

void OutputStream::limit(const std::string& text, std::string_view reset_text, Instant now) {
  outcome_.outcome = OutcomeClass::rate_limited;
  outcome_.reason =
      fmt::format("the provider's limit was hit: {}", for_people(text, kReasonBytesMax));
  outcome_.limit_reset = find_reset_time(reset_text, now, rules_.zone);
  if (!outcome_.limit_reset) {
    outcome_.limit_reset = find_reset_time(limit_hint_, now, rules_.zone);
  }
}

std::optional<OutcomeClass> OutputStream::class_of_exit(const ExitStatus& status) const {
  if (status.signalled) return OutcomeClass::killed;
  return std::nullopt;
}

std::string OutputStream::describe_exit(const ExitStatus& status) const {
  return to_string(status);
}

std::string OutputStream::missing_evidence(Duration elapsed) const {
  if (rules_.evidence != Evidence::none && !has_output_ && elapsed < kNoEvidenceWithin) {
    return fmt::format("suspect: it ended after {} without any output", format_duration(elapsed));
  }
  if (patterns_->has_final() && !has_final_line_) {
    return "it ended without a line that matches final_pattern";
  }
  if (rules_.evidence == Evidence::final_event && !has_final_) {
    return fmt::format("it ended without {}", rules_.final_event);
  }
  return "";
}

}  // namespace loop
