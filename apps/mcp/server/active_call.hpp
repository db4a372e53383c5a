// SPDX-License-Identifier: MIT
// A request in flight: open until it is answered or cancelled, and silent afterwards.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "mcp/protocol/request_id.hpp"
#include "mcp/server/call.hpp"
#include "mcp/server/channel.hpp"

namespace mcp {

struct CallFacts {
  RequestId id;
  Revision revision;
  ClientCapabilities capabilities{};
  std::optional<ProgressToken> progress_token{};
  std::shared_ptr<Channel> channel;
  std::function<bool(LogLevel)> wants_log;
};

class ActiveCall final : public Call {
 public:
  explicit ActiveCall(CallFacts facts) : facts_(std::move(facts)) {}

  const RequestId& id() const { return facts_.id; }

  // Sends the answer. Nothing when it was cancelled or answered before.
  void answer(const boost::json::object& message);
  // From now on nothing is sent.
  void cancel();

  Revision revision() const override { return facts_.revision; }
  const ClientCapabilities& capabilities() const override { return facts_.capabilities; }
  bool is_cancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  void on_cancel(std::function<void()> callback) override;
  void report_progress(double progress, double total, std::string_view message) override;
  void log(LogLevel level, std::string_view logger, boost::json::value data) override;

 private:
  const CallFacts facts_;
  std::atomic<bool> is_cancelled_{false};
  std::mutex mutex_;  // guards the rest
  bool is_open_ = true;
  std::optional<double> last_progress_;
  std::function<void()> on_cancel_;
};

}  // namespace mcp
