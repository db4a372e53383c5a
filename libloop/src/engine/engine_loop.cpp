// SPDX-License-Identifier: MIT
// Waiting and stepping, until told to stop.
#include "loop/engine/engine_loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/wake_sources.hpp"

namespace loop {

namespace {

constexpr Duration kFilePoll = std::chrono::seconds{5};   // where inotify is refused
constexpr Duration kStepRetry = std::chrono::seconds{5};  // after a failed step

std::vector<WakeSources::WatchedFile> watched_files(const std::string& root) {
  return {
      {root, ".roomodes"}, {root + "/.roo", "schedules.json"}, {root + "/.loop", "journal.jsonl"}};
}

// A schedule that is due within the time left, or a run that is not over.
bool is_idle(const Engine& engine, Instant end) {
  for (const auto& [id, run] : engine.history().live()) {
    if (run.is_live()) return false;
  }
  return engine.next_deadline() > end;
}

// Changes of other files, however many, do not put off the end of the wait.
Status wait_for_cause(WakeSources& sources, Clock& clock, Instant deadline, Duration limit) {
  const Duration end = clock.monotonic() + limit;
  for (;;) {
    const Duration left = end - clock.monotonic();
    if (left <= Duration{0}) return {};
    LOOP_TRY(const Wake wake, sources.wait(deadline, left));
    if (wake != Wake::other_files) return {};
  }
}

}  // namespace

Status run_engine_loop(Engine& engine, const EngineContext& context,
                       const EngineLoopOptions& options) {
  LOOP_TRY(WakeSources sources, WakeSources::open(watched_files(context.files.root())));
  if (!sources.has_file_events()) context.log.warning("no inotify: files are looked at every 5 s");
  const Duration begun = context.clock.monotonic();
  const auto left = [&] {
    return options.run_for ? begun + *options.run_for - context.clock.monotonic() : Duration::max();
  };
  std::string last_problem;
  for (;;) {
    const Instant now = context.clock.now();
    const Status stepped = engine.step(now);
    if (engine.is_deposed()) return stepped;
    // The same problem is told once, not at every try.
    const std::string problem = stepped ? std::string{} : stepped.error().message();
    if (!problem.empty() && problem != last_problem) context.log.error(problem);
    last_problem = problem;
    if (options.after_step) options.after_step(engine);

    const bool asked = options.stop_requested && options.stop_requested();
    const bool is_over = left() <= Duration{0};
    const bool is_done = options.until_idle && stepped &&
                         is_idle(engine, options.run_for ? now + left() : Instant::max());
    if (asked || is_over || is_done) return engine.close(context.clock.now());

    Duration limit = std::min(options.safety_tick, left());
    if (!sources.has_file_events()) limit = std::min(limit, kFilePoll);
    if (!stepped) limit = std::min(limit, kStepRetry);
    sources.watch(engine.watched());
    const Instant deadline = stepped ? engine.next_deadline() : now + kStepRetry;
    LOOP_TRY_VOID(wait_for_cause(sources, context.clock, std::max(deadline, now + Duration{1}),
                                 std::max(limit, Duration{1})));
    if (options.current_zone) {
      if (const auto zone = options.current_zone()) engine.use_zone(*zone);
    }
  }
}

}  // namespace loop
