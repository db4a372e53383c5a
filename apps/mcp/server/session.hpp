// SPDX-License-Identifier: MIT
// One client's conversation, without any input or output of its own: messages in, messages out
// through channels. Each message is classified by itself, so that both eras work on one connection.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

#include "mcp/protocol/message.hpp"
#include "mcp/protocol/revision.hpp"
#include "mcp/server/channel.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

// Of the legacy era: nothing -> (initialize) negotiated -> (initialized) ready. A modern request
// changes nothing of that, nor is it changed by it; `initialize` may come at any time and begins
// anew.
//
// A request is in flight from its arrival until its answer was handed to the channel, or until it
// was cancelled: then nothing more is sent for it. Thread-safe.
class Session {
 public:
  // `own` carries what belongs to no request: legacy notifications and requests of the server.
  Session(Server& server, std::shared_ptr<Channel> own);
  ~Session();  // as close()

  // A line of text or a body, whatever it holds. Answers go to `reply_to`, now or from the work
  // queue's threads.
  void receive(std::string_view text, const std::shared_ptr<Channel>& reply_to);
  // The same, read already.
  void receive(MessageBody body, const std::shared_ptr<Channel>& reply_to);
  // A line over the transport's limit: `beginning` helps to find the id.
  void receive_too_long(std::string_view beginning, std::size_t bytes_max,
                        const std::shared_ptr<Channel>& reply_to);

  // As if a client without capabilities had agreed on this legacy revision, for requests that come
  // outside of any conversation.
  void assume(Revision revision);
  // What `initialize` agreed on; nothing before.
  std::optional<Revision> legacy_revision() const;

  // Calls that the client waits for longer than kPatience go on as tasks, where they can. The
  // transport calls it now and then.
  void promote_slow_calls();
  // The client can answer no more questions: calls that wait for an answer end with an error.
  void end_questions();
  // The client is gone or the server ends: everything is cancelled, nothing more is sent.
  void close();
  // Ends all listen streams with their last messages, for an orderly end.
  void end_subscriptions();

  std::size_t in_flight() const;  // requests without their answer, listen streams not counted

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace mcp
