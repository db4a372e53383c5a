// SPDX-License-Identifier: MIT
// opencode: `opencode run --format json PROMPT`.
#include "fake_agent/dialect.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "fake_agent/command_line.hpp"

namespace fake_agent {

namespace {

namespace json = boost::json;

constexpr std::array kRules{
    OptionRule{"--print-logs", Takes::nothing, {}},
    OptionRule{"--log-level", Takes::value, "DEBUG INFO WARN ERROR"},
    OptionRule{"--pure", Takes::nothing, {}},
    OptionRule{"--command", Takes::value, {}},
    OptionRule{"-c --continue", Takes::nothing, {}},
    OptionRule{"-s --session", Takes::value, {}},
    OptionRule{"--fork", Takes::nothing, {}},
    OptionRule{"--share", Takes::nothing, {}},
    OptionRule{"-m --model", Takes::value, {}},
    OptionRule{"--agent", Takes::value, {}},
    OptionRule{"--format", Takes::value, "default json"},
    OptionRule{"-f --file", Takes::list, {}},
    OptionRule{"--title", Takes::value, {}},
    OptionRule{"--dir", Takes::value, {}},
    OptionRule{"--variant", Takes::value, {}},
    OptionRule{"--thinking", Takes::nothing, {}},
    OptionRule{"--auto", Takes::nothing, {}},
};

constexpr const char* kHelp = "opencode run [message..]\n";

class Opencode final : public Dialect {
 public:
  std::optional<Refusal> read(const std::vector<std::string>& words,
                              const Surroundings& around) override;
  Lines open() const override;
  Lines use_tool(const std::string& output) const override;
  Lines say(const std::string& text) const override;
  Lines close(const std::string& answer, const Figures& figures) const override;
  Lines unknown() const override;
  Lines passing_error() const override;
  Ending fail(Failure failure, const std::string& message, const Figures& figures) const override;
  bool counts_by_step() const override { return true; }

 private:
  std::string event(std::string_view type, const json::object& rest) const;
  std::string part(std::string_view type, json::object rest) const;
  std::string error(json::object error) const;
};

std::optional<Refusal> Opencode::read(const std::vector<std::string>& words,
                                      const Surroundings& around) {
  if (words.empty() || words.front() != "run") return Refusal{1, "Error: no terminal\n", {}};
  auto read = read_command_line({kRules}, std::span(words).subspan(1));
  if (read.fault) return Refusal{1, kHelp, {}};
  const CommandLine& line = read.line;
  for (const std::string& word : line.positionals) {
    request_.prompt += (request_.prompt.empty() ? "" : " ") + word;
  }
  if (const std::string input = around.read_input(); !input.empty()) {
    request_.prompt += (request_.prompt.empty() ? "" : "\n") + input;
  }
  if (request_.prompt.empty()) {
    return Refusal{1, "\x1b[91m\x1b[1mError: \x1b[0mYou must provide a message or a command\n", {}};
  }
  request_.model = line.value("--model");
  request_.session = line.value("--session");
  if (!request_.session.empty() && !around.knows_session(request_.session)) {
    return Refusal{1, "\x1b[91m\x1b[1mError: \x1b[0mSession not found\n", {}};
  }
  if (request_.session.empty()) request_.session = "ses_" + random_uuid().substr(0, 8);
  around.remember_session(request_.session);
  if (line.has("--model") && request_.model.find('/') == std::string::npos) {
    return Refusal{1,
                   {},
                   error({{"name", "UnknownError"},
                          {"data",
                           {{"message",
                             "Unexpected server error. Check server logs "
                             "for details."}}}}) +
                       "\n"};
  }
  return std::nullopt;
}

std::string Opencode::event(std::string_view type, const json::object& rest) const {
  json::object whole{{"type", type}, {"timestamp", 1795417136538}, {"sessionID", request_.session}};
  for (const auto& member : rest) whole.insert(member);
  return json::serialize(whole);
}

std::string Opencode::part(std::string_view type, json::object rest) const {
  rest["id"] = "prt_" + random_uuid().substr(0, 8);
  rest["messageID"] = "msg_1";
  rest["sessionID"] = request_.session;
  return event(type, {{"part", std::move(rest)}});
}

std::string Opencode::error(json::object error) const {
  return event("error", {{"error", std::move(error)}});
}

Lines Opencode::open() const { return {part("step_start", {{"type", "step-start"}})}; }

Lines Opencode::use_tool(const std::string& output) const {
  return {part("tool_use", {{"type", "tool"},
                            {"tool", "bash"},
                            {"callID", "t1"},
                            {"state",
                             {{"status", "completed"},
                              {"input", {{"command", "echo tool"}}},
                              {"output", output},
                              {"title", "echo tool"}}}})};
}

Lines Opencode::say(const std::string& text) const {
  return {part("text", {{"type", "text"}, {"text", text}})};
}

// Each step says its own use and cost, no running total.
Lines Opencode::close(const std::string& answer, const Figures& figures) const {
  const std::int64_t total =
      figures.input + figures.cache_read + figures.cache_write + figures.output + figures.reasoning;
  return {part("step_finish",
               {{"type", "step-finish"},
                {"reason", answer.empty() ? "tool-calls" : "stop"},
                {"tokens",
                 {{"total", total},
                  {"input", figures.input},
                  {"output", figures.output},
                  {"reasoning", figures.reasoning},
                  {"cache", {{"write", figures.cache_write}, {"read", figures.cache_read}}}}},
                {"cost", figures.cost_usd}})};
}

Lines Opencode::unknown() const {
  return {event("telepathy", {{"of", "a version to come"}}),
          part("reasoning", {{"type", "reasoning"}, {"text", "thinking"}})};
}

Lines Opencode::passing_error() const {
  return {error(
      {{"name", "APIError"},
       {"data",
        {{"message", "Connection reset by server"}, {"statusCode", 503}, {"isRetryable", true}}}})};
}

Ending Opencode::fail(Failure failure, const std::string& message,
                      const Figures& /*figures*/) const {
  const std::string words = failure_words(failure, message);
  const int status = failure == Failure::not_logged_in ? 401 : http_status(failure);
  if (status == 0) {
    return {{error({{"name", "UnknownError"}, {"data", {{"message", words}}}})}, 1, {}};
  }
  const bool is_retryable = status == 429 || status == 529;
  return {{error({{"name", "APIError"},
                  {"data",
                   {{"message", words},
                    {"statusCode", status},
                    {"isRetryable", is_retryable},
                    {"responseHeaders", {{"content-type", "application/json"}}},
                    {"responseBody", "{}"}}}})},
          1,
          {}};
}

}  // namespace

std::unique_ptr<Dialect> make_opencode() { return std::make_unique<Opencode>(); }

}  // namespace fake_agent
