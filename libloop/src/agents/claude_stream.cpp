// SPDX-License-Identifier: MIT
// Claude Code's stream-json: system, assistant, user, rate_limit_event, result.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "cli_dialect.hpp"
#include "dialect_stream.hpp"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 40> kKnownFields = {"type",
                                                           "subtype",
                                                           "session_id",
                                                           "uuid",
                                                           "message",
                                                           "parent_tool_use_id",
                                                           "request_id",
                                                           "timestamp",
                                                           "is_error",
                                                           "result",
                                                           "usage",
                                                           "modelUsage",
                                                           "total_cost_usd",
                                                           "num_turns",
                                                           "duration_ms",
                                                           "duration_api_ms",
                                                           "permission_denials",
                                                           "api_error_status",
                                                           "errors",
                                                           "error",
                                                           "stop_reason",
                                                           "terminal_reason",
                                                           "structured_output",
                                                           "cwd",
                                                           "tools",
                                                           "mcp_servers",
                                                           "mcp_server_errors",
                                                           "model",
                                                           "permissionMode",
                                                           "slash_commands",
                                                           "apiKeySource",
                                                           "claude_code_version",
                                                           "output_style",
                                                           "agents",
                                                           "skills",
                                                           "plugins",
                                                           "rate_limit_info",
                                                           "tool_use_result",
                                                           "event",
                                                           "fast_mode_state"};

// Known and of no use here: pieces of messages that come whole later, and signs of life.
constexpr std::array<std::string_view, 5> kQuietTypes = {
    "stream_event", "tool_progress", "auth_status", "keep_alive", "tool_use_summary"};

class ClaudeStream final : public DialectStream {
 public:
  ClaudeStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
      : DialectStream(std::move(rules), std::move(patterns), kKnownFields) {}

 private:
  struct Message {
    std::string model;
    TokenUsage usage;
  };

  bool read_event(const json::object& event, Events& events) override;
  void settle_unfinished() override;

  void read_system(const json::object& event, Events& events);
  void check_servers(const json::object& event, Events& events);
  void read_message(const json::object& event, Events& events);
  void read_part(const json::object& part, bool is_subagent, Events& events);
  void count_message(const json::object& message);
  void read_limit(const json::object& event, Events& events);
  void read_result(const json::object& event, Events& events);
  void count_result(const json::object& event);
  bool count_models(const json::object& event);
  TokenUsage usage_of(const json::object& usage);

  std::map<std::string, Message, std::less<>> messages_;  // by id
  std::string model_;                                     // the last that was named
  bool lacks_server_ = false;
};

bool ClaudeStream::read_event(const json::object& event, Events& events) {
  const std::string_view type = text_at(event, "type");
  take_session(text_at(event, "session_id"));
  if (type == "system") {
    read_system(event, events);
  } else if (type == "assistant" || type == "user") {
    read_message(event, events);
  } else if (type == "result") {
    read_result(event, events);
  } else if (type == "rate_limit_event") {
    read_limit(event, events);
  } else {
    return std::find(kQuietTypes.begin(), kQuietTypes.end(), type) != kQuietTypes.end();
  }
  return true;
}

void ClaudeStream::read_system(const json::object& event, Events& events) {
  const std::string_view subtype = text_at(event, "subtype");
  if (subtype != "init") {
    add(events, AgentEventKind::output, fmt::format("system: {}", subtype));
    return;
  }
  model_ = text_at(event, "model");
  add(events, AgentEventKind::started,
      fmt::format("{}, session {}", text_at(event, "model"), text_at(event, "session_id")));
  check_servers(event, events);
}

// A run without our server would work on, and could not report: stopped at once it costs nothing.
void ClaudeStream::check_servers(const json::object& event, Events& events) {
  const json::array* servers = array_at(event, "mcp_servers");
  if (servers == nullptr) return;
  for (const json::value& value : *servers) {
    const json::object* server = value.if_object();
    if (server == nullptr || text_at(*server, "name") != kMcpServerName) continue;
    if (text_at(*server, "status") != "failed") continue;
    lacks_server_ = true;
    failure_ =
        AgentFailure{OutcomeClass::config,
                     fmt::format("its MCP server \"{}\" did not start", kMcpServerName), "", true};
    events.push_back({AgentEventKind::error, failure_->text, true});
  }
}

void ClaudeStream::read_message(const json::object& event, Events& events) {
  const json::object* message = object_at(event, "message");
  if (message == nullptr) return;
  count_message(*message);
  const bool is_subagent = !text_at(event, "parent_tool_use_id").empty();
  const json::array* parts = array_at(*message, "content");
  if (parts == nullptr) return;
  for (const json::value& part : *parts) {
    if (part.is_object()) read_part(part.get_object(), is_subagent, events);
  }
}

void ClaudeStream::read_part(const json::object& part, bool is_subagent, Events& events) {
  const std::string_view type = text_at(part, "type");
  if (type == "text") {
    add(events, AgentEventKind::message, text_at(part, "text"));
    if (!is_subagent) outcome_.answer = text_at(part, "text");
  } else if (type == "tool_use") {
    const json::value* input = part.if_contains("input");
    add(events, AgentEventKind::tool_call,
        fmt::format("{} {}", text_at(part, "name"), input == nullptr ? "" : brief(*input)));
  } else if (type == "tool_result") {
    const json::value* content = part.if_contains("content");
    add(events, AgentEventKind::tool_result,
        fmt::format("{}{}", flag_at(part, "is_error") ? "error: " : "",
                    content == nullptr ? "" : brief(*content)));
  }
}

