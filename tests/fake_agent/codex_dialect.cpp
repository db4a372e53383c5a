// SPDX-License-Identifier: MIT
// Codex: `codex exec --json PROMPT` and `codex exec resume --json ID PROMPT`.
#include "fake_agent/dialect.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "fake_agent/command_line.hpp"

namespace fake_agent {

namespace {

namespace json = boost::json;

constexpr std::array kExecRules{
    OptionRule{"-c --config", Takes::value, {}},
    OptionRule{"--enable", Takes::value, {}},
    OptionRule{"--disable", Takes::value, {}},
    OptionRule{"--strict-config", Takes::nothing, {}},
    OptionRule{"-i --image", Takes::list, {}},
    OptionRule{"-m --model", Takes::value, {}},
    OptionRule{"--oss", Takes::nothing, {}},
    OptionRule{"-p --profile", Takes::value, {}},
    OptionRule{"-s --sandbox", Takes::value, "read-only workspace-write danger-full-access"},
    OptionRule{"--approve-for-me", Takes::nothing, {}},
    OptionRule{"--dangerously-bypass-approvals-and-sandbox", Takes::nothing, {}},
    OptionRule{"-C --cd", Takes::value, {}},
    OptionRule{"--worktree", Takes::nothing, {}},
    OptionRule{"--add-dir", Takes::value, {}},
    OptionRule{"--skip-git-repo-check", Takes::nothing, {}},
    OptionRule{"--trust", Takes::nothing, {}},
    OptionRule{"--ephemeral", Takes::nothing, {}},
    OptionRule{"--ignore-user-config", Takes::nothing, {}},
    OptionRule{"--ignore-rules", Takes::nothing, {}},
    OptionRule{"--output-schema", Takes::value, {}},
    OptionRule{"--color", Takes::value, "always never auto"},
    OptionRule{"--json", Takes::nothing, {}},
    OptionRule{"-o --output-last-message", Takes::value, {}},
};

// `resume` knows fewer: no sandbox, no folder, no profile.
constexpr std::array kResumeRules{
    OptionRule{"-c --config", Takes::value, {}},
    OptionRule{"--last", Takes::nothing, {}},
    OptionRule{"--all", Takes::nothing, {}},
    OptionRule{"--enable", Takes::value, {}},
    OptionRule{"--disable", Takes::value, {}},
    OptionRule{"-i --image", Takes::value, {}},
    OptionRule{"--strict-config", Takes::nothing, {}},
    OptionRule{"-m --model", Takes::value, {}},
    OptionRule{"--dangerously-bypass-approvals-and-sandbox", Takes::nothing, {}},
    OptionRule{"--worktree", Takes::nothing, {}},
    OptionRule{"--skip-git-repo-check", Takes::nothing, {}},
    OptionRule{"--trust", Takes::nothing, {}},
    OptionRule{"--ephemeral", Takes::nothing, {}},
    OptionRule{"--ignore-user-config", Takes::nothing, {}},
    OptionRule{"--ignore-rules", Takes::nothing, {}},
    OptionRule{"--output-schema", Takes::value, {}},
    OptionRule{"--json", Takes::nothing, {}},
    OptionRule{"-o --output-last-message", Takes::value, {}},
};

constexpr std::string_view kMoreHelp = "\nFor more information, try '--help'.\n";

Refusal usage_fault(const std::string& text) {
  return {2, fmt::format("error: {}\n{}", text, kMoreHelp), {}};
}

Refusal words_for(const LineFault& fault) {
  switch (fault.kind) {
    case LineFault::Kind::unknown_option:
      return usage_fault(fmt::format("unexpected argument '{}' found", fault.option));
    case LineFault::Kind::value_missing:
      return usage_fault(
          fmt::format("a value is required for '{} <VALUE>' but none was supplied", fault.option));
    case LineFault::Kind::value_refused:
      return usage_fault(fmt::format("invalid value '{}' for '{} <VALUE>'\n  [possible values: {}]",
                                     fault.value, fault.option, fault.allowed));
  }
  return usage_fault("");
}

class Codex final : public Dialect {
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
  std::optional<Refusal> read_resume(std::span<const std::string> words, CommandLine line,
                                     const Surroundings& around);
  std::optional<Refusal> check(const CommandLine& line, const Surroundings& around);
};

// Options before `resume` are those of `exec`, options after it those of `resume`.
std::optional<Refusal> Codex::read(const std::vector<std::string>& words,
                                   const Surroundings& around) {
  if (words.empty() || words.front() != "exec") {
    return Refusal{1, "Error: stdin is not a terminal\n", {}};
  }
  const std::span<const std::string> all(words);
  const auto rest = all.subspan(1);
  auto end = rest.end();
  for (auto word = rest.begin(); word != rest.end() && *word != "--"; ++word) {
    if (*word != "resume") continue;
    const auto before = read_command_line({kExecRules}, std::span(rest.begin(), word));
    if (before.fault || !before.line.positionals.empty()) continue;
    end = word;
    break;
  }
  auto read = read_command_line({kExecRules}, std::span(rest.begin(), end));
  if (read.fault) return words_for(*read.fault);
  CommandLine& line = read.line;
  if (line.has("--sandbox") && line.has("--approve-for-me")) {
    return usage_fault(
        "the argument '--sandbox <SANDBOX_MODE>' cannot be used with '--approve-for-me'");
  }
  request_.model = line.value("--model");
  if (end != rest.end()) {
    return read_resume(std::span(end + 1, rest.end()), std::move(line), around);
  }
  if (line.positionals.size() > 1) {
    return usage_fault(fmt::format("unexpected argument '{}' found", line.positionals[1]));
  }
  request_.prompt = line.positionals.empty() ? "-" : line.positionals.front();
  request_.session = random_uuid();
  auto refused = check(line, around);
  if (!refused && !line.has("--ephemeral")) around.remember_session(request_.session);
  return refused;
}

std::optional<Refusal> Codex::read_resume(std::span<const std::string> words, CommandLine line,
                                          const Surroundings& around) {
  auto read = read_command_line({kResumeRules}, words);
  if (read.fault) return words_for(*read.fault);
  const auto& positionals = read.line.positionals;
  if (positionals.empty() || positionals.size() > 2) {
    return usage_fault("resume takes [SESSION_ID] [PROMPT]");
  }
  request_.session = positionals[0];
  request_.prompt = positionals.size() == 2 ? positionals[1] : "-";
  if (read.line.has("--model")) request_.model = read.line.value("--model");
  line.options.merge(read.line.options);
  if (auto refused = check(line, around)) return refused;
  if (around.knows_session(request_.session)) return std::nullopt;
  return Refusal{1,
                 fmt::format("Error: thread/resume: thread/resume failed: no rollout found for "
                             "thread id {} (code -32600)\n",
                             request_.session),
                 {}};
}

std::optional<Refusal> Codex::check(const CommandLine& line, const Surroundings& around) {
  const auto settings = line.options.find("--config");
  if (settings != line.options.end()) {
    for (const std::string& setting : settings->second) {
      if (setting.find('=') != std::string::npos) continue;
      return Refusal{
          1,
          fmt::format("Error parsing -c overrides: Invalid override (missing '='): {}\n", setting),
          {}};
    }
  }
  const bool is_repository = around.is_in_git_repository();
  const bool is_unchecked =
      line.has("--skip-git-repo-check") || line.has("--dangerously-bypass-approvals-and-sandbox");
  if (!is_repository && !is_unchecked) {
    return Refusal{
        1, "Not inside a trusted directory and --skip-git-repo-check was not specified.\n", {}};
  }
  if (request_.prompt == "-") {
    request_.prompt = around.read_input();
    if (request_.prompt.empty()) {
      return Refusal{1, "Reading prompt from stdin...\nNo prompt provided via stdin.\n", {}};
    }
  }
  return std::nullopt;
}

std::string item_of(std::string_view type, json::object item) {
  return json::serialize(json::object{{"type", type}, {"item", std::move(item)}});
}

Lines Codex::open() const {
  return {
      json::serialize(json::object{{"type", "thread.started"}, {"thread_id", request_.session}}),
      R"({"type":"turn.started"})"};
}

Lines Codex::use_tool(const std::string& output) const {
  const auto command = [&](const std::string& text, json::value code, const char* status) {
    return json::object{{"id", "item_0"},
                        {"type", "command_execution"},
                        {"command", "/bin/bash -lc 'echo tool'"},
                        {"aggregated_output", text},
                        {"exit_code", std::move(code)},
                        {"status", status}};
  };
  return {item_of("item.started", command("", nullptr, "in_progress")),
          item_of("item.completed", command(output, 0, "completed"))};
}

Lines Codex::say(const std::string& text) const {
  return {item_of("item.completed", {{"id", "item_1"}, {"type", "agent_message"}, {"text", text}})};
}

// input_tokens holds the cached part, output_tokens the reasoning.
Lines Codex::close(const std::string& /*answer*/, const Figures& figures) const {
  const json::object usage{
      {"input_tokens", figures.input + figures.cache_read + figures.cache_write},
      {"cached_input_tokens", figures.cache_read},
      {"cache_write_input_tokens", figures.cache_write},
      {"output_tokens", figures.output + figures.reasoning},
      {"reasoning_output_tokens", figures.reasoning}};
  return {json::serialize(json::object{{"type", "turn.completed"}, {"usage", usage}})};
}

Lines Codex::unknown() const {
  return {
      R"({"type":"thread.telepathy","of":"a version to come"})",
      item_of("item.updated", {{"id", "item_9"}, {"type", "todo_list"}, {"items", json::array{}}})};
}

Lines Codex::passing_error() const {
  return {
      json::serialize(
          json::object{{"type", "error"},
                       {"message", "Reconnecting... 2/5 (stream disconnected before completion)"}}),
      item_of("item.completed", {{"id", "item_8"},
                                 {"type", "error"},
                                 {"message", "Falling back from WebSockets to HTTPS transport."}})};
}

// A refused request's text is the service's body: JSON in a string.
Ending Codex::fail(Failure failure, const std::string& message, const Figures& /*figures*/) const {
  const std::string words = failure_words(failure, message);
  std::string text = words;
  switch (failure) {
    case Failure::bad_request:
      text = json::serialize(json::object{
          {"error", {{"message", words}, {"type", "invalid_request_error"}, {"code", nullptr}}}});
      break;
    case Failure::unauthorized:
    case Failure::not_logged_in:
      text = fmt::format(
          "unexpected status 401 Unauthorized: {}, url: http://localhost/v1/responses", words);
      break;
    case Failure::rate_limited:
      text = message.empty() ? "exceeded retry limit, last status: 429 Too Many Requests" : message;
      break;
    case Failure::overloaded:
      text = fmt::format("unexpected status 529 Unknown: {}, url: http://localhost/v1/responses",
                         words);
      break;
    case Failure::turns:
    case Failure::budget: break;  // it has no such limits: said as its text
  }
  return {{json::serialize(json::object{{"type", "error"}, {"message", text}}),
           json::serialize(json::object{{"type", "turn.failed"}, {"error", {{"message", text}}}})},
          1,
          {}};
}

}  // namespace

std::unique_ptr<Dialect> make_codex() { return std::make_unique<Codex>(); }

}  // namespace fake_agent
