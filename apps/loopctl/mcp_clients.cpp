// SPDX-License-Identifier: MIT
// The table of clients, and the entry of each.
#include "mcp_clients.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/domain/json_splice.h"
#include "loop/domain/toml_splice.h"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

std::vector<McpClient> make_clients() {
  return {
      {.name = "claude",
       .title = "Claude Code",
       .files = {".mcp.json"},
       .servers = "mcpServers",
       .shape = EntryShape::typed,
       .note = "Claude Code asks once whether the server of this folder may be used."},
      {.name = "codex",
       .title = "Codex",
       .files = {".codex/config.toml"},
       .format = ClientFormat::toml,
       .servers = "mcp_servers",
       .note = "Codex reads this file in folders that it trusts."},
      {.name = "gemini",
       .title = "Gemini CLI",
       .files = {".gemini/settings.json"},
       .servers = "mcpServers"},
      {.name = "opencode",
       .title = "opencode",
       .files = {"opencode.json", "opencode.jsonc"},
       .servers = "mcp",
       .shape = EntryShape::command_list},
      {.name = "cursor", .title = "Cursor", .files = {".cursor/mcp.json"}, .servers = "mcpServers"},
      {.name = "vscode",
       .title = "Visual Studio Code",
       .files = {".vscode/mcp.json"},
       .servers = "servers",
       .shape = EntryShape::typed},
  };
}

json::object entry_of(EntryShape shape, const std::vector<std::string>& command) {
  const json::array args(command.begin() + 1, command.end());
  switch (shape) {
    case EntryShape::command_and_args: return {{"command", command.front()}, {"args", args}};
    case EntryShape::typed:
      return {{"type", "stdio"}, {"command", command.front()}, {"args", args}};
    case EntryShape::command_list:
      return {{"type", "local"},
              {"command", json::array(command.begin(), command.end())},
              {"enabled", true}};
  }
  return {};
}

Error different(const McpClient& client, std::string_view wanted) {
  return Error(Errc::conflict,
               fmt::format("{} has another server \"{}\" already; --force replaces it by\n{}",
                           client.title, kServerName, wanted));
}

// The variables that tell whose run calls are named, as Codex hands its servers no others.
loop::TomlFields toml_fields(const std::vector<std::string>& command) {
  return {{"command", command.front()},
          {"args", std::vector<std::string>(command.begin() + 1, command.end())},
          {"env_vars", std::vector<std::string>{"LOOP_RUN_ID", "LOOP_DEPTH", "LOOP_DEADLINE"}}};
}

Result<ClientChange> change_toml(const McpClient& client, std::string_view present,
                                 const std::vector<std::string>& command, WhenDifferent when) {
  const std::vector<std::string> path{std::string(client.servers), std::string(kServerName)};
  const loop::TomlFields fields = toml_fields(command);
  LOOP_TRY(const loop::TomlTable table, loop::compare_toml_table(present, path, fields));
  if (table == loop::TomlTable::equal) return ClientChange{std::string(present), false};
  if (table == loop::TomlTable::different && when == WhenDifferent::refuse) {
    return different(client, loop::format_toml_table(path, fields));
  }
  LOOP_TRY(std::string content, loop::put_toml_table(present, path, fields));
  return ClientChange{std::move(content)};
}

Result<ClientChange> change_json(const McpClient& client, std::string_view present,
                                 const std::vector<std::string>& command, WhenDifferent when) {
  const loop::JsonPath path{std::string(client.servers), std::string(kServerName)};
  const json::value entry = entry_of(client.shape, command);
  LOOP_TRY(const auto known, loop::find_json_member(present, path));
  if (known && *known == entry) return ClientChange{std::string(present), false};
  if (known && when == WhenDifferent::refuse) return different(client, json::serialize(entry));
  LOOP_TRY(std::string content, loop::put_json_member(present, path, entry));
  return ClientChange{std::move(content)};
}

}  // namespace

std::span<const McpClient> mcp_clients() {
  static const std::vector<McpClient> clients = make_clients();
  return clients;
}

const McpClient* find_mcp_client(std::string_view name) {
  const auto found = std::ranges::find(mcp_clients(), name, &McpClient::name);
  return found == mcp_clients().end() ? nullptr : &*found;
}

Result<ClientChange> change_client_file(const McpClient& client, std::string_view present,
                                        const std::vector<std::string>& command,
                                        WhenDifferent when_different) {
  return client.format == ClientFormat::toml
             ? change_toml(client, present, command, when_different)
             : change_json(client, present, command, when_different);
}

std::string client_snippet(const McpClient& client, const std::vector<std::string>& command) {
  return change_client_file(client, "", command, WhenDifferent::replace)->content;
}

}  // namespace loopctl
