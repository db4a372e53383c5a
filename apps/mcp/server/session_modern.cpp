// SPDX-License-Identifier: MIT
// The era in which each request says everything, and the streams of `subscriptions/listen`.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/session_core.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::int64_t kCacheMs = 0;  // lists may change at any time; news come by subscription

struct ModernMeta {
  ClientCapabilities capabilities;
  std::optional<LogLevel> log_level;
  std::optional<ProgressToken> progress_token;
};

RpcError unsupported_version(const json::value& requested) {
  json::array supported;
  for (const Revision revision : kRevisions) {
    if (is_modern(revision)) supported.emplace_back(to_string(revision));
  }
  return {ErrorCode::unsupported_protocol_version, "this protocol version is not served here",
          json::object{{"supported", std::move(supported)}, {"requested", requested}}};
}

std::variant<ModernMeta, RpcError> read_meta(const json::object& params) {
  const json::object& meta = params.at("_meta").as_object();
  const json::value& version = meta.at(meta::kProtocolVersion);
  if (!version.is_string()) {
    return invalid_params(fmt::format("params._meta[\"{}\"] is no string", meta::kProtocolVersion));
  }
  const auto revision = parse_revision(std::string_view(version.get_string()));
  if (!revision || !is_modern(*revision)) return unsupported_version(version);
  ModernMeta found;
  const json::value* capabilities = meta.if_contains(meta::kClientCapabilities);
  if (capabilities == nullptr || !capabilities->is_object()) {
    return invalid_params(
        fmt::format("params._meta[\"{}\"] has to be an object", meta::kClientCapabilities));
  }
  found.capabilities = ClientCapabilities::from_json(capabilities->get_object());
  if (const json::value* level = meta.if_contains(meta::kLogLevel)) {
    found.log_level =
        level->is_string() ? parse_log_level(std::string_view(level->get_string())) : std::nullopt;
    if (!found.log_level) {
      return invalid_params(fmt::format("params._meta[\"{}\"] is no level", meta::kLogLevel));
    }
  }
  if (const json::value* token = meta.if_contains(meta::kProgressToken)) {
    found.progress_token = ProgressToken::from_json(*token);
  }
  return found;
}

json::object tagged(json::object params, const RequestId& id) {
  params["_meta"] = json::object{{meta::kSubscriptionId, id.to_json()}};
  return params;
}

}  // namespace

