// SPDX-License-Identifier: MIT
// The conversations of legacy clients by their ids, as many as there may be.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "mcp/http/http_session.hpp"

namespace mcp {

// Most clients never say that they are gone. So a session ends when it was idle for long, and the
// table makes room: sessions that were begun and never used go first, then those that were idle
// longest; one that is in use never goes. For one thread.
class SessionTable {
 public:
  SessionTable(const loop::Clock& clock, loop::RandomSource& random, std::size_t size_max,
               loop::Duration idle_limit)
      : clock_(clock), random_(random), size_max_(size_max), idle_limit_(idle_limit) {}

  // Its id: 128 bits from the kernel, in hex. Nothing when all are in use.
  std::optional<std::string> add(std::shared_ptr<HttpSession> session);
  // Nothing for an unknown id and for another owner's. It counts as used now.
  std::shared_ptr<HttpSession> find(const std::string& id, const Principal& owner);
  // False when there is none such.
  bool remove(const std::string& id, const Principal& owner);

  void expire();  // ends what was idle too long
  std::size_t size() const { return sessions_.size(); }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, entry] : sessions_) visit(*entry.session);
  }

 private:
  using Order = std::list<std::string>;  // ids, the longest idle one first
  struct Entry {
    std::shared_ptr<HttpSession> session;
    loop::Duration last_used{};
    bool was_used = false;  // after it was begun
    Order::iterator place;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  void touch(Entry& entry);
  void erase(Entries::iterator entry);
  bool make_room(Order& order);
  void expire(Order& order);

  const loop::Clock& clock_;
  loop::RandomSource& random_;
  const std::size_t size_max_;
  const loop::Duration idle_limit_;
  Entries sessions_;
  Order unused_, used_;
};

}  // namespace mcp
