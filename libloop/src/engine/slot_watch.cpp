// SPDX-License-Identifier: MIT
// Noticing changes of schedules, and collecting what is due.
#include "engine/slot_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/planner.hpp"
#include "engine/timing_hash.hpp"

namespace loop {

namespace {

// A consumed slot or a start further ahead than this was recorded by a wrong clock. Less is a clock
// that was set back: then nothing runs until it has caught up.
constexpr Duration kFarAhead = std::chrono::hours{24};
constexpr Duration kFirstSightMax = std::chrono::hours{24 * 7};
constexpr Duration kForeignSlack = std::chrono::minutes{1};

JournalEntry entry_for(const Schedule& schedule, JournalEvent event, Instant now) {
  JournalEntry entry;
  entry.time = now;
  entry.event = event;
  entry.schedule = schedule.id;
  return entry;
}

bool is_far_ahead(const std::optional<Instant>& mark, Instant now) {
  return mark && *mark > now + kFarAhead;
}

std::string why_not_enabled(const Schedule& schedule) {
  if (schedule.invalid) return fmt::format("invalid: {}", *schedule.invalid);
  if (schedule.loop.paused) return fmt::format("paused: {}", schedule.loop.note);
  return "active is false";
}

}  // namespace

bool SlotWatch::is_enabled(const Schedule& schedule) {
  return schedule.active && !schedule.loop.paused && !schedule.invalid;
}

Zone SlotWatch::zone_of(const Schedule& schedule) const {
  if (schedule.timing.timezone.empty()) return options_.zone;
  const auto zone = Zone::find(schedule.timing.timezone);
  return zone ? *zone : options_.zone;  // a schedule with an unknown zone is invalid
}

SlotReference SlotWatch::reference_of(const Schedule& schedule) const {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  return {past.last_start, past.last_skip, past.activation};
}

Instant SlotWatch::consumed_of(const Schedule& schedule) const {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  return std::max(past.consumed.value_or(past.activation), past.activation);
}

std::optional<Instant> SlotWatch::expiration_of(const Schedule& schedule) const {
  if (!schedule.timing.expiration) return std::nullopt;
  return zone_of(schedule).to_instant(*schedule.timing.expiration);
}

std::optional<Instant> SlotWatch::next_unconsumed(const Schedule& schedule, Instant now) const {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  Cached& cached = cache_[schedule.id];
  if (cached.version == past.version && cached.timing_hash == past.timing_hash &&
      past.version != 0) {
    return cached.next;
  }
  const Zone zone = zone_of(schedule);
  // A reference ahead of the clock is kept here: notice() has judged it already.
  const Instant at = std::max({now, past.last_start.value_or(now), past.last_skip.value_or(now)});
  const SlotSequence slots(schedule.timing, zone, reference_of(schedule), at);
  cached = Cached{past.version, past.timing_hash, slots.next_after(consumed_of(schedule))};
  return cached.next;
}

std::optional<Instant> SlotWatch::next_slot(const Schedule& schedule, Instant now) const {
  if (!is_enabled(schedule) || ledger_.history().of(schedule.id).is_switched_off) {
    return std::nullopt;
  }
  const auto next = next_unconsumed(schedule, now);
  if (!next || *next > now) return next;
  const Zone zone = zone_of(schedule);
  const SlotReference reference = reference_of(schedule);
  const Instant at =
      std::max({now, reference.last_start.value_or(now), reference.last_skip.value_or(now)});
  return SlotSequence(schedule.timing, zone, reference, at)
      .next_after(std::max(now, consumed_of(schedule)));
}

Status SlotWatch::notice(const ScheduleBook& book, ScheduleAgenda& agenda, std::uint64_t version,
                         Instant now) {
  if (version != hashed_version_) {
    timing_hashes_.clear();
    for (const Schedule& schedule : book.schedules())
      timing_hashes_.push_back(timing_hash(schedule));
    hashed_version_ = version;
  }
  std::vector<JournalEntry> entries;
  for (const std::uint32_t position : agenda.positions()) {
    notice_schedule(book.schedules()[position], timing_hashes_[position], now, entries);
  }
  const auto notice_gone = [&](const ScheduleId& id) {
    if (!ledger_.history().of(id).is_active || agenda.contains(id)) return;
    JournalEntry gone;
    gone.time = now;
    gone.event = JournalEvent::deactivated;
    gone.schedule = id;
    gone.reason = "deleted from schedules.json";
    entries.push_back(gone);
  };
  if (agenda.has_all()) {
    for (const auto& [id, past] : ledger_.history().schedules()) notice_gone(id);
  } else {
    for (const ScheduleId& id : agenda.changed()) notice_gone(id);
  }
  return ledger_.record(entries);
}

void SlotWatch::notice_schedule(const Schedule& schedule, const std::string& hash, Instant now,
                                std::vector<JournalEntry>& entries) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  if (past.is_switched_off && past.timing_hash == hash) return;  // the file does not show it yet
  if (!is_enabled(schedule)) {
    if (!past.is_active) return;
    JournalEntry entry = entry_for(schedule, JournalEvent::deactivated, now);
    entry.reason = why_not_enabled(schedule);
    entries.push_back(entry);
    return;
  }
  if (is_far_ahead(past.consumed, now) || is_far_ahead(past.last_start, now)) {
    JournalEntry entry = entry_for(schedule, JournalEvent::activated, now);
    entry.detail = hash;
    entry.until = now;
    entry.reason =
        "the last run lies more than a day in the future: the clock was wrong; counted from now";
    context_.log.warning(fmt::format("schedule \"{}\": {}", schedule.name, entry.reason));
    entries.push_back(entry);
    return;
  }
  if (!past.is_known) notice_first_sight(schedule, now, entries);
  if (!past.is_active || past.timing_hash != hash) {
    JournalEntry entry = entry_for(schedule, JournalEvent::activated, now);
    entry.detail = hash;
    entries.push_back(entry);
  }
  if (past.is_known) notice_foreign_run(schedule, now, entries);
}

