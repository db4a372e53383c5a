// SPDX-License-Identifier: MIT
// Signal handlers; the only global state of the program, because the kernel knows no other way.
#include "signals.hpp"

#include <csignal>

#include <signal.h>

namespace loopctl {

namespace {

volatile std::sig_atomic_t last_signal = 0;

extern "C" void note_signal(int signal_number) { last_signal = signal_number; }

void install(int signal_number, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;  // no SA_RESTART: waits have to end
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

void catch_stop_signals() {
  install(SIGINT, note_signal, static_cast<int>(SA_RESETHAND));
  install(SIGTERM, note_signal, 0);
  install(SIGHUP, note_signal, 0);
  install(SIGPIPE, SIG_IGN, 0);
}

int stop_signal() { return last_signal; }

ExitCode exit_code_of_signal(int signal_number) {
  return signal_number == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
}

}  // namespace loopctl
