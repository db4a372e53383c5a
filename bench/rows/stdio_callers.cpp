// SPDX-License-Identifier: MIT
// A server is started, and warmed, when it is measured for the first time.
#include "rows/stdio_callers.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace loop::bench {

Contender caller(std::string name, Role role, ChildSpec spec, RpcCalls calls) {
  auto client = std::make_shared<std::optional<RpcClient>>();
  return {std::move(name),
          role,
          [client, spec = std::move(spec), calls = std::move(calls)]() -> Result<double> {
            if (!*client) {
              LOOP_TRY(RpcClient started, RpcClient::start(spec));
              client->emplace(std::move(started));
              RpcCalls warm = calls;
              warm.count = std::min(calls.count, 1000);
              LOOP_TRY([[maybe_unused]] const double rate, (*client)->call(warm));
            }
            return (*client)->call(calls);
          },
          {}};
}

Contender npm_caller(const Scene& scene, const std::string& name, const std::string& script,
                     std::vector<std::string> arguments, RpcCalls calls) {
  const auto node = scene.find_program("node");
  const auto file = scene.find_peer(script);
  if (!node || !file) return absent_contender(name, Role::peer, "bench/install-peers.sh adds it");
  std::vector<std::string> argv{*node, *file};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return caller(name, Role::peer, {argv, {}, {}, true}, std::move(calls));
}

}  // namespace loop::bench
