// SPDX-License-Identifier: MIT
// Simulated runners.
#include "sim/engine/sim_processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace loop::sim {

SimProcesses::SimProcesses(FileSystem& files, SimClock& clock, SimRandom& random, Script script)
    : files_(files), clock_(clock), random_(random), script_(std::move(script)) {}

ProcessIdentity SimProcesses::next_identity() {
  const int pid = next_pid_++;
  return {pid, static_cast<std::uint64_t>(pid) * 7, boot_id_};
}

Result<ProcessIdentity> SimProcesses::launch_detached(const LaunchSpec& spec) {
  if (launches_refused > 0) {
    --launches_refused;
    return Error::from_errno(EAGAIN, "launch");
  }
  if (spec.argv.size() < 2 || spec.argv.front() != "runner")
    return next_identity();  // a notify hook
  Live live;
  live.run = RunId(spec.argv[spec.argv.size() - 2]);
  live.launch = std::stoi(spec.argv.back());
  live.script = script_(live.run, live.launch);
  live.runner = next_identity();
  const ProcessIdentity runner = live.runner;
  if (live.script.never_starts) return runner;

  RunDirectory directory(files_, random_, live.run);
  auto lock = FileLock::try_acquire(files_, clock_, directory.lock_path(live.launch));
  if (!lock || !*lock) return runner;  // another runner has it
  const auto started = directory.started(live.launch);
  const auto result = directory.result(live.launch);
  if (!started || *started || !result || *result) return runner;
  live.lock = std::move(**lock);
  start(live);
  if (live.started != Instant{}) live_.emplace(runner.pid, std::move(live));
  return runner;
}

void SimProcesses::start(Live& live) {
  RunDirectory directory(files_, random_, live.run);
  live.agent = next_identity();
  const auto intent = directory.intent();
  if (!intent || !*intent) return;
  live.kill_grace = (*intent)->kill_grace;
  if (!directory.write_started(live.launch, {live.runner, live.agent, clock_.now()})) return;
  live.started = clock_.now();
  const Duration now = clock_.monotonic();
  const Duration total = (*intent)->timeout_total;
  if (live.script.duration > total) {
    live.script.end = AttemptEnd::timed_out;
    live.script.outcome = OutcomeClass::limit;
    live.script.reason = "total time is over";
    live.script.duration = total + (live.script.ignores_term ? live.kill_grace : Duration{0});
  }
  live.ends_at = now + live.script.duration;
  for (const Duration after : live.script.outputs) live.outputs.push_back(now + after);
  if (live.script.loses_runner) live.lock.reset();
  starts_.push_back(fmt::format("{}/a{}", live.run.str(), live.launch));
  changed_ = true;
}

std::optional<Instant> SimProcesses::next_event() const {
  std::optional<Duration> next;
  for (const auto& [pid, live] : live_) {
    Duration at = live.ends_at;
    if (!live.outputs.empty()) at = std::min(at, live.outputs.front());
    if (!next || at < *next) next = at;
  }
  if (!next) return std::nullopt;
  return clock_.now() + std::max(Duration{0}, *next - clock_.monotonic());
}

void SimProcesses::look_for_stop(Live& live) {
  if (live.stop || !live.lock) return;
  const auto stop = RunDirectory(files_, random_, live.run).stop(live.launch);
  if (!stop || !*stop) return;
  live.stop = **stop;
  const Duration grace = live.script.ignores_term ? live.kill_grace : Duration{0};
  live.ends_at = std::min(live.ends_at, clock_.monotonic() + grace);
}

bool SimProcesses::deliver() {
  const bool before = changed_;
  for (auto it = live_.begin(); it != live_.end();) {
    Live& live = it->second;
    look_for_stop(live);
    while (!live.outputs.empty() && live.outputs.front() <= clock_.monotonic()) {
      live.outputs.erase(live.outputs.begin());
      RunDirectory directory(files_, random_, live.run);
      auto file = files_.open(directory.stdout_path(live.launch),
                              {Access::append, Creation::if_absent, 0600});
      if (file && (*file)->write("output\n")) changed_ = true;
    }
    if (live.ends_at > clock_.monotonic()) {
      ++it;
      continue;
    }
    if (live.script.mischief) live.script.mischief(files_);
    if (live.stop) {
      finish(live, live.stop->as, OutcomeClass::killed, live.stop->reason);
    } else if (live.lock && !live.script.vanishes) {
      finish(live, live.script.end, live.script.outcome, live.script.reason);
    }
    it = live_.erase(it);
    changed_ = true;
  }
  return changed_ && !before;
}

void SimProcesses::finish(Live& live, AttemptEnd end, OutcomeClass outcome,
                          const std::string& reason) {
  AttemptResult result;
  result.end = end;
  result.outcome.outcome = outcome;
  result.outcome.reason = reason;
  result.outcome.limit_reset = live.script.limit_reset;
  result.exit = ExitStatus{false, end == AttemptEnd::succeeded ? 0 : 1};
  result.started = live.started;
  result.ended = clock_.now();
  RunDirectory directory(files_, random_, live.run);
  // A full disk loses the result, as it would for a real runner that gives up.
  if (!directory.write_result(live.launch, result)) return;
}

Result<std::unique_ptr<ChildProcess>> SimProcesses::launch_held(const LaunchSpec&) {
  return Error(Errc::unsupported, "only runners hold agents, and the runners here are simulated");
}

std::string SimProcesses::find_program(const std::string& name, const std::vector<std::string>&) {
  for (const std::string& program : programs) {
    if (program == name || program.ends_with("/" + name)) return program;
  }
  return {};
}

bool SimProcesses::is_alive(const ProcessIdentity& process) {
  return std::any_of(live_.begin(), live_.end(), [&](const auto& pair) {
    const Live& live = pair.second;
    return (live.lock && live.runner == process) || live.agent == process;
  });
}

Status SimProcesses::signal(const ProcessIdentity& process, int signal_number) {
  for (auto& [pid, live] : live_) {
    if (live.runner == process && live.lock) {
      look_for_stop(live);
      changed_ = true;
      return {};
    }
    if (live.agent == process) {
      if (signal_number == SIGKILL || !live.script.ignores_term) live.ends_at = clock_.monotonic();
      return {};
    }
  }
  return Error(Errc::not_found, "no such process");
}

std::vector<ProcessIdentity> SimProcesses::tree(const ProcessIdentity& root, const std::string&) {
  if (is_alive(root)) return {root};
  return {};
}

void SimProcesses::lose_all() {
  live_.clear();
  boot_id_ = fmt::format("boot-{}", ++boots_);
}

}  // namespace loop::sim
