// SPDX-License-Identifier: MIT
// Changing schedules.json under its lock, and running a schedule by hand.
#include "loop/ops/manage_schedules.h"

#include "loop/agents/adapter.h"
#include "loop/domain/schedule_edit.h"
#include "loop/domain/schedule_store.h"
#include "loop/ops/get_schedule_status.h"
#include "ops/described_operation.hpp"
#include "ops/schedule_changes.hpp"
#include "ops/schedule_json.hpp"

#include <fmt/format.h>

namespace loop::ops {

template <>
struct Words<ScheduleAction> {
  static constexpr std::array<std::pair<ScheduleAction, std::string_view>, 8> all{
      {{ScheduleAction::create, "create"},
       {ScheduleAction::update, "update"},
       {ScheduleAction::activate, "activate"},
       {ScheduleAction::deactivate, "deactivate"},
       {ScheduleAction::remove, "delete"},
       {ScheduleAction::pause, "pause"},
       {ScheduleAction::resume, "resume"},
       {ScheduleAction::trigger, "trigger"}}};
};

}  // namespace loop::ops

namespace loop {

template <class Visitor>
void describe(Visitor& visit, ManageSchedulesRequest& request) {
  using ops::field;
  visit(field("action", request.action, "what is done; trigger runs it now").required());
  visit(field("schedule_data", request.schedule_data,
              "of create: name, taskInstructions and other fields")
            .told());
  visit(field("schedule_id", request.schedule_id, "id or exact name; of all but create"));
  visit(field("update_fields", request.update_fields, "of update; null removes one").told());
}

template <class Visitor>
void describe(Visitor& visit, ManageSchedulesAnswer& answer) {
  using ops::field;
  visit(field("action", answer.action, "what was asked for").required());
  visit(field("schedule_id", answer.schedule_id, "id of the schedule").required());
  visit(field("changed", answer.is_changed, "whether the file was written"));
  visit(field("schedule", answer.schedule, "as it stands in the file; of delete: as it stood"));
  visit(field("status", answer.status, "as get_schedule_status has it, or deleted"));
  visit(field("next", answer.next, "the coming 5 slots"));
  visit(field("warnings", answer.warnings, "odd but usable values"));
  visit(field("backup", answer.backup, "copy of the file before"));
  visit(field("run_id", answer.run_id, "of trigger"));
  visit(field("run_phase", answer.run_phase, "how far that run is; waiting: queued"));
}

namespace {

Error wrong_set(std::string_view argument, ScheduleAction action, std::string_view what) {
  return Error(Errc::invalid_argument, fmt::format("argument \"{}\" {} action \"{}\"", argument,
                                                   what, ops::word_of(action)));
}

// Each action has its own arguments: one that would be ignored is a misunderstanding.
Status check_arguments(const ManageSchedulesRequest& request) {
  const auto check = [&](std::string_view name, bool is_given, bool is_needed) -> Status {
    if (is_given == is_needed) return {};
    return wrong_set(name, request.action, is_needed ? "is missing for" : "does not go with");
  };
  const bool is_create = request.action == ScheduleAction::create;
  LOOP_TRY_VOID(check("schedule_id", request.schedule_id.has_value(), !is_create));
  LOOP_TRY_VOID(check("schedule_data", request.schedule_data.has_value(), is_create));
  return check("update_fields", request.update_fields.has_value(),
               request.action == ScheduleAction::update);
}

Result<ModeBook> load_modes(const OperationContext& context) {
  return ModeBook::load(context.services.files, context.engine.global_modes);
}

// Every run of such a schedule would fail.
Status check_agent(const OperationContext& context, const std::vector<FieldChange>& fields) {
  std::vector<std::string> known;
  for (const auto& [name, agent] : context.engine.config.agents) known.push_back(name);
  for (const AgentDefinition& agent : built_in_agents()) {
    if (!context.engine.config.agents.contains(agent.name)) known.push_back(agent.name);
  }
  if (auto problem = unknown_agent(fields, known)) return *std::move(problem);
  return {};
}

Result<std::vector<FieldChange>> with_known_agent(const OperationContext& context,
                                                  std::string_view argument,
                                                  Result<std::vector<FieldChange>> checked) {
  if (!checked) return std::move(checked).error().with_context(argument);
  const Status agent = check_agent(context, *checked);
  if (!agent) return Error(agent.error()).with_context(argument);
  return checked;
}

Result<std::vector<FieldChange>> fields_of(const OperationContext& context,
                                           const ManageSchedulesRequest& request) {
  switch (request.action) {
    case ScheduleAction::create: {
      LOOP_TRY(const ModeBook modes, load_modes(context));
      return with_known_agent(
          context, "schedule_data",
          fields_of_new_schedule(ops::changes_from(*request.schedule_data), modes));
    }
    case ScheduleAction::update: {
      LOOP_TRY(const ModeBook modes, load_modes(context));
      return with_known_agent(context, "update_fields",
                              checked_changes(ops::changes_from(*request.update_fields), modes));
    }
    case ScheduleAction::activate: return changes_of(ScheduleSwitch::activate);
    case ScheduleAction::deactivate: return changes_of(ScheduleSwitch::deactivate);
    case ScheduleAction::pause: return changes_of(ScheduleSwitch::pause);
    case ScheduleAction::resume: return changes_of(ScheduleSwitch::resume);
    case ScheduleAction::remove:
    case ScheduleAction::trigger: return std::vector<FieldChange>{};
  }
  return std::vector<FieldChange>{};
}

// How the schedule stands after the action. That is done: a journal that cannot be read makes the
// answer poorer, not an error that would invite a repetition.
void add_view(const OperationContext& context, const ScheduleBook& book,
              ManageSchedulesAnswer& answer) {
  const EngineContext& services = context.services;
  auto read = read_history(services.files, services.clock, services.log);
  if (!read) answer.warnings.push_back(read.error().message());
  const History history = std::move(read).value_or(History{});
  for (ScheduleView& view :
       view_schedules(book, history, context.engine.zone, context.now(), kNextSlotsShown)) {
    if (view.schedule->id.str() != answer.schedule_id) continue;
    answer.schedule = ops::raw_schedule(book, *view.schedule);
    answer.status = ops::status_word(view.state);
    answer.next = std::move(view.next);
    const auto& warnings = view.schedule->warnings;
    answer.warnings.insert(answer.warnings.end(), warnings.begin(), warnings.end());
    return;
  }
  // Someone deleted it between the change and this look.
  answer.status = "deleted";
}

class Change {
 public:
  Change(const OperationContext& context, const ManageSchedulesRequest& request)
      : context_(context),
        request_(request),
        store_(context.services.files, context.services.clock, context.services.random,
               context.services.log) {}

