// SPDX-License-Identifier: MIT
// Telling every sink that is still there.
#include "mcp/server/change_bus.hpp"

#include <utility>

namespace mcp {

void ChangeBus::add(const std::shared_ptr<ChangeSink>& sink) {
  const std::lock_guard guard(mutex_);
  sinks_.insert_or_assign(sink.get(), sink);
}

void ChangeBus::remove(const ChangeSink& sink) {
  const std::lock_guard guard(mutex_);
  sinks_.erase(&sink);
}

std::vector<std::shared_ptr<ChangeSink>> ChangeBus::present() const {
  std::vector<std::shared_ptr<ChangeSink>> present;
  const std::lock_guard guard(mutex_);
  for (const auto& [address, sink] : sinks_) {
    if (auto alive = sink.lock()) present.push_back(std::move(alive));
  }
  return present;
}

void ChangeBus::publish(const Change& change) {
  for (const auto& sink : present()) sink->on_change(change);
}

std::set<std::string> ChangeBus::listened_tasks() const {
  std::set<std::string> all;
  for (const auto& sink : present()) all.merge(sink->listened_tasks());
  return all;
}

}  // namespace mcp
