// SPDX-License-Identifier: MIT
// opencode's run --format json: step_start, text, tool_use, step_finish, error.
#include <array>

#include <fmt/format.h>

#include "cli_dialect.hpp"
#include "dialect_stream.hpp"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kKnownFields = {"type", "timestamp", "sessionID", "part",
                                                          "error"};

class OpencodeStream final : public DialectStream {
 public:
  OpencodeStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
      : DialectStream(std::move(rules), std::move(patterns), kKnownFields) {}

 private:
  bool read_event(const json::object& event, Events& events) override;
  void read_tool(const json::object& part, Events& events);
  void read_finish(const json::object& part, Events& events);
  void count_step(const json::object& part);
  void read_error(const json::object& event, Events& events);

  bool has_started_ = false;
  std::string last_finished_;  // id of the step that ended; empty while one is open
};

bool OpencodeStream::read_event(const json::object& event, Events& events) {
  const std::string_view type = text_at(event, "type");
  take_session(text_at(event, "sessionID"));
  const json::object none;
  const json::object* given = object_at(event, "part");
  const json::object& part = given == nullptr ? none : *given;
  if (type == "step_start") {
    has_final_ = false;
    last_finished_.clear();
    if (!has_started_) {
      add(events, AgentEventKind::started, fmt::format("session {}", text_at(event, "sessionID")));
    }
    has_started_ = true;
  } else if (type == "text") {
    outcome_.answer = text_at(part, "text");
    add(events, AgentEventKind::message, text_at(part, "text"));
  } else if (type == "tool_use") {
    read_tool(part, events);
  } else if (type == "step_finish") {
    read_finish(part, events);
  } else if (type == "error") {
    read_error(event, events);
  } else {
    return type == "reasoning";
  }
  return true;
}

// Printed once the tool has ended: call and result in one.
void OpencodeStream::read_tool(const json::object& part, Events& events) {
  const json::object none;
  const json::object* given = object_at(part, "state");
  const json::object& state = given == nullptr ? none : *given;
  const json::value* input = state.if_contains("input");
  add(events, AgentEventKind::tool_call,
      fmt::format("{} {}", text_at(part, "tool"), input == nullptr ? "" : brief(*input)));
  const std::string_view error = text_at(state, "error");
  const std::string_view text = error.empty() ? text_at(state, "output") : error;
  add(events, AgentEventKind::tool_result,
      fmt::format("{}: {}", text_at(state, "status"), text.substr(0, kEventTextBytesMax)));
}

// Each step tells its own use and cost. After one that ends in tool calls another follows.
// The same step told twice is not used twice.
void OpencodeStream::read_finish(const json::object& part, Events& events) {
  const std::string_view id = text_at(part, "id");
  const bool is_repeated = !id.empty() && id == last_finished_;
  last_finished_ = id;
  if (!is_repeated) count_step(part);
  if (text_at(part, "reason") == "tool-calls") return;
  has_final_ = true;
  failure_.reset();
  add(events, AgentEventKind::final, outcome_.answer);
}

void OpencodeStream::count_step(const json::object& part) {
  if (const auto usd = figures_.usd_micros(part, "cost")) add_cost(outcome_, *usd);
  const json::object* tokens = object_at(part, "tokens");
  if (tokens == nullptr) return;
  TokenUsage usage;
  usage.input_uncached = figures_.tokens(*tokens, "input");
  usage.output = figures_.tokens(*tokens, "output");
  usage.reasoning = figures_.tokens(*tokens, "reasoning");
  if (const json::object* cache = object_at(*tokens, "cache")) {
    usage.cache_read = figures_.tokens(*cache, "read");
    usage.cache_write = figures_.tokens(*cache, "write");
  }
  add_usage(outcome_, "", usage);
}

void OpencodeStream::read_error(const json::object& event, Events& events) {
  const json::object none;
  const json::object* given = object_at(event, "error");
  const json::object& error = given == nullptr ? none : *given;
  const json::object* told = object_at(error, "data");
  const json::object& data = told == nullptr ? none : *told;
  const std::string_view name = text_at(error, "name");
  const auto code = integer_at(data, "statusCode");
  const bool is_status = code && *code >= 400 && *code <= 599;

  failure_ = make_failure(is_status ? std::optional(static_cast<int>(*code)) : std::nullopt,
                          fmt::format("{}: {}", name, text_at(data, "message")));
  if (name == "ProviderAuthError") failure_->outcome = OutcomeClass::auth;
  if (name == "MessageAbortedError") failure_->outcome = OutcomeClass::killed;
  // A request that the provider will refuse again is for a person to change.
  const json::value* retryable = data.if_contains("isRetryable");
  const bool is_lasting = retryable != nullptr && retryable->is_bool() && !retryable->get_bool();
  const bool is_refused = is_status && *code < 500;
  if (is_lasting && is_refused && failure_->outcome == OutcomeClass::task_failed) {
    failure_->outcome = OutcomeClass::config;
  }
  add(events, AgentEventKind::error, failure_->text);
}

}  // namespace

std::unique_ptr<AgentStream> open_opencode_stream(StreamRules rules,
                                                  std::shared_ptr<const LinePatterns> patterns) {
  return std::make_unique<OpencodeStream>(std::move(rules), std::move(patterns));
}

}  // namespace loop