TokenUsage ClaudeStream::usage_of(const json::object& usage) {
  TokenUsage found;
  found.input_uncached = figures_.tokens(usage, "input_tokens");
  found.cache_read = figures_.tokens(usage, "cache_read_input_tokens");
  found.cache_write = figures_.tokens(usage, "cache_creation_input_tokens");
  found.output = figures_.tokens(usage, "output_tokens");
  return found;
}

// A message comes several times, once a part of it, each time with all its input and with the
// output so far: only the largest counts, and only when no result ever comes.
void ClaudeStream::count_message(const json::object& message) {
  const json::object* usage = object_at(message, "usage");
  if (usage == nullptr) return;
  const TokenUsage found = usage_of(*usage);
  Message& known = messages_[std::string(text_at(message, "id"))];
  known.model = model_ = text_at(message, "model");
  known.usage.input_uncached = std::max(known.usage.input_uncached, found.input_uncached);
  known.usage.cache_read = std::max(known.usage.cache_read, found.cache_read);
  known.usage.cache_write = std::max(known.usage.cache_write, found.cache_write);
  known.usage.output = std::max(known.usage.output, found.output);
}

void ClaudeStream::read_limit(const json::object& event, Events& events) {
  const json::object* info = object_at(event, "rate_limit_info");
  if (info == nullptr) return;
  add(events, AgentEventKind::output, fmt::format("rate limit: {}", text_at(*info, "status")));
  if (text_at(*info, "status") != "rejected") return;
  if (const auto resets = integer_at(*info, "resetsAt")) limit_hint_ = fmt::to_string(*resets);
}

std::string said_error(const json::object& event) {
  if (const auto result = text_at(event, "result"); !result.empty()) return std::string(result);
  const json::array* errors = array_at(event, "errors");
  if (errors != nullptr && !errors->empty()) return brief(errors->front());
  return std::string(text_at(event, "subtype"));
}

std::optional<AgentFailure> failure_of(const json::object& event) {
  const std::string_view subtype = text_at(event, "subtype");
  const auto status = integer_at(event, "api_error_status");
  const bool is_bad_status = status && *status >= 400 && *status <= 599;
  const bool is_error =
      flag_at(event, "is_error") || is_bad_status || subtype.substr(0, 5) == "error";
  if (!is_error) return std::nullopt;
  const std::string text = said_error(event);
  if (subtype == "error_max_turns" || subtype == "error_max_budget_usd") {
    const char* what = subtype == "error_max_turns" ? "turns" : "budget";
    return AgentFailure{OutcomeClass::limit, fmt::format("its limit of {} was reached", what), "",
                        true};
  }
  return make_failure(is_bad_status ? std::optional(static_cast<int>(*status)) : std::nullopt,
                      text);
}

void ClaudeStream::read_result(const json::object& event, Events& events) {
  has_final_ = true;
  if (!lacks_server_) failure_ = failure_of(event);
  count_result(event);
  if (const auto text = text_at(event, "result"); !text.empty()) outcome_.answer = text;
  const json::array* denials = array_at(event, "permission_denials");
  if (denials != nullptr && !denials->empty()) {
    add(events, AgentEventKind::output,
        fmt::format("{} permission denials: {}", denials->size(), brief(*denials)));
  }
  add(events, failure_ ? AgentEventKind::error : AgentEventKind::final,
      failure_ ? failure_->text : outcome_.answer);
}

// The whole of the run. When the budget stopped it, `usage` was seen empty while `modelUsage` and
// the cost were right.
void ClaudeStream::count_result(const json::object& event) {
  clear_usage(outcome_);
  const bool has_models = count_models(event);
  const json::object* usage = object_at(event, "usage");
  if (!has_models && usage != nullptr) {
    add_usage(outcome_, model_, usage_of(*usage));
  }
  if (const auto usd = figures_.usd_micros(event, "total_cost_usd")) set_cost(outcome_, *usd);
}

bool ClaudeStream::count_models(const json::object& event) {
  const json::object* models = object_at(event, "modelUsage");
  if (models == nullptr) return false;
  for (const auto& member : *models) {
    const json::object* model = member.value().if_object();
    if (model == nullptr) continue;
    TokenUsage usage;
    usage.input_uncached = figures_.tokens(*model, "inputTokens");
    usage.cache_read = figures_.tokens(*model, "cacheReadInputTokens");
    usage.cache_write = figures_.tokens(*model, "cacheCreationInputTokens");
    usage.output = figures_.tokens(*model, "outputTokens");
    add_usage(outcome_, {member.key().data(), member.key().size()}, usage);
  }
  return outcome_.usage.total() > 0;
}

void ClaudeStream::settle_unfinished() {
  for (const auto& [id, message] : messages_) add_usage(outcome_, message.model, message.usage);
}

}  // namespace

std::unique_ptr<AgentStream> open_claude_stream(StreamRules rules,
                                                std::shared_ptr<const LinePatterns> patterns) {
  return std::make_unique<ClaudeStream>(std::move(rules), std::move(patterns));
}

}  // namespace loop
