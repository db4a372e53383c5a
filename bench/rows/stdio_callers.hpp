// SPDX-License-Identifier: MIT
// Contenders that are servers on stdio and are called.
#pragma once

#include <string>
#include <vector>

#include "harness/rpc_client.hpp"
#include "harness/row.hpp"

namespace loop::bench {

inline const std::string kFilesystem =
    "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js";

// Keeps one server and calls it in each round; calls a second.
Contender caller(std::string name, Role role, ChildSpec spec, RpcCalls calls);

// A server of npm, absent when it is not installed.
Contender npm_caller(const Scene& scene, const std::string& name, const std::string& script,
                     std::vector<std::string> arguments, RpcCalls calls);

}  // namespace loop::bench
