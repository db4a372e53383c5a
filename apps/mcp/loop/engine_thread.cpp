// SPDX-License-Identifier: MIT
// Its loop waits in the kernel; a signal to the thread ends the wait.
#include "engine_thread.hpp"

#include <csignal>

#include "stderr_log.hpp"

namespace loop_mcp {

namespace {

constexpr int kWakeSignal = SIGUSR2;
constexpr loop::Duration kWakeEvery{20};  // one signal may come just before the wait

void do_nothing(int) {}

}  // namespace

loop::Result<std::unique_ptr<EngineThread>> EngineThread::start(WorkspaceCalls& calls,
                                                                std::function<void()> on_failure) {
  LOOP_TRY(auto session, calls.open_session());
  LOOP_TRY(auto opened, front::open_engine(std::move(session)));
  struct sigaction action{};
  action.sa_handler = do_nothing;  // without SA_RESTART: waits end with EINTR
  ::sigaction(kWakeSignal, &action, nullptr);
  std::unique_ptr<EngineThread> engine(new EngineThread(std::move(opened)));
  engine->opened_.options.stop_requested = [&wants_end = engine->wants_end_] {
    return wants_end.load();
  };
  engine->thread_ =
      std::thread([&self = *engine, on_failure = std::move(on_failure)] { self.run(on_failure); });
  return engine;
}

void EngineThread::run(const std::function<void()>& on_failure) {
  outcome_ =
      loop::run_engine_loop(*opened_.engine, opened_.session->engine_context(), opened_.options);
  has_ended_ = true;
  if (!wants_end_) on_failure();
}

EngineThread::~EngineThread() {
  if (const loop::Status status = end(); !status) {
    opened_.session->log().error(status.error().message());
  }
}

loop::Status EngineThread::end() {
  wants_end_ = true;
  while (thread_.joinable() && !has_ended_) {
    ::pthread_kill(thread_.native_handle(), kWakeSignal);
    opened_.session->clock().sleep(kWakeEvery);
  }
  if (thread_.joinable()) thread_.join();
  return outcome_;
}

}  // namespace loop_mcp
