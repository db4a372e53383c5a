// SPDX-License-Identifier: MIT
// Telling messages apart, and the life of requests in flight.
#include "mcp/server/session.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/session_core.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

// The answers to the requests of one batch, sent together when the last one is there.
class BatchChannel final : public Channel {
 public:
  BatchChannel(ChannelPtr under, std::size_t answers) : under_(std::move(under)), left_(answers) {}

  void send(const json::object& message, Delivery delivery) override {
    if (message.contains("method")) {
      under_->send(message, delivery);
      return;
    }
    const std::lock_guard guard(mutex_);
    answers_.push_back(message);
    if (--left_ == 0) under_->send(answers_);
  }
  void send(const json::array& batch) override { under_->send(batch); }

 private:
  const ChannelPtr under_;
  std::mutex mutex_;
  std::size_t left_;
  json::array answers_;
};

const json::object* meta_of(const json::object& params) {
  const json::value* meta = params.if_contains("_meta");
  return meta == nullptr ? nullptr : meta->if_object();
}

bool says_modern(const json::object& params) {
  const json::object* meta = meta_of(params);
  return meta != nullptr && meta->contains(meta::kProtocolVersion);
}

// The id of a request whose line was cut, as far as its beginning shows it.
std::optional<RequestId> id_in(std::string_view beginning) {
  const std::size_t key = beginning.find("\"id\":");
  if (key == std::string_view::npos) return std::nullopt;
  const std::string_view rest = beginning.substr(key + 5);
  const std::size_t end = rest.find_first_of(",}");
  if (end == std::string_view::npos) return std::nullopt;
  json::error_code failure;
  const json::value value = json::parse(rest.substr(0, end), failure);
  return failure ? std::nullopt : RequestId::from_json(value);
}

}  // namespace

Session::Session(Server& server, std::shared_ptr<Channel> own)
    : core_(std::make_shared<Core>(server, std::move(own))) {
  server.changes().add(core_);
}

Session::~Session() { close(); }

void Session::receive(std::string_view text, const std::shared_ptr<Channel>& reply_to) {
  core_->receive(text, reply_to);
}

void Session::receive_too_long(std::string_view beginning, std::size_t bytes_max,
                               const std::shared_ptr<Channel>& reply_to) {
  core_->receive_malformed(
      {id_in(beginning),
       {ErrorCode::invalid_request, fmt::format("the message is longer than {} bytes", bytes_max)}},
      reply_to);
}

void Session::close() { core_->close(); }
void Session::end_subscriptions() { core_->end_subscriptions(); }
std::size_t Session::in_flight() const { return core_->in_flight(); }

void Session::Core::receive(std::string_view text, const ChannelPtr& reply_to) {
  auto parsed = parse_line(text);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    receive_malformed(*malformed, reply_to);
    return;
  }
  const json::value& value = std::get<json::value>(parsed);
  if (const json::array* batch = value.if_array()) {
    receive_batch(*batch, reply_to);
  } else {
    receive_value(value, reply_to);
  }
}

// An error without an id is in the schemas since 2025-11-25 only; older clients would choke on it.
void Session::Core::receive_malformed(const Malformed& malformed, const ChannelPtr& reply_to) {
  if (!malformed.id) {
    const std::lock_guard guard(mutex_);
    if (legacy_ && legacy_->revision < Revision::v2025_11_25) return;
  }
  reply_to->send(make_error(malformed.id, malformed.error));
}

void Session::Core::receive_value(const json::value& value, const ChannelPtr& reply_to) {
  const Message message = read_message(value);
  if (const auto* request = std::get_if<Request>(&message)) {
    on_request(*request, reply_to);
  } else if (const auto* notification = std::get_if<Notification>(&message)) {
    on_notification(*notification);
  } else if (const auto* malformed = std::get_if<Malformed>(&message)) {
    receive_malformed(*malformed, reply_to);
  }
  // A response: this server asks nothing, so it is to nobody.
}

void Session::Core::receive_batch(const json::array& batch, const ChannelPtr& reply_to) {
  bool is_allowed = false;
  {
    const std::lock_guard guard(mutex_);
    is_allowed = legacy_ && legacy_->revision == Revision::v2025_03_26;
  }
  if (!is_allowed || batch.empty()) {
    receive_malformed(
        {std::nullopt,
         {ErrorCode::invalid_request, batch.empty() ? "a batch holds at least one message"
                                                    : "batches exist in revision 2025-03-26 only"}},
        reply_to);
    return;
  }
  std::vector<Message> messages;
  std::size_t answers = 0;
  for (const json::value& value : batch) {
    messages.push_back(read_message(value));
    const auto* malformed = std::get_if<Malformed>(&messages.back());
    if (std::holds_alternative<Request>(messages.back()) || (malformed && malformed->id)) ++answers;
  }
  const ChannelPtr together =
      answers == 0 ? reply_to : std::make_shared<BatchChannel>(reply_to, answers);
  for (const Message& message : messages) {
    if (const auto* request = std::get_if<Request>(&message)) {
      if (request->method == method::kInitialize || says_modern(request->params)) {
        together->send(make_error(
            request->id, {ErrorCode::invalid_request, "this request may not be in a batch"}));
      } else {
        on_request(*request, together);
      }
    } else if (const auto* notification = std::get_if<Notification>(&message)) {
      on_notification(*notification);
    } else if (const auto* malformed = std::get_if<Malformed>(&message)) {
      receive_malformed(*malformed, together);
    }
  }
}

