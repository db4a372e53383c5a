// SPDX-License-Identifier: MIT
// Claiming a run and starting its runner.
#include "engine/run_starter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/agent_choice.hpp"
#include "engine/failure_rules.hpp"
#include "engine/stage_finder.hpp"
#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/engine/run_id.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

constexpr int kLaunchTriesMax = 6;  // 1, 2, 4, 8, 16 s between them

constexpr std::size_t kTaskLineBytesMax = 200;

// The first line with anything in it.
std::string task_line(std::string_view task) {
  for (const std::string_view line : split_lines(task)) {
    if (is_blank(line)) continue;
    return ellipsize(to_valid_utf8(to_single_line(trim(line))), kTaskLineBytesMax);
  }
  return {};
}

std::vector<ModeSlug> slugs_of(const ModeBook& modes) {
  std::vector<ModeSlug> slugs;
  for (const Mode& mode : modes.modes()) slugs.push_back(mode.slug);
  return slugs;
}

}  // namespace

Result<RunStarter::Plan> RunStarter::plan(const Schedule& schedule) const {
  LOOP_CHECK(modes_.has_value());
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  LOOP_TRY(auto position, find_stage(context_, schedule, past));
  const ModeSlug slug = position ? mode_for(position->stage, slugs_of(*modes_)) : schedule.mode;
  const Mode* mode = modes_->find(slug);
  if (mode == nullptr) {
    LOOP_TRY(mode, modes_->require(slug));
  }
  const std::string& agent_name =
      schedule.loop.agent.empty() ? options_.config.default_agent : schedule.loop.agent;
  LOOP_TRY(auto agent, choose_agent(options_, agent_name));
  LOOP_TRY_VOID(make_adapter(agent, options_.zone.name()));
  if (!schedule.loop.cwd.empty() && schedule.loop.cwd != ".") {
    LOOP_TRY_VOID(RelativePath::parse(schedule.loop.cwd));
  }
  return Plan{*mode, std::move(agent), std::move(position)};
}

// The strictest of all who have a say; of a delegated run also that of the run above it.
SandboxProfile RunStarter::sandbox_of(const StartRequest& request, const Plan& plan) const {
  SandboxProfile profile = std::max(options_.config.sandbox, plan.agent.sandbox.profile);
  profile = std::max(profile, request.schedule.loop.sandbox.value_or(SandboxProfile::none));
  if (request.delegated == nullptr || request.delegated->parent.empty()) return profile;
  RunDirectory above(context_.files, context_.random, request.delegated->parent);
  const auto intent = above.intent();
  return intent && *intent ? std::max(profile, (*intent)->sandbox) : profile;
}

RunIntent RunStarter::make_intent(const StartRequest& request, const Plan& plan, Instant now) {
  const Schedule& schedule = request.schedule;
  const Config& config = options_.config;
  RunIntent intent;
  intent.run = request.run;
  intent.schedule = schedule.id;
  intent.schedule_name = schedule.name;
  intent.slot = request.slot;
  intent.claimed = now;
  intent.mode = plan.mode.slug;
  intent.task = schedule.task_instructions;
  if (request.delegated != nullptr) {
    intent.parent = request.delegated->parent;
    intent.depth = request.delegated->depth;
    intent.priority = request.delegated->priority;
  }
  intent.agent = plan.agent;
  intent.model = schedule.loop.model;
  intent.session = make_uuid(context_.random);
  intent.sandbox = sandbox_of(request, plan);
  intent.cwd = schedule.loop.cwd == "." ? "" : schedule.loop.cwd;
  intent.env = schedule.loop.env;
  intent.env_allow = config.env_allow;
  intent.mcp_command = config.mcp_command;
  intent.prices = config.prices;
  intent.zone = options_.zone.name();
  intent.timeout_total = schedule.loop.timeout.value_or(config.timeout_total);
  intent.timeout_idle = schedule.loop.idle_timeout.value_or(config.timeout_idle);
  intent.timeout_startup = config.timeout_startup;
  intent.kill_grace = config.kill_grace;
  intent.schedule_sha256 = request.schedule_sha256;
  if (plan.position) {
    intent.stage = to_string(plan.position->stage);
    intent.findings = plan.position->findings;
    intent.findings_from = to_string(plan.position->findings_from);
  }
  return intent;
}

Status RunStarter::check(const StartRequest& request) const {
  LOOP_TRY_VOID(plan(request.schedule));
  return {};
}

Status RunStarter::claim(const StartRequest& request, const Plan& plan, Instant now) {
  RunDirectory directory(context_.files, context_.random, request.run);
  const Status claimed =
      directory.claim(make_intent(request, plan, now), make_prompt(request, plan));
  // Already there: this slot was claimed by a process that died before its journal line.
  if (!claimed && claimed.error().code() == Errc::already_exists) return {};
  return claimed;
}

JournalEntry RunStarter::claim_entry(const StartRequest& request, const Plan& plan,
                                     JournalEvent event, Instant now) {
  JournalEntry entry;
  entry.time = now;
  entry.event = event;
  entry.schedule = request.schedule.id;
  entry.run = request.run;
  entry.slot = request.slot;
  entry.mode = plan.mode.slug.str();
  entry.task = task_line(request.schedule.task_instructions);
  if (request.delegated != nullptr && request.delegated->depth > 1) {
    entry.parent = request.delegated->parent;
    entry.depth = request.delegated->depth;
  }
  if (event != JournalEvent::claimed) return entry;
  entry.attempt = 1;
  entry.agent = plan.agent.name;
  if (request.is_background) entry.reason = "background";
  if (plan.position) {
    entry.detail = to_string(plan.position->stage);
    entry.count = static_cast<std::int64_t>(plan.position->round);
  }
  return entry;
}

