// SPDX-License-Identifier: MIT
// Calling operations for the client of the protocol.
#include "workspace_calls.hpp"

#include <boost/json.hpp>

#include "stderr_log.hpp"

namespace loop_mcp {

using loop::Result;

namespace {

constexpr loop::Duration kProgressEvery{50};  // a client shows no more than that

}  // namespace

Result<std::unique_ptr<WorkspaceCalls>> WorkspaceCalls::open(
    const front::Surroundings& surroundings, const std::optional<std::string>& directory) {
  LOOP_TRY(auto session,
           front::Session::open(surroundings, directory, {}, std::make_unique<StderrLog>()));
  return std::unique_ptr<WorkspaceCalls>(new WorkspaceCalls(surroundings, std::move(session)));
}

Result<boost::json::object> WorkspaceCalls::run(const loop::Operation& operation, mcp::Call& call,
                                                const boost::json::object& arguments) {
  // Read anew, so that a changed configuration holds from the next call on.
  LOOP_TRY(const auto present,
           front::Session::open_root(root_, surroundings_, {}, std::make_unique<StderrLog>()));
  LOOP_TRY(const auto checked, present->options_for_checks());
  if (!operation.info().hints.is_read_only) LOOP_TRY_VOID(present->prepare());
  LOOP_TRY(loop::OperationContext context, session_->operation_context(checked.options, meter_));
  context.configuration_problem = checked.configuration_problem;
  context.is_cancelled = [&call] { return call.is_cancelled(); };
  loop::Duration last_told{};
  context.on_progress = [&](std::uint64_t done, std::uint64_t total, std::string_view what) {
    const loop::Duration now = session_->clock().monotonic();
    if (last_told != loop::Duration{} && now - last_told < kProgressEvery) return;
    last_told = now;
    call.report_progress(static_cast<double>(done), static_cast<double>(total), what);
  };
  return call_operation(context, operation, arguments);
}

Result<boost::json::object> WorkspaceCalls::health() {
  LOOP_TRY(const auto checked, session_->options_for_checks());
  LOOP_TRY(loop::OperationContext context, session_->operation_context(checked.options, meter_));
  context.configuration_problem = checked.configuration_problem;
  LOOP_TRY(const loop::Operation* status, loop::require_operation("get_system_status"));
  return call_operation(context, *status, {});
}

}  // namespace loop_mcp
