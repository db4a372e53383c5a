// SPDX-License-Identifier: MIT
// Two queues by last use.
#include "mcp/http/session_table.hpp"

#include <array>

#include <fmt/format.h>

namespace mcp {

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr int kLooksMax = 64;  // at sessions in use, before there is no room

}  // namespace

std::optional<std::string> SessionTable::add(std::shared_ptr<HttpSession> session) {
  if (sessions_.size() >= size_max_ && !make_room(unused_) && !make_room(used_)) {
    return std::nullopt;
  }
  std::array<std::byte, kIdBytes> bytes{};
  random_.fill(bytes);
  std::string id;
  for (const std::byte byte : bytes) id += fmt::format("{:02x}", static_cast<unsigned>(byte));
  unused_.push_back(id);
  sessions_[id] = {.session = std::move(session),
                   .last_used = clock_.monotonic(),
                   .place = std::prev(unused_.end())};
  return id;
}

std::shared_ptr<HttpSession> SessionTable::find(const std::string& id, const Principal& owner) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.session->owner() != owner) return nullptr;
  touch(found->second);
  return found->second.session;
}

bool SessionTable::remove(const std::string& id, const Principal& owner) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.session->owner() != owner) return false;
  erase(found);
  return true;
}

void SessionTable::touch(Entry& entry) {
  used_.splice(used_.end(), entry.was_used ? used_ : unused_, entry.place);
  entry.was_used = true;
  entry.last_used = clock_.monotonic();
}

void SessionTable::erase(Entries::iterator entry) {
  (entry->second.was_used ? used_ : unused_).erase(entry->second.place);
  entry->second.session->conversation().close();
  entry->second.session->finish_streams();
  sessions_.erase(entry);
}

// Those in use are passed over, and go to the end of the queue.
bool SessionTable::make_room(Order& order) {
  for (int looks = 0; looks < kLooksMax && !order.empty(); ++looks) {
    const auto oldest = sessions_.find(order.front());
    if (!oldest->second.session->is_in_use()) {
      erase(oldest);
      return true;
    }
    touch(oldest->second);
  }
  return false;
}

void SessionTable::expire() {
  expire(unused_);
  expire(used_);
}

void SessionTable::expire(Order& order) {
  while (!order.empty()) {
    const auto oldest = sessions_.find(order.front());
    if (clock_.monotonic() - oldest->second.last_used < idle_limit_) return;
    if (oldest->second.session->is_in_use()) {
      touch(oldest->second);
    } else {
      erase(oldest);
    }
  }
}

}  // namespace mcp
