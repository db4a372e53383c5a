// SPDX-License-Identifier: MIT
// Calling operations for the client of the protocol.
#include "workspace_calls.hpp"

#include <boost/json.hpp>

#include "loop/ops/delegate_task.h"
#include "loop/store/layout.h"
#include "stderr_log.hpp"

namespace loop_mcp {

using loop::Result;

namespace {

constexpr loop::Duration kProgressEvery{50};  // a client shows no more than that

std::vector<std::string> texts_in(const Result<boost::json::object>& answer, std::string_view list,
                                  std::string_view key) {
  std::vector<std::string> texts;
  if (!answer) return texts;
  for (const boost::json::value& item : answer->at(list).as_array()) {
    texts.emplace_back(item.at(key).as_string());
  }
  return texts;
}

}  // namespace

Result<std::unique_ptr<WorkspaceCalls>> WorkspaceCalls::open(
    const front::Surroundings& surroundings, const std::optional<std::string>& directory) {
  LOOP_TRY(auto session,
           front::Session::open(surroundings, directory, {}, std::make_unique<StderrLog>()));
  // The table of zones is read once, here: no call pays for it, and no two at once.
  if (const auto zone = session->zone(); !zone) session->log().warning(zone.error().message());
  return std::unique_ptr<WorkspaceCalls>(new WorkspaceCalls(surroundings, std::move(session)));
}

Result<std::unique_ptr<front::Session>> WorkspaceCalls::open_session() const {
  return front::Session::open_root(root_, surroundings_, {}, std::make_unique<StderrLog>());
}

Result<front::KeptOptions::Options> WorkspaceCalls::present_options() {
  return options_.get([this] { return open_session(); }, session_->now());
}

loop::Status WorkspaceCalls::prepare() {
  const auto find_state = [this] { return files().identify(loop::layout::state()); };
  const std::lock_guard guard(prepare_mutex_);
  LOOP_TRY(const auto present, find_state());
  if (present && prepared_ && present->inode == prepared_->inode &&
      present->device == prepared_->device) {
    return {};
  }
  // With the present configuration.
  LOOP_TRY(const auto session, open_session());
  LOOP_TRY_VOID(session->prepare());
  LOOP_TRY(prepared_, find_state());
  return {};
}

Result<boost::json::object> WorkspaceCalls::run(const loop::Operation& operation, mcp::Call& call,
                                                const boost::json::object& arguments) {
  LOOP_TRY(const auto checked, present_options());
  if (!operation.info().hints.is_read_only) {
    LOOP_TRY_VOID(prepare());
  }
  LOOP_TRY(loop::OperationContext context, session_->operation_context(checked->options, meter_));
  context.configuration_problem = checked->configuration_problem;
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

Result<boost::json::object> WorkspaceCalls::run(std::string_view operation, mcp::Call& call,
                                                const boost::json::object& arguments) {
  LOOP_TRY(const loop::Operation* found, loop::require_operation(operation));
  return run(*found, call, arguments);
}

Result<boost::json::object> WorkspaceCalls::call_unasked(std::string_view operation,
                                                         const boost::json::object& arguments) {
  LOOP_TRY(const loop::Operation* found, loop::require_operation(operation));
  LOOP_TRY(const auto checked, present_options());
  if (!found->info().hints.is_read_only) {
    LOOP_TRY_VOID(prepare());
  }
  LOOP_TRY(loop::OperationContext context, session_->operation_context(checked->options, meter_));
  context.configuration_problem = checked->configuration_problem;
  context.meter = nullptr;  // nobody called a tool
  return call_operation(context, *found, arguments);
}

Result<boost::json::object> WorkspaceCalls::health() {
  return call_unasked("get_system_status", {});
}

std::vector<std::string> WorkspaceCalls::mode_slugs() {
  return texts_in(
      call_unasked("get_mode_capabilities", {{"include_instructions", false}, {"limit", 200}}),
      "modes", "slug");
}

std::vector<std::string> WorkspaceCalls::schedule_ids() {
  return texts_in(call_unasked("get_schedule_status", {{"include_inactive", true}}), "schedules",
                  "id");
}

std::vector<std::string> WorkspaceCalls::run_ids() {
  return texts_in(call_unasked("list_runs", {{"limit", kRunsShown}}), "runs", "id");
}

std::optional<WorkspaceCalls::DelegatedRun> WorkspaceCalls::delegation(const std::string& run) {
  const auto checked = present_options();
  if (!checked) return std::nullopt;
  const auto context = session_->operation_context((*checked)->options, meter_);
  if (!context) return std::nullopt;
  const auto view = view_delegation(*context, loop::RunId(run));
  if (!view || !*view) return std::nullopt;
  return DelegatedRun{(*view)->run, to_json(*context, (*view)->answer)};
}

void WorkspaceCalls::cancel_run(const std::string& run) {
  const auto answer =
      call_unasked("cancel_run", {{"run_id", run}, {"reason", "cancelled by the task's client"}});
  if (!answer) session_->log().write(loop::LogLevel::warning, answer.error().message());
}

Result<boost::json::object> WorkspaceCalls::mode(const std::string& slug) {
  LOOP_TRY(boost::json::object answer, call_unasked("get_mode_capabilities", {{"limit", 200}}));
  for (boost::json::value& mode : answer.at("modes").as_array()) {
    if (mode.at("slug").as_string() == slug) return std::move(mode.as_object());
  }
  return loop::Error(loop::Errc::not_found, "there is no such mode");
}

}  // namespace loop_mcp
