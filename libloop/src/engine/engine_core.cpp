// SPDX-License-Identifier: MIT
// One step of the engine.
#include "engine/engine_core.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "engine/run_prune.hpp"
#include "loop/base/version.h"
#include "loop/engine/run_tree.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"

namespace loop {

namespace {

constexpr Duration kHeartbeat = std::chrono::seconds{30};
constexpr Duration kStartingPoll = std::chrono::milliseconds{200};

}  // namespace

Engine::Core::Core(const EngineContext& context, EngineOptions options, EngineRole role)
    : context_(context),
      options_(std::move(options)),
      role_(role),
      store_(context.files, context.clock, context.random, context.log),
      ledger_(context_, static_cast<std::size_t>(std::max(1, options_.config.runs_keep))),
      consequences_(context_, options_),
      starter_(context_, options_, ledger_, consequences_),
      follower_(context_, options_, ledger_, starter_, consequences_),
      slots_(context_, options_, ledger_),
      dispatcher_(context_, options_, ledger_, starter_, follower_, slots_, mirror_) {}

Status Engine::Core::open() {
  const RecoveryOptions recovery{options_.config.allow_network_fs};
  LOOP_TRY(const RecoveryReport report,
           prepare_state(context_.files, context_.clock, context_.random, context_.log, recovery));
  for (const std::string& action : report.actions) context_.log.info(action);
  started_ = context_.clock.now();
  if (role_ == EngineRole::engine) {
    LOOP_TRY(auto held,
             FileLock::try_acquire(context_.files, context_.clock, layout::engine_lock()));
    if (!held) {
      return Error(Errc::locked, fmt::format("another engine works on {}", context_.files.root()));
    }
    engine_lock_ = std::move(*held);
  }
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  // A run that was noted, but whose mirror was not written before a crash, is mirrored again.
  if (role_ != EngineRole::engine) return {};
  JournalEntry entry;
  entry.time = started_;
  entry.event = JournalEvent::engine_started;
  entry.reason = fmt::format("version {}", version());
  LOOP_TRY_VOID(ledger_.record(entry));
  return write_status(started_);  // who opened it may at once ask which process it is
}

Status Engine::Core::close(Instant now) {
  if (!engine_lock_) return {};
  LOOP_TRY(const FileLock guard, lock());
  JournalEntry entry;
  entry.time = now;
  entry.event = JournalEvent::engine_stopped;
  return ledger_.record(entry);
}

Result<FileLock> Engine::Core::lock() {
  return FileLock::acquire(context_.files, context_.clock, layout::dispatch_lock());
}

Status Engine::Core::load() {
  LOOP_TRY_VOID(load_book());
  return load_modes();
}

Status Engine::Core::load_book() {
  auto book = store_.load();
  if (!book) {
    book_ = nullptr;
    book_problem_ = book.error();
    return book.error();
  }
  book_ = *book;
  book_problem_ = store_.problem();
  return {};
}

// As with schedules.json the last good reading stays in force while the file cannot be read.
Status Engine::Core::load_modes() {
  LOOP_TRY(const auto info, context_.files.info(layout::modes()));
  const auto stamp = info ? std::optional{stamp_of(*info)} : std::nullopt;
  if (modes_read_ && stamp == modes_stamp_) return {};
  auto modes = ModeBook::load(context_.files, options_.global_modes);
  if (!modes && !modes_read_) return std::move(modes).error();
  modes_stamp_ = stamp;
  if (!modes) {
    context_.log.error(fmt::format("the modes read before stay: {}", modes.error().message()));
    return {};
  }
  bool is_good = true;
  for (const ModeProblem& problem : modes->problems()) {
    if (problem.is_warning) continue;
    is_good = false;
    context_.log.error(fmt::format(".roomodes: {}", problem.message));
  }
  if (is_good || !modes_read_) starter_.use_modes(std::move(*modes));
  modes_read_ = true;
  return {};
}

// A workspace whose .loop was removed has lost its truth, and may have got another engine.
Status Engine::Core::check_engine_lock() {
  if (!engine_lock_) return {};
  LOOP_TRY(const bool is_ours, engine_lock_->is_in_place(context_.files, layout::engine_lock()));
  is_deposed_ = !is_ours;
  if (is_ours) return {};
  return Error(Errc::conflict, fmt::format("{} was removed or replaced while this engine worked: "
                                           "it ends, and its runs go on by themselves",
                                           layout::engine_lock().str()));
}

Status Engine::Core::step(Instant now) {
  LOOP_TRY_VOID(check_engine_lock());
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  const Status loaded = load();
  LOOP_TRY_VOID(settle_runs(now));
  if (role_ == EngineRole::visitor) return loaded ? flush_mirror(now) : Status{};
  if (!loaded) return loaded.error();

  const std::uint64_t version = store_.version();
  update_agenda(now);
  LOOP_TRY_VOID(slots_.notice(*book_, agenda_, version, now));
  LOOP_TRY_VOID(dispatcher_.resume_pending(*book_, now));
  update_agenda(now);
  LOOP_TRY(const auto candidates, slots_.collect(*book_, agenda_, now));
  LOOP_TRY_VOID(dispatcher_.start_candidates(*book_, candidates, now));
  update_agenda(now);
  LOOP_TRY_VOID(slots_.retire(*book_, agenda_, now));
  LOOP_TRY_VOID(flush_mirror(now));
  LOOP_TRY_VOID(prune_runs());
  LOOP_TRY_VOID(write_status(now));
  close_agenda(now, version);
  compute_deadline(now);
  return {};
}

// Whatever the journal says meanwhile of a schedule puts it on the agenda of this very step.
void Engine::Core::update_agenda(Instant now) {
  agenda_.open(*book_, store_.version(), now);
  agenda_.add(ledger_.take_changed());
}

void Engine::Core::close_agenda(Instant now, std::uint64_t version) {
  looked_at_ = agenda_.positions().size();
  update_agenda(now);
  for (const std::uint32_t position : agenda_.positions()) {
    agenda_.plan(position, slots_.next_look(book_->schedules()[position], now));
  }
  // Written meanwhile, by us as by others: the next step looks at all of the new version.
  if (store_.version() == version) agenda_.close();
}

// Those whose parent is over are not started first.
Status Engine::Core::settle_runs(Instant now) {
  LOOP_TRY_VOID(end_cut_off_runs(now));
  std::vector<RunSummary> runs;
  for (const auto& [id, run] : ledger_.history().live()) runs.push_back(run);
  for (const RunSummary& run : runs) {
    // Without any reading of schedules.json nobody knows what a failure should lead to; a delegated
    // run is in no file.
    if (book_ == nullptr && !is_delegation_key(run.schedule)) continue;
    const Schedule* schedule = book_ == nullptr ? nullptr : book_->find(run.schedule);
    const Status settled = follower_.settle(run, schedule, now);
    if (settled) continue;
    const Errc code = settled.error().code();
    if (code != Errc::invalid_data && code != Errc::too_large) return settled;
    LOOP_TRY_VOID(give_up_damaged(run, settled.error(), now));
  }
  return end_cut_off_runs(now);
}

// The parent's own runner asks first, when its agent has ended; this is for a runner that could
// not.
Status Engine::Core::end_cut_off_runs(Instant now) {
  std::vector<RunSummary> runs;
  for (const auto& [id, run] : ledger_.history().live()) {
    if (is_cut_off(ledger_.history(), run)) runs.push_back(run);
  }
  for (const RunSummary& run : runs) {
    LOOP_TRY_VOID(follower_.end_run(run, "the run that delegated it is over", now));
  }
  return {};
}

// One run's damaged file stops nobody else. While its runner lives, its end is waited for.
Status Engine::Core::give_up_damaged(const RunSummary& run, const Error& damage, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY(const bool is_held,
           FileLock::is_held(context_.files, directory.lock_path(std::max(run.launch, 1))));
  if (told_damage_.insert(run.id).second) {
    context_.log.error(fmt::format("run {}: {}", run.id.str(), damage.message()));
  }
  if (is_held) return {};
  return follower_.finish(run, AttemptEnd::abandoned, damage.message(), now);
}

// The mirror follows the journal: whatever it says of a schedule since the last write is shown.
Status Engine::Core::flush_mirror(Instant now) {
  update_agenda(now);
  for (const std::uint32_t position : agenda_.positions()) {
    const Schedule& schedule = book_->schedules()[position];
    const ScheduleHistory& past = ledger_.history().of(schedule.id);
    show_switched_off(schedule, past);
    std::uint64_t& mirrored = mirrored_version_[schedule.id];
    if (mirrored == past.version || past.last_run.empty()) continue;
    mirrored = past.version;
    const bool is_shown = schedule.mirror.last_execution == past.last_start &&
                          schedule.mirror.last_task_id == past.last_run.str();
    if (is_shown || !past.last_start) continue;
    mirror_.set_time(schedule.id, "lastExecutionTime", past.last_start);
    mirror_.set(schedule.id, "lastTaskId", past.last_run.str());
    mirror_.set_time(schedule.id, "nextExecutionTime", slots_.next_slot(schedule, now));
  }
  if (mirror_.is_empty()) return confirm_switched_off(now);
  const Status flushed = mirror_.flush(store_);
  // The journal is the truth: an unreadable or contested file is shown again later, and stops
  // nothing.
  if (!flushed) {
    context_.log.warning(
        fmt::format("run times not shown in schedules.json: {}", flushed.error().message()));
    return {};
  }
  LOOP_TRY_VOID(load());
  return confirm_switched_off(now);
}

// The journal said it first, so a crash or an unreadable file cannot undo it.
void Engine::Core::show_switched_off(const Schedule& schedule, const ScheduleHistory& past) {
  if (!past.is_switched_off || !SlotWatch::is_enabled(schedule)) return;
  mirror_.set(schedule.id, "active", false);
  mirror_.set(schedule.id, "nextExecutionTime", std::nullopt);
  if (!past.switch_off_note.empty()) {
    mirror_.set(schedule.id, "loop.note", past.switch_off_note);
  }
}

// From here on an active schedule in the file is one that somebody has switched on again.
Status Engine::Core::confirm_switched_off(Instant now) {
  update_agenda(now);
  std::vector<JournalEntry> entries;
  for (const std::uint32_t position : agenda_.positions()) {
    const Schedule& schedule = book_->schedules()[position];
    if (!ledger_.history().of(schedule.id).is_switched_off) continue;
    if (SlotWatch::is_enabled(schedule)) continue;
    JournalEntry entry;
    entry.time = now;
    entry.event = JournalEvent::deactivated;
    entry.schedule = schedule.id;
    entry.reason = "schedules.json shows it";
    entries.push_back(entry);
  }
  return ledger_.record(entries);
}

// Once for what earlier engines left, then for each run that drops out of the kept ones.
Status Engine::Core::prune_runs() {
  std::vector<RunId> dropped = ledger_.take_dropped();
  if (!has_pruned_) {
    has_pruned_ = true;
    LOOP_TRY(dropped, list_unknown_runs(context_.files, ledger_.history()));
  }
  for (const RunId& run : dropped) {
    const Status removed = remove_run_folder(context_.files, run);
    if (!removed) context_.log.warning(removed.error().message());
  }
  return {};
}

Status Engine::Core::write_status(Instant now) {
  if (status_written_ && now >= *status_written_ && now - *status_written_ < kHeartbeat) return {};
  status_written_ = now;
  boost::json::object status;
  status["schema"] = 1;
  status["pid"] = context_.processes.self().pid;
  status["started"] = format_instant(started_);
  status["heartbeat"] = format_instant(now);
  status["version"] = version();
  const auto written = replace_file(context_.files, context_.random, layout::engine_status(),
                                    boost::json::serialize(status) + "\n");
  if (!written) context_.log.warning(fmt::format("heartbeat: {}", written.error().message()));
  return {};
}

void Engine::Core::lower_deadline(std::optional<Instant> when) {
  if (when && *when < next_deadline_) next_deadline_ = *when;
}

void Engine::Core::compute_deadline(Instant now) {
  next_deadline_ = now + std::chrono::hours{1};
  lower_deadline(dispatcher_.next_deadline());
  lower_deadline(starter_.next_try());
  lower_deadline(agenda_.next());
  for (const auto& [id, run] : ledger_.history().live()) {
    if (run.phase == RunPhase::starting)
      lower_deadline(now + std::min(kStartingPoll, options_.poll));
    if (run.phase == RunPhase::running) lower_deadline(now + options_.poll);
  }
}

std::vector<ProcessIdentity> Engine::Core::watched() {
  std::vector<ProcessIdentity> processes;
  for (const auto& [id, run] : ledger_.history().live()) {
    if (!run.has_process()) continue;
    const auto start = RunDirectory(context_.files, context_.random, id).started(run.launch);
    if (start && *start) processes.push_back((*start)->runner);
  }
  return processes;
}

void Engine::Core::use_zone(Zone zone) {
  options_.zone = std::move(zone);
  slots_.forget_cached();
  agenda_.add_all();
}

}  // namespace loop