void Session::Core::on_request(const Request& request, const ChannelPtr& reply_to) {
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return;
  }
  if (says_modern(request.params)) {
    on_modern_request(request, reply_to);
  } else {
    on_legacy_request(request, reply_to);
  }
}

void Session::Core::on_notification(const Notification& notification) {
  if (notification.method == notification::kCancelled) {
    cancel(notification.params);
  } else if (notification.method == notification::kInitialized) {
    const std::lock_guard guard(mutex_);
    if (legacy_) legacy_->is_initialized = true;
  }
  // Others are for those who know them.
}

void Session::Core::cancel(const json::object& params) {
  const json::value* value = params.if_contains("requestId");
  const auto id = value == nullptr ? std::nullopt : RequestId::from_json(*value);
  if (!id) return;
  std::vector<std::shared_ptr<ActiveCall>> cancelled;
  {
    const std::lock_guard guard(mutex_);
    // Which era a bare cancellation means is not said; the older one, if it has such a request.
    const Era first = says_modern(params) ? Era::modern : Era::legacy;
    for (const Era era : {first, Era::modern}) {
      const auto [begin, end] = calls_.equal_range({era, *id});
      for (auto call = begin; call != end; ++call) cancelled.push_back(call->second);
      calls_.erase(begin, end);
      if (!cancelled.empty()) break;
    }
    if (cancelled.empty()) listeners_.erase(*id);
  }
  for (const auto& call : cancelled) call->cancel();
}

void Session::Core::run_feature(Era era, const FeatureMethod& method, const Request& request,
                                std::shared_ptr<ActiveCall> call) {
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return;
    calls_.emplace(CallKey{era, call->id()}, call);
  }
  const auto run = [self = shared_from_this(), era, &method, call, params = request.params] {
    Reply<json::object> reply = RpcError{};
    if (call->is_cancelled()) return;
    try {
      reply = method.run(self->server_, *call, params);
    } catch (const std::exception& problem) {
      reply = RpcError{ErrorCode::internal_error, "internal error"};
      call->log(LogLevel::error, "server", json::value(problem.what()));
    }
    self->finish(era, method, *call, std::move(reply));
  };
  if (method.place == WorkPlace::reader) {
    run();
  } else if (!server_.work().submit(run)) {
    finish(era, method, *call,
           RpcError{ErrorCode::internal_error, "too many requests are waiting; try again later"});
  }
}

void Session::Core::finish(Era era, const FeatureMethod& method, ActiveCall& call,
                           Reply<json::object> outcome) {
  json::object message;
  if (auto* error = std::get_if<RpcError>(&outcome)) {
    message = make_error(call.id(), *error);
  } else {
    json::object& result = std::get<json::object>(outcome);
    if (era == Era::modern) result = modern_result(std::move(result), method.is_cacheable);
    message = make_result(call.id(), std::move(result));
  }
  call.answer(message);
  forget(era, call);
}

void Session::Core::forget(Era era, const ActiveCall& call) {
  const std::lock_guard guard(mutex_);
  const auto [begin, end] = calls_.equal_range({era, call.id()});
  for (auto found = begin; found != end; ++found) {
    if (found->second.get() != &call) continue;
    calls_.erase(found);
    return;
  }
}

void Session::Core::reply(const RequestId& id, Reply<json::object> outcome, Channel& channel) {
  if (const auto* error = std::get_if<RpcError>(&outcome)) {
    channel.send(make_error(id, *error));
  } else {
    channel.send(make_result(id, std::move(std::get<json::object>(outcome))));
  }
}

std::size_t Session::Core::in_flight() const {
  const std::lock_guard guard(mutex_);
  return calls_.size();
}

void Session::Core::close() {
  std::multimap<CallKey, std::shared_ptr<ActiveCall>> open;
  {
    const std::lock_guard guard(mutex_);
    is_closed_ = true;
    open.swap(calls_);
    listeners_.clear();
    legacy_.reset();
  }
  for (const auto& [key, call] : open) call->cancel();
}

}  // namespace mcp
