// SPDX-License-Identifier: MIT
// loopctl selftest: the promises about durability, tried on a user's own disk.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "durability_trial.hpp"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Result;

namespace {

struct OwnServices {
  explicit OwnServices(Invocation& call)
      : surroundings(call.surroundings), log(call.output, false) {}
  TrialServices services() { return {surroundings, clock, random, *processes, log}; }

  const front::Surroundings& surroundings;
  loop::SystemClock clock;
  loop::SystemRandom random;
  std::unique_ptr<loop::ProcessLauncher> processes = loop::make_posix_process_launcher();
  StderrLog log;
};

json::object to_json(const std::string& directory, const TrialReport& report) {
  return {{"directory", directory},
          {"file_system", report.file_system},
          {"network", report.is_network},
          {"in_memory", report.is_memory},
          {"kills", report.kills},
          {"acknowledged_rows", report.acknowledged_rows},
          {"lost_rows", report.lost_rows},
          {"doubled_rows", report.doubled_rows},
          {"torn_rows", report.torn_rows},
          {"acknowledged_versions", report.acknowledged_versions},
          {"lost_versions", report.lost_versions},
          {"torn_versions", report.torn_versions},
          {"sync_us", report.sync_us},
          {"sound", report.is_sound()}};
}

void print(const std::string& directory, const TrialReport& report, Output& output) {
  output.line(fmt::format("disk       {} at {}; a synced append takes {:.2f} ms",
                          report.file_system, shown(directory),
                          static_cast<double>(report.sync_us) / 1000));
  output.line(fmt::format("kills      {} of writers, by SIGKILL", report.kills));
  output.line(fmt::format("rows       {} acknowledged: {} lost, {} doubled, {} torn",
                          report.acknowledged_rows, report.lost_rows, report.doubled_rows,
                          report.torn_rows));
  output.line(fmt::format("files      {} replacements acknowledged: {} lost, {} torn",
                          report.acknowledged_versions, report.lost_versions,
                          report.torn_versions));
  output.line(report.is_sound() ? output.paint(Tone::good, "sound")
                                : output.paint(Tone::bad, "not sound: do not keep work here"));
  if (report.is_network) {
    output.warning("a network file system: locks and appends cannot be trusted here");
  }
  if (report.is_memory) output.warning("in memory: nothing here survives a power cut");
}

Result<ExitCode> selftest(Invocation& call) {
  LOOP_TRY(const std::string directory,
           front::start_directory(call.surroundings, call.arguments.text("durability")));
  OwnServices own(call);
  call.output.note(fmt::format("trying {} for {}", shown(directory),
                               loop::format_duration(*call.arguments.duration("length"))));
  LOOP_TRY(const TrialReport report,
           try_durability(own.services(), {directory, *call.arguments.duration("length")}));
  if (call.output.wants_json()) {
    call.output.json(to_json(directory, report));
  } else {
    print(directory, report, call.output);
  }
  return report.is_sound() ? ExitCode::ok : ExitCode::problems_found;
}

Result<ExitCode> write_trial(Invocation& call) {
  OwnServices own(call);
  LOOP_TRY_VOID(write_until_killed(own.services(), call.arguments.positional(0),
                                   call.arguments.positional(1)));
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> selftest_commands() {
  return {
      {.path = {"selftest"},
       .summary = "Try on a disk whether killed writers lose what they acknowledged",
       .details =
           "Starts four writers in a new folder of DIR, kills them again and again, and compares "
           "what is there with what they acknowledged. The folder is removed. Kills show nothing "
           "of power cuts: whether a disk keeps what it was told to flush is not tried. The exit "
           "code is 7 when something was lost, doubled or torn.",
       .options = {{.name = "durability",
                    .kind = ValueKind::text,
                    .value_name = "DIR",
                    .meaning = "the folder to try; the working directory when absent"},
                   {.name = "length",
                    .kind = ValueKind::duration,
                    .value_name = "TIME",
                    .default_value = "10s",
                    .meaning = "how long writers are killed"}},
       .examples = {{"loopctl selftest --durability .", ""}},
       .handler = selftest},
      {.path = {"__selftest-writer"},
       .summary = "Write in a trial until killed",
       .positionals = {{.name = "DIR", .meaning = "the trial's folder"},
                       {.name = "WRITER", .meaning = "its number"}},
       .is_hidden = true,
       .handler = write_trial},
  };
}

}  // namespace loopctl
