// SPDX-License-Identifier: MIT
// Claude Code: `claude -p PROMPT --output-format stream-json --verbose`.
#include "fake_agent/dialect.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "fake_agent/command_line.hpp"

namespace fake_agent {

namespace {

namespace json = boost::json;

constexpr std::array kRules{
    OptionRule{"--add-dir", Takes::list, {}},
    OptionRule{"--agent", Takes::value, {}},
    OptionRule{"--agents", Takes::value, {}},
    OptionRule{"--allow-dangerously-skip-permissions", Takes::nothing, {}},
    OptionRule{"--allowed-tools --allowedTools", Takes::list, {}},
    OptionRule{"--append-system-prompt", Takes::value, {}},
    OptionRule{"--append-system-prompt-file", Takes::value, {}},
    OptionRule{"--bare", Takes::nothing, {}},
    OptionRule{"--betas", Takes::list, {}},
    OptionRule{"-c --continue", Takes::nothing, {}},
    OptionRule{"--dangerously-skip-permissions", Takes::nothing, {}},
    OptionRule{"-d --debug", Takes::optional_value, {}},
    OptionRule{"--debug-file", Takes::value, {}},
    OptionRule{"--disable-slash-commands", Takes::nothing, {}},
    OptionRule{"--disallowed-tools --disallowedTools", Takes::list, {}},
    OptionRule{"--effort", Takes::value, "low medium high xhigh max"},
    OptionRule{"--fallback-model", Takes::value, {}},
    OptionRule{"--fork-session", Takes::nothing, {}},
    OptionRule{"--include-hook-events", Takes::nothing, {}},
    OptionRule{"--include-partial-messages", Takes::nothing, {}},
    OptionRule{"--input-format", Takes::value, "text stream-json"},
    OptionRule{"--json-schema", Takes::value, {}},
    OptionRule{"--max-budget-usd", Takes::value, {}},
    OptionRule{"--max-turns", Takes::value, {}},
    OptionRule{"--mcp-config", Takes::list, {}},
    OptionRule{"--model", Takes::value, {}},
    OptionRule{"-n --name", Takes::value, {}},
    OptionRule{"--no-session-persistence", Takes::nothing, {}},
    OptionRule{"--output-format", Takes::value, "text json stream-json"},
    OptionRule{"--permission-mode", Takes::value,
               "acceptEdits auto bypassPermissions default dontAsk plan"},
    OptionRule{"--plugin-dir", Takes::value, {}},
    OptionRule{"-p --print", Takes::nothing, {}},
    OptionRule{"-r --resume", Takes::optional_value, {}},
    OptionRule{"--session-id", Takes::value, {}},
    OptionRule{"--setting-sources", Takes::value, {}},
    OptionRule{"--settings", Takes::value, {}},
    OptionRule{"--strict-mcp-config", Takes::nothing, {}},
    OptionRule{"--system-prompt", Takes::value, {}},
    OptionRule{"--tools", Takes::list, {}},
    OptionRule{"--verbose", Takes::nothing, {}},
};

std::string words_for(const LineFault& fault) {
  switch (fault.kind) {
    case LineFault::Kind::unknown_option:
      return fmt::format("error: unknown option '{}'\n", fault.option);
    case LineFault::Kind::value_missing:
      return fmt::format("error: option '{} <value>' argument missing\n", fault.option);
    case LineFault::Kind::value_refused:
      return fmt::format(
          "error: option '{} <value>' argument '{}' is invalid. Allowed choices are {}.\n",
          fault.option, fault.value, fault.allowed);
  }
  return {};
}

json::object usage_of(const Figures& figures) {
  return {{"input_tokens", figures.input},
          {"cache_creation_input_tokens", figures.cache_write},
          {"cache_read_input_tokens", figures.cache_read},
          {"output_tokens", figures.output + figures.reasoning},
          {"server_tool_use", {{"web_search_requests", 0}, {"web_fetch_requests", 0}}},
          {"service_tier", "standard"}};
}

constexpr Figures kNothing{0, 0, 0, 0, 0, 0};

class Claude final : public Dialect {
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
  int exit_code_of_term() const override { return 143; }

 private:
  std::optional<Refusal> check(const Surroundings& around) const;
  std::optional<Refusal> check_mcp(const Surroundings& around) const;
  std::optional<Refusal> take_session(const Surroundings& around);
  json::object result(const Figures& figures) const;
  std::string message(json::object content, const Figures& figures) const;
  // With what every event ends.
  std::string stamped(json::object event) const;

