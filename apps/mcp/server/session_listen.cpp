// SPDX-License-Identifier: MIT
// The streams of `subscriptions/listen`, and the news for legacy clients.
#include <boost/json.hpp>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/session_core.hpp"
#include "mcp/server/task_methods.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

json::object tagged(json::object params, const RequestId& id) {
  params["_meta"] = json::object{{meta::kSubscriptionId, id.to_json()}};
  return params;
}

}  // namespace

std::optional<Session::Core::Listener> Session::Core::read_filter(const json::object& filter,
                                                                  json::object& honoured) {
  Listener listener;
  const auto take = [&](std::string_view key, bool is_served, bool& flag) {
    const json::value* value = filter.if_contains(key);
    if (value == nullptr) return true;
    if (!value->is_bool()) return false;
    flag = value->get_bool() && is_served;
    if (flag) honoured[key] = true;
    return true;
  };
  const ServerDefinition& definition = server_.definition();
  const bool has_resources = server_.has_resources();
  bool is_valid = take("toolsListChanged", !definition.tools.empty(), listener.tools) &&
                  take("promptsListChanged", !definition.prompts.empty(), listener.prompts) &&
                  take("resourcesListChanged", has_resources, listener.resources);
  const auto take_texts = [&](std::string_view key, std::set<std::string>& texts, auto is_served) {
    const json::value* values = filter.if_contains(key);
    if (values == nullptr) return true;
    if (!values->is_array()) return false;
    json::array kept;
    for (const json::value& value : values->get_array()) {
      if (!value.is_string()) return false;
      std::string text(value.get_string());
      if (!is_served(text)) continue;
      kept.push_back(value);
      texts.insert(std::move(text));
    }
    if (!kept.empty()) honoured[key] = std::move(kept);
    return true;
  };
  std::set<std::string> tasks;
  is_valid = is_valid &&
             take_texts("resourceSubscriptions", listener.uris,
                        [&](const std::string&) { return has_resources; }) &&
             take_texts("taskIds", tasks,
                        [&](const std::string& id) { return server_.find_task(id).has_value(); });
  for (const std::string& id : tasks) listener.tasks[id] = {};
  return is_valid ? std::optional(std::move(listener)) : std::nullopt;
}

void Session::Core::listen(const Request& request, const ClientCapabilities& capabilities,
                           const ChannelPtr& reply_to) {
  const json::value* wanted = request.params.if_contains("notifications");
  if (wanted == nullptr || !wanted->is_object()) {
    reply(request.id, invalid_params("params.notifications is no object"), *reply_to);
    return;
  }
  if (wanted->get_object().contains("taskIds") && !capabilities.tasks) {
    reply(request.id, needs_tasks(), *reply_to);
    return;
  }
  json::object honoured;
  auto listener = read_filter(wanted->get_object(), honoured);
  if (!listener) {
    reply(request.id,
          invalid_params("params.notifications takes toolsListChanged, promptsListChanged, "
                         "resourcesListChanged (true or false), resourceSubscriptions (URIs) and "
                         "taskIds"),
          *reply_to);
    return;
  }
  listener->channel = reply_to;
  const auto tasks = listener->tasks;
  if (!open_listener(request.id, std::move(*listener), std::move(honoured))) return;
  // What became of a task between its start and now is told at once.
  for (const auto& [id, told] : tasks) server_.notify_task(id);
}

bool Session::Core::open_listener(const RequestId& id, Listener listener, json::object honoured) {
  hear_changes();
  // Under the lock, so that nothing of the stream comes before its acknowledgement.
  const std::lock_guard guard(mutex_);
  if (is_closed_) return false;
  if (listeners_.contains(id)) {
    listener.channel->send(
        make_error(id, {ErrorCode::invalid_request, "a subscription with this id is open"}));
    return false;
  }
  listener.channel->send(make_notification(notification::kAcknowledged,
                                           tagged({{"notifications", std::move(honoured)}}, id)));
  listeners_.emplace(id, std::move(listener));
  return true;
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
    case ChangeKind::task:
      for (const auto& member : change.task) params[member.key()] = member.value();
      return make_notification(notification::kTask, params);
  }
  return {};
}

}  // namespace

void Session::Core::on_change(const Change& change) {
  const std::lock_guard guard(mutex_);
  const auto is_wanted = [&](Listener& listener) {
    switch (change.kind) {
      case ChangeKind::tools: return listener.tools;
      case ChangeKind::prompts: return listener.prompts;
      case ChangeKind::resources: return listener.resources;
      case ChangeKind::resource: return listener.uris.contains(change.uri);
      case ChangeKind::task: {
        const auto task = listener.tasks.find(change.uri);
        if (task == listener.tasks.end() || task->second == change.task) return false;
        task->second = change.task;
        return true;
      }
    }
    return false;
  };
  for (auto& [id, listener] : listeners_) {
    if (is_wanted(listener)) listener.channel->send(change_message(change, tagged({}, id)));
  }
  if (!legacy_ || !legacy_->is_initialized || change.kind == ChangeKind::task) return;
  const bool is_for_legacy =
      change.kind != ChangeKind::resource || legacy_->subscriptions.contains(change.uri);
  if (is_for_legacy) own_->send(change_message(change, {}));
}

// Most conversations want no news: they cost nothing when something changes.
void Session::Core::hear_changes() { server_.changes().add(shared_from_this()); }

std::set<std::string> Session::Core::listened_tasks() const {
  std::set<std::string> all;
  const std::lock_guard guard(mutex_);
  for (const auto& [id, listener] : listeners_) {
    for (const auto& [task, told] : listener.tasks) all.insert(task);
  }
  return all;
}

// The specification names both ways to end a stream; a client that waits for either is served.
void Session::Core::end_subscriptions() {
  const std::lock_guard guard(mutex_);
  for (const auto& [id, listener] : listeners_) {
    listener.channel->send(
        make_notification(notification::kCancelled, tagged({{"requestId", id.to_json()}}, id)));
    json::object result = modern_result({}, false);
    result["_meta"].as_object()[meta::kSubscriptionId] = id.to_json();
    listener.channel->send(make_result(id, std::move(result)));
  }
  listeners_.clear();
}

}  // namespace mcp
