// SPDX-License-Identifier: MIT
// Reading the neutral JSON Lines.
#include "json_lines_stream.hpp"

#include "figures.hpp"
#include "json_line_reader.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

namespace json = boost::json;

std::string_view event_text(const json::object& event) {
  for (const std::string_view key : {"text", "message", "result", "name"}) {
    if (const auto text = text_at(event, key); !text.empty()) return text;
  }
  return {};
}

TokenUsage usage_of(const json::object& usage, FigureReader& figures) {
  TokenUsage found;
  found.input_uncached = figures.tokens(usage, "input_uncached");
  found.cache_read = figures.tokens(usage, "cache_read");
  found.cache_write = figures.tokens(usage, "cache_write");
  found.output = figures.tokens(usage, "output");
  found.reasoning = figures.tokens(usage, "reasoning");
  return found;
}

struct EventName {
  std::string_view type;
  AgentEventKind kind;
};
constexpr EventName kEventNames[] = {
    {"started", AgentEventKind::started},     {"message", AgentEventKind::message},
    {"tool_call", AgentEventKind::tool_call}, {"tool_result", AgentEventKind::tool_result},
    {"usage", AgentEventKind::usage},         {"error", AgentEventKind::error},
    {"final", AgentEventKind::final},         {"result", AgentEventKind::final},
};

AgentEventKind kind_of(const json::object& event) {
  const std::string_view type = text_at(event, "type");
  for (const EventName& name : kEventNames) {
    if (name.type == type) return name.kind;
  }
  return AgentEventKind::unknown;
}

// A usage event adds to what was used; a final event holds the whole.
void count_use(const json::object& event, bool is_final, AgentOutcome& outcome) {
  FigureReader figures(outcome);
  const json::object* nested = object_at(event, "usage");
  if (nested != nullptr || !is_final) {
    const TokenUsage usage = usage_of(nested != nullptr ? *nested : event, figures);
    if (is_final) clear_usage(outcome);
    add_usage(outcome, text_at(event, "model"), usage);
  }
  auto usd_micros = figures.usd_micros(event, "total_cost_usd");
  if (!usd_micros) usd_micros = figures.usd_micros(event, "cost_usd");
  if (!usd_micros) return;
  if (is_final) set_cost(outcome, *usd_micros);
  if (!is_final) add_cost(outcome, *usd_micros);
}

AgentFailure failure_of(std::string_view text, bool is_final) {
  return {OutcomeClass::task_failed, std::string(text), "", is_final};
}

}  // namespace

void JsonLinesStream::settle() { outcome_.cost.is_partial = has_events_ && !has_final_; }

void JsonLinesStream::read_line(const OutputLine& line, std::vector<AgentEvent>& events) {
  if (is_blank(line.text)) return;
  const auto event = read_json_line(line, outcome_);
  const AgentEventKind kind = event ? kind_of(*event) : AgentEventKind::unknown;
  const std::string_view text = event ? event_text(*event) : line.text;
  events.push_back({kind, tidy_event_text(text)});
  if (!event) return;
  has_events_ = true;

  switch (kind) {
    case AgentEventKind::unknown: ++outcome_.unknown_events; return;
    case AgentEventKind::message: outcome_.answer = std::string(text); return;
    case AgentEventKind::usage: count_use(*event, false, outcome_); return;
    case AgentEventKind::error: failure_ = failure_of(text, false); return;
    case AgentEventKind::final:
      has_final_ = true;
      failure_.reset();  // the last word: an error before it was overcome
      if (flag_at(*event, "is_error")) failure_ = failure_of(text, true);
      if (!text.empty()) outcome_.answer = std::string(text);
      count_use(*event, true, outcome_);
      return;
    case AgentEventKind::started:
    case AgentEventKind::tool_call:
    case AgentEventKind::tool_result:
    case AgentEventKind::output: return;
  }
}

}  // namespace loop
