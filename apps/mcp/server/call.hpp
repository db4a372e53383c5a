// SPDX-License-Identifier: MIT
// One request at work, as its handler sees it: who asks, whether it is still wanted, and what can
// be told meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "mcp/protocol/revision.hpp"

namespace mcp {

enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };
std::string_view to_string(LogLevel level) noexcept;
std::optional<LogLevel> parse_log_level(std::string_view text) noexcept;

// What a client can be asked for.
struct ClientCapabilities {
  bool sampling = false;
  bool elicitation_form = false;
  bool elicitation_url = false;
  bool roots = false;

  static ClientCapabilities from_json(const boost::json::object& capabilities);
};

// Handlers get it by reference, valid during the call. Thread-safe.
class Call {
 public:
  virtual ~Call() = default;

  virtual Revision revision() const = 0;
  virtual const ClientCapabilities& capabilities() const = 0;

  // The client gave up, or is gone. Long handlers ask often and return at once; what they return
  // then is not sent.
  virtual bool is_cancelled() const = 0;
  // Called once, at once when it is cancelled already; from another thread. Replaces the one
  // before.
  virtual void on_cancel(std::function<void()> callback) = 0;

  // Sent only when the client gave a progress token and `progress` grew. `total` 0: not known.
  virtual void report_progress(double progress, double total, std::string_view message) = 0;
  // Sent only when the client wants this level.
  virtual void log(LogLevel level, std::string_view logger, boost::json::value data) = 0;
};

}  // namespace mcp