// A file written by Roo Scheduler: its stamps are the reference. One that was waiting when the file
// was written is due at once, for the newest slot.
void SlotWatch::notice_first_sight(const Schedule& schedule, Instant now,
                                   std::vector<JournalEntry>& entries) {
  const ScheduleMirror& mirror = schedule.mirror;
  const bool has_run = mirror.last_execution && *mirror.last_execution <= now + kForeignSlack;
  if (has_run) {
    JournalEntry entry = entry_for(schedule, JournalEvent::foreign_run, now);
    entry.until = mirror.last_execution;
    entry.reason = "found in schedules.json";
    entries.push_back(entry);
  }
  if (!mirror.last_skipped || *mirror.last_skipped > now + kForeignSlack) return;
  if (schedule.overlap == Overlap::skip) {
    JournalEntry entry = entry_for(schedule, JournalEvent::foreign_run, now);
    entry.detail = "skip";
    entry.until = mirror.last_skipped;
    entry.reason = "found in schedules.json";
    entries.push_back(entry);
    return;
  }
  const bool was_waiting =
      schedule.overlap == Overlap::wait && has_run && *mirror.last_skipped > *mirror.last_execution;
  if (!was_waiting) return;
  const Zone zone = zone_of(schedule);
  const SlotReference reference{mirror.last_execution, std::nullopt, now};
  const SlotSequence slots(schedule.timing, zone, reference, now);
  // Only the newest slot counts, and a file may name any year.
  const DueSlots due = find_due(slots, std::max(*mirror.last_execution, now - kFirstSightMax), now);
  JournalEntry entry = entry_for(schedule, JournalEvent::waiting, now);
  entry.slot = due.newest.empty() ? floor_minute(now) : due.newest.back();
  entry.reason = "was waiting when schedules.json was written";
  entries.push_back(entry);
}

void SlotWatch::notice_foreign_run(const Schedule& schedule, Instant now,
                                   std::vector<JournalEntry>& entries) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  const auto& stamp = schedule.mirror.last_execution;
  const bool is_foreign =
      stamp && *stamp <= now + kForeignSlack && (!past.last_start || *stamp > *past.last_start);
  if (!is_foreign) return;
  JournalEntry entry = entry_for(schedule, JournalEvent::foreign_run, now);
  entry.until = stamp;
  entry.slot = floor_minute(*stamp);
  entry.reason = "lastExecutionTime was changed by another program; only one should run schedules";
  context_.log.warning(fmt::format("schedule \"{}\": {}", schedule.name, entry.reason));
  entries.push_back(entry);
}

