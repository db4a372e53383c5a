// SPDX-License-Identifier: MIT
// Before an attempt: its adapter, its command line, its environment and its directory.
#include <fmt/format.h>

#include "attempt_supervisor.hpp"
#include "loop/base/sha256.h"
#include "loop/engine/agent_sandbox.h"
#include "run_prune.hpp"
#include "runner_environment.hpp"

#include <unistd.h>

namespace loop {

namespace {

// A session is named in one of the first lines.
constexpr std::size_t kSessionBytesMax = 256 * 1024;

// What an output says of its session; empty when it says nothing or is gone.
std::string session_in(FileSystem& files, const RelativePath& output, const AgentAdapter& adapter) {
  const auto file = files.open(output, {Access::read, Creation::must_exist, 0});
  if (!file) return {};
  std::string bytes(kSessionBytesMax, '\0');
  const auto got = (*file)->read_at(0, {bytes.data(), bytes.size()});
  if (!got) return {};
  const auto stream = adapter.open_stream();
  stream->read_stdout(std::string_view(bytes).substr(0, *got));
  return stream->session();
}

// Of the last launch that started: when its resume failed before it said a word, a new session is
// begun instead of the same being tried again.
std::string said_session(FileSystem& files, RunDirectory& directory, int launch,
                         const AgentAdapter& adapter) {
  for (int earlier = launch - 1; earlier >= 1; --earlier) {
    const auto start = directory.started(earlier);
    if (start && start->has_value()) {
      return session_in(files, directory.stdout_path(earlier), adapter);
    }
  }
  return {};
}

}  // namespace

std::string AttemptSupervisor::absolute(const RelativePath& path) const {
  return fmt::format("{}/{}", context_.files.root(), path.str());
}

Result<AttemptSupervisor::Prepared> AttemptSupervisor::prepare() {
  LOOP_TRY(const auto adapter, make_adapter(intent_.agent, intent_.zone));
  LOOP_TRY(auto task, describe_task());
  task.said_session = said_session(context_.files, directory_, launch_, *adapter);
  LOOP_TRY(const auto command, adapter->command(task));
  Prepared prepared;
  prepared.stream = adapter->open_stream();
  prepared.spec = launch_spec(command, task.directory);
  LOOP_TRY_VOID(confine(prepared.spec));
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
  task.mcp_command = intent_.mcp_command;
  task.is_root = geteuid() == 0;
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

std::vector<std::string> AttemptSupervisor::environment(const AgentCommand& command) {
  EnvironmentRequest request{context_.environment,
                             command.environment,
                             intent_,
                             context_.files.root(),
                             absolute(directory_.path() / "prompt.md"),
                             marker_,
                             started_,
                             command.pass_on};
  if (intent_.sandbox != SandboxProfile::none) {
    request.temporary = absolute(directory_.temporary_path(launch_));
  }
  AgentEnvironment made = agent_environment(request);
  if (!made.refused.empty()) {
    log(LogLevel::warning,
        fmt::format("a schedule may not set these, some the operator can allow with env_allow: {}",
                    fmt::join(made.refused, ", ")));
  }
  return std::move(made.entries);
}

LaunchSpec AttemptSupervisor::launch_spec(const AgentCommand& command, std::string directory) {
  LaunchSpec spec;
  spec.argv = command.argv;
  spec.environment = environment(command);
  spec.directory = std::move(directory);
  spec.stdin_path = command.stdin_path;
  spec.stdout_path = absolute(directory_.stdout_path(launch_));
  spec.stderr_path = absolute(directory_.stderr_path(launch_));
  spec.limits = intent_.agent.limits;
  spec.group = sha256_hex(marker_).substr(0, 16);
  return spec;
}

Status AttemptSupervisor::confine(LaunchSpec& spec) {
  const std::string program = context_.processes.find_program(spec.argv.front(), spec.environment);
  spec.confinement = agent_confinement({.intent = intent_,
                                        .runner = context_.environment,
                                        .root = context_.files.root(),
                                        .program = program,
                                        .own_places = context_.own_places});
  sandbox_text_ = describe_sandbox(intent_.sandbox, context_.processes.confinement_support());
  if (!spec.confinement) return {};
  const Status made = context_.files.make_directory(directory_.temporary_path(launch_), 0700);
  const bool stands = !made && made.error().code() == Errc::already_exists;
  return stands ? Status{} : made;
}

// What stays is removed with the run's folder.
void AttemptSupervisor::remove_temporary_files() {
  if (intent_.sandbox == SandboxProfile::none) return;
  const Status removed = remove_tree(context_.files, directory_.temporary_path(launch_));
  if (!removed) log(LogLevel::warning, removed.error().message());
}

}  // namespace loop
