// SPDX-License-Identifier: MIT
// News of what changed, on their way to those who asked.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace mcp {

enum class ChangeKind { tools, prompts, resources, resource, task };

struct Change {
  ChangeKind kind = ChangeKind::tools;
  std::string uri{};           // of one resource; of a task its id
  boost::json::object task{};  // its present state
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  virtual void on_change(const Change& change) = 0;  // any thread; not under the bus's lock
  virtual std::set<std::string> listened_tasks() const = 0;
};

// Thread-safe. A sink that is gone is forgotten.
class ChangeBus {
 public:
  void add(const std::shared_ptr<ChangeSink>& sink);  // once, however often it is called
  void remove(const ChangeSink& sink);
  void publish(const Change& change);
  std::set<std::string> listened_tasks() const;

 private:
  std::vector<std::shared_ptr<ChangeSink>> present() const;

  mutable std::mutex mutex_;
  std::map<const ChangeSink*, std::weak_ptr<ChangeSink>> sinks_;
};

}  // namespace mcp
