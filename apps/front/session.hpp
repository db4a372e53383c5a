// SPDX-License-Identifier: MIT
// One call's view of a workspace: its files, and all that an engine needs, opened once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/spare_threads.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/domain/config.h"
#include "loop/domain/schedule_store.h"
#include "loop/domain/time_ledger.h"
#include "loop/engine/engine.h"
#include "loop/ops/operation.h"
#include "loop/ops/operation_meter.h"
#include "front/surroundings.hpp"

namespace front {

struct SessionOptions {
  std::vector<std::string> settings{};  // "KEY=VALUE": configuration before all other sources
};

class Session {
 public:
  // The workspace at or above `directory`, LOOP_ROOT, or the working directory.
  static loop::Result<std::unique_ptr<Session>> open(const Surroundings& surroundings,
                                                     const std::optional<std::string>& directory,
                                                     SessionOptions options,
                                                     std::unique_ptr<loop::Log> log);
  // Exactly this directory.
  static loop::Result<std::unique_ptr<Session>> open_root(const std::string& root,
                                                          const Surroundings& surroundings,
                                                          SessionOptions options,
                                                          std::unique_ptr<loop::Log> log);

  loop::FileSystem& files() { return *files_; }
  loop::Clock& clock() { return clock_; }
  loop::RandomSource& random() { return random_; }
  loop::ProcessLauncher& processes() { return *processes_; }
  loop::Log& log() { return *log_; }
  loop::Instant now() const { return clock_.now(); }
  std::string root() const { return files_->root(); }

  // Whether the operator approved the present .loop/config.toml.
  loop::Result<bool> is_trusted();
  // Read once. Errors name file, line and key.
  loop::Result<const loop::LoadedConfig*> config();
  // The zone of schedules that name none.
  loop::Result<loop::Zone> zone();
  // The operator's modes file; empty when there is none.
  loop::Result<std::string> global_modes();

  loop::EngineContext engine_context();
  loop::Result<loop::EngineOptions> engine_options();
  // The same for operations: an untrusted workspace has the built-in configuration.
  loop::Result<loop::EngineOptions> operation_options();
  // The same for looking at a workspace whose configuration may be broken: the built-in values and
  // the problem then.
  struct CheckedOptions {
    loop::EngineOptions options;
    std::optional<loop::Error> configuration_problem;
  };
  loop::Result<CheckedOptions> options_for_checks();
  // Borrows both. invalid_argument for LOOP_* variables that no run has set.
  loop::Result<loop::OperationContext> operation_context(const loop::EngineOptions& options,
                                                         loop::OperationMeter& meter);
  // A visitor: starts, cancels and settles runs beside an engine.
  loop::Result<std::unique_ptr<loop::Engine>> open_visitor();

  // To be shown: runs that have ended are settled first.
  loop::Result<loop::History> history();

  loop::TimeLedger& time() { return time_; }
  loop::ScheduleStore& schedules() { return schedules_; }
  // The present book; warns when it is not what stands in the file.
  loop::Result<const loop::ScheduleBook*> book();

  // The state directory and its folders, for commands that write.
  loop::Status prepare();

  const Surroundings& surroundings() const { return surroundings_; }

 private:
  Session(std::unique_ptr<loop::FileSystem> files, const Surroundings& surroundings,
          SessionOptions options, std::unique_ptr<loop::Log> log);

  loop::Result<loop::LoadedConfig> load();
  // With loop-mcp as the agents' server, unless the configuration says another or none.
  loop::Result<loop::EngineOptions> options_with(const loop::Config& config);
  bool says_mcp_command() const;
  loop::Result<loop::Zone> zone_of(const loop::Config& config);
  // Of an untrusted workspace the built-in values: nothing is executed by looking.
  loop::Result<loop::Config> config_for_looking();

  const Surroundings& surroundings_;
  SessionOptions options_;
  loop::SystemClock clock_;
  loop::SystemSpareThreads spare_threads_;
  loop::SystemRandom random_;
  std::unique_ptr<loop::Log> log_;
  std::unique_ptr<loop::FileSystem> files_;
  std::unique_ptr<loop::ProcessLauncher> processes_;
  loop::ScheduleStore schedules_;
  loop::TimeLedger time_;
  std::optional<loop::LoadedConfig> config_;
  bool has_told_untrusted_ = false;
};

// Names that a schedule may give as its agent: configured and built-in ones.
loop::Result<std::vector<std::string>> known_agents(Session& session);

// The operator's state directory as a confined root, made when `make` is set; nothing when absent.
enum class WhenAbsent { make, leave };
loop::Result<std::unique_ptr<loop::FileSystem>> open_operator_state(
    const Surroundings& surroundings, WhenAbsent when_absent);

}  // namespace front
