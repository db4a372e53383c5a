// SPDX-License-Identifier: MIT
// The engine's public face, and reading a workspace's state without taking part.
#include "loop/engine/engine.h"

#include <algorithm>

#include <boost/json.hpp>

#include "engine/engine_core.hpp"
#include "loop/store/layout.h"

namespace loop {

Result<std::unique_ptr<Engine>> Engine::open(const EngineContext& context, EngineOptions options,
                                             EngineRole role) {
  auto core = std::make_unique<Core>(context, std::move(options), role);
  LOOP_TRY_VOID(core->open());
  return std::unique_ptr<Engine>(new Engine(std::move(core)));
}

Engine::Engine(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Engine::~Engine() = default;

Status Engine::step(Instant now) { return core_->step(now); }
Status Engine::close(Instant now) { return core_->close(now); }
std::size_t Engine::schedules_looked_at() const { return core_->looked_at(); }
bool Engine::is_deposed() const { return core_->is_deposed(); }
Instant Engine::next_deadline() const { return core_->next_deadline(); }
std::vector<ProcessIdentity> Engine::watched() const { return core_->watched(); }
void Engine::use_zone(const Zone& zone) { core_->use_zone(zone); }

Result<RunId> Engine::trigger(const ScheduleId& schedule, Instant now) {
  return core_->trigger(schedule, now);
}
Result<RunId> Engine::retry(const RunId& run, Instant now) { return core_->retry(run, now); }
Result<Delegation> Engine::delegate(const DelegationRequest& request, Instant now) {
  return core_->delegate(request, now);
}
Status Engine::cancel(const RunId& run, const std::string& reason, Instant now) {
  return core_->cancel(run, reason, now);
}
Status Engine::acknowledge(const ScheduleId& schedule, const std::string& note, Instant now) {
  return core_->acknowledge(schedule, note, now);
}

const History& Engine::history() const { return core_->history(); }
const ScheduleBook* Engine::book() const { return core_->book(); }
const std::optional<Error>& Engine::book_problem() const { return core_->book_problem(); }
std::optional<Instant> Engine::next_slot(const Schedule& schedule, Instant now) const {
  return core_->slots().next_slot(schedule, now);
}

Result<EngineStatus> read_engine_status(FileSystem& files) {
  EngineStatus status;
  LOOP_TRY(status.is_alive, FileLock::is_held(files, layout::engine_lock()));
  LOOP_TRY(const auto content, read_file_if_exists(files, layout::engine_status()));
  if (!content) return status;
  boost::json::error_code code;
  const auto value = boost::json::parse(content->bytes, code);
  if (code || !value.is_object()) return status;
  const auto& object = value.get_object();
  const auto text = [&](std::string_view key) -> std::string {
    const auto* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string{};
  };
  if (const auto* pid = object.if_contains("pid"); pid != nullptr && pid->is_int64()) {
    status.pid = static_cast<int>(pid->get_int64());
  }
  status.started = parse_instant(text("started"));
  status.heartbeat = parse_instant(text("heartbeat"));
  status.version = text("version");
  return status;
}

Result<History> read_history(FileSystem& files, Clock& clock, Log& log, std::size_t finished_max) {
  Journal journal(files, clock, log);
  LOOP_TRY(const auto entries, journal.read_new());
  History history(finished_max);
  for (const JournalEntry& entry : entries) history.apply(entry);
  return history;
}

Result<History> settled_history(const EngineContext& context, const EngineOptions& options) {
  LOOP_TRY(History history, read_history(context.files, context.clock, context.log));
  const bool has_work = std::ranges::any_of(
      history.live(), [](const auto& entry) { return entry.second.has_process(); });
  if (!has_work) return history;
  LOOP_TRY(const EngineStatus status, read_engine_status(context.files));
  if (status.is_alive) return history;
  Status settled;
  if (auto visitor = Engine::open(context, options, EngineRole::visitor)) {
    settled = (*visitor)->step(context.clock.now());
  } else {
    settled = visitor.error();
  }
  if (!settled) context.log.warning("runs were not settled: " + settled.error().message());
  return read_history(context.files, context.clock, context.log);
}

}  // namespace loop
