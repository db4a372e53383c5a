// SPDX-License-Identifier: MIT
// News of what changed, on their way to those who asked.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mcp {

enum class ChangeKind { tools, prompts, resources, resource };

struct Change {
  ChangeKind kind = ChangeKind::tools;
  std::string uri{};  // of one resource
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  virtual void on_change(const Change& change) = 0;  // any thread; not under the bus's lock
};

// Thread-safe. A sink that is gone is forgotten.
class ChangeBus {
 public:
  void add(std::weak_ptr<ChangeSink> sink);
  void publish(const Change& change);

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<ChangeSink>> sinks_;
};

}  // namespace mcp
