// SPDX-License-Identifier: MIT
// The adapter of a coding agent, made of its dialect and the operator's definition.
#include "cli_dialect.hpp"

#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

namespace {

class CliAdapter final : public AgentAdapter {
 public:
  CliAdapter(const CliDialect& dialect, AgentDefinition definition, StreamRules rules,
             std::shared_ptr<const LinePatterns> patterns)
      : dialect_(dialect),
        definition_(std::move(definition)),
        rules_(std::move(rules)),
        patterns_(std::move(patterns)) {}

  Result<AgentCommand> command(const AgentTask& task) const override {
    // The schedule's word: as an option it would change what the agent may do.
    if (model_of(definition_, task).substr(0, 1) == "-") {
      return Error(Errc::invalid_argument,
                   fmt::format("agent \"{}\": \"{}\" is no model: it begins with \"-\"",
                               definition_.name, ellipsize(model_of(definition_, task), 80)));
    }
    LOOP_TRY(AgentCommand command, dialect_.command(definition_, task));
    command.pass_on = dialect_.pass_on;
    for (const std::string& argument : command.argv) {
      if (argument.find('\0') == std::string::npos) continue;
      return Error(Errc::invalid_argument,
                   fmt::format("agent \"{}\": an argument holds a NUL byte", definition_.name));
    }
    return command;
  }

  std::unique_ptr<AgentStream> open_stream() const override {
    return dialect_.open_stream(rules_, patterns_);
  }

 private:
  const CliDialect& dialect_;
  AgentDefinition definition_;
  StreamRules rules_;
  std::shared_ptr<const LinePatterns> patterns_;
};

Error refused(const AgentDefinition& definition, std::string_view what) {
  return Error(Errc::invalid_argument, fmt::format("agent \"{}\": adapter {} {}", definition.name,
                                                   definition.adapter, what));
}

Status check(const CliDialect& dialect, const AgentDefinition& definition) {
  if (!definition.args.empty()) return refused(definition, "has its own args; use extra_args");
  if (definition.format != "text") return refused(definition, "has its own format; leave it out");
  if (definition.success_exit != std::vector<int>{0}) {
    return refused(definition, "knows its exit codes; leave success_exit out");
  }
  if (definition.turns_max > 0 && !dialect.has_turns_max) {
    return refused(definition, "has no limit of turns; leave turns_max out and use run.timeout");
  }
  if (definition.budget_usd_micros > 0 && !dialect.has_budget) {
    return refused(definition, "has no budget; leave budget_usd out and use budget.*_per_day");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AgentAdapter>> make_cli_adapter(const CliDialect& dialect,
                                                       const AgentDefinition& definition,
                                                       const std::string& zone) {
  LOOP_TRY_VOID(check(dialect, definition));
  LOOP_TRY(auto patterns, LinePatterns::compile(definition));
  AgentDefinition complete = definition;
  if (complete.command.empty()) complete.command = dialect.name;
  StreamRules rules;
  rules.success_exit = {0};
  rules.evidence = Evidence::final_event;
  rules.zone = zone;
  rules.final_event = dialect.final_event;
  rules.knows_words = true;
  return std::unique_ptr<AgentAdapter>(std::make_unique<CliAdapter>(
      dialect, std::move(complete), std::move(rules), std::move(patterns)));
}

bool is_argument(std::string_view prompt) {
  const bool is_option = prompt.substr(0, 1) == "-";
  const bool is_word = prompt.find_first_of(" \t\n") == std::string_view::npos;
  return prompt.size() < kPromptArgumentBytesMax && !is_option && !is_word &&
         prompt.find('\0') == std::string_view::npos;
}

const std::string& model_of(const AgentDefinition& definition, const AgentTask& task) {
  return task.model.empty() ? definition.model : task.model;
}

void append(std::vector<std::string>& argv, std::initializer_list<std::string_view> arguments) {
  for (const std::string_view argument : arguments) argv.emplace_back(argument);
}

}  // namespace loop
