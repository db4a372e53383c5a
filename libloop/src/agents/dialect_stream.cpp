// SPDX-License-Identifier: MIT
// From a line to an event of a dialect, with the counts of what is not known.
#include "dialect_stream.hpp"

#include <algorithm>
#include <csignal>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kSessionBytesMax = 128;
constexpr int kSignalExitBase =
    128;  // a program that ends itself after a signal exits like a shell

bool is_session_id(std::string_view id) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= kSessionBytesMax && id.front() != '-' &&
         std::all_of(id.begin(), id.end(), is_allowed);
}

}  // namespace

void DialectStream::read_line(const OutputLine& line, Events& events) {
  if (is_blank(line.text)) return;
  const auto event = read_json_line(line, outcome_);
  if (!event) {
    add(events, AgentEventKind::unknown, line.text);
    return;
  }
  has_events_ = true;
  if (read_event(*event, events)) {
    count_fields(*event);
    return;
  }
  ++outcome_.unknown_events;
  add(events, AgentEventKind::unknown, line.text);
}

void DialectStream::count_fields(const boost::json::object& event) {
  for (const auto& member : event) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known_fields_.begin(), known_fields_.end(), key) == known_fields_.end()) {
      ++outcome_.unknown_fields;
    }
  }
}

void DialectStream::settle() {
  if (has_final_) return;
  settle_unfinished();
  outcome_.cost.is_partial = has_events_;
}

std::optional<OutcomeClass> DialectStream::class_of_exit(const ExitStatus& status) const {
  const bool is_by_signal = status.code == kSignalExitBase + SIGTERM ||
                            status.code == kSignalExitBase + SIGINT ||
                            status.code == kSignalExitBase + SIGKILL;
  if (status.signalled || is_by_signal) return OutcomeClass::killed;
  return std::nullopt;
}

void DialectStream::take_session(std::string_view id) {
  if (is_session_id(id)) outcome_.session = id;
}

void DialectStream::add(Events& events, AgentEventKind kind, std::string_view text) {
  events.push_back({kind, tidy_event_text(text), false});
}

void DialectStream::append_answer(std::string_view text) {
  // Twice the size kept, so that the end is copied once in a while and not for every piece.
  outcome_.answer += text;
  if (outcome_.answer.size() > 4 * kAnswerBytesMax) {
    outcome_.answer = tail_of(outcome_.answer, 2 * kAnswerBytesMax);
  }
}

}  // namespace loop
