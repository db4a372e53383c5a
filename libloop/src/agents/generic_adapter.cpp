// SPDX-License-Identifier: MIT
// The generic adapter: placeholders as whole arguments, output as text or JSON Lines.
#include "generic_adapter.hpp"

#include <optional>

#include <fmt/format.h>

#include "json_lines_stream.hpp"
#include "text_stream.hpp"

namespace loop {

namespace {

class GenericAdapter final : public AgentAdapter {
 public:
  GenericAdapter(AgentDefinition definition, std::string zone,
                 std::shared_ptr<const LinePatterns> patterns)
      : definition_(std::move(definition)),
        zone_(std::move(zone)),
        patterns_(std::move(patterns)) {}

  Result<AgentCommand> command(const AgentTask& task) const override;
  std::unique_ptr<AgentStream> open_stream() const override;

 private:
  Result<std::string> expand(const std::string& argument, const AgentTask& task) const;

  AgentDefinition definition_;
  std::string zone_;
  std::shared_ptr<const LinePatterns> patterns_;
};

// Only a whole argument is a placeholder: text around one would ask for quoting rules.
std::optional<std::string> value_of(const std::string& argument, const AgentTask& task) {
  if (argument == "{prompt}") return task.prompt;
  if (argument == "{prompt_file}") return task.prompt_path;
  if (argument == "{session}") return task.session;
  if (argument == "{model}") return task.model;
  if (argument == "{cwd}") return task.directory;
  return std::nullopt;
}

Result<AgentCommand> GenericAdapter::command(const AgentTask& task) const {
  AgentCommand command;
  command.argv.push_back(definition_.command);
  for (const std::string& argument : definition_.args) {
    LOOP_TRY(auto text, expand(argument, task));
    command.argv.push_back(std::move(text));
  }
  return command;
}

Result<std::string> GenericAdapter::expand(const std::string& argument,
                                           const AgentTask& task) const {
  const auto value = value_of(argument, task);
  if (!value) return argument;
  if (argument == "{model}" && value->empty()) {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\" takes {{model}}, but no model is chosen: set one in the "
                             "schedule, or leave the argument out",
                             definition_.name));
  }
  if (value->size() > kArgumentBytesMax) {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\": {} is {} bytes, and one argument holds at most {}; use "
                             "{{prompt_file}} instead",
                             definition_.name, argument, value->size(), kArgumentBytesMax));
  }
  if (value->find('\0') != std::string::npos) {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\": {} holds a NUL byte, which no argument can; use "
                             "{{prompt_file}} instead",
                             definition_.name, argument));
  }
  return *value;
}

std::unique_ptr<AgentStream> GenericAdapter::open_stream() const {
  const bool is_json = definition_.format == "json-lines";
  StreamRules rules{definition_.success_exit, is_json ? Evidence::final_event : Evidence::output,
                    zone_};
  if (is_json) return std::make_unique<JsonLinesStream>(std::move(rules), patterns_);
  return std::make_unique<TextStream>(std::move(rules), patterns_);
}

Status check(const AgentDefinition& definition) {
  if (definition.command.empty()) {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\": adapter generic needs a command", definition.name));
  }
  if (definition.format != "text" && definition.format != "json-lines") {
    return Error(Errc::invalid_argument,
                 fmt::format("agent \"{}\": format is \"{}\"; allowed are text and json-lines",
                             definition.name, definition.format));
  }
  if (definition.success_exit.empty()) {
    return Error(
        Errc::invalid_argument,
        fmt::format("agent \"{}\": success_exit is empty: no run could succeed", definition.name));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AgentAdapter>> make_generic_adapter(const AgentDefinition& definition,
                                                           const std::string& zone) {
  LOOP_TRY_VOID(check(definition));
  LOOP_TRY(auto patterns, LinePatterns::compile(definition));
  return std::unique_ptr<AgentAdapter>(
      std::make_unique<GenericAdapter>(definition, zone, std::move(patterns)));
}

}  // namespace loop
