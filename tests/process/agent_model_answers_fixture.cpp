// SPDX-License-Identifier: MIT
// The streams of four interfaces.
#include "process/agent_model_answers.hpp"

#include <initializer_list>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace loop::test {

namespace {

namespace json = boost::json;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// With the event's type as its name, too, where the provider does so.
std::string stream_of(std::initializer_list<json::object> events) {
  std::string text;
  for (const json::object& event : events) {
    if (const json::value* type = event.if_contains("type")) {
      text += fmt::format("event: {}\n", type->as_string().c_str());
    }
    text += fmt::format("data: {}\n\n", json::serialize(event));
  }
  return text;
}

json::object anthropic_message() {
  return {{"id", "msg_1"},
          {"type", "message"},
          {"role", "assistant"},
          {"model", "claude-sonnet-4-5"},
          {"content", json::array{}},
          {"stop_reason", nullptr},
          {"stop_sequence", nullptr},
          {"usage",
           {{"input_tokens", 240},
            {"cache_creation_input_tokens", 30},
            {"cache_read_input_tokens", 100},
            {"output_tokens", 1}}}};
}

std::string anthropic_stream() {
  return stream_of({{{"type", "message_start"}, {"message", anthropic_message()}},
                    {{"type", "content_block_start"},
                     {"index", 0},
                     {"content_block", {{"type", "text"}, {"text", ""}}}},
                    {{"type", "content_block_delta"},
                     {"index", 0},
                     {"delta", {{"type", "text_delta"}, {"text", "Fake answer"}}}},
                    {{"type", "content_block_stop"}, {"index", 0}},
                    {{"type", "message_delta"},
                     {"delta", {{"stop_reason", "end_turn"}, {"stop_sequence", nullptr}}},
                     {"usage", {{"output_tokens", 55}}}},
                    {{"type", "message_stop"}}});
}

// For the small questions that Claude asks beside the run.
std::string anthropic_whole() {
  json::object message = anthropic_message();
  message["content"] = json::array{{{"type", "text"}, {"text", "Fake answer"}}};
  message["stop_reason"] = "end_turn";
  return json::serialize(message);
}

std::string responses_stream() {
  const auto item = [](json::array content) {
    return json::object{{"type", "message"},
                        {"id", "m1"},
                        {"role", "assistant"},
                        {"content", std::move(content)},
                        {"status", "completed"}};
  };
  const json::object text{
      {"type", "output_text"}, {"text", "Fake answer"}, {"annotations", json::array{}}};
  const json::object usage{{"input_tokens", 400},
                           {"input_tokens_details", {{"cached_tokens", 160}}},
                           {"output_tokens", 70},
                           {"output_tokens_details", {{"reasoning_tokens", 20}}},
                           {"total_tokens", 470}};
  return stream_of(
      {{{"type", "response.created"}, {"response", {{"id", "r1"}}}},
       {{"type", "response.output_item.added"}, {"output_index", 0}, {"item", item({})}},
       {{"type", "response.output_item.done"}, {"output_index", 0}, {"item", item({text})}},
       {{"type", "response.completed"},
        {"response", {{"id", "r1"}, {"output", json::array{item({text})}}, {"usage", usage}}}}});
}

std::string gemini_stream() {
  const auto piece = [](const char* text, json::value reason) {
    return json::object{{"content", {{"role", "model"}, {"parts", json::array{{{"text", text}}}}}},
                        {"finishReason", std::move(reason)},
                        {"index", 0}};
  };
  return stream_of({{{"candidates", json::array{piece("Fake ", nullptr)}}},
                    {{"candidates", json::array{piece("answer", "STOP")}},
                     {"usageMetadata",
                      {{"promptTokenCount", 600},
                       {"cachedContentTokenCount", 200},
                       {"candidatesTokenCount", 40},
                       {"thoughtsTokenCount", 10},
                       {"totalTokenCount", 650}}}}});
}

std::string chat_stream() {
  const auto chunk = [](json::object delta, json::value reason) {
    return json::object{{"id", "c1"},
                        {"object", "chat.completion.chunk"},
                        {"created", 1},
                        {"model", "m"},
                        {"choices", json::array{{{"index", 0},
                                                 {"delta", std::move(delta)},
                                                 {"finish_reason", std::move(reason)}}}}};
  };
  json::object last = chunk({}, "stop");
  last["usage"] = {{"prompt_tokens", 150},
                   {"prompt_tokens_details", {{"cached_tokens", 40}}},
                   {"completion_tokens", 33},
                   {"completion_tokens_details", {{"reasoning_tokens", 8}}},
                   {"total_tokens", 183}};
  return stream_of({chunk({{"role", "assistant"}, {"content", "Fake answer"}}, nullptr), last}) +
         "data: [DONE]\n\n";
}

ModelAnswer events(std::string body) { return {"text/event-stream", std::move(body)}; }

}  // namespace

ModelAnswer answer_of_model(std::string_view path, std::string_view request) {
  if (contains(path, "/messages") && !contains(path, "count_tokens")) {
    return contains(request, R"("stream":true)")
               ? events(anthropic_stream())
               : ModelAnswer{"application/json", anthropic_whole()};
  }
  if (contains(path, "/responses")) return events(responses_stream());
  if (contains(path, "streamGenerateContent")) return events(gemini_stream());
  if (contains(path, "/chat/completions")) return events(chat_stream());
  return {};
}

std::string refusal_of_model(std::string_view path, int status) {
  const bool is_limit = status == 429;
  json::object error{{"message", "fake refusal"}};
  if (contains(path, "enerateContent")) {
    error["code"] = status;
    error["status"] = is_limit ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT";
  } else {
    error["type"] = is_limit ? "rate_limit_error" : "invalid_request_error";
  }
  return json::serialize(json::object{{"type", "error"}, {"error", std::move(error)}});
}

}  // namespace loop::test