  Result<ManageSchedulesAnswer> make() {
    LOOP_TRY(fields_, fields_of(context_, request_));
    LOOP_TRY_VOID(find());
    if (request_.action == ScheduleAction::trigger) {
      LOOP_TRY_VOID(trigger());
    } else {
      LOOP_TRY_VOID(write());
    }
    if (answer_.status == "deleted") return std::move(answer_);
    LOOP_TRY(const ScheduleBook* book, store_.load());
    add_view(context_, *book, answer_);
    return std::move(answer_);
  }

 private:
  Status find() {
    answer_.action = request_.action;
    if (!request_.schedule_id) return {};
    LOOP_TRY(const ScheduleBook* book, store_.load());
    LOOP_TRY(const Schedule* schedule, require_schedule(*book, *request_.schedule_id));
    id_ = schedule->id;
    answer_.schedule_id = id_.str();
    return {};
  }

  Status write() {
    LOOP_TRY_VOID(
        store_.update([this](const ScheduleBook& present) { return next_text(present); }));
    if (store_.last_backup()) answer_.backup = store_.last_backup()->path.str();
    answer_.schedule_id = id_.str();
    return {};
  }

  Result<std::string> next_text(const ScheduleBook& present) {
    LOOP_TRY(std::string text, text_after(present));
    answer_.is_changed = text != present.bytes();
    return text;
  }

  Result<std::string> text_after(const ScheduleBook& present) {
    if (request_.action == ScheduleAction::create) {
      LOOP_TRY(NewSchedule added, with_new_schedule(present, fields_, context_.now()));
      id_ = added.id;
      return std::move(added.text);
    }
    if (request_.action != ScheduleAction::remove) {
      return with_edit(present, id_, fields_, context_.now());
    }
    if (const Schedule* schedule = present.find(id_)) {
      answer_.schedule = ops::raw_schedule(present, *schedule);
      answer_.status = "deleted";
    }
    return present.without_schedule(id_);
  }

  Status trigger() {
    LOOP_TRY(const auto engine,
             Engine::open(context_.services, context_.engine, EngineRole::visitor));
    LOOP_TRY(const RunId run, engine->trigger(id_, context_.now()));
    answer_.run_id = run.str();
    const RunSummary* summary = engine->history().find(run);
    if (summary != nullptr) answer_.run_phase = to_string(summary->phase);
    return {};
  }

  const OperationContext& context_;
  const ManageSchedulesRequest& request_;
  ScheduleStore store_;
  std::vector<FieldChange> fields_;
  ScheduleId id_;
  ManageSchedulesAnswer answer_;
};

}  // namespace

Result<ManageSchedulesAnswer> manage_schedules(const OperationContext& context,
                                               const ManageSchedulesRequest& request) {
  LOOP_TRY_VOID(check_arguments(request));
  return Change(context, request).make();
}

namespace {

constexpr OperationInfo kInfo{
    .name = "manage_schedules",
    .title = "Change the schedules",
    .meaning =
        "Creates, changes, switches, pauses, triggers or deletes a schedule of repeated work; the "
        "rest of the file stays as it is. For work to be done once use delegate_task. Keys in "
        "camelCase or snake_case.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_destructive = true, .is_open_world = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(manage_schedules, loop::kInfo)