  CommandLine line_;
  std::string mcp_status_ = "pending";
};

std::optional<Refusal> Claude::read(const std::vector<std::string>& words,
                                    const Surroundings& around) {
  auto read = read_command_line({kRules, DashValues::taken}, words);
  if (read.fault) return Refusal{1, words_for(*read.fault), {}};
  line_ = std::move(read.line);
  request_.model = line_.has("--model") ? line_.value("--model") : "claude-sonnet-4-5";
  request_.prompt = line_.positionals.empty() ? around.read_input() : line_.positionals.front();
  if (auto refused = check(around)) return refused;
  if (auto refused = check_mcp(around)) return refused;
  if (auto status = around.variable("FAKE_MCP_STATUS"); !status.empty()) mcp_status_ = status;
  return take_session(around);
}

std::optional<Refusal> Claude::check(const Surroundings& around) const {
  if (!line_.has("--print")) return Refusal{1, "Error: this stand-in has no terminal\n", {}};
  if (request_.prompt.empty()) {
    return Refusal{1,
                   "Error: Input must be provided either through stdin or as a prompt argument "
                   "when using --print\n",
                   {}};
  }
  if (line_.value("--output-format") == "stream-json" && !line_.has("--verbose")) {
    return Refusal{
        1, "Error: When using --print, --output-format=stream-json requires --verbose\n", {}};
  }
  const bool is_bypassed = line_.has("--dangerously-skip-permissions") ||
                           line_.value("--permission-mode") == "bypassPermissions";
  if (is_bypassed && around.is_root() && around.variable("IS_SANDBOX") != "1") {
    return Refusal{1,
                   "--dangerously-skip-permissions cannot be used with root/sudo privileges for "
                   "security reasons\n",
                   {}};
  }
  if (!line_.has("--max-budget-usd")) return std::nullopt;
  const std::string budget = line_.value("--max-budget-usd");
  if (budget.find_first_not_of("0123456789.") != std::string::npos || std::stod(budget) <= 0) {
    return Refusal{1, "error: --max-budget-usd must be a positive number greater than 0\n", {}};
  }
  return std::nullopt;
}

std::optional<Refusal> Claude::check_mcp(const Surroundings& around) const {
  const auto given = line_.options.find("--mcp-config");
  if (given == line_.options.end()) return std::nullopt;
  for (const std::string& config : given->second) {
    const bool is_text = config.starts_with('{');
    if (!is_text && !around.is_file(config)) {
      return Refusal{
          1, "Error: Invalid MCP configuration:\nMCP config file not found: " + config + "\n", {}};
    }
    if (!is_text) continue;
    boost::system::error_code problem;
    const json::value value = json::parse(config, problem);
    const json::object* object = problem ? nullptr : value.if_object();
    const json::value* servers = object == nullptr ? nullptr : object->if_contains("mcpServers");
    if (servers == nullptr || !servers->is_object()) {
      return Refusal{1,
                     "Error: Invalid MCP configuration:\nmcpServers: Invalid input: expected "
                     "record, received undefined\n",
                     {}};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> Claude::take_session(const Surroundings& around) {
  const std::string resumed = line_.value("--resume");
  request_.session = line_.has("--session-id") ? line_.value("--session-id") : random_uuid();
  if (!resumed.empty()) request_.session = resumed;
  if (!is_uuid(request_.session)) {
    return Refusal{1, "Error: Invalid session ID. Must be a valid UUID.\n", {}};
  }
  if (!resumed.empty() && !around.knows_session(resumed)) {
    json::object event = result(kNothing);
    event["subtype"] = "error_during_execution";
    event["is_error"] = true;
    event["errors"] = json::array{"No conversation found with session ID: " + resumed};
    return Refusal{1, "No conversation found with session ID: " + resumed + "\n",
                   json::serialize(event) + "\n"};
  }
  if (resumed.empty() && around.knows_session(request_.session)) {
    return Refusal{
        1, fmt::format("Error: Session ID {} is already in use.\n", request_.session), {}};
  }
  if (!line_.has("--no-session-persistence")) around.remember_session(request_.session);
  return std::nullopt;
}

std::string Claude::stamped(json::object event) const {
  event["session_id"] = request_.session;
  event["uuid"] = random_uuid();
  return json::serialize(event);
}

Lines Claude::open() const {
  json::array servers;
  if (line_.has("--mcp-config")) servers.push_back({{"name", "loop"}, {"status", mcp_status_}});
  const std::string mode = line_.value("--permission-mode");
  return {stamped({{"type", "system"},
                   {"subtype", "init"},
                   {"cwd", "/"},
                   {"tools", {"Task", "Bash", "Edit", "Read", "Write"}},
                   {"mcp_servers", servers},
                   {"model", request_.model},
                   {"permissionMode", mode.empty() ? "default" : mode},
                   {"slash_commands", {"clear", "compact"}},
                   {"apiKeySource", "ANTHROPIC_API_KEY"},
                   {"claude_code_version", "2.1.197"},
                   {"output_style", "default"}})};
}

// The output count of a message is that of its start: summing these is wrong.
std::string Claude::message(json::object content, const Figures& figures) const {
  json::object usage = usage_of(figures);
  usage["output_tokens"] = figures.output > 0 ? 1 : 0;
  return stamped({{"type", "assistant"},
                  {"message",
                   {{"id", "msg_1"},
                    {"type", "message"},
                    {"role", "assistant"},
                    {"model", request_.model},
                    {"content", json::array{std::move(content)}},
                    {"stop_reason", nullptr},
                    {"usage", usage}}},
                  {"parent_tool_use_id", nullptr}});
}

Lines Claude::use_tool(const std::string& output) const {
  const json::object call{{"type", "tool_use"},
                          {"id", "toolu_1"},
                          {"name", "Bash"},
                          {"input", {{"command", "echo tool"}, {"description", "x"}}}};
  const json::object answer{{"tool_use_id", "toolu_1"},
                            {"type", "tool_result"},
                            {"content", output},
                            {"is_error", false}};
  return {message(call, Figures{}),
          stamped({{"type", "user"},
                   {"message", {{"role", "user"}, {"content", json::array{answer}}}},
                   {"parent_tool_use_id", nullptr},
                   {"tool_use_result", {{"stderr", ""}, {"interrupted", false}}}})};
}

Lines Claude::say(const std::string& text) const {
  return {message({{"type", "text"}, {"text", text}}, Figures{})};
}

json::object Claude::result(const Figures& figures) const {
  json::object models;
  const json::object used{{"inputTokens", figures.input},
                          {"outputTokens", figures.output + figures.reasoning},
                          {"cacheReadInputTokens", figures.cache_read},
                          {"cacheCreationInputTokens", figures.cache_write},
                          {"webSearchRequests", 0},
                          {"costUSD", figures.cost_usd},
                          {"contextWindow", 200000}};
  if (figures.input + figures.cache_read > 0) models[request_.model] = used;
  return {{"type", "result"},
          {"subtype", "success"},
          {"is_error", false},
          {"api_error_status", nullptr},
          {"duration_ms", 511},
          {"duration_api_ms", 98},
          {"num_turns", 1},
          {"stop_reason", "end_turn"},
          {"session_id", request_.session},
          {"total_cost_usd", figures.cost_usd},
          {"usage", usage_of(figures)},
          {"modelUsage", models},
          {"permission_denials", json::array{}},
          {"uuid", random_uuid()}};
}

Lines Claude::close(const std::string& answer, const Figures& figures) const {
  json::object event = result(figures);
  event["result"] = answer;
  event["terminal_reason"] = "completed";
  return {json::serialize(event)};
}

Lines Claude::unknown() const {
  return {stamped({{"type", "telepathy"}, {"of", "a version to come"}}),
          stamped({{"type", "system"}, {"subtype", "status"}, {"status", "compacting"}})};
}

Lines Claude::passing_error() const {
  return {stamped({{"type", "system"},
                   {"subtype", "api_retry"},
                   {"attempt", 1},
                   {"max_retries", 10},
                   {"retry_delay_ms", 1000},
                   {"error_status", 429},
                   {"error", "rate_limit"}})};
}

Ending Claude::fail(Failure failure, const std::string& message, const Figures& figures) const {
  const std::string words = failure_words(failure, message);
  const bool is_own_limit = failure == Failure::turns || failure == Failure::budget;
  json::object event = result(is_own_limit ? figures : kNothing);
  event["is_error"] = true;
  if (is_own_limit) {
    event["subtype"] = failure == Failure::turns ? "error_max_turns" : "error_max_budget_usd";
    event["errors"] = json::array{words};
    // Seen of the budget's stop: the sum is nothing while the models' figures are right.
    if (failure == Failure::budget) event["usage"] = usage_of(kNothing);
    return {{json::serialize(event)}, 1, {}};
  }
  const int status = http_status(failure);
  std::string text = fmt::format("API Error: {} {}", status, words);
  if (failure == Failure::rate_limited) {
    text = fmt::format("API Error: Request rejected (429) · {}", words);
  } else if (failure == Failure::unauthorized) {
    text = fmt::format("Failed to authenticate. API Error: 401 {}", words);
  } else if (failure == Failure::not_logged_in) {
    text = "Not logged in · Please run /login";
  }
  event["result"] = text;
  event["stop_reason"] = "stop_sequence";
  if (status != 0) event["api_error_status"] = status;
  return {
      {this->message({{"type", "text"}, {"text", text}}, kNothing), json::serialize(event)}, 1, {}};
}

}  // namespace

std::unique_ptr<Dialect> make_claude() { return std::make_unique<Claude>(); }

}  // namespace fake_agent
