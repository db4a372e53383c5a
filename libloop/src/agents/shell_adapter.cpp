// SPDX-License-Identifier: MIT
// The shell adapter: /bin/sh reads the prompt's file; the exit code is the verdict.
#include "shell_adapter.hpp"

#include "line_patterns.hpp"
#include "text_stream.hpp"

namespace loop {

namespace {

class ShellAdapter final : public AgentAdapter {
 public:
  ShellAdapter(StreamRules rules, std::shared_ptr<const LinePatterns> patterns)
      : rules_(std::move(rules)), patterns_(std::move(patterns)) {}

  Result<AgentCommand> command(const AgentTask& task) const override {
    AgentCommand command;
    command.argv = {"/bin/sh", task.prompt_path};
    return command;
  }

  std::unique_ptr<AgentStream> open_stream() const override {
    return std::make_unique<TextStream>(rules_, patterns_);
  }

 private:
  StreamRules rules_;
  std::shared_ptr<const LinePatterns> patterns_;
};

}  // namespace

Result<std::unique_ptr<AgentAdapter>> make_shell_adapter(const AgentDefinition& definition,
                                                         const std::string& zone) {
  LOOP_TRY(auto patterns, LinePatterns::compile(definition));
  StreamRules rules{definition.success_exit, Evidence::none, zone};
  if (rules.success_exit.empty()) rules.success_exit = {0};
  return std::unique_ptr<AgentAdapter>(
      std::make_unique<ShellAdapter>(std::move(rules), std::move(patterns)));
}

}  // namespace loop
