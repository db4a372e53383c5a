// SPDX-License-Identifier: MIT
// The clients of the protocol that can be given the workspace's server, and what their files have
// to say for it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"

namespace loopctl {

// The name of the server in every client's file.
inline constexpr std::string_view kServerName = "loop";

enum class ClientFormat { json, toml };
// How the program is written down in a JSON file.
enum class EntryShape {
  command_and_args,  // {"command": ..., "args": [...]}
  typed,             // {"type": "stdio", "command": ..., "args": [...]}
  command_list,      // {"type": "local", "command": [...], "enabled": true}
};

struct McpClient {
  std::string_view name;           // as the option takes it
  std::string_view title;          // as people know it
  std::vector<std::string> files;  // in the workspace; the first that exists, else the first
  ClientFormat format = ClientFormat::json;
  std::string_view servers;  // the member or table that holds all servers
  EntryShape shape = EntryShape::command_and_args;
  std::string_view note{};  // what the user has to do besides
};

std::span<const McpClient> mcp_clients();
const McpClient* find_mcp_client(std::string_view name);

// What a file would become. `command` is the server's program with its arguments.
struct ClientChange {
  std::string content;
  bool is_change = true;  // false: it says so already
};
enum class WhenDifferent { refuse, replace };
// conflict for another entry of the same name; invalid_data with the place for a broken file.
loop::Result<ClientChange> change_client_file(const McpClient& client, std::string_view present,
                                              const std::vector<std::string>& command,
                                              WhenDifferent when_different);

// Of an empty file: what a person puts in by hand.
std::string client_snippet(const McpClient& client, const std::vector<std::string>& command);

}  // namespace loopctl
