// SPDX-License-Identifier: MIT
// Codex's exec --json: thread.started, turn.*, item.*, error.
#include <array>

#include <fmt/format.h>

#include "cli_dialect.hpp"
#include "dialect_stream.hpp"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kKnownFields = {"type",  "thread_id", "item",
                                                          "usage", "error",     "message"};

class CodexStream final : public DialectStream {
 public:
  CodexStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
      : DialectStream(std::move(rules), std::move(patterns), kKnownFields) {}

 private:
  bool read_event(const json::object& event, Events& events) override;
  void read_item(std::string_view stage, const json::object& event, Events& events);
  void read_completed(const json::object& event, Events& events);
  void read_failed(const json::object& event, Events& events);
  void read_error(const json::object& event, Events& events);
  TokenUsage usage_of(const json::object& usage);

  bool is_turn_open_ = false;
};

bool CodexStream::read_event(const json::object& event, Events& events) {
  const std::string_view type = text_at(event, "type");
  if (type == "thread.started") {
    take_session(text_at(event, "thread_id"));
    add(events, AgentEventKind::started, fmt::format("thread {}", text_at(event, "thread_id")));
  } else if (type == "turn.started") {
    is_turn_open_ = true;
    has_final_ = false;
  } else if (type.substr(0, 5) == "item.") {
    read_item(type.substr(5), event, events);
  } else if (type == "turn.completed") {
    read_completed(event, events);
  } else if (type == "turn.failed") {
    read_failed(event, events);
  } else if (type == "error") {
    read_error(event, events);
  } else {
    return false;
  }
  return true;
}

std::string tool_text(std::string_view type, const json::object& item) {
  if (type == "command_execution") return std::string(text_at(item, "command"));
  if (type == "mcp_tool_call") {
    return fmt::format("{}.{}", text_at(item, "server"), text_at(item, "tool"));
  }
  if (type == "web_search") return fmt::format("search {}", text_at(item, "query"));
  if (type == "file_change") {
    const json::value* changes = item.if_contains("changes");
    return fmt::format("change {}", changes == nullptr ? "" : brief(*changes));
  }
  return {};
}

std::string result_text(const json::object& item) {
  const std::string_view output = text_at(item, "aggregated_output");
  const auto exit_code = integer_at(item, "exit_code");
  std::string text(text_at(item, "status"));
  if (exit_code) text += fmt::format(", exit code {}", *exit_code);
  if (!output.empty()) text += fmt::format(": {}", output.substr(0, kEventTextBytesMax));
  return text;
}

void CodexStream::read_item(std::string_view stage, const json::object& event, Events& events) {
  const json::object* item = object_at(event, "item");
  if (item == nullptr) return;
  const std::string_view type = text_at(*item, "type");
  const bool is_complete = stage == "completed";
  if (type == "agent_message") {
    if (!is_complete) return;
    outcome_.answer = text_at(*item, "text");
    add(events, AgentEventKind::message, text_at(*item, "text"));
  } else if (type == "error") {
    add(events, AgentEventKind::error, text_at(*item, "message"));
  } else if (const std::string tool = tool_text(type, *item); !tool.empty()) {
    if (stage == "started") add(events, AgentEventKind::tool_call, tool);
    if (is_complete) {
      add(events, AgentEventKind::tool_result, fmt::format("{}: {}", tool, result_text(*item)));
    }
  }
}

// `input_tokens` holds the cached and the written part, `output_tokens` the reasoning.
TokenUsage CodexStream::usage_of(const json::object& usage) {
  TokenUsage found;
  found.cache_read = figures_.tokens(usage, "cached_input_tokens");
  found.cache_write = figures_.tokens(usage, "cache_write_input_tokens");
  found.reasoning = figures_.tokens(usage, "reasoning_output_tokens");
  const std::int64_t input = figures_.tokens(usage, "input_tokens");
  const std::int64_t output = figures_.tokens(usage, "output_tokens");
  found.input_uncached =
      figures_.without(figures_.without(input, found.cache_read), found.cache_write);
  found.output = figures_.without(output, found.reasoning);
  return found;
}

void CodexStream::read_completed(const json::object& event, Events& events) {
  // The same end told twice is not used twice.
  const bool is_repeated = has_final_ && !is_turn_open_;
  const json::object* usage = object_at(event, "usage");
  if (usage != nullptr && !is_repeated) add_usage(outcome_, "", usage_of(*usage));
  is_turn_open_ = false;
  has_final_ = true;
  failure_.reset();
  add(events, AgentEventKind::final, outcome_.answer);
}

// The message is often the provider's answer, as JSON inside a string.
AgentFailure failure_of(std::string_view message) {
  boost::system::error_code problem;
  const json::value value = json::parse({message.data(), message.size()}, problem);
  const json::object* outer = problem ? nullptr : value.if_object();
  if (outer == nullptr) return make_failure(std::nullopt, std::string(message));

  const json::object* inner = object_at(*outer, "error");
  const json::object& error = inner == nullptr ? *outer : *inner;
  std::string text(text_at(error, "message"));
  std::string_view word = text_at(error, "code");
  if (word.empty()) word = text_at(error, "type");
  if (!word.empty()) text += fmt::format("{}({})", text.empty() ? "" : " ", word);
  const auto status = integer_at(*outer, "status");
  const bool is_status = status && *status >= 400 && *status <= 599;
  AgentFailure failure = make_failure(
      is_status ? std::optional(static_cast<int>(*status)) : std::nullopt, std::move(text));
  if (const auto at = integer_at(error, "resets_at")) failure.reset_text = fmt::to_string(*at);
  const auto wait = integer_at(error, "resets_in_seconds");
  if (wait && failure.reset_text.empty()) failure.reset_text = fmt::format("in {} seconds", *wait);
  return failure;
}

void CodexStream::read_failed(const json::object& event, Events& events) {
  const json::object* error = object_at(event, "error");
  failure_ = failure_of(error == nullptr ? "" : text_at(*error, "message"));
  is_turn_open_ = false;
  has_final_ = true;
  add(events, AgentEventKind::error, failure_->text);
}

// "Reconnecting... 1/5": the turn may still end well.
void CodexStream::read_error(const json::object& event, Events& events) {
  const bool has_failed = has_final_ && failure_;
  AgentFailure failure = failure_of(text_at(event, "message"));
  add(events, AgentEventKind::error, failure.text);
  if (has_failed) return;
  failure.is_final = false;
  failure_ = std::move(failure);
}

}  // namespace

std::unique_ptr<AgentStream> open_codex_stream(StreamRules rules,
                                               std::shared_ptr<const LinePatterns> patterns) {
  return std::make_unique<CodexStream>(std::move(rules), std::move(patterns));
}

}  // namespace loop
