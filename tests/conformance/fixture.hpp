// SPDX-License-Identifier: MIT
// The server that the official conformance suite calls: every tool, resource, prompt and skill by
// the names and texts that the suite knows.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mcp/server/server.hpp"

namespace mcp::conformance {

// What the fixture's handlers do to the world; called while a server with the definition lives.
struct Effects {
  std::function<void()> tools_changed;
  std::function<void()> prompts_changed;
  // Lets time pass, less when the call is not wanted any more.
  std::function<void(Call& call, std::chrono::milliseconds duration)> pause;
};

ServerDefinition make_definition(const Effects& effects);

// Its parts.
std::vector<Tool> content_tools();
std::vector<Tool> running_tools(const Effects& effects);  // progress, logs, changes, reconnection
std::vector<Tool> asking_tools();                         // by one question or a form
std::vector<Tool> round_tools();                          // by rounds of questions
std::vector<Tool> task_tools(const Effects& effects);
std::vector<Prompt> make_prompts();
std::shared_ptr<ResourceSource> make_resources();
std::shared_ptr<SkillSource> make_skills();

// A server with the definition.
class Fixture {
 public:
  explicit Fixture(const ServerServices& services);
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  Server& server() { return server_; }

 private:
  Server server_;
};

}  // namespace mcp::conformance
