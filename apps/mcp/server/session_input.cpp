// SPDX-License-Identifier: MIT
// Questions of a handler to the client: a modern one gets them as the result and calls again, a
// legacy one gets requests and the handler is called again with what it answers.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/answer_check.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/session_core.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr int kRoundsMax = 8;  // of one call with a legacy client; more is a handler's mistake

bool has_any(const json::object& object, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return object.contains(key); });
}

// The capability that a question needs and the client has not declared, as an object of the
// protocol; nothing when it may be asked.
std::optional<json::object> missing_for(const InputRequest& question,
                                        const ClientCapabilities& client, Revision revision) {
  const json::object& params = question.params;
  if (question.method == method::kRootsList) {
    return client.roots ? std::nullopt : std::optional(json::object{{"roots", json::object()}});
  }
  if (question.method == method::kSample) {
    const bool wants_tools = has_any(params, {"tools", "toolChoice"});
    if (client.sampling && (!wants_tools || client.sampling_tools)) return std::nullopt;
    json::object kinds;
    if (wants_tools) kinds["tools"] = json::object();
    return json::object{{"sampling", std::move(kinds)}};
  }
  const json::value* mode = params.if_contains("mode");
  const bool is_url = mode != nullptr && *mode == "url";
  const bool has_mode = is_url ? client.elicitation_url && revision >= Revision::v2025_11_25
                               : client.elicitation_form && revision >= Revision::v2025_06_18;
  if (has_mode) return std::nullopt;
  json::object kinds;
  if (is_url) kinds["url"] = json::object();
  return json::object{{"elicitation", std::move(kinds)}};
}

std::optional<RpcError> check_allowed(const InputRequired& needed, const ActiveCall& call) {
  json::object lacking;
  std::string methods;
  for (const auto& [key, question] : needed.requests) {
    const auto missing = missing_for(question, call.capabilities(), call.revision());
    if (!missing) continue;
    methods += (methods.empty() ? "" : ", ") + question.method;
    for (const auto& member : *missing) lacking[member.key()] = member.value();
  }
  if (lacking.empty()) return std::nullopt;
  std::string message = fmt::format("this needs {}, which the client has not declared", methods);
  if (!is_modern(call.revision())) {
    return RpcError{ErrorCode::invalid_request, std::move(message)};
  }
  return RpcError{ErrorCode::missing_client_capability, std::move(message),
                  json::object{{"requiredCapabilities", std::move(lacking)}}};
}

// Without what the revision does not have, or the client has not declared.
json::object params_for(const InputRequest& question, const ActiveCall& call) {
  json::object params = question.params;
  if (question.method == method::kElicit && call.revision() < Revision::v2025_11_25) {
    params.erase("mode");
  }
  if (question.method == method::kSample && call.revision() >= Revision::v2025_11_25 &&
      !call.capabilities().sampling_context) {
    params.erase("includeContext");
  }
  return params;
}

// Takes the answers that were there before the questions. False when none of them fits.
bool take_offered(Job& job, const InputRequired& needed) {
  InputAnswers taken;
  for (const auto& [key, question] : needed.requests) {
    auto offer = job.offered.extract(key);
    if (offer && fits(offer.mapped(), question)) taken.insert(std::move(offer));
  }
  if (taken.empty()) return false;
  job.call->take_answers(std::move(taken));
  return true;
}

}  // namespace

void Session::Core::make_askable(Reply<json::object>& outcome, const ActiveCall& call) {
  auto* needed = std::get_if<InputRequired>(&outcome);
  if (needed == nullptr) return;
  for (auto& [key, question] : needed->requests) question.params = params_for(question, call);
  if (auto error = check_allowed(*needed, call)) outcome = std::move(*error);
}

void Session::Core::need_input(const JobPtr& job, InputRequired needed) {
  ActiveCall& call = *job->call;
  if (job->era == Era::legacy) {
    ask_client(job, std::move(needed));
    return;
  }
  if (take_offered(*job, needed)) {
    call.set_state(std::move(needed.state));
    submit(job);
    return;
  }
  std::erase_if(needed.requests,
                [&](const auto& entry) { return call.answers().contains(entry.first); });
  json::object result{{"resultType", "input_required"}};
  if (!needed.requests.empty()) result["inputRequests"] = to_json(needed.requests);
  result["requestState"] = server_.states().seal(
      job->method.name, job->params, {call.answers(), needed.state, std::move(needed.requests)});
  call.answer(make_result(call.id(), modern_result(std::move(result), false)));
  forget(*job);
}

void Session::Core::ask_client(const JobPtr& job, InputRequired needed) {
  ActiveCall& call = *job->call;
  call.set_state(needed.state);
  if (++job->rounds > kRoundsMax) {
    finish(job, RpcError{ErrorCode::internal_error,
                         fmt::format("more than {} rounds of questions", kRoundsMax)});
    return;
  }
  std::vector<json::object> messages;
  bool is_ready = false;
  {
    const std::lock_guard guard(mutex_);
    is_ready = legacy_ && legacy_->is_initialized;
    for (const auto& [key, question] : needed.requests) {
      if (!is_ready || is_closed_ || call.answers().contains(key)) continue;
      const RequestId id(++last_question_);
      questions_.emplace(id, Question{job, key, question});
      messages.push_back(make_request(id, question.method, question.params));
    }
  }
  if (!is_ready) {
    finish(job, RpcError{ErrorCode::invalid_request,
                         "the client can be asked only after notifications/initialized"});
  } else if (messages.empty()) {
    submit(job);  // it only wanted to be called again
  }
  for (const json::object& message : messages) call.channel().send(message);
}

void Session::Core::on_response(const Response& response) {
  JobPtr job;
  bool is_complete = false;
  const auto* refusal = std::get_if<RpcError>(&response.outcome);
  {
    const std::lock_guard guard(mutex_);
    const auto found = questions_.find(response.id);
    if (found == questions_.end()) return;  // of a call that was cancelled
    job = found->second.job;
    const auto* answer = std::get_if<json::object>(&response.outcome);
    // What does not fit the question is asked for again, by the handler's next round.
    if (answer != nullptr && fits(*answer, found->second.request)) {
      job->call->take_answers({{found->second.key, *answer}});
    }
    questions_.erase(found);
    is_complete = std::ranges::none_of(questions_,
                                       [&](const auto& entry) { return entry.second.job == job; });
    if (refusal != nullptr) forget_questions(*job);
  }
  if (refusal != nullptr) {
    finish(job, RpcError{ErrorCode::internal_error,
                         fmt::format("the client refused: {}", refusal->message)});
  } else if (is_complete) {
    submit(job);
  }
}

std::vector<RequestId> Session::Core::forget_questions(const Job& job) {
  std::vector<RequestId> forgotten;
  std::erase_if(questions_, [&](const auto& entry) {
    if (entry.second.job.get() != &job) return false;
    forgotten.push_back(entry.first);
    return true;
  });
  return forgotten;
}

void Session::Core::end_questions() {
  std::set<JobPtr> waiting;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, question] : questions_) waiting.insert(question.job);
    questions_.clear();
  }
  for (const JobPtr& job : waiting) {
    finish(job, RpcError{ErrorCode::internal_error, "the client can answer no more questions"});
  }
}

}  // namespace mcp