void Session::Core::on_modern_request(const Request& request, const ChannelPtr& reply_to) {
  auto meta = read_meta(request.params);
  if (auto* error = std::get_if<RpcError>(&meta)) {
    reply(request.id, std::move(*error), *reply_to);
    return;
  }
  if (request.method == method::kDiscover) {
    reply(request.id, discover(), *reply_to);
    return;
  }
  if (request.method == method::kListen) {
    listen(request, reply_to);
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
  const auto& said = std::get<ModernMeta>(meta);
  run_feature(Era::modern, *method, request,
              std::make_shared<ActiveCall>(
                  CallFacts{.id = request.id,
                            .revision = kNewestModern,
                            .capabilities = said.capabilities,
                            .progress_token = said.progress_token,
                            .channel = reply_to,
                            .wants_log = [wanted = said.log_level](LogLevel level) {
                              return wanted && level >= *wanted;
                            }}));
}

json::object Session::Core::modern_result(json::object result, bool is_cacheable) const {
  result["resultType"] = "complete";
  if (is_cacheable) {
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
                      {"capabilities", capabilities_json(definition, kNewestModern)}};
  if (!definition.instructions.empty()) result["instructions"] = definition.instructions;
  return modern_result(std::move(result), true);
}

void Session::Core::listen(const Request& request, const ChannelPtr& reply_to) {
  const json::value* wanted = request.params.if_contains("notifications");
  if (wanted == nullptr || !wanted->is_object()) {
    reply(request.id, invalid_params("params.notifications is no object"), *reply_to);
    return;
  }
  Listener listener{.channel = reply_to};
  json::object honoured;
  const json::object& filter = wanted->get_object();
  const auto take = [&](std::string_view key, bool is_served, bool& flag) {
    const json::value* value = filter.if_contains(key);
    if (value == nullptr) return true;
    if (!value->is_bool()) return false;
    flag = value->get_bool() && is_served;
    if (flag) honoured[key] = true;
    return true;
  };
  const ServerDefinition& definition = server_.definition();
  const bool has_resources = definition.resources != nullptr;
  bool is_valid = take("toolsListChanged", !definition.tools.empty(), listener.tools) &&
                  take("promptsListChanged", !definition.prompts.empty(), listener.prompts) &&
                  take("resourcesListChanged", has_resources, listener.resources);
  if (const json::value* uris = filter.if_contains("resourceSubscriptions")) {
    is_valid = is_valid && uris->is_array();
    json::array kept;
    for (const json::value& uri : is_valid ? uris->get_array() : json::array()) {
      is_valid = is_valid && uri.is_string();
      if (!is_valid || !has_resources) continue;
      listener.uris.emplace(uri.get_string());
      kept.push_back(uri);
    }
    if (!kept.empty()) honoured["resourceSubscriptions"] = std::move(kept);
  }
  if (!is_valid) {
    reply(request.id,
          invalid_params("params.notifications takes toolsListChanged, promptsListChanged, "
                         "resourcesListChanged (true or false) and resourceSubscriptions (URIs)"),
          *reply_to);
    return;
  }
  // Under the lock, so that nothing of the stream comes before its acknowledgement.
  const std::lock_guard guard(mutex_);
  if (is_closed_) return;
  if (listeners_.contains(request.id)) {
    reply_to->send(make_error(request.id,
                              {ErrorCode::invalid_request, "a subscription with this id is open"}));
    return;
  }
  reply_to->send(make_notification(notification::kAcknowledged,
                                   tagged({{"notifications", std::move(honoured)}}, request.id)));
  listeners_.emplace(request.id, std::move(listener));
}

namespace {

json::object change_message(const Change& change, json::object params) {
  switch (change.kind) {
    case ChangeKind::tools: return make_notification(notification::kToolsChanged, params);
    case ChangeKind::prompts: return make_notification(notification::kPromptsChanged, params);
    case ChangeKind::resources: return make_notification(notification::kResourcesChanged, params);
    case ChangeKind::resource:
      params["uri"] = change.uri;
      return make_notification(notification::kResourceUpdated, params);
  }
  return {};
}

}  // namespace

void Session::Core::on_change(const Change& change) {
  const std::lock_guard guard(mutex_);
  const auto is_wanted = [&](const Listener& listener) {
    switch (change.kind) {
      case ChangeKind::tools: return listener.tools;
      case ChangeKind::prompts: return listener.prompts;
      case ChangeKind::resources: return listener.resources;
      case ChangeKind::resource: return listener.uris.contains(change.uri);
    }
    return false;
  };
  for (const auto& [id, listener] : listeners_) {
    if (is_wanted(listener)) listener.channel->send(change_message(change, tagged({}, id)));
  }
  if (!legacy_ || !legacy_->is_initialized) return;
  const bool is_for_legacy =
      change.kind != ChangeKind::resource || legacy_->subscriptions.contains(change.uri);
  if (is_for_legacy) own_->send(change_message(change, {}));
}

// The specification names both ways to end a stream; a client that waits for either is served.
void Session::Core::end_subscriptions() {
  const std::lock_guard guard(mutex_);
  for (const auto& [id, listener] : listeners_) {
    listener.channel->send(
        make_notification(notification::kCancelled, tagged({{"requestId", id.to_json()}}, id)));
    listener.channel->send(make_result(
        id, {{"resultType", "complete"}, {"_meta", {{meta::kSubscriptionId, id.to_json()}}}}));
  }
  listeners_.clear();
}

}  // namespace mcp
