// SPDX-License-Identifier: MIT
// Sending for a request while it is open. The lock is held over each send, so that nothing of a
// request follows its answer or its cancellation.
#include "mcp/server/active_call.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <boost/json.hpp>

#include "mcp/protocol/message.hpp"
#include "mcp/protocol/methods.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::array<std::pair<LogLevel, std::string_view>, 8> kLevels{
    {{LogLevel::debug, "debug"},
     {LogLevel::info, "info"},
     {LogLevel::notice, "notice"},
     {LogLevel::warning, "warning"},
     {LogLevel::error, "error"},
     {LogLevel::critical, "critical"},
     {LogLevel::alert, "alert"},
     {LogLevel::emergency, "emergency"}}};

// Whole numbers go out as such.
json::value number(double value) {
  const bool is_whole = std::floor(value) == value && std::abs(value) < 9e15;
  return is_whole ? json::value(static_cast<std::int64_t>(value)) : json::value(value);
}

}  // namespace

std::string_view to_string(LogLevel level) noexcept {
  return kLevels[static_cast<std::size_t>(level)].second;
}

std::optional<LogLevel> parse_log_level(std::string_view text) noexcept {
  for (const auto& [level, word] : kLevels) {
    if (word == text) return level;
  }
  return std::nullopt;
}

ClientCapabilities ClientCapabilities::from_json(const json::object& capabilities) {
  ClientCapabilities found;
  if (const json::value* sampling = capabilities.if_contains("sampling")) {
    const json::object* kinds = sampling->if_object();
    found.sampling = true;
    found.sampling_tools = kinds != nullptr && kinds->contains("tools");
    found.sampling_context = kinds != nullptr && kinds->contains("context");
  }
  found.roots = capabilities.contains("roots");
  if (const json::value* extensions = capabilities.if_contains("extensions")) {
    const json::object* named = extensions->if_object();
    found.tasks = named != nullptr && named->contains(extension::kTasks);
  }
  if (const json::value* elicitation = capabilities.if_contains("elicitation")) {
    const json::object* modes = elicitation->if_object();
    found.elicitation_url = modes != nullptr && modes->contains("url");
    // Before there were modes, and where none is named, it is by form.
    found.elicitation_form = modes == nullptr || modes->contains("form") || !found.elicitation_url;
  }
  return found;
}

bool ActiveCall::answer(const json::object& message) {
  const std::lock_guard guard(mutex_);
  if (!std::exchange(is_open_, false)) return false;
  facts_.channel->send(message);
  return true;
}

bool ActiveCall::cancel() {
  {
    const std::lock_guard guard(mutex_);
    if (!std::exchange(is_open_, false)) return false;
  }
  stop();
  return true;
}

void ActiveCall::stop() {
  std::function<void()> callback;
  {
    const std::lock_guard guard(mutex_);
    is_cancelled_.store(true, std::memory_order_relaxed);
    callback = std::exchange(on_cancel_, nullptr);
  }
  if (callback) callback();
}

bool ActiveCall::become_task(const std::string& task_id, const json::object& message,
                             std::function<void(std::string_view)> on_message) {
  const std::lock_guard guard(mutex_);
  if (!std::exchange(is_open_, false)) return false;
  task_id_ = task_id;
  on_task_message_ = std::move(on_message);
  facts_.channel->send(message);
  return true;
}

std::optional<std::string> ActiveCall::task_id() const {
  const std::lock_guard guard(mutex_);
  return task_id_.empty() ? std::nullopt : std::optional(task_id_);
}

bool ActiveCall::continue_as_task() {
  if (task_id()) return true;
  return facts_.promote && facts_.promote(*this);
}

void ActiveCall::close_stream() {
  const std::lock_guard guard(mutex_);
  if (is_open_) facts_.channel->let_client_go();
}

void ActiveCall::take_answers(InputAnswers answers) {
  for (auto& [key, answer] : answers) answers_.insert_or_assign(key, std::move(answer));
}

const json::object* ActiveCall::answer(const std::string& key) const {
  const auto found = answers_.find(key);
  return found == answers_.end() ? nullptr : &found->second;
}

void ActiveCall::on_cancel(std::function<void()> callback) {
  {
    const std::lock_guard guard(mutex_);
    if (!is_cancelled()) {
      on_cancel_ = std::move(callback);
      return;
    }
  }
  if (callback) callback();
}

void ActiveCall::report_progress(double progress, double total, std::string_view message) {
  std::function<void(std::string_view)> tell_task;
  {
    const std::lock_guard guard(mutex_);
    tell_task = on_task_message_;
  }
  if (tell_task && !message.empty()) tell_task(message);
  if (!facts_.progress_token) return;
  const std::lock_guard guard(mutex_);
  if (!is_open_ || (last_progress_ && progress <= *last_progress_)) return;
  last_progress_ = progress;
  json::object params{{"progressToken", facts_.progress_token->to_json()},
                      {"progress", number(progress)}};
  if (total > 0) params["total"] = number(total);
  if (!message.empty() && facts_.revision >= Revision::v2025_03_26) params["message"] = message;
  facts_.channel->send(make_notification(notification::kProgress, std::move(params)),
                       Delivery::if_room);
}

void ActiveCall::log(LogLevel level, std::string_view logger, json::value data) {
  if (!facts_.wants_log(level)) return;
  const std::lock_guard guard(mutex_);
  if (!is_open_) return;
  json::object params{{"level", to_string(level)}, {"data", std::move(data)}};
  if (!logger.empty()) params["logger"] = logger;
  facts_.channel->send(make_notification(notification::kMessage, std::move(params)),
                       Delivery::if_room);
}

}  // namespace mcp
