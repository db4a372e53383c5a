// SPDX-License-Identifier: MIT
// Running a program with its output in a file of the state directory, which goes afterwards.
#include "ops/captured_command.hpp"

#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/engine/runner.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop::ops {

namespace {

constexpr Duration kGrace = std::chrono::seconds{2};
constexpr Duration kLook{50};  // between two looks for a cancellation

class Capture {
 public:
  Capture(const OperationContext& context, const CommandRequest& request)
      : context_(context),
        request_(request),
        marker_("LOOP_ATTEMPT=command-" + make_uuid(context.services.random)),
        path_(layout::commands() / (make_uuid(context.services.random) + ".log")) {}

  Result<CommandOutcome> run() {
    LOOP_TRY_VOID(make_directories(context_.services.files, layout::commands()));
    auto outcome = run_logged();
    [[maybe_unused]] const Status gone = context_.services.files.remove(path_);
    return outcome;
  }

 private:
  Result<CommandOutcome> run_logged() {
    const Duration begin = context_.services.clock.monotonic();
    LOOP_TRY(auto child, context_.services.processes.launch(spec()));
    CommandOutcome outcome;
    outcome.timeout = request_.timeout;
    LOOP_TRY(outcome.end, follow(*child, begin, outcome.status));
    outcome.duration = context_.services.clock.monotonic() - begin;
    LOOP_TRY_VOID(read_tail(outcome));
    return outcome;
  }

  LaunchSpec spec() const {
    LaunchSpec spec{.argv = request_.argv, .directory = request_.directory};
    for (const std::string& entry : context_.engine.environment) {
      const bool is_ours = entry.starts_with("LOOP_ATTEMPT=") || entry.starts_with("LOOP_ROOT=");
      if (!is_ours) spec.environment.push_back(entry);
    }
    spec.environment.push_back("LOOP_ROOT=" + context_.services.files.root());
    spec.environment.push_back(marker_);
    spec.stdout_path = spec.stderr_path = context_.services.files.root() + "/" + path_.str();
    return spec;
  }

  Result<CommandEnd> follow(ChildProcess& child, Duration begin, ExitStatus& status) {
    for (;;) {
      if (const auto ended = child.wait(kLook)) {
        status = *ended;
        // What it left behind in the background goes, too: nobody would watch it.
        LOOP_TRY_VOID(end_tree(child));
        return CommandEnd::exited;
      }
      const auto stop = [&](CommandEnd end) -> Result<CommandEnd> {
        LOOP_TRY_VOID(end_tree(child));
        if (const auto ended = child.wait(kGrace)) status = *ended;
        return end;
      };
      if (const Status wanted = context_.check_cancelled(); !wanted) {
        LOOP_TRY_VOID(stop(CommandEnd::exited));
        return wanted.error();
      }
      const Duration spent = context_.services.clock.monotonic() - begin;
      if (spent >= request_.timeout) return stop(CommandEnd::timed_out);
      if (output_bytes() > kCommandOutputBytesMax) return stop(CommandEnd::too_much_output);
    }
  }

  Status end_tree(const ChildProcess& child) const {
    return end_process_tree(context_.services.processes, context_.services.clock, child.identity(),
                            marker_, kGrace);
  }

  std::uint64_t output_bytes() const {
    const auto info = context_.services.files.info(path_);
    return info && *info ? (*info)->size_bytes : 0;
  }

  Status read_tail(CommandOutcome& outcome) const {
    LOOP_TRY(auto file, context_.services.files.open(path_, {}));
    LOOP_TRY(const FileInfo info, file->info());
    outcome.is_truncated = info.size_bytes > kCommandTailBytes;
    const std::uint64_t begin = outcome.is_truncated ? info.size_bytes - kCommandTailBytes : 0;
    std::string bytes(static_cast<std::size_t>(info.size_bytes - begin), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
      LOOP_TRY(const std::size_t got,
               file->read_at(begin + filled, std::span(bytes).subspan(filled)));
      if (got == 0) break;
      filled += got;
    }
    bytes.resize(filled);
    outcome.output = to_valid_utf8(bytes);
    return {};
  }

  const OperationContext& context_;
  const CommandRequest& request_;
  const std::string marker_;
  const RelativePath path_;
};

}  // namespace

std::string failure_of(const CommandOutcome& outcome) {
  switch (outcome.end) {
    case CommandEnd::exited: return to_string(outcome.status);
    case CommandEnd::timed_out:
      return fmt::format("ended at its time limit of {}", format_duration(outcome.timeout));
    case CommandEnd::too_much_output:
      return fmt::format("ended: it printed over {} MiB", kCommandOutputBytesMax >> 20);
  }
  return "";
}

Result<CommandOutcome> run_captured(const OperationContext& context,
                                    const CommandRequest& request) {
  LOOP_TRY_VOID(context.check_cancelled());
  return Capture(context, request).run();
}

Result<CommandOutcome> run_command(const OperationContext& context,
                                   const CommandDefinition& command,
                                   std::optional<Duration> timeout) {
  const std::string root = context.services.files.root();
  const std::string directory = command.directory.empty() ? root : root + "/" + command.directory;
  auto outcome = run_captured(context, {.argv = command.command,
                                        .directory = directory,
                                        .timeout = timeout.value_or(command.timeout)});
  if (outcome || outcome.error().code() == Errc::cancelled) return outcome;
  return std::move(outcome).error().with_context(fmt::format("command \"{}\"", command.name));
}

}  // namespace loop::ops
