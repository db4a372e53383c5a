// SPDX-License-Identifier: MIT
// Looking up what a server offers, and telling what changed.
#include "mcp/server/server.hpp"

#include <algorithm>

#include "mcp/server/change_bus.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/task_table.hpp"

namespace mcp {

namespace {

bool allows_tasks(const ServerDefinition& definition) {
  return definition.tasks || std::ranges::any_of(definition.tools, [](const Tool& tool) {
           return tool.tasks != TaskUse::none;
         });
}

}  // namespace

Server::Server(ServerDefinition definition, const ServerServices& services)
    : definition_(std::move(definition)),
      services_(services),
      states_(services.random, services.clock),
      has_tasks_(allows_tasks(definition_)),
      changes_(std::make_unique<ChangeBus>()),
      tasks_(std::make_unique<TaskTable>(services.clock, services.random,
                                         [this](const std::string& id) { notify_task(id); })) {}

Server::~Server() = default;

const Tool* Server::find_tool(std::string_view name) const {
  const auto found = std::ranges::find(definition_.tools, name, &Tool::name);
  return found == definition_.tools.end() ? nullptr : &*found;
}

const Prompt* Server::find_prompt(std::string_view name) const {
  const auto found = std::ranges::find(definition_.prompts, name, &Prompt::name);
  return found == definition_.prompts.end() ? nullptr : &*found;
}

void Server::notify_tools_changed() {
  if (!definition_.tools.empty()) changes_->publish({ChangeKind::tools});
}

void Server::notify_prompts_changed() {
  if (!definition_.prompts.empty()) changes_->publish({ChangeKind::prompts});
}

void Server::notify_resources_changed() {
  if (has_resources()) changes_->publish({ChangeKind::resources});
}

void Server::notify_resource_updated(const std::string& uri) {
  if (has_resources()) changes_->publish({ChangeKind::resource, uri});
}

void Server::notify_task(const std::string& id) {
  if (!listened_tasks().contains(id)) return;
  if (const auto state = find_task(id)) {
    changes_->publish({ChangeKind::task, id, detailed_task_json(*state)});
  }
}

std::set<std::string> Server::listened_tasks() const { return changes_->listened_tasks(); }

std::optional<TaskState> Server::find_task(const std::string& id) {
  auto state = tasks_->find(id);
  return state || !definition_.tasks ? state : definition_.tasks->find(id);
}

bool Server::cancel_task(const std::string& id) {
  if (tasks_->cancel(id)) return true;
  if (!definition_.tasks || !definition_.tasks->find(id)) return false;
  definition_.tasks->cancel(id);
  return true;
}

}  // namespace mcp
