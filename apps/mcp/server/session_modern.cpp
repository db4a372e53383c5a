// SPDX-License-Identifier: MIT
// The era in which each request says everything.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/answer_check.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/modern_meta.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/session_core.hpp"
#include "mcp/server/task_methods.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::int64_t kCacheMs = 0;  // lists may change at any time; news come by subscription

}  // namespace

void Session::Core::on_modern_request(Request request, const ChannelPtr& reply_to) {
  auto meta = read_modern_meta(request.params);
  if (auto* error = std::get_if<RpcError>(&meta)) {
    reply(request.id, std::move(*error), *reply_to);
    return;
  }
  if (request.method == method::kDiscover) {
    reply(request.id, discover(), *reply_to);
    return;
  }
  const auto& said = std::get<ModernMeta>(meta);
  if (request.method == method::kListen) {
    listen(request, said.capabilities, reply_to);
    return;
  }
  const FeatureMethod* method = find_feature_method(request.method);
  if (method == nullptr) {
    reply(request.id,
          RpcError{ErrorCode::method_not_found,
                   fmt::format("no method {} in {}", request.method, to_string(kNewestModern))},
          *reply_to);
    return;
  }
  const RequestId id = request.id;
  run_modern(std::move(request), *method,
             CallFacts{.id = id,
                       .revision = kNewestModern,
                       .capabilities = said.capabilities,
                       .progress_token = said.progress_token,
                       .channel = reply_to,
                       .wants_log = [wanted = said.log_level](LogLevel level) {
                         return wanted && level >= *wanted;
                       }});
}

namespace {

// What a client sends along: what the server had told it, with the answers to that, or answers to
// what it expects to be asked.
struct SentAlong {
  CallMemory memory;
  InputAnswers offered;
};

std::variant<SentAlong, RpcError> read_sent_along(const Request& request, const Server& server) {
  SentAlong sent;
  CallMemory& memory = sent.memory;
  if (const json::value* sealed = request.params.if_contains("requestState")) {
    const json::string* text = sealed->if_string();
    auto opened = text == nullptr ? std::nullopt
                                  : server.states().open(request.method, request.params, *text);
    if (!opened) {
      return invalid_params(
          "params.requestState is none that this server has given for this call, or too old");
    }
    memory = std::move(*opened);
  }
  if (const json::value* responses = request.params.if_contains("inputResponses")) {
    if (!responses->is_object()) return invalid_params("params.inputResponses is no object");
    const bool is_again = request.params.contains("requestState");
    for (const auto& member : responses->get_object()) {
      const json::object* answer = member.value().if_object();
      if (answer == nullptr) continue;
      const std::string key(member.key());
      if (!is_again) sent.offered[key] = *answer;
      // What was not asked is passed over, and what does not fit is asked for again.
      const auto question = memory.asked.find(key);
      if (question == memory.asked.end()) continue;
      if (fits(*answer, question->second)) memory.answers[key] = *answer;
    }
  }
  return sent;
}

// How a tool that is called may become a task.
TaskUse task_use(const Server& server, const Request& request) {
  if (request.method != method::kToolsCall) return TaskUse::none;
  const json::value* name = request.params.if_contains("name");
  const Tool* tool = name != nullptr && name->is_string()
                         ? server.find_tool(std::string_view(name->get_string()))
                         : nullptr;
  return tool == nullptr ? TaskUse::none : tool->tasks;
}

}  // namespace

void Session::Core::run_modern(Request request, const FeatureMethod& method, CallFacts facts) {
  auto read = read_sent_along(request, server_);
  if (auto* error = std::get_if<RpcError>(&read)) {
    reply(request.id, std::move(*error), *facts.channel);
    return;
  }
  auto& sent = std::get<SentAlong>(read);
  const TaskUse tasks = task_use(server_, request);
  if (tasks == TaskUse::always && !facts.capabilities.tasks) {
    reply(request.id, needs_tasks(), *facts.channel);
    return;
  }
  if (tasks != TaskUse::none && facts.capabilities.tasks) {
    facts.promote = [self = weak_from_this()](ActiveCall& call) {
      const auto core = self.lock();
      const JobPtr job = core ? core->job_of(call) : nullptr;
      return job && core->promote(job);
    };
  }
  auto call = std::make_shared<ActiveCall>(std::move(facts));
  call->take_answers(std::move(sent.memory.answers));
  call->set_state(std::move(sent.memory.state));
  start(std::make_shared<Job>(Job{.era = Era::modern,
                                  .method = method,
                                  .params = std::move(request.params),
                                  .call = std::move(call),
                                  .is_task_at_once = tasks == TaskUse::always,
                                  .offered = std::move(sent.offered)}));
}

json::object Session::Core::modern_result(json::object result, bool is_cacheable) const {
  result.emplace("resultType", "complete");
  if (is_cacheable && result.at("resultType") == "complete") {
    result["ttlMs"] = kCacheMs;
    result["cacheScope"] = "private";
  }
  result["_meta"] = json::object{
      {meta::kServerInfo, to_json(server_.definition().implementation, kNewestModern)}};
  return result;
}

json::object Session::Core::discover() const {
  const ServerDefinition& definition = server_.definition();
  json::array versions;
  for (const Revision revision : kRevisions) {
    if (is_modern(revision)) versions.emplace_back(to_string(revision));
  }
  json::object result{{"supportedVersions", std::move(versions)},
                      {"capabilities", capabilities_json(server_, kNewestModern)}};
  if (!definition.instructions.empty()) result["instructions"] = definition.instructions;
  return modern_result(std::move(result), true);
}

}  // namespace mcp
