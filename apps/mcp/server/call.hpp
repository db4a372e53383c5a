// SPDX-License-Identifier: MIT
// One request at work, as its handler sees it: who asks, whether it is still wanted, and what can
// be told meanwhile.
#pragma once

#include <functional>
#include <map>
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
  bool sampling_tools = false;
  bool sampling_context = false;
  bool elicitation_form = false;
  bool elicitation_url = false;
  bool roots = false;
  bool tasks = false;  // the extension io.modelcontextprotocol/tasks

  static ClientCapabilities from_json(const boost::json::object& capabilities);
};

// A question to the client or its user. `method` is sampling/createMessage, elicitation/create or
// roots/list; `params` are as the newest revision has them.
struct InputRequest {
  std::string method;
  boost::json::object params{};
};

// A handler that needs answers returns this, and is called again from its beginning when they are
// there. Keys are the handler's own; one key is one question for the whole call.
struct InputRequired {
  std::map<std::string, InputRequest> requests;
  std::string state{};  // comes back as Call::state(); a client may keep it, but cannot change it
};

// The answers that came so far, by the keys of their questions.
using InputAnswers = std::map<std::string, boost::json::object>;

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

  // The answer to the question with this key; null when it was not asked or not answered yet.
  // Valid until the handler returns.
  virtual const boost::json::object* answer(const std::string& key) const = 0;
  // What the handler gave along with its last questions; empty before.
  virtual const std::string& state() const = 0;

  // From here on the call is a task: the client gets its id now and asks for the outcome later.
  // False when the client knows no tasks or there are too many: it waits for the answer then.
  virtual bool continue_as_task() = 0;

  // The client need not hold its connection for this call: it may reconnect, and what follows waits
  // for it. Nothing on a transport whose connection is the conversation.
  virtual void close_stream() = 0;
};

}  // namespace mcp
