// SPDX-License-Identifier: MIT
// The workspace behind the server: each call sees the present configuration.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "front/kept_options.hpp"
#include "front/session.hpp"
#include "loop/ops/operation.h"
#include "loop/ops/operation_meter.h"
#include "mcp/server/call.hpp"

namespace loop_mcp {

inline constexpr int kRunsShown = 50;

class WorkspaceCalls {
 public:
  // `surroundings.program` is the program that runs runs (loopctl). Borrowed.
  static loop::Result<std::unique_ptr<WorkspaceCalls>> open(
      const front::Surroundings& surroundings, const std::optional<std::string>& directory);

  // Thread-safe.
  loop::Result<boost::json::object> run(const loop::Operation& operation, mcp::Call& call,
                                        const boost::json::object& arguments);

  // By name; the operation has to exist.
  loop::Result<boost::json::object> run(std::string_view operation, mcp::Call& call,
                                        const boost::json::object& arguments);

  // For lists and completion; empty when they cannot be read.
  std::vector<std::string> mode_slugs();
  std::vector<std::string> schedule_ids();
  std::vector<std::string> run_ids();  // the newest kRunsShown
  // One mode as JSON; not_found.
  loop::Result<boost::json::object> mode(const std::string& slug);

  struct DelegatedRun {
    loop::RunSummary run;
    boost::json::object answer;  // of delegate_task
  };
  // Nothing when there is none, or it cannot be read.
  std::optional<DelegatedRun> delegation(const std::string& run);
  // Problems are logged: the run may be over already.
  void cancel_run(const std::string& run);

  loop::FileSystem& files() { return session_->files(); }
  loop::Instant now() const { return session_->now(); }
  const loop::Clock& clock() const { return session_->clock(); }
  loop::RandomSource& random() const { return session_->random(); }
  loop::Log& log() const { return session_->log(); }

  // One more session of this workspace, for a part of the process with a life of its own.
  loop::Result<std::unique_ptr<front::Session>> open_session() const;

  // What get_system_status answers.
  loop::Result<boost::json::object> health();

  const std::string& root() const { return root_; }

 private:
  // So that a changed configuration holds from the next call on.
  loop::Result<front::KeptOptions::Options> present_options();
  // Before the first call that writes, and again when the state directory is another one.
  loop::Status prepare();
  // Without a client that waits for it.
  loop::Result<boost::json::object> call_unasked(std::string_view operation,
                                                 const boost::json::object& arguments);

  WorkspaceCalls(const front::Surroundings& surroundings, std::unique_ptr<front::Session> session)
      : surroundings_(surroundings),
        session_(std::move(session)),
        root_(session_->root()),
        options_(surroundings, root_) {}

  const front::Surroundings& surroundings_;
  // Lives as long as the server: it reaps what was started, and its parts are thread-safe.
  const std::unique_ptr<front::Session> session_;
  const std::string root_;
  front::KeptOptions options_;
  loop::OperationMeter meter_;
  std::mutex prepare_mutex_;
  std::optional<loop::FileIdentity> prepared_;  // the state directory
};

}  // namespace loop_mcp
