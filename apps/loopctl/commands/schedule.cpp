// SPDX-License-Identifier: MIT
// The rows of `loopctl schedule`.
#include "commands/schedule.hpp"

#include "commands/groups.hpp"
#include "commands/schedule_options.hpp"
#include "loop/domain/schedule_edit.h"

namespace loopctl {

namespace {

const Positional kSchedule{.name = "SCHEDULE", .meaning = "id or exact name"};

Command change_of_one(std::string verb, std::string summary,
                      loop::Result<ExitCode> (*handler)(Invocation&)) {
  Command command;
  command.path = {"schedule", std::move(verb)};
  command.summary = std::move(summary);
  command.positionals = {kSchedule};
  command.effect = Effect::writes;
  command.handler = handler;
  return command;
}

Command add_row() {
  return {.path = {"schedule", "add"},
          .summary = "Add a schedule",
          .details =
              "Without options about time it runs every 10 minutes. The new schedule's id is "
              "printed.",
          .options = schedule_options(),
          .examples = {{"loopctl schedule add --name tidy --instructions \"Tidy the code\"", ""},
                       {"loopctl schedule add --name report --cron \"0 9 * * 1-5\" --timezone "
                        "Europe/Warsaw --instructions-file report.md",
                        "on weekdays at nine, Warsaw time"},
                       {"loopctl schedule add --name once --at 2025-11-03T10:30 --instructions "
                        "\"Cut the release\"",
                        ""}},
          .effect = Effect::writes,
          .handler = schedule_add};
}

Command edit_row() {
  Command command = change_of_one("edit", "Change fields of a schedule", schedule_edit);
  command.details =
      "Only the bytes of the changed values change in the file. An empty value removes "
      "an optional field.";
  command.options = schedule_options();
  command.examples = {{"loopctl schedule edit tidy --every 2h --days weekdays", ""}};
  return command;
}

Command next_row() {
  return {
      .path = {"schedule", "next"},
      .summary = "Show when a schedule is due next",
      .details =
          "With --from it answers for one schedule object without a workspace, and --json "
          "then prints exactly the keys state, reason and next.",
      .positionals = {{.name = "SCHEDULE", .meaning = "id or exact name", .required = false}},
      .options = {{.name = "count",
                   .letter = 'n',
                   .kind = ValueKind::integer,
                   .value_name = "N",
                   .default_value = "5",
                   .meaning = "how many slots",
                   .least = 1,
                   .most = 1000},
                  {.name = "from",
                   .kind = ValueKind::text,
                   .value_name = "FILE",
                   .meaning = "read one schedule object from FILE; - is standard input"},
                  {.name = "timezone",
                   .kind = ValueKind::text,
                   .value_name = "ZONE",
                   .meaning = "zone of a schedule that names none"},
                  {.name = "now",
                   .kind = ValueKind::time,
                   .value_name = "TIME",
                   .meaning = "answer as if it were TIME"}},
      .examples = {{"loopctl schedule next tidy -n 10", ""},
                   {"loopctl schedule next --from - --timezone UTC --json < schedule.json", ""}},
      .handler = schedule_next};
}

Command trigger_row() {
  Command command = change_of_one("trigger", "Run a schedule now", schedule_trigger);
  command.details =
      "Starts a run beside the schedule's own times; its slots stay as they are, only a "
      "pending one-shot counts as run. When the workspace is busy and an engine is "
      "alive, the run is queued. With --wait the exit code tells how it ended: 0, 1, "
      "5 (the provider's limit), 124 (time-out) or 130 (cancelled).";
  command.options = {{.name = "wait", .letter = 'w', .meaning = "wait for the end of the run"},
                     {.name = "timeout",
                      .kind = ValueKind::duration,
                      .value_name = "DURATION",
                      .meaning = "give up waiting after this long; the run goes on"}};
  command.examples = {{"loopctl schedule trigger tidy --wait", ""}};
  return command;
}

}  // namespace

std::vector<Command> schedule_commands() {
  Command pause = change_of_one("pause", "Hold a schedule until it is resumed", schedule_pause);
  pause.options = {{.name = "note",
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "why; shown by list and show"}};
  return {
      {.path = {"schedule", "list"},
       .summary = "List the schedules with their next and last runs",
       .options = {{.name = "all", .letter = 'a', .meaning = "inactive ones too"}},
       .handler = schedule_list},
      {.path = {"schedule", "show"},
       .summary = "Show one schedule",
       .positionals = {kSchedule},
       .handler = schedule_show},
      add_row(),
      edit_row(),
      change_of_one("enable", "Let a schedule run; it never fires at once", schedule_enable),
      change_of_one("disable", "Stop a schedule from running", schedule_disable),
      pause,
      change_of_one("resume", "Let a paused schedule run again", schedule_resume),
      trigger_row(),
      next_row(),
      change_of_one("delete", "Remove a schedule from the file", schedule_delete),
  };
}

loop::Result<loop::Schedule> find_schedule(const loop::ScheduleBook& book,
                                           const std::string& id_or_name) {
  auto found = require_schedule(book, id_or_name);
  if (found) return **found;
  if (found.error().code() != loop::Errc::not_found) return std::move(found).error();
  return loop::Error(loop::Errc::not_found,
                     found.error().message() + ": `loopctl schedule list --all`");
}

}  // namespace loopctl
