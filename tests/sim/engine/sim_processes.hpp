// SPDX-License-Identifier: MIT
// Runners and agents that live in virtual time: they write the same files as the real ones.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loop/base/process.h"
#include "loop/engine/run_record.h"
#include "loop/store/file_lock.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_random.hpp"

namespace loop::sim {

// What one launch does.
struct AgentScript {
  Duration duration = std::chrono::seconds{30};
  std::vector<Duration> outputs;  // after the start, when it prints a line
  AttemptEnd end = AttemptEnd::succeeded;
  OutcomeClass outcome = OutcomeClass::ok;
  std::string reason;
  std::optional<Instant> limit_reset;
  bool ignores_term = false;  // is killed `kill_grace` after a stop request
  bool never_starts = false;  // the runner dies before started.json
  bool vanishes = false;      // runner and agent die at the end, without a result
  bool loses_runner = false;  // the runner dies at once, the agent goes on
  std::function<void(FileSystem& files)> mischief;  // what the agent does to files before its end
};

class SimProcesses final : public ProcessLauncher {
 public:
  using Script = std::function<AgentScript(const RunId& run, int launch)>;

  SimProcesses(FileSystem& files, SimClock& clock, SimRandom& random, Script script);

  Result<ProcessIdentity> launch_detached(const LaunchSpec& spec) override;
  Result<std::unique_ptr<ChildProcess>> launch_held(const LaunchSpec& spec) override;
  std::string find_program(const std::string& name,
                           const std::vector<std::string>& environment) override;
  Result<MachineMemory> memory() override { return machine_memory; }
  ProcessIdentity self() override { return {1, 1, boot_id_}; }
  bool is_alive(const ProcessIdentity& process) override;
  Status signal(const ProcessIdentity& process, int signal_number) override;
  std::vector<ProcessIdentity> tree(const ProcessIdentity& root,
                                    const std::string& marker) override;

  // The time of the next thing that a process does; nothing when all is quiet.
  std::optional<Instant> next_event() const;
  // Lets everything happen that is due by the clock. True when a file was written.
  bool deliver();
  // True once after a process wrote something.
  bool take_changed() { return std::exchange(changed_, false); }

  // The machine goes down: all processes are gone, and pids mean nothing any more.
  void lose_all();

  // One line for each agent that was let go: the proof of a start.
  const std::vector<std::string>& starts() const { return starts_; }
  std::size_t live_count() const { return live_.size(); }
  MachineMemory machine_memory{.total_bytes = 8ull << 30, .available_bytes = 4ull << 30};
  std::set<std::string> programs{"/usr/bin/true"};  // that find_program finds, by path
  int launches_refused = 0;  // so many of the next launches fail, as with EAGAIN

 private:
  struct Live {
    RunId run;
    int launch = 0;
    AgentScript script;
    ProcessIdentity runner, agent;
    std::optional<FileLock> lock;  // nothing once the runner is dead
    Instant started{};
    Duration ends_at{};             // monotonic
    std::vector<Duration> outputs;  // monotonic, ascending
    std::optional<StopRequest> stop;
    Duration kill_grace{};
  };

  void start(Live& live);
  void finish(Live& live, AttemptEnd end, OutcomeClass outcome, const std::string& reason);
  void look_for_stop(Live& live);
  ProcessIdentity next_identity();

  FileSystem& files_;
  SimClock& clock_;
  SimRandom& random_;
  Script script_;
  std::map<int, Live> live_;  // by the runner's pid
  std::vector<std::string> starts_;
  std::string boot_id_ = "boot-1";
  int boots_ = 1;
  int next_pid_ = 100;
  bool changed_ = false;
};

}  // namespace loop::sim
