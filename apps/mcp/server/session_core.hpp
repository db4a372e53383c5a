// SPDX-License-Identifier: MIT
// The state of one conversation, and what each message does to it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mcp/protocol/message.hpp"
#include "mcp/server/active_call.hpp"
#include "mcp/server/change_bus.hpp"
#include "mcp/server/feature_methods.hpp"
#include "mcp/server/session.hpp"

namespace mcp {

using ChannelPtr = std::shared_ptr<Channel>;

class Session::Core final : public ChangeSink, public std::enable_shared_from_this<Core> {
 public:
  Core(Server& server, ChannelPtr own) : server_(server), own_(std::move(own)) {}

  void receive(std::string_view text, const ChannelPtr& reply_to);
  void receive_malformed(const Malformed& malformed, const ChannelPtr& reply_to);
  void close();
  void end_subscriptions();
  std::size_t in_flight() const;
  void on_change(const Change& change) override;

 private:
  // What `initialize` agreed on.
  struct Legacy {
    Revision revision = kNewestLegacy;
    ClientCapabilities capabilities;
    bool is_initialized = false;  // the client has said so; until then nothing unasked is sent
    LogLevel log_level = LogLevel::info;
    std::set<std::string> subscriptions;  // URIs
  };

  // A stream of `subscriptions/listen`.
  struct Listener {
    ChannelPtr channel;
    bool tools = false, prompts = false, resources = false;
    std::set<std::string> uris;
  };

  enum class Era { legacy, modern };
  using CallKey = std::pair<Era, RequestId>;

  void receive_value(const boost::json::value& value, const ChannelPtr& reply_to);
  void receive_batch(const boost::json::array& batch, const ChannelPtr& reply_to);
  void on_request(const Request& request, const ChannelPtr& reply_to);
  void on_notification(const Notification& notification);

  void on_legacy_request(const Request& request, const ChannelPtr& reply_to);
  void initialize(const Request& request, const ChannelPtr& reply_to);
  Reply<boost::json::object> set_level(const boost::json::object& params);
  Reply<boost::json::object> subscribe(const boost::json::object& params, bool wanted);
  std::optional<Reply<boost::json::object>> answer_legacy(const Request& request);

  void on_modern_request(const Request& request, const ChannelPtr& reply_to);
  boost::json::object discover() const;
  void listen(const Request& request, const ChannelPtr& reply_to);

  void run_feature(Era era, const FeatureMethod& method, const Request& request,
                   std::shared_ptr<ActiveCall> call);
  void finish(Era era, const FeatureMethod& method, ActiveCall& call,
              Reply<boost::json::object> reply);
  boost::json::object modern_result(boost::json::object result, bool is_cacheable) const;
  static void reply(const RequestId& id, Reply<boost::json::object> reply, Channel& channel);

  void cancel(const boost::json::object& params);
  void forget(Era era, const ActiveCall& call);

  Server& server_;
  const ChannelPtr own_;
  mutable std::mutex mutex_;  // guards the rest; never held while a handler runs
  std::optional<Legacy> legacy_;
  std::multimap<CallKey, std::shared_ptr<ActiveCall>> calls_;
  std::map<RequestId, Listener> listeners_;
  bool is_closed_ = false;
};

}  // namespace mcp