Result<std::vector<Candidate>> SlotWatch::collect(const ScheduleBook& book, ScheduleAgenda& agenda,
                                                  Instant now) {
  std::vector<JournalEntry> entries;
  std::vector<Candidate> candidates;
  for (const std::uint32_t position : agenda.positions()) {
    const Schedule& schedule = book.schedules()[position];
    if (!is_enabled(schedule)) continue;
    if (ledger_.history().of(schedule.id).is_switched_off) continue;
    collect_from(schedule, now, entries, candidates);
  }
  LOOP_TRY_VOID(ledger_.record(entries));
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     if (a.slot != b.slot) return a.slot < b.slot;
                     return a.schedule->position < b.schedule->position;
                   });
  return candidates;
}

void SlotWatch::collect_from(const Schedule& schedule, Instant now,
                             std::vector<JournalEntry>& entries,
                             std::vector<Candidate>& candidates) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  if (past.waiting_slot) {
    const bool is_late = now - *past.waiting_slot > kOnTimeMax;
    candidates.push_back({Candidate::Kind::waiting, *past.waiting_slot, &schedule, is_late});
  } else if (!past.backlog.empty()) {
    candidates.push_back({Candidate::Kind::backlog, past.backlog.front(), &schedule, true});
  }
  if (schedule.timing.kind == ScheduleKind::completion) {
    collect_completion(schedule, now, candidates);
    return;
  }
  const auto next = next_unconsumed(schedule, now);
  if (next && *next <= now) collect_due(schedule, now, entries, candidates);
  collect_trial(schedule, now, candidates);
}

bool SlotWatch::has_live_run(const ScheduleId& id) const {
  const auto& live = ledger_.history().live();
  return std::any_of(live.begin(), live.end(),
                     [&](const auto& run) { return run.second.schedule == id; });
}

// From an escalation until its trial has been started.
bool SlotWatch::is_resting(const ScheduleHistory& past, Instant now) const {
  const auto& until = past.failures.open_until;
  if (!until) return false;
  return now < *until || !past.consumed ||
         *past.consumed < std::chrono::floor<std::chrono::seconds>(*until);
}

void SlotWatch::collect_trial(const Schedule& schedule, Instant now,
                              std::vector<Candidate>& candidates) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  const auto& until = past.failures.open_until;
  const bool is_due = until && now >= *until && is_resting(past, now);
  if (!is_due || past.waiting_slot || has_live_run(schedule.id)) return;
  candidates.push_back(
      {Candidate::Kind::trial, std::chrono::floor<std::chrono::seconds>(*until), &schedule, false});
}

void SlotWatch::collect_due(const Schedule& schedule, Instant now,
                            std::vector<JournalEntry>& entries,
                            std::vector<Candidate>& candidates) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  const Zone zone = zone_of(schedule);
  const SlotSequence slots(
      schedule.timing, zone, reference_of(schedule),
      std::max({now, past.last_start.value_or(now), past.last_skip.value_or(now)}));
  const DueSlots due = find_due(slots, consumed_of(schedule), now);
  const CatchUpPlan plan =
      plan_catch_up(due, schedule.loop.catchup.value_or(options_.config.catchup),
                    schedule.loop.catchup_window.value_or(options_.config.catchup_window), now);
  const auto add = [&](JournalEvent event, Instant slot, std::string reason, std::int64_t count) {
    JournalEntry entry = entry_for(schedule, event, now);
    entry.slot = slot;
    entry.reason = std::move(reason);
    entry.count = count;
    entries.push_back(std::move(entry));
  };
  const bool rests = is_resting(past, now);
  const bool folds = past.waiting_slot.has_value() || !past.backlog.empty();
  const JournalEvent event = folds   ? JournalEvent::folded
                             : rests ? JournalEvent::skipped
                                     : JournalEvent::missed;
  const std::string why = folds ? "an earlier slot is still waiting" : rests ? "cooldown" : "";
  if (plan.older_missed_last) add(event, *plan.older_missed_last, why, plan.older_missed_count);
  for (const Instant slot : plan.missed) add(event, slot, why, 0);
  if (folds || rests) {
    for (const Instant slot : plan.run) add(event, slot, why, 0);
    return;
  }
  if (plan.run.empty()) return;
  const Instant first = plan.run.front();
  candidates.push_back({Candidate::Kind::due, first, &schedule, now - first > kOnTimeMax});
  if (plan.run.size() < 2) return;
  candidates.back().kind = Candidate::Kind::backlog;
  JournalEntry entry = entry_for(schedule, JournalEvent::backlog, now);
  entry.slot = plan.run.back();
  entry.count = static_cast<std::int64_t>(plan.run.size());
  for (const Instant slot : plan.run) {
    entry.detail += (entry.detail.empty() ? "" : ",") + format_compact(slot);
  }
  entries.push_back(std::move(entry));
}

