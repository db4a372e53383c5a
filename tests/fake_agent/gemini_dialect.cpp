// SPDX-License-Identifier: MIT
// Gemini CLI: `gemini -p PROMPT -o stream-json`.
#include "fake_agent/dialect.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "fake_agent/command_line.hpp"

namespace fake_agent {

namespace {

namespace json = boost::json;

constexpr std::array kRules{
    OptionRule{"-d --debug", Takes::nothing, {}},
    OptionRule{"-m --model", Takes::value, {}},
    OptionRule{"-p --prompt", Takes::value, {}},
    OptionRule{"--skip-trust", Takes::nothing, {}},
    OptionRule{"-s --sandbox", Takes::nothing, {}},
    OptionRule{"-y --yolo", Takes::nothing, {}},
    OptionRule{"--approval-mode", Takes::value, "default auto_edit yolo plan"},
    OptionRule{"--policy", Takes::list, {}},
    OptionRule{"--admin-policy", Takes::list, {}},
    OptionRule{"--allowed-mcp-server-names", Takes::list, {}},
    OptionRule{"--allowed-tools", Takes::list, {}},
    OptionRule{"-e --extensions", Takes::list, {}},
    OptionRule{"-r --resume", Takes::value, {}},
    OptionRule{"--session-id", Takes::value, {}},
    OptionRule{"--include-directories", Takes::list, {}},
    OptionRule{"--screen-reader", Takes::nothing, {}},
    OptionRule{"-o --output-format", Takes::value, "text json stream-json"},
    OptionRule{"--raw-output", Takes::nothing, {}},
    OptionRule{"--accept-raw-output-risk", Takes::nothing, {}},
};

constexpr const char* kHelp = "Usage: gemini [options] [command]\n";
constexpr const char* kTime = "2026-11-23T06:57:07.026Z";

// A word of single-letter options that holds "h" asks for help, and that is a success: so
// `-p "- the task"` prints the help and ends with 0.
Refusal words_for(const LineFault& fault, std::span<const std::string> words) {
  for (const std::string& word : words) {
    const bool is_short = word.size() > 1 && word[0] == '-' && word[1] != '-';
    const bool asks = is_short && word.find('h') != std::string::npos;
    if (fault.kind != LineFault::Kind::value_refused && asks) return {0, {}, kHelp};
  }
  switch (fault.kind) {
    case LineFault::Kind::unknown_option:
      return {1, fmt::format("{}Unknown argument: {}\n", kHelp, fault.option), {}};
    case LineFault::Kind::value_missing:
      return {1, fmt::format("{}Not enough arguments following: {}\n", kHelp, fault.option), {}};
    case LineFault::Kind::value_refused:
      return {1,
              fmt::format("{}Invalid values:\n  Argument: {}, Given: \"{}\", Choices: {}\n", kHelp,
                          fault.option, fault.value, fault.allowed),
              {}};
  }
  return {};
}

class Gemini final : public Dialect {
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

