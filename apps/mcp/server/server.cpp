// SPDX-License-Identifier: MIT
// Looking up what a server offers, and telling what changed.
#include "mcp/server/server.hpp"

#include <algorithm>

#include "mcp/server/change_bus.hpp"

namespace mcp {

Server::Server(ServerDefinition definition, WorkQueue& work)
    : definition_(std::move(definition)), work_(work), changes_(std::make_unique<ChangeBus>()) {}

Server::~Server() = default;

const Tool* Server::find_tool(std::string_view name) const {
  const auto found = std::ranges::find(definition_.tools, name, &Tool::name);
  return found == definition_.tools.end() ? nullptr : &*found;
}

const Prompt* Server::find_prompt(std::string_view name) const {
  const auto found = std::ranges::find(definition_.prompts, name, &Prompt::name);
  return found == definition_.prompts.end() ? nullptr : &*found;
}

void Server::notify_tools_changed() { changes_->publish({ChangeKind::tools}); }
void Server::notify_prompts_changed() { changes_->publish({ChangeKind::prompts}); }
void Server::notify_resources_changed() { changes_->publish({ChangeKind::resources}); }
void Server::notify_resource_updated(const std::string& uri) {
  changes_->publish({ChangeKind::resource, uri});
}

}  // namespace mcp
