// SPDX-License-Identifier: MIT
// A server: one definition for all connections, the news of what changed, and the tasks.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "mcp/server/features.hpp"
#include "mcp/server/request_state.hpp"
#include "mcp/server/work_queue.hpp"

namespace mcp {

class ChangeBus;
class TaskTable;

// Borrowed; they outlive the server.
struct ServerServices {
  WorkQueue& work;
  const loop::Clock& clock;
  loop::RandomSource& random;
  loop::Log& log;  // the operator's: what a client is not told
};

// Thread-safe; outlives its sessions.
class Server {
 public:
  Server(ServerDefinition definition, const ServerServices& services);
  ~Server();

  const ServerDefinition& definition() const { return definition_; }
  WorkQueue& work() const { return services_.work; }
  const loop::Clock& clock() const { return services_.clock; }
  loop::Log& log() const { return services_.log; }
  const RequestStates& states() const { return states_; }
  const Tool* find_tool(std::string_view name) const;
  const Prompt* find_prompt(std::string_view name) const;
  bool has_tasks() const { return has_tasks_; }  // any call may become one
  // Of the product, or files of skills.
  bool has_resources() const { return definition_.resources || definition_.skills; }

  // Somebody changed something; those who asked are told. Nothing is told of what the definition
  // does not have.
  void notify_tools_changed();
  void notify_prompts_changed();
  void notify_resources_changed();
  void notify_resource_updated(const std::string& uri);
  void notify_task(const std::string& id);
  // Those whose news somebody listens to.
  std::set<std::string> listened_tasks() const;

  // Of this process or of the definition's source.
  std::optional<TaskState> find_task(const std::string& id);
  // False for an unknown one.
  bool cancel_task(const std::string& id);

  ChangeBus& changes() { return *changes_; }
  TaskTable& tasks() { return *tasks_; }

 private:
  const ServerDefinition definition_;
  const ServerServices services_;
  const RequestStates states_;
  const bool has_tasks_;
  std::unique_ptr<ChangeBus> changes_;
  std::unique_ptr<TaskTable> tasks_;
};

}  // namespace mcp
