// SPDX-License-Identifier: MIT
// Before an attempt: its adapter, its command line, its environment and its directory.
#include <fmt/format.h>

#include "attempt_supervisor.hpp"
#include "runner_environment.hpp"

namespace loop {

std::string AttemptSupervisor::absolute(const RelativePath& path) const {
  return fmt::format("{}/{}", context_.files.root(), path.str());
}

Result<AttemptSupervisor::Prepared> AttemptSupervisor::prepare() {
  LOOP_TRY(const auto adapter, make_adapter(intent_.agent, intent_.zone));
  LOOP_TRY(const auto task, describe_task());
  LOOP_TRY(const auto command, adapter->command(task));
  Prepared prepared;
  prepared.stream = adapter->open_stream();
  prepared.spec = launch_spec(command, task.directory);
  return prepared;
}

Result<AgentTask> AttemptSupervisor::describe_task() {
  AgentTask task;
  task.run = intent_.run;
  task.mode = intent_.mode;
  LOOP_TRY(task.prompt, directory_.prompt());
  task.prompt_path = absolute(directory_.path() / "prompt.md");
  task.session = intent_.session;
  for (int earlier = 1; earlier < launch_ && !task.resume; ++earlier) {
    const auto start = directory_.started(earlier);
    task.resume = start && start->has_value();
  }
  task.model = intent_.model;
  LOOP_TRY(task.directory, working_directory());
  return task;
}

Result<std::string> AttemptSupervisor::working_directory() {
  if (intent_.cwd.empty() || intent_.cwd == ".") return context_.files.root();
  LOOP_TRY(const auto path, RelativePath::parse(intent_.cwd));
  LOOP_TRY(const auto target, context_.files.resolve(path));
  LOOP_TRY(const auto info, context_.files.info(target));
  if (!info || info->kind != FileKind::directory) {
    return Error(
        Errc::invalid_argument,
        fmt::format("the schedule's cwd \"{}\" is not a directory of the workspace", intent_.cwd));
  }
  return absolute(target);
}

LaunchSpec AttemptSupervisor::launch_spec(const AgentCommand& command, std::string directory) {
  const EnvironmentRequest request{context_.environment,
                                   command.environment,
                                   intent_,
                                   context_.files.root(),
                                   absolute(directory_.path() / "prompt.md"),
                                   marker_,
                                   started_};
  AgentEnvironment environment = agent_environment(request);
  if (!environment.refused.empty()) {
    log(LogLevel::warning,
        fmt::format("a schedule may not set these, the operator can allow them with env_allow: {}",
                    fmt::join(environment.refused, ", ")));
  }
  LaunchSpec spec;
  spec.argv = command.argv;
  spec.environment = std::move(environment.entries);
  spec.directory = std::move(directory);
  spec.stdin_path = command.stdin_path;
  spec.stdout_path = absolute(directory_.stdout_path(launch_));
  spec.stderr_path = absolute(directory_.stderr_path(launch_));
  return spec;
}

}  // namespace loop
