// SPDX-License-Identifier: MIT
// The transitions of a task.
#include "mcp/server/task_table.hpp"

#include <utility>

#include "mcp/server/answer_check.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

bool is_over(TaskState::Status status) {
  return status != TaskState::Status::working && status != TaskState::Status::input_required;
}

}  // namespace

std::optional<TaskState> TaskTable::create(TaskWork work) {
  const std::lock_guard guard(mutex_);
  if (tasks_.size() - finished_.size() >= kLiveTasksMax) return std::nullopt;
  TaskState state{.id = "task-" + make_uuid(random_)};
  state.created = state.updated = clock_.now();
  tasks_.emplace(state.id, Entry{.state = state, .work = std::move(work), .answers = {}});
  return state;
}

void TaskTable::drop(const std::string& id) {
  const std::lock_guard guard(mutex_);
  tasks_.erase(id);
}

std::optional<TaskState> TaskTable::find(const std::string& id) const {
  const std::lock_guard guard(mutex_);
  const auto found = tasks_.find(id);
  return found == tasks_.end() ? std::nullopt : std::optional(found->second.state);
}

void TaskTable::set_message(const std::string& id, std::string_view message) {
  {
    const std::lock_guard guard(mutex_);
    const auto found = tasks_.find(id);
    if (found == tasks_.end() || is_over(found->second.state.status)) return;
    if (found->second.state.message == message) return;
    found->second.state.message = message;
    found->second.state.updated = clock_.now();
  }
  on_change_(id);
}

void TaskTable::end(Entry& entry, TaskState::Status status) {
  entry.state.status = status;
  entry.state.updated = clock_.now();
  entry.state.questions.clear();
  entry.answers.clear();
  entry.work = {};
  finished_.push_back(entry.state.id);
  if (finished_.size() > kFinishedTasksMax) {
    tasks_.erase(finished_.front());
    finished_.pop_front();
  }
}

void TaskTable::ask(Entry& entry, InputRequired needed, const InputAnswers& answered) {
  for (auto& [key, question] : needed.requests) {
    if (!answered.contains(key)) entry.state.questions.emplace(key, std::move(question));
  }
  if (entry.state.questions.empty()) {
    entry.state.message = "the tool asks for nothing new";
    entry.state.error = RpcError{ErrorCode::internal_error, entry.state.message};
    end(entry, TaskState::Status::failed);
    return;
  }
  entry.state.status = TaskState::Status::input_required;
  entry.state.updated = clock_.now();
}

void TaskTable::settle(const std::string& id, Reply<json::object> outcome,
                       const InputAnswers& answered) {
  TaskWork done;  // destroyed outside of the lock
  {
    const std::lock_guard guard(mutex_);
    const auto found = tasks_.find(id);
    if (found == tasks_.end() || is_over(found->second.state.status)) return;
    Entry& entry = found->second;
    if (auto* needed = std::get_if<InputRequired>(&outcome)) {
      ask(entry, std::move(*needed), answered);
    } else {
      done = std::exchange(entry.work, {});
      if (auto* error = std::get_if<RpcError>(&outcome)) {
        entry.state.message = error->message;
        entry.state.error = std::move(*error);
        end(entry, TaskState::Status::failed);
      } else {
        entry.state.result = std::move(std::get<json::object>(outcome));
        end(entry, TaskState::Status::completed);
      }
    }
  }
  on_change_(id);
}

bool TaskTable::take_answers(const std::string& id, InputAnswers answers) {
  std::function<void(InputAnswers)> go_on;
  InputAnswers all;
  {
    const std::lock_guard guard(mutex_);
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return false;
    Entry& entry = found->second;
    for (auto& [key, answer] : answers) {
      const auto question = entry.state.questions.find(key);
      if (question == entry.state.questions.end() || !fits(answer, question->second)) continue;
      entry.state.questions.erase(question);
      entry.answers.emplace(key, std::move(answer));
    }
    const bool has_all =
        entry.state.status == TaskState::Status::input_required && entry.state.questions.empty();
    if (!has_all) return true;
    entry.state.status = TaskState::Status::working;
    entry.state.updated = clock_.now();
    go_on = entry.work.go_on;
    all = std::exchange(entry.answers, {});
  }
  on_change_(id);
  go_on(std::move(all));
  return true;
}

bool TaskTable::cancel(const std::string& id) {
  TaskWork work;
  {
    const std::lock_guard guard(mutex_);
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return false;
    if (is_over(found->second.state.status)) return true;
    work = std::exchange(found->second.work, {});
    end(found->second, TaskState::Status::cancelled);
  }
  work.stop();
  on_change_(id);
  return true;
}

void TaskTable::cancel_all() {
  std::deque<std::string> ids;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, entry] : tasks_) ids.push_back(id);
  }
  for (const std::string& id : ids) cancel(id);
}

}  // namespace mcp
