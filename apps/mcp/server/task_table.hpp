// SPDX-License-Identifier: MIT
// Calls that went on as tasks of this process: what became of them, and what they ask.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "mcp/server/features.hpp"

namespace mcp {

inline constexpr std::size_t kLiveTasksMax = 1000;
inline constexpr std::size_t kFinishedTasksMax = 1000;  // the oldest are forgotten

// What a task can make its call do.
struct TaskWork {
  std::function<void()> stop;
  std::function<void(InputAnswers)> go_on;  // runs the handler again
};

// working <-> input_required -> completed, failed or cancelled, which never change again.
// Thread-safe. `on_change` is called outside of the lock, by the thread that changed the task.
class TaskTable {
 public:
  TaskTable(const loop::Clock& clock, loop::RandomSource& random,
            std::function<void(const std::string& id)> on_change)
      : clock_(clock), random_(random), on_change_(std::move(on_change)) {}

  // Nothing when kLiveTasksMax are at work.
  std::optional<TaskState> create(TaskWork work);
  // One that nobody has heard of.
  void drop(const std::string& id);

  std::optional<TaskState> find(const std::string& id) const;
  void set_message(const std::string& id, std::string_view message);
  // The handler has returned. `answered` are the answers that it has already.
  void settle(const std::string& id, Reply<boost::json::object> outcome,
              const InputAnswers& answered);
  // Some answers or all. Keys that were not asked are ignored. False for an unknown task.
  bool take_answers(const std::string& id, InputAnswers answers);
  // False for an unknown task; nothing happens to one that is over.
  bool cancel(const std::string& id);
  void cancel_all();

 private:
  struct Entry {
    TaskState state;
    TaskWork work;
    InputAnswers answers;  // to open questions, until the last one is there
  };
  void ask(Entry& entry, InputRequired needed, const InputAnswers& answered);
  void end(Entry& entry, TaskState::Status status);

  const loop::Clock& clock_;
  loop::RandomSource& random_;
  const std::function<void(const std::string& id)> on_change_;
  mutable std::mutex mutex_;  // guards the rest
  std::map<std::string, Entry> tasks_;
  std::deque<std::string> finished_;  // oldest first
};

}  // namespace mcp
