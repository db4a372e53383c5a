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

// A call of a handler, and all that is needed to call it once more.
struct Job {
  enum class Era { legacy, modern };
  Era era;
  const FeatureMethod& method;
  boost::json::object params;
  std::shared_ptr<ActiveCall> call;
  bool is_task_at_once = false;
  InputAnswers offered{};  // of the client, before it was asked; taken when the question comes
  loop::Duration begun{};
  int rounds = 0;  // of questions to a legacy client
};
using JobPtr = std::shared_ptr<Job>;

class Session::Core final : public ChangeSink, public std::enable_shared_from_this<Core> {
 public:
  Core(Server& server, ChannelPtr own) : server_(server), own_(std::move(own)) {}

  void receive(std::string_view text, const ChannelPtr& reply_to);
  void receive(MessageBody body, const ChannelPtr& reply_to);
  void receive_malformed(const Malformed& malformed, const ChannelPtr& reply_to);
  void assume(Revision revision);
  std::optional<Revision> legacy_revision() const;
  void promote_slow_calls();
  void end_questions();
  void close();
  void end_subscriptions();
  std::size_t in_flight() const;
  void on_change(const Change& change) override;
  std::set<std::string> listened_tasks() const override;

 private:
  using Era = Job::Era;

  // What `initialize` agreed on.
  struct Legacy {
    Revision revision = kNewestLegacy;
    ClientCapabilities capabilities;
    bool is_assumed = false;      // nothing was agreed on, and nothing is remembered
    bool is_initialized = false;  // the client has said so; until then nothing unasked is sent
    LogLevel log_level = LogLevel::info;
    std::set<std::string> subscriptions;  // URIs
  };

  // A stream of `subscriptions/listen`.
  struct Listener {
    ChannelPtr channel;
    bool tools = false, prompts = false, resources = false;
    std::set<std::string> uris;
    std::map<std::string, boost::json::object> tasks;  // what was told last, by id
  };

  // A question that was sent to a legacy client.
  struct Question {
    JobPtr job;
    std::string key;
    InputRequest request;
  };

  using CallKey = std::pair<Era, RequestId>;

  void receive_message(Message message, const ChannelPtr& reply_to);
  void receive_batch(std::vector<Message> batch, const ChannelPtr& reply_to);
  void on_request(Request request, const ChannelPtr& reply_to);
  void on_notification(const Notification& notification);
  void on_response(const Response& response);

  void on_legacy_request(Request request, const ChannelPtr& reply_to);
  void initialize(const Request& request, const ChannelPtr& reply_to);
  RpcOutcome set_level(const boost::json::object& params);
  RpcOutcome subscribe(const boost::json::object& params, bool wanted);
  std::optional<RpcOutcome> answer_legacy(const Request& request);

  void on_modern_request(Request request, const ChannelPtr& reply_to);
  void run_modern(Request request, const FeatureMethod& method, CallFacts facts);
  boost::json::object discover() const;
  void listen(const Request& request, const ClientCapabilities& capabilities,
              const ChannelPtr& reply_to);
  std::optional<Listener> read_filter(const boost::json::object& filter,
                                      boost::json::object& honoured);
  bool open_listener(const RequestId& id, Listener listener, boost::json::object honoured);

  void start(JobPtr job);
  WorkPlace place_of(const Job& job) const;
  void submit(const JobPtr& job);
  void run(const JobPtr& job);
  void finish(const JobPtr& job, Reply<boost::json::object> outcome);
  // Questions as this client can be asked them, or the error that it cannot.
  static void make_askable(Reply<boost::json::object>& outcome, const ActiveCall& call);
  void need_input(const JobPtr& job, InputRequired needed);
  void ask_client(const JobPtr& job, InputRequired needed);
  bool promote(const JobPtr& job);
  JobPtr job_of(const ActiveCall& call) const;
  boost::json::object modern_result(boost::json::object result, bool is_cacheable) const;
  static void reply(const RequestId& id, RpcOutcome outcome, Channel& channel);

  void cancel(const boost::json::object& params);
  void forget(const Job& job);
  std::vector<RequestId> forget_questions(const Job& job);  // under the lock
  void hear_changes();

  Server& server_;
  const ChannelPtr own_;
  mutable std::mutex mutex_;  // guards the rest; never held while a handler runs
  std::optional<Legacy> legacy_;
  std::multimap<CallKey, JobPtr> calls_;
  std::map<RequestId, Listener> listeners_;
  std::map<RequestId, Question> questions_;
  std::int64_t last_question_ = 0;
  bool is_closed_ = false;
};

}  // namespace mcp
