// SPDX-License-Identifier: MIT
// Telling messages apart.
#include "mcp/server/session.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/modern_meta.hpp"
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
    : core_(std::make_shared<Core>(server, std::move(own))) {}

Session::~Session() { close(); }

void Session::receive(std::string_view text, const std::shared_ptr<Channel>& reply_to) {
  core_->receive(text, reply_to);
}

void Session::receive(MessageBody body, const std::shared_ptr<Channel>& reply_to) {
  core_->receive(std::move(body), reply_to);
}

void Session::receive_too_long(std::string_view beginning, std::size_t bytes_max,
                               const std::shared_ptr<Channel>& reply_to) {
  core_->receive_malformed(
      {id_in(beginning),
       {ErrorCode::invalid_request, fmt::format("the message is longer than {} bytes", bytes_max)}},
      reply_to);
}

void Session::promote_slow_calls() { core_->promote_slow_calls(); }
void Session::end_questions() { core_->end_questions(); }
void Session::close() { core_->close(); }
void Session::end_subscriptions() { core_->end_subscriptions(); }
std::size_t Session::in_flight() const { return core_->in_flight(); }
void Session::assume(Revision revision) { core_->assume(revision); }
std::optional<Revision> Session::legacy_revision() const { return core_->legacy_revision(); }

void Session::Core::receive(std::string_view text, const ChannelPtr& reply_to) {
  auto parsed = parse_line(text);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    receive_malformed(*malformed, reply_to);
    return;
  }
  receive(read_messages(std::move(std::get<json::value>(parsed))), reply_to);
}

void Session::Core::receive(MessageBody body, const ChannelPtr& reply_to) {
  if (body.is_batch) {
    receive_batch(std::move(body.messages), reply_to);
  } else {
    receive_message(std::move(body.messages.front()), reply_to);
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

void Session::Core::receive_message(Message message, const ChannelPtr& reply_to) {
  if (auto* request = std::get_if<Request>(&message)) {
    on_request(std::move(*request), reply_to);
  } else if (const auto* notification = std::get_if<Notification>(&message)) {
    on_notification(*notification);
  } else if (const auto* response = std::get_if<Response>(&message)) {
    on_response(*response);
  } else {
    receive_malformed(std::get<Malformed>(message), reply_to);
  }
}

void Session::Core::receive_batch(std::vector<Message> batch, const ChannelPtr& reply_to) {
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
  const auto answers =
      static_cast<std::size_t>(std::ranges::count_if(batch, [](const Message& message) {
        const auto* malformed = std::get_if<Malformed>(&message);
        return std::holds_alternative<Request>(message) || (malformed && malformed->id);
      }));
  const ChannelPtr together =
      answers == 0 ? reply_to : std::make_shared<BatchChannel>(reply_to, answers);
  for (Message& message : batch) {
    if (auto* request = std::get_if<Request>(&message)) {
      if (request->method == method::kInitialize || says_modern(request->params)) {
        together->send(make_error(
            request->id, {ErrorCode::invalid_request, "this request may not be in a batch"}));
      } else {
        on_request(std::move(*request), together);
      }
    } else if (const auto* notification = std::get_if<Notification>(&message)) {
      on_notification(*notification);
    } else if (const auto* response = std::get_if<Response>(&message)) {
      on_response(*response);
    } else {
      receive_malformed(std::get<Malformed>(message), together);
    }
  }
}

void Session::Core::on_request(Request request, const ChannelPtr& reply_to) {
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return;
  }
  if (says_modern(request.params)) {
    on_modern_request(std::move(request), reply_to);
  } else {
    on_legacy_request(std::move(request), reply_to);
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

}  // namespace mcp