 private:
  std::optional<Refusal> check(const CommandLine& line, const Surroundings& around);
  json::object stats(const Figures& figures) const;
};

std::string event(std::string_view type, const json::object& rest) {
  json::object whole{{"type", type}, {"timestamp", kTime}};
  for (const auto& member : rest) whole.insert(member);
  return json::serialize(whole);
}

std::optional<Refusal> Gemini::read(const std::vector<std::string>& words,
                                    const Surroundings& around) {
  auto read = read_command_line({kRules}, words);
  if (read.fault) return words_for(*read.fault, words);
  const CommandLine& line = read.line;
  if (line.has("--yolo") && line.has("--approval-mode")) {
    return Refusal{
        1, fmt::format("{}Cannot use both --yolo (-y) and --approval-mode together\n", kHelp), {}};
  }
  if (line.has("--prompt") && !line.positionals.empty()) {
    return Refusal{
        1,
        fmt::format("{}Cannot use both a positional prompt and the --prompt (-p) flag together\n",
                    kHelp),
        {}};
  }
  request_.model = line.has("--model") ? line.value("--model") : "gemini-2.5-pro";
  request_.prompt = line.value("--prompt");
  if (const std::string input = around.read_input(); !input.empty()) {
    request_.prompt = request_.prompt.empty() ? input : input + "\n\n" + request_.prompt;
  }
  return check(line, around);
}

std::optional<Refusal> Gemini::check(const CommandLine& line, const Surroundings& around) {
  if (!line.has("--skip-trust") && around.variable("GEMINI_CLI_TRUST_WORKSPACE") != "true") {
    return Refusal{
        55,
        "Gemini CLI is not running in a trusted directory. To proceed, either use "
        "`--skip-trust`, set the `GEMINI_CLI_TRUST_WORKSPACE=true` environment variable, "
        "or trust this directory in interactive mode.\n",
        {}};
  }
  const bool has_auth = !around.variable("GEMINI_API_KEY").empty() ||
                        !around.variable("GOOGLE_GENAI_USE_VERTEXAI").empty() ||
                        !around.variable("GOOGLE_GENAI_USE_GCA").empty();
  if (!has_auth) {
    return Refusal{
        41,
        "Please set an Auth method in your settings.json or specify one of the following "
        "environment variables before running: GEMINI_API_KEY, "
        "GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GENAI_USE_GCA\n",
        {}};
  }
  if (request_.prompt.empty()) {
    return Refusal{42,
                   "No input provided via stdin. Input can be provided by piping data into gemini "
                   "or using the --prompt option.\n",
                   {}};
  }
  request_.session = line.has("--session-id") ? line.value("--session-id") : random_uuid();
  if (const std::string resumed = line.value("--resume"); !resumed.empty()) {
    if (!around.knows_session(resumed)) {
      return Refusal{
          42,
          fmt::format("Error resuming session: Invalid session identifier \"{}\".\n", resumed),
          {}};
    }
    request_.session = resumed;
  }
  around.remember_session(request_.session);
  return std::nullopt;
}

Lines Gemini::open() const {
  return {event("init", {{"session_id", request_.session}, {"model", request_.model}}),
          event("message", {{"role", "user"}, {"content", "the prompt"}})};
}

Lines Gemini::use_tool(const std::string& output) const {
  return {event("tool_use", {{"tool_name", "list_directory"},
                             {"tool_id", "list_directory_0"},
                             {"parameters", {{"dir_path", "."}}}}),
          event("tool_result",
                {{"tool_id", "list_directory_0"}, {"status", "success"}, {"output", output}})};
}

// Answers come in pieces.
Lines Gemini::say(const std::string& text) const {
  const std::size_t cut = text.find(' ') == std::string::npos ? text.size() : text.find(' ') + 1;
  Lines lines;
  for (const std::string& piece : {text.substr(0, cut), text.substr(cut)}) {
    if (piece.empty()) continue;
    lines.push_back(event("message", {{"role", "assistant"}, {"content", piece}, {"delta", true}}));
  }
  return lines;
}

// input_tokens holds the cached part; reasoning is in total_tokens only.
json::object Gemini::stats(const Figures& figures) const {
  const json::object sums{
      {"total_tokens", figures.input + figures.cache_read + figures.output + figures.reasoning},
      {"input_tokens", figures.input + figures.cache_read},
      {"output_tokens", figures.output},
      {"cached", figures.cache_read},
      {"input", figures.input}};
  json::object stats = sums;
  stats["duration_ms"] = 532;
  stats["tool_calls"] = 0;
  stats["models"] = json::object{{request_.model, sums}};
  return stats;
}

Lines Gemini::close(const std::string& /*answer*/, const Figures& figures) const {
  return {event("result", {{"status", "success"}, {"stats", stats(figures)}})};
}

Lines Gemini::unknown() const { return {event("telepathy", {{"of", "a version to come"}})}; }

Lines Gemini::passing_error() const {
  return {
      event("error", {{"severity", "warning"}, {"message", "Loop detected, stopping execution"}})};
}

// Its exit code is the HTTP status modulo 256.
Ending Gemini::fail(Failure failure, const std::string& message, const Figures& figures) const {
  const std::string words = failure_words(failure, message);
  if (failure == Failure::not_logged_in) return {{}, 41, "Please set an Auth method\n"};
  if (failure == Failure::turns) {
    return {{event("result", {{"status", "error"},
                              {"error", {{"type", "FatalTurnLimitedError"}, {"message", words}}},
                              {"stats", stats(figures)}})},
            53,
            "Reached max session turns for this session. Increase the number of turns by "
            "specifying maxSessionTurns in settings.json.\n"};
  }
  const int status = http_status(failure);
  const json::object body{
      {"error",
       {{"code", status},
        {"message", words},
        {"status", status == 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT"}}}};
  const std::string text =
      status == 0 ? words : fmt::format("[API Error: {}]", json::serialize(body));
  return {{event("result", {{"status", "error"},
                            {"error", {{"type", "unknown"}, {"message", text}}},
                            {"stats", stats({0, 0, 0, 0, 0, 0})}})},
          status == 0 ? 1 : status % 256,
          fmt::format("Attempt 1 failed with status {}.\n", status)};
}

}  // namespace

std::unique_ptr<Dialect> make_gemini() { return std::make_unique<Gemini>(); }

}  // namespace fake_agent
