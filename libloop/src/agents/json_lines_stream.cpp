// SPDX-License-Identifier: MIT
// Reading the neutral JSON Lines.
#include "json_lines_stream.hpp"

#include <cmath>

#include <boost/json.hpp>

#include "loop/base/text.h"

namespace loop {

namespace {

namespace json = boost::json;

// Figures beyond this are damage, not use: a sum of them must not overflow.
constexpr std::int64_t kTokensMax = 1'000'000'000'000;
constexpr double kUsdMax = 1'000'000.0;

std::string_view text_of(const json::object& event, std::string_view key) {
  const json::value* value = event.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::string_view event_text(const json::object& event) {
  for (const std::string_view key : {"text", "message", "result", "name"}) {
    if (const auto text = text_of(event, key); !text.empty()) return text;
  }
  return {};
}

std::int64_t tokens_of(const json::object& usage, const char* key) {
  const json::value* value = usage.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code problem;
  const auto count = value->to_number<std::int64_t>(problem);
  return problem || count < 0 || count > kTokensMax ? 0 : count;
}

TokenUsage usage_of(const json::object& usage) {
  TokenUsage found;
  found.input_uncached = tokens_of(usage, "input_uncached");
  found.cache_read = tokens_of(usage, "cache_read");
  found.cache_write = tokens_of(usage, "cache_write");
  found.output = tokens_of(usage, "output");
  found.reasoning = tokens_of(usage, "reasoning");
  return found;
}

void add(TokenUsage& sum, const TokenUsage& more) {
  sum.input_uncached = std::min(kTokensMax, sum.input_uncached + more.input_uncached);
  sum.cache_read = std::min(kTokensMax, sum.cache_read + more.cache_read);
  sum.cache_write = std::min(kTokensMax, sum.cache_write + more.cache_write);
  sum.output = std::min(kTokensMax, sum.output + more.output);
  sum.reasoning = std::min(kTokensMax, sum.reasoning + more.reasoning);
}

std::optional<std::int64_t> usd_micros_of(const json::object& event) {
  for (const char* key : {"total_cost_usd", "cost_usd"}) {
    const json::value* value = event.if_contains(key);
    if (value == nullptr || !value->is_number()) continue;
    boost::system::error_code problem;
    const double usd = value->to_number<double>(problem);
    if (problem || !std::isfinite(usd) || usd < 0 || usd > kUsdMax) continue;
    return std::llround(usd * 1e6);
  }
  return std::nullopt;
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
  const std::string_view type = text_of(event, "type");
  for (const EventName& name : kEventNames) {
    if (name.type == type) return name.kind;
  }
  return AgentEventKind::unknown;
}

bool says_error(const json::object& event) {
  const json::value* value = event.if_contains("is_error");
  return value != nullptr && value->is_bool() && value->get_bool();
}

// A usage event adds to what was used; a final event holds the whole.
void count_use(const json::object& event, bool is_final, AgentOutcome& outcome) {
  const json::value* nested = event.if_contains("usage");
  const bool is_nested = nested != nullptr && nested->is_object();
  if (is_nested || !is_final) {
    const TokenUsage usage = usage_of(is_nested ? nested->get_object() : event);
    if (is_final) outcome.usage = TokenUsage{};
    add(outcome.usage, usage);
  }
  const auto usd_micros = usd_micros_of(event);
  if (!usd_micros) return;
  outcome.cost.basis = AgentCost::Basis::reported;
  outcome.cost.usd_micros = is_final ? *usd_micros : outcome.cost.usd_micros + *usd_micros;
  outcome.cost.is_partial = !is_final;
}

}  // namespace

void JsonLinesStream::read_line(const OutputLine& line, std::vector<AgentEvent>& events) {
  if (is_blank(line.text)) return;
  json::parse_options options;
  options.max_depth = 64;
  options.allow_invalid_utf8 = true;  // replaced where it is shown
  boost::system::error_code problem;
  const json::value value =
      json::parse({line.text.data(), line.text.size()}, problem, json::storage_ptr{}, options);
  const json::object* event = problem ? nullptr : value.if_object();
  const AgentEventKind kind = event == nullptr ? AgentEventKind::unknown : kind_of(*event);
  const std::string_view text = event == nullptr ? line.text : event_text(*event);
  events.push_back({kind, tidy_event_text(text)});

  switch (kind) {
    case AgentEventKind::unknown: ++outcome_.unknown_events; return;
    case AgentEventKind::message: outcome_.answer = std::string(text); return;
    case AgentEventKind::usage: count_use(*event, false, outcome_); return;
    case AgentEventKind::error:
      has_error_ = true;
      error_text_ = std::string(text);
      return;
    case AgentEventKind::final:
      has_final_ = true;
      has_error_ = says_error(*event);  // the last word: an error before it was overcome
      error_text_ = has_error_ ? std::string(text) : std::string{};
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