Status RunStarter::start(const StartRequest& request, Instant now) {
  auto plan = this->plan(request.schedule);
  refusal_.reset();
  if (!plan) refusal_ = plan.error();
  if (!plan) return refuse(request, plan.error(), now);
  LOOP_TRY_VOID(claim(request, *plan, now));
  LOOP_TRY_VOID(ledger_.record(claim_entry(request, *plan, JournalEvent::claimed, now)));
  const RunSummary* run = ledger_.history().find(request.run);
  LOOP_CHECK(run != nullptr);
  return launch(RunSummary(*run), 1, 1, now);
}

Status RunStarter::queue(const StartRequest& request, Instant now) {
  LOOP_TRY(const Plan plan, this->plan(request.schedule));
  LOOP_TRY_VOID(claim(request, plan, now));
  return ledger_.record(claim_entry(request, plan, JournalEvent::waiting, now));
}

Status RunStarter::start_queued(const RunSummary& run, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY(const auto intent, directory.intent());
  JournalEntry entry;
  entry.time = now;
  entry.event = JournalEvent::claimed;
  entry.schedule = run.schedule;
  entry.run = run.id;
  entry.attempt = 1;
  entry.mode = run.mode.str();
  entry.task = run.task;
  if (intent) entry.agent = intent->agent.name;
  LOOP_TRY_VOID(ledger_.record(entry));
  return launch(run, 1, 1, now);
}

Status RunStarter::refuse(const StartRequest& request, const Error& reason, Instant now) {
  context_.log.error(
      fmt::format("schedule \"{}\" cannot run: {}", request.schedule.name, reason.message()));
  JournalEntry ended;
  ended.time = now;
  ended.event = JournalEvent::attempt_ended;
  ended.schedule = request.schedule.id;
  ended.run = request.run;
  ended.slot = request.slot;
  ended.attempt = 1;
  ended.end = to_string(AttemptEnd::failed);
  ended.reason = reason.message();
  RunEnd end;
  end.run = request.run;
  end.schedule = &request.schedule;
  end.schedule_name = request.schedule.name;
  end.mode = request.schedule.mode;
  end.end = AttemptEnd::failed;
  end.reason = reason.message();
  end.time = now;
  end.is_final = true;
  const FailureVerdict verdict =
      judge_failure(ledger_.history().of(request.schedule.id).failures, options_.config, now);
  if (verdict.escalated) end.escalated = verdict;
  LOOP_TRY_VOID(consequences_.before_record(end));

  std::vector<JournalEntry> entries{ended};
  if (end.escalated) {
    const OnEscalate action = escalation_action(&request.schedule, options_.config);
    entries.push_back(escalation_entry(ended, verdict, action));
  }
  JournalEntry finished = ended;
  finished.event = JournalEvent::finished;
  entries.push_back(finished);
  LOOP_TRY_VOID(ledger_.record(entries));
  consequences_.after_record(end);
  return {};
}

Status RunStarter::launch(const RunSummary& run, int attempt, int launch, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY_VOID(directory.make_launch(launch));
  JournalEntry entry;
  entry.time = now;
  entry.event = JournalEvent::launched;
  entry.schedule = run.schedule;
  entry.run = run.id;
  entry.slot = run.slot;
  entry.attempt = attempt;
  entry.launch = launch;
  LOOP_TRY_VOID(ledger_.record(entry));
  tries_.erase(run.id);
  return spawn(run, launch, now);
}

// A runner that cannot be started is no error of the step: launch_again comes back to it.
Status RunStarter::spawn(const RunSummary& run, int launch, Instant now) {
  LaunchSpec spec;
  spec.argv = options_.runner_command;
  spec.argv.push_back(run.id.str());
  spec.argv.push_back(std::to_string(launch));
  spec.environment = runner_environment(run.id, launch);
  spec.directory = context_.files.root();
  RunDirectory directory(context_.files, context_.random, run.id);
  spec.stderr_path =
      fmt::format("{}/{}/runner.log", context_.files.root(), directory.launch_path(launch).str());

  Try& attempt = tries_[run.id];
  attempt.at = now;
  ++attempt.count;
  auto runner = context_.processes.launch_detached(spec);
  if (runner) {
    attempt.runner = *runner;
  } else {
    context_.log.error(fmt::format("run {}: its runner could not be started: {}", run.id.str(),
                                   runner.error().message()));
  }
  return {};
}

Result<bool> RunStarter::launch_again(const RunSummary& run, Instant now) {
  const auto known = tries_.find(run.id);
  if (known == tries_.end()) {  // launched by an engine that is gone
    LOOP_TRY_VOID(spawn(run, run.launch, now));
    return true;
  }
  const Try& last = known->second;
  const bool is_alive = last.runner.pid != 0 && context_.processes.is_alive(last.runner);
  const Duration wait = std::chrono::seconds{1LL << std::min(last.count - 1, 10)};
  if (is_alive || now < last.at + wait) return true;
  if (last.count >= kLaunchTriesMax) return false;
  LOOP_TRY_VOID(spawn(run, run.launch, now));
  return true;
}

// Another process may have noted the start, or the end; and a living runner's end is an event.
std::optional<Instant> RunStarter::next_try() {
  std::erase_if(tries_, [&](const auto& known) {
    const RunSummary* run = ledger_.history().find(known.first);
    return run == nullptr || run->phase != RunPhase::starting;
  });
  std::optional<Instant> next;
  for (const auto& [run, attempt] : tries_) {
    if (attempt.runner.pid != 0 && context_.processes.is_alive(attempt.runner)) continue;
    const Instant at = attempt.at + std::chrono::seconds{1LL << std::min(attempt.count - 1, 10)};
    if (!next || at < *next) next = at;
  }
  return next;
}

}  // namespace loop
