// SPDX-License-Identifier: MIT
// Printing and following the output of a run.
#include "commands/run_logs.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

#include "loop/engine/journal.h"
#include "signals.hpp"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

constexpr loop::Duration kPoll = std::chrono::milliseconds{200};

// Reads on in one file from where it was; the file may not exist yet.
class Tail {
 public:
  Tail(loop::FileSystem& files, loop::RelativePath path) : files_(files), path_(std::move(path)) {}

  // Prints what is new. Whether the file exists.
  Result<bool> print(Output& output, bool is_terminal) {
    auto file = files_.open(path_, {});
    if (!file) {
      if (file.error().code() == Errc::not_found) return false;
      return std::move(file).error();
    }
    std::array<char, 65536> chunk{};
    for (;;) {
      LOOP_TRY(const std::size_t got, (*file)->read_at(offset_, chunk));
      if (got == 0) return true;
      offset_ += got;
      const std::string_view text(chunk.data(), got);
      output.text(is_terminal ? shown_lines(text) : std::string(text));
      LOOP_TRY_VOID(output.flush());
    }
  }

 private:
  loop::FileSystem& files_;
  loop::RelativePath path_;
  std::uint64_t offset_ = 0;
};

Result<loop::RelativePath> path_of(loop::RunDirectory& directory, const std::string& stream,
                                   int launch) {
  if (stream == "prompt") return directory.path() / "prompt.md";
  if (launch == 0) return Error(Errc::not_found, "the run has not been launched yet");
  if (stream == "stderr") return directory.stderr_path(launch);
  if (stream == "events") return directory.events_path(launch);
  return directory.stdout_path(launch);
}

// Asks the journal again and again, and reads only what is new of it.
class RunWatch {
 public:
  RunWatch(front::Session& session, loop::RunId id)
      : journal_(session.files(), session.clock(), session.log()), id_(std::move(id)) {}

  Result<bool> is_over() {
    LOOP_TRY(const auto entries, journal_.read_new());
    for (const loop::JournalEntry& entry : entries) {
      if (entry.run == id_) history_.apply(entry);
    }
    const loop::RunSummary* run = history_.find(id_);
    return run == nullptr || !run->is_live();
  }

 private:
  loop::Journal journal_;
  loop::History history_;
  loop::RunId id_;
};

// A retry is a new launch with files of its own: it is printed when it begins.
Result<ExitCode> follow(Invocation& call, front::Session& session, loop::RunDirectory& directory,
                        const loop::RunId& id, int launch) {
  catch_stop_signals();
  const std::string stream = *call.arguments.text("stream");
  const bool is_terminal = call.surroundings.stdout_is_terminal;
  std::optional<Tail> tail;
  RunWatch watch(session, id);
  for (;;) {
    // Asked before reading: what was written before the end is then printed for sure.
    LOOP_TRY(const bool over, watch.is_over());
    LOOP_TRY(const int last, directory.last_launch());
    if (launch < last) {
      if (tail) {
        LOOP_TRY_VOID(tail->print(call.output, is_terminal));
      }
      tail.reset();
      launch = last;
    }
    if (!tail && (launch > 0 || stream == "prompt")) {
      LOOP_TRY(const auto path, path_of(directory, stream, launch));
      tail.emplace(session.files(), path);
    }
    if (tail) {
      LOOP_TRY_VOID(tail->print(call.output, is_terminal));
    }
    if (over || stream == "prompt") return ExitCode::ok;
    if (stop_signal() != 0) return exit_code_of_signal(stop_signal());
    session.clock().sleep(kPoll);
  }
}

std::string why_absent(const loop::RunSummary& run) {
  if (run.is_live()) return " yet";
  if (run.launch == 0) return ": the run ended before it was started: " + run.reason;
  return ": the folder was pruned";
}

}  // namespace

Result<ExitCode> run_logs(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::History history, session->history());
  LOOP_TRY(const loop::RunSummary run, find_run(history, call.arguments.positional(0)));
  if (call.output.wants_json()) {
    return Error(Errc::invalid_argument,
                 "runs logs prints the output as it is; --stream events is JSON Lines");
  }
  loop::RunDirectory directory(session->files(), session->random(), run.id);
  LOOP_TRY(const int last, directory.last_launch());
  const auto wanted = call.arguments.integer("launch");
  if (wanted && *wanted > last) {
    return Error(Errc::not_found,
                 fmt::format("run {} has {} launches, no number {}", run.id.str(), last, *wanted));
  }
  if (call.arguments.has("follow") && !wanted) {
    return follow(call, *session, directory, run.id, last);
  }
  LOOP_TRY(const auto path, path_of(directory, *call.arguments.text("stream"),
                                    wanted ? static_cast<int>(*wanted) : last));
  LOOP_TRY(const bool exists,
           Tail(session->files(), path).print(call.output, call.surroundings.stdout_is_terminal));
  if (!exists) {
    return Error(Errc::not_found, fmt::format("{} does not exist{}", path.str(), why_absent(run)));
  }
  return ExitCode::ok;
}

}  // namespace loopctl
