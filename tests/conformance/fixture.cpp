// SPDX-License-Identifier: MIT
// The whole definition, and the server on it.
#include "conformance/fixture.hpp"

#include <condition_variable>
#include <iterator>
#include <mutex>

namespace mcp::conformance {

namespace {

struct Wait {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
};

void pause(Call& call, std::chrono::milliseconds duration) {
  const auto wait = std::make_shared<Wait>();
  call.on_cancel([wait] {
    const std::lock_guard guard(wait->mutex);
    wait->is_over = true;
    wait->changed.notify_all();
  });
  std::unique_lock lock(wait->mutex);
  wait->changed.wait_for(lock, duration, [&] { return wait->is_over; });
}

void add(std::vector<Tool>& all, std::vector<Tool> more) {
  all.insert(all.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

}  // namespace

ServerDefinition make_definition(const Effects& effects) {
  std::vector<Tool> tools = content_tools();
  add(tools, running_tools(effects));
  add(tools, asking_tools());
  add(tools, round_tools());
  add(tools, task_tools(effects));
  return {.implementation = {.name = "mcp-conformance-server",
                             .version = "1.0.0",
                             .title = "Conformance fixture"},
          .instructions = "Everything that the conformance suite calls.",
          .tools = std::move(tools),
          .resources = make_resources(),
          .prompts = make_prompts(),
          .skills = make_skills()};
}

// The handlers run only when the server is there.
Fixture::Fixture(const ServerServices& services)
    : server_(make_definition({.tools_changed = [this] { server_.notify_tools_changed(); },
                               .prompts_changed = [this] { server_.notify_prompts_changed(); },
                               .pause = pause}),
              services) {}

}  // namespace mcp::conformance
