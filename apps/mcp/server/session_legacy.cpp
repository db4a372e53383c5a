// SPDX-License-Identifier: MIT
// The era of `initialize`: what was agreed on once holds for the conversation.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/session_core.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

const json::object* object_in(const json::object& params, std::string_view key) {
  const json::value* value = params.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

std::optional<ProgressToken> progress_token(const json::object& params) {
  const json::object* meta = object_in(params, "_meta");
  const json::value* token = meta == nullptr ? nullptr : meta->if_contains(meta::kProgressToken);
  return token == nullptr ? std::nullopt : ProgressToken::from_json(*token);
}

}  // namespace

void Session::Core::on_legacy_request(Request request, const ChannelPtr& reply_to) {
  if (request.method == method::kInitialize) {
    initialize(request, reply_to);
    return;
  }
  if (request.method == method::kPing) {
    reply(request.id, json::object(), *reply_to);
    return;
  }
  if (request.method == method::kDiscover) {
    reply(request.id,
          invalid_params(fmt::format("{} needs params._meta[\"{}\"]", method::kDiscover,
                                     meta::kProtocolVersion)),
          *reply_to);
    return;
  }
  CallFacts facts{.id = request.id,
                  .revision = kNewestLegacy,
                  .progress_token = progress_token(request.params),
                  .channel = reply_to};
  {
    const std::lock_guard guard(mutex_);
    if (!legacy_) {
      reply_to->send(make_error(
          request.id,
          invalid_params(fmt::format("no conversation was begun: send \"initialize\" first, or say "
                                     "params._meta[\"{}\"] in each request",
                                     meta::kProtocolVersion))));
      return;
    }
    facts.revision = legacy_->revision;
    facts.capabilities = legacy_->capabilities;
  }
  if (auto answer = answer_legacy(request)) {
    reply(request.id, std::move(*answer), *reply_to);
    return;
  }
  const FeatureMethod* method = find_feature_method(request.method);
  if (method == nullptr || facts.revision < method->since) {
    reply(request.id,
          RpcError{ErrorCode::method_not_found, fmt::format("no method {}", request.method)},
          *reply_to);
    return;
  }
  facts.wants_log = [self = weak_from_this()](LogLevel level) {
    const auto core = self.lock();
    if (!core) return false;
    const std::lock_guard guard(core->mutex_);
    return core->legacy_ && level >= core->legacy_->log_level;
  };
  start(std::make_shared<Job>(Job{.era = Era::legacy,
                                  .method = *method,
                                  .params = std::move(request.params),
                                  .call = std::make_shared<ActiveCall>(std::move(facts))}));
}

void Session::Core::initialize(const Request& request, const ChannelPtr& reply_to) {
  const json::value* wanted = request.params.if_contains("protocolVersion");
  if (wanted == nullptr || !wanted->is_string()) {
    reply(request.id, invalid_params("params.protocolVersion is no string"), *reply_to);
    return;
  }
  Legacy agreed;
  // Another version than ours is answered with the newest of this era; the client decides then.
  const auto known = parse_revision(std::string_view(wanted->get_string()));
  if (known && !is_modern(*known)) agreed.revision = *known;
  if (const json::object* capabilities = object_in(request.params, "capabilities")) {
    agreed.capabilities = ClientCapabilities::from_json(*capabilities);
    // The extension is of the modern era only, whatever a client says here.
    agreed.capabilities.tasks = false;
  }
  const ServerDefinition& definition = server_.definition();
  json::object result{{"protocolVersion", to_string(agreed.revision)},
                      {"capabilities", capabilities_json(server_, agreed.revision)},
                      {"serverInfo", to_json(definition.implementation, agreed.revision)}};
  if (!definition.instructions.empty()) result["instructions"] = definition.instructions;
  {
    const std::lock_guard guard(mutex_);
    legacy_ = std::move(agreed);
  }
  hear_changes();
  reply(request.id, std::move(result), *reply_to);
}

void Session::Core::assume(Revision revision) {
  const std::lock_guard guard(mutex_);
  legacy_ = Legacy{.revision = revision, .is_assumed = true};
}

std::optional<Revision> Session::Core::legacy_revision() const {
  const std::lock_guard guard(mutex_);
  return legacy_ ? std::optional(legacy_->revision) : std::nullopt;
}

// The methods that change what was agreed on; nothing for all others.
std::optional<RpcOutcome> Session::Core::answer_legacy(const Request& request) {
  if (request.method == method::kSetLevel) return set_level(request.params);
  if (request.method == method::kSubscribe) return subscribe(request.params, true);
  if (request.method == method::kUnsubscribe) return subscribe(request.params, false);
  return std::nullopt;
}

namespace {

// Of requests that come alone: what they would change is gone with them.
RpcError needs_conversation() {
  return {ErrorCode::invalid_request,
          "this holds for a conversation, and none was begun: send \"initialize\" first"};
}

}  // namespace

RpcOutcome Session::Core::set_level(const json::object& params) {
  const json::value* value = params.if_contains("level");
  const auto level = value != nullptr && value->is_string()
                         ? parse_log_level(std::string_view(value->get_string()))
                         : std::nullopt;
  if (!level) {
    return invalid_params(
        "params.level has to be debug, info, notice, warning, error, critical, alert or emergency");
  }
  const std::lock_guard guard(mutex_);
  if (!legacy_ || legacy_->is_assumed) return needs_conversation();
  legacy_->log_level = *level;
  return json::object();
}

RpcOutcome Session::Core::subscribe(const json::object& params, bool wanted) {
  const json::value* uri = params.if_contains("uri");
  if (uri == nullptr || !uri->is_string()) return invalid_params("params.uri is no string");
  if (!server_.has_resources()) {
    return RpcError{ErrorCode::method_not_found, "there are no resources"};
  }
  const std::lock_guard guard(mutex_);
  if (!legacy_ || legacy_->is_assumed) return needs_conversation();
  if (wanted) {
    legacy_->subscriptions.emplace(uri->get_string());
  } else {
    legacy_->subscriptions.erase(std::string(uri->get_string()));
  }
  return json::object();
}

}  // namespace mcp
