// SPDX-License-Identifier: MIT
// The life of a call: in flight, at work, answered, cancelled, or gone on as a task.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/session_core.hpp"
#include "mcp/server/task_table.hpp"

namespace mcp {

namespace json = boost::json;

void Session::Core::start(JobPtr job) {
  job->begun = server_.clock().monotonic();
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return;
    calls_.emplace(CallKey{job->era, job->call->id()}, job);
  }
  if (job->is_task_at_once && !promote(job)) {
    finish(job, RpcError{ErrorCode::internal_error, "too many tasks are at work; try again later"});
    return;
  }
  submit(job);
}

WorkPlace Session::Core::place_of(const Job& job) const {
  if (job.method.name != method::kToolsCall) return job.method.place;
  const json::value* name = job.params.if_contains("name");
  if (name == nullptr || !name->is_string()) return WorkPlace::reader;  // refused at once
  const Tool* tool = server_.find_tool(name->get_string());
  return tool == nullptr ? WorkPlace::reader : tool->place;
}

void Session::Core::submit(const JobPtr& job) {
  if (place_of(*job) == WorkPlace::reader) {
    run(job);
    return;
  }
  if (!server_.work().submit([self = shared_from_this(), job] { self->run(job); })) {
    finish(job,
           RpcError{ErrorCode::internal_error, "too many requests are waiting; try again later"});
  }
}

void Session::Core::run(const JobPtr& job) {
  if (job->call->is_cancelled()) return;
  Reply<json::object> outcome = RpcError{};
  try {
    outcome = job->method.run(server_, *job->call, job->params);
  } catch (const std::exception& problem) {
    // What went wrong may tell of the inside: the operator hears it, the client that it did.
    server_.log().error(fmt::format("{}: {}", job->method.name, problem.what()));
    outcome = RpcError{ErrorCode::internal_error, "internal error"};
  }
  finish(job, std::move(outcome));
}

void Session::Core::finish(const JobPtr& job, Reply<json::object> outcome) {
  ActiveCall& call = *job->call;
  make_askable(outcome, call);
  const bool is_modern_call = job->era == Era::modern;
  if (auto* result = std::get_if<json::object>(&outcome); result != nullptr && is_modern_call) {
    *result = modern_result(std::move(*result), job->method.is_cacheable);
  }
  if (!call.task_id()) {
    if (auto* needed = std::get_if<InputRequired>(&outcome)) {
      need_input(job, std::move(*needed));
      return;
    }
    const auto* error = std::get_if<RpcError>(&outcome);
    const bool is_sent =
        call.answer(error != nullptr ? make_error(call.id(), *error)
                                     : make_result(call.id(), std::get<json::object>(outcome)));
    if (is_sent || !call.task_id()) {
      forget(*job);
      return;
    }
  }
  // It has become a task, maybe just now.
  if (auto* needed = std::get_if<InputRequired>(&outcome)) call.set_state(needed->state);
  server_.tasks().settle(*call.task_id(), std::move(outcome), call.answers());
}

JobPtr Session::Core::job_of(const ActiveCall& call) const {
  const std::lock_guard guard(mutex_);
  const auto [begin, end] = calls_.equal_range({Era::modern, call.id()});
  for (auto found = begin; found != end; ++found) {
    if (found->second->call.get() == &call) return found->second;
  }
  return nullptr;
}

bool Session::Core::promote(const JobPtr& job) {
  const auto& call = job->call;
  const auto state =
      server_.tasks().create({.stop = [call] { call->stop(); },
                              .go_on =
                                  [self = shared_from_this(), job](InputAnswers answers) {
                                    job->call->take_answers(std::move(answers));
                                    self->submit(job);
                                  }});
  if (!state) return false;
  json::object result = modern_result(created_task_json(*state), false);
  result["resultType"] = "task";
  const bool is_task =
      call->become_task(state->id, make_result(call->id(), std::move(result)),
                        [&server = server_, id = state->id](std::string_view message) {
                          server.tasks().set_message(id, message);
                        });
  if (!is_task) {
    server_.tasks().drop(state->id);
    return call->task_id().has_value();
  }
  forget(*job);
  return true;
}

void Session::Core::promote_slow_calls() {
  std::vector<JobPtr> slow;
  {
    const loop::Duration now = server_.clock().monotonic();
    const std::lock_guard guard(mutex_);
    for (const auto& [key, job] : calls_) {
      if (job->call->can_be_task() && now - job->begun >= kPatience) slow.push_back(job);
    }
  }
  for (const JobPtr& job : slow) promote(job);
}

void Session::Core::cancel(const json::object& params) {
  const json::value* value = params.if_contains("requestId");
  const auto id = value == nullptr ? std::nullopt : RequestId::from_json(*value);
  if (!id) return;
  std::vector<JobPtr> cancelled;
  std::vector<RequestId> questions;
  {
    const std::lock_guard guard(mutex_);
    // Which era a bare cancellation means is not said; the older one, if it has such a request.
    const bool is_modern = params.contains("_meta") && params.at("_meta").is_object() &&
                           params.at("_meta").get_object().contains(meta::kProtocolVersion);
    for (const Era era : {is_modern ? Era::modern : Era::legacy, Era::modern}) {
      const auto [begin, end] = calls_.equal_range({era, *id});
      for (auto call = begin; call != end; ++call) cancelled.push_back(call->second);
      calls_.erase(begin, end);
      if (!cancelled.empty()) break;
    }
    if (cancelled.empty()) listeners_.erase(*id);
    for (const JobPtr& job : cancelled) {
      for (RequestId& question : forget_questions(*job)) questions.push_back(std::move(question));
    }
  }
  const json::value* reason = params.if_contains("reason");
  if (!cancelled.empty() && reason != nullptr && reason->is_string()) {
    server_.log().info(fmt::format("{} was cancelled: {}", cancelled.front()->method.name,
                                   quoted(reason->get_string())));
  }
  for (const JobPtr& job : cancelled) job->call->cancel();
  for (const RequestId& question : questions) {
    own_->send(make_notification(notification::kCancelled, {{"requestId", question.to_json()}}));
  }
}

void Session::Core::forget(const Job& job) {
  const std::lock_guard guard(mutex_);
  const auto [begin, end] = calls_.equal_range({job.era, job.call->id()});
  for (auto found = begin; found != end; ++found) {
    if (found->second.get() != &job) continue;
    calls_.erase(found);
    return;
  }
}

void Session::Core::reply(const RequestId& id, RpcOutcome outcome, Channel& channel) {
  if (const auto* error = std::get_if<RpcError>(&outcome)) {
    channel.send(make_error(id, *error));
  } else {
    channel.send(make_result(id, std::move(std::get<json::object>(outcome))));
  }
}

std::size_t Session::Core::in_flight() const {
  const std::lock_guard guard(mutex_);
  return calls_.size();
}

void Session::Core::close() {
  server_.changes().remove(*this);
  std::multimap<CallKey, JobPtr> open;
  {
    const std::lock_guard guard(mutex_);
    is_closed_ = true;
    open.swap(calls_);
    listeners_.clear();
    questions_.clear();
    legacy_.reset();
  }
  for (const auto& [key, job] : open) job->call->cancel();
}

}  // namespace mcp
