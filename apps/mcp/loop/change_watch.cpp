// SPDX-License-Identifier: MIT
// Comparing inode, size and time of each file with the look before.
#include "change_watch.hpp"

#include <fmt/format.h>

#include "loop/store/layout.h"
#include "loop_resources.hpp"

namespace loop_mcp {

namespace {

constexpr std::chrono::seconds kEvery{1};

std::vector<std::string> watched() {
  return {loop::layout::schedules().str(), loop::layout::memory().str(),
          loop::layout::todo().str(),      loop::layout::timing().str(),
          loop::layout::modes().str(),     loop::layout::journal().str()};
}

}  // namespace

ChangeWatch::ChangeWatch(mcp::Server& server, WorkspaceCalls& calls)
    : server_(server), calls_(calls) {
  for (const std::string& path : watched()) stamps_[path] = stamp_of(path);
  thread_ = std::thread([this] { run(); });
}

ChangeWatch::~ChangeWatch() {
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ChangeWatch::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kEvery, [this] { return is_ending_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

std::string ChangeWatch::stamp_of(const std::string& path) {
  const auto info = calls_.files().info(loop::RelativePath::of(path));
  if (!info || !*info) return "absent";
  return fmt::format("{} {} {}", (*info)->inode, (*info)->size_bytes, (*info)->modified_ns);
}

void ChangeWatch::look() {
  for (auto& [path, stamp] : stamps_) {
    std::string now = stamp_of(path);
    if (now == stamp) continue;
    const bool came_or_went = now == "absent" || stamp == "absent";
    stamp = std::move(now);
    tell(path);
    if (came_or_went) server_.notify_resources_changed();
  }
  // Not by the journal: where no engine is at work, looking is what settles a run.
  for (const std::string& id : server_.listened_tasks()) server_.notify_task(id);
}

void ChangeWatch::tell(const std::string& path) {
  if (path == loop::layout::schedules().str()) {
    server_.notify_resource_updated(std::string(uri::kSchedules));
  } else if (path == loop::layout::memory().str()) {
    server_.notify_resource_updated(std::string(uri::kMemory));
  } else if (path == loop::layout::todo().str()) {
    server_.notify_resource_updated(std::string(uri::kTodo));
  } else if (path == loop::layout::timing().str()) {
    server_.notify_resource_updated(std::string(uri::kTimingToday));
  } else if (path == loop::layout::modes().str()) {
    for (const std::string& slug : calls_.mode_slugs()) {
      server_.notify_resource_updated(std::string(uri::kModes) + slug);
    }
    server_.notify_resources_changed();
  } else {
    for (const std::string& id : calls_.run_ids()) {
      server_.notify_resource_updated(std::string(uri::kRuns) + id);
      server_.notify_resource_updated(std::string(uri::kRuns) + id + std::string(uri::kLogEnding));
    }
    server_.notify_resources_changed();
  }
}

}  // namespace loop_mcp
