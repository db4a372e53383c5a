// SPDX-License-Identifier: MIT
// A request in flight: open until it is answered, cancelled, or goes on as a task, and silent
// afterwards.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mcp/protocol/request_id.hpp"
#include "mcp/server/call.hpp"
#include "mcp/server/channel.hpp"

namespace mcp {

class ActiveCall;

struct CallFacts {
  RequestId id;
  Revision revision;
  ClientCapabilities capabilities{};
  std::optional<ProgressToken> progress_token{};
  std::shared_ptr<Channel> channel;
  std::function<bool(LogLevel)> wants_log;
  std::function<bool(ActiveCall&)> promote{};  // makes it a task; empty where it cannot be one
};

class ActiveCall final : public Call {
 public:
  explicit ActiveCall(CallFacts facts) : facts_(std::move(facts)) {}

  const RequestId& id() const { return facts_.id; }
  Channel& channel() const { return *facts_.channel; }
  bool can_be_task() const { return static_cast<bool>(facts_.promote); }

  // Sends the answer. False when it is not open any more.
  bool answer(const boost::json::object& message);
  // The client does not want it any more. False when it is not open any more.
  bool cancel();
  // Answers with a task that is to be, whose news are told to `on_message` from then on. False when
  // it is not open any more.
  bool become_task(const std::string& task_id, const boost::json::object& message,
                   std::function<void(std::string_view)> on_message);
  // Of the task that it became; nothing for a request.
  std::optional<std::string> task_id() const;
  // What runs for it is to end; for a task, which has no request to cancel.
  void stop();

  // Between two rounds of the handler.
  void take_answers(InputAnswers answers);
  void set_state(std::string state) { state_ = std::move(state); }
  const InputAnswers& answers() const { return answers_; }

  Revision revision() const override { return facts_.revision; }
  const ClientCapabilities& capabilities() const override { return facts_.capabilities; }
  bool is_cancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  void on_cancel(std::function<void()> callback) override;
  void report_progress(double progress, double total, std::string_view message) override;
  void log(LogLevel level, std::string_view logger, boost::json::value data) override;
  const boost::json::object* answer(const std::string& key) const override;
  const std::string& state() const override { return state_; }
  bool continue_as_task() override;
  void close_stream() override;

 private:
  const CallFacts facts_;
  std::atomic<bool> is_cancelled_{false};
  InputAnswers answers_;      // changed only while no handler runs
  std::string state_;         // as well
  mutable std::mutex mutex_;  // guards the rest
  bool is_open_ = true;
  std::string task_id_;
  std::function<void(std::string_view)> on_task_message_;
  std::optional<double> last_progress_;
  std::function<void()> on_cancel_;
};

}  // namespace mcp
