// SPDX-License-Identifier: MIT
// Where messages to the client go; a transport implements it.
#pragma once

#include <boost/json/object.hpp>

namespace mcp {

enum class Delivery {
  certain,  // queued whatever the queue's length
  if_room,  // progress and logs: dropped while the client does not read
};

// Thread-safe. Never blocks.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual void send(const boost::json::object& message, Delivery delivery = Delivery::certain) = 0;
  // An answer to a batch (2025-03-26).
  virtual void send(const boost::json::array& batch) = 0;
  // The client may go and come back: what is sent from here on waits for it, where the transport
  // can keep it.
  virtual void let_client_go() {}
};

}  // namespace mcp
