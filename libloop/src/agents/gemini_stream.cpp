// SPDX-License-Identifier: MIT
// Gemini's stream-json: init, message, tool_use, tool_result, error, result; and its exit codes.
#include <array>

#include <fmt/format.h>

#include "cli_dialect.hpp"
#include "dialect_stream.hpp"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 17> kKnownFields = {
    "type",  "timestamp", "session_id", "model",      "role",      "content",
    "delta", "tool_name", "tool_id",    "parameters", "status",    "output",
    "error", "severity",  "message",    "stats",      "tool_calls"};

struct NamedOutcome {
  std::string_view name;
  OutcomeClass outcome;
};
constexpr std::array<NamedOutcome, 8> kErrorTypes = {{
    {"FatalAuthenticationError", OutcomeClass::auth},
    {"FatalInputError", OutcomeClass::config},
    {"FatalSandboxError", OutcomeClass::config},
    {"FatalConfigError", OutcomeClass::config},
    {"FatalUntrustedWorkspaceError", OutcomeClass::config},
    {"FatalTurnLimitedError", OutcomeClass::limit},
    {"FatalToolExecutionError", OutcomeClass::task_failed},
    {"FatalCancellationError", OutcomeClass::killed},
}};

struct CodedOutcome {
  int code;
  OutcomeClass outcome;
};
constexpr std::array<CodedOutcome, 7> kExitCodes = {{
    {41, OutcomeClass::auth},
    {42, OutcomeClass::config},
    {44, OutcomeClass::config},
    {52, OutcomeClass::config},
    {53, OutcomeClass::limit},
    {54, OutcomeClass::task_failed},
    {55, OutcomeClass::config},
}};

// On an error of the provider it exits with the HTTP status, of which 8 bits arrive: 144 is 400,
// and no signal.
std::optional<int> status_of_exit(const ExitStatus& status) {
  if (status.signalled) return std::nullopt;
  const int code = status.code;
  if (code >= 400 - 256 && code <= 451 - 256) return code + 256;
  if (code >= 500 - 256 && code <= 511 - 256) return code + 256;
  if (code == 529 - 512) return 529;
  return std::nullopt;
}

class GeminiStream final : public DialectStream {
 public:
  GeminiStream(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
      : DialectStream(std::move(rules), std::move(patterns), kKnownFields) {}

 private:
  bool read_event(const json::object& event, Events& events) override;
  std::optional<OutcomeClass> class_of_exit(const ExitStatus& status) const override;
  std::string describe_exit(const ExitStatus& status) const override;

  void read_message(const json::object& event);
  void end_message(Events& events);
  void read_result(const json::object& event, Events& events);
  void count_stats(const json::object& stats);
  TokenUsage usage_of(const json::object& stats);

  std::string model_;
  std::string pending_;  // pieces of a message, of which an event is made when it has ended
};

bool GeminiStream::read_event(const json::object& event, Events& events) {
  const std::string_view type = text_at(event, "type");
  if (type == "message") {
    read_message(event);
    return true;
  }
  end_message(events);
  if (type == "init") {
    model_ = text_at(event, "model");
    take_session(text_at(event, "session_id"));
    add(events, AgentEventKind::started,
        fmt::format("{}, session {}", model_, text_at(event, "session_id")));
  } else if (type == "tool_use") {
    const json::value* parameters = event.if_contains("parameters");
    add(events, AgentEventKind::tool_call,
        fmt::format("{} {}", text_at(event, "tool_name"),
                    parameters == nullptr ? "" : brief(*parameters)));
  } else if (type == "tool_result") {
    const json::value* output = event.if_contains("output");
    add(events, AgentEventKind::tool_result,
        fmt::format("{}{}{}", text_at(event, "status"), output == nullptr ? "" : ": ",
                    output == nullptr ? "" : brief(*output)));
  } else if (type == "error") {
    add(events, AgentEventKind::error, text_at(event, "message"));
  } else if (type == "result") {
    read_result(event, events);
  } else {
    return false;
  }
  return true;
}

void GeminiStream::read_message(const json::object& event) {
  if (text_at(event, "role") != "assistant") return;
  const std::string_view content = text_at(event, "content");
  if (pending_.empty() || !flag_at(event, "delta")) outcome_.answer.clear();
  append_answer(content);
  if (!flag_at(event, "delta")) pending_.clear();
  if (pending_.size() < kEventTextBytesMax) pending_ += content;
}

void GeminiStream::end_message(Events& events) {
  if (!pending_.empty()) add(events, AgentEventKind::message, pending_);
  pending_.clear();
}

// `input_tokens` holds the cached part. Thoughts are in `total_tokens` only.
TokenUsage GeminiStream::usage_of(const json::object& stats) {
  TokenUsage found;
  found.cache_read = figures_.tokens(stats, "cached");
  const std::int64_t input = figures_.tokens(stats, "input_tokens");
  found.output = figures_.tokens(stats, "output_tokens");
  found.input_uncached = figures_.without(input, found.cache_read);
  const std::int64_t total = figures_.tokens(stats, "total_tokens");
  found.reasoning = std::max<std::int64_t>(0, total - input - found.output);
  return found;
}

void GeminiStream::count_stats(const json::object& stats) {
  clear_usage(outcome_);
  const json::object* models = object_at(stats, "models");
  for (const auto& member : models == nullptr ? json::object() : *models) {
    const json::object* model = member.value().if_object();
    if (model == nullptr) continue;
    add_usage(outcome_, {member.key().data(), member.key().size()}, usage_of(*model));
  }
  if (outcome_.usage.total() == 0) add_usage(outcome_, model_, usage_of(stats));
}

std::optional<AgentFailure> failure_of(const json::object& event) {
  const json::object* error = object_at(event, "error");
  if (text_at(event, "status") != "error" && error == nullptr) return std::nullopt;
  const json::object none;
  const json::object& told = error == nullptr ? none : *error;
  const auto code = integer_at(told, "code");
  const bool is_status = code && *code >= 400 && *code <= 599;
  AgentFailure failure =
      make_failure(is_status ? std::optional(static_cast<int>(*code)) : std::nullopt,
                   std::string(text_at(told, "message")));
  for (const NamedOutcome& known : kErrorTypes) {
    if (known.name == text_at(told, "type")) failure.outcome = known.outcome;
  }
  return failure;
}

void GeminiStream::read_result(const json::object& event, Events& events) {
  has_final_ = true;
  failure_ = failure_of(event);
  if (const json::object* stats = object_at(event, "stats")) count_stats(*stats);
  add(events, failure_ ? AgentEventKind::error : AgentEventKind::final,
      failure_ ? failure_->text : outcome_.answer);
}

std::optional<OutcomeClass> GeminiStream::class_of_exit(const ExitStatus& status) const {
  for (const CodedOutcome& known : kExitCodes) {
    if (!status.signalled && status.code == known.code) return known.outcome;
  }
  if (const auto http = status_of_exit(status)) return class_of_status(*http);
  return DialectStream::class_of_exit(status);
}

std::string GeminiStream::describe_exit(const ExitStatus& status) const {
  const auto http = status_of_exit(status);
  return http ? fmt::format("{} (HTTP status {})", to_string(status), *http) : to_string(status);
}

}  // namespace

std::unique_ptr<AgentStream> open_gemini_stream(StreamRules rules,
                                                std::shared_ptr<const LinePatterns> patterns) {
  return std::make_unique<GeminiStream>(std::move(rules), std::move(patterns));
}

}  // namespace loop