// Due once each schedule named in loop.after has succeeded since this one last started; the slot is
// the second in which the last of them did.
void SlotWatch::collect_completion(const Schedule& schedule, Instant now,
                                   std::vector<Candidate>& candidates) {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  const Instant since = std::max(past.activation, past.last_start.value_or(past.activation));
  std::optional<Instant> last;
  for (const ScheduleId& id : schedule.loop.after) {
    const auto& success = ledger_.history().of(id).last_success;
    if (!success || *success <= since) return;
    if (!last || *success > *last) last = success;
  }
  if (!last || past.waiting_slot) return;
  const Instant slot = std::chrono::floor<std::chrono::seconds>(*last);
  if (past.consumed && slot <= *past.consumed) return;
  candidates.push_back({Candidate::Kind::due, slot, &schedule, now - slot > kOnTimeMax});
}

bool SlotWatch::has_run_out(const Schedule& schedule) const {
  const int runs_max = schedule.loop.max_runs.value_or(0);
  return runs_max > 0 && ledger_.history().of(schedule.id).runs_finished >= runs_max;
}

NextLook SlotWatch::next_look(const Schedule& schedule, Instant now) const {
  const ScheduleHistory& past = ledger_.history().of(schedule.id);
  if (!is_enabled(schedule) || past.is_switched_off) return {};
  NextLook look{next_unconsumed(schedule, now)};
  const auto lower = [&](Instant when) { look.at = look.at ? std::min(*look.at, when) : when; };
  const auto& until = past.failures.open_until;
  if (until && *until > now) lower(*until);
  // A stamp that lies ahead becomes another program's run when its time has come.
  const auto& stamp = schedule.mirror.last_execution;
  if (stamp && *stamp > now + kForeignSlack && stamp > past.last_start) {
    lower(*stamp - kForeignSlack);
  }
  const bool has_held = past.waiting_slot || !past.backlog.empty();
  const bool has_trial = until && *until <= now && is_resting(past, now);
  look.at_every_step = has_held || has_trial || schedule.timing.kind == ScheduleKind::completion;
  return look;
}

Status SlotWatch::retire(const ScheduleBook& book, ScheduleAgenda& agenda, Instant now) {
  std::vector<JournalEntry> entries;
  for (const std::uint32_t position : agenda.positions()) {
    const Schedule& schedule = book.schedules()[position];
    if (!is_enabled(schedule)) continue;
    const ScheduleHistory& past = ledger_.history().of(schedule.id);
    if (!past.is_active || past.is_switched_off || has_live_run(schedule.id)) continue;

    const bool has_run_enough = has_run_out(schedule);
    if (!has_run_enough && (past.waiting_slot || !past.backlog.empty())) continue;
    const bool can_end =
        schedule.timing.kind == ScheduleKind::once || schedule.timing.expiration.has_value();
    const bool has_no_slot_left = can_end && schedule.timing.kind != ScheduleKind::manual &&
                                  !past.failures.open_until && !next_unconsumed(schedule, now);
    if (!has_run_enough && !has_no_slot_left) continue;
    JournalEntry entry = entry_for(schedule, JournalEvent::deactivated, now);
    entry.detail = kRetired;
    entry.reason = has_run_enough ? fmt::format("has run {} of {} times", past.runs_finished,
                                                *schedule.loop.max_runs)
                                  : "no slot is left";
    entries.push_back(entry);
  }
  return ledger_.record(entries);
}

}  // namespace loop
