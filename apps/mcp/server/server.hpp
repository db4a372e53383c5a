// SPDX-License-Identifier: MIT
// A server: one definition for all connections, and the news of what changed.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "mcp/server/features.hpp"
#include "mcp/server/work_queue.hpp"

namespace mcp {

class ChangeBus;

// Thread-safe; outlives its sessions.
class Server {
 public:
  Server(ServerDefinition definition, WorkQueue& work);
  ~Server();

  const ServerDefinition& definition() const { return definition_; }
  WorkQueue& work() const { return work_; }
  const Tool* find_tool(std::string_view name) const;
  const Prompt* find_prompt(std::string_view name) const;

  // Somebody changed something; those who asked are told.
  void notify_tools_changed();
  void notify_prompts_changed();
  void notify_resources_changed();
  void notify_resource_updated(const std::string& uri);

  ChangeBus& changes() { return *changes_; }

 private:
  ServerDefinition definition_;
  WorkQueue& work_;
  std::unique_ptr<ChangeBus> changes_;
};

}  // namespace mcp
