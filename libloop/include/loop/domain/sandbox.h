// SPDX-License-Identifier: MIT
// How far an agent is confined: the profiles, and what an operator adds to one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loop {

// From the least to the most: a later one allows nothing that an earlier one refuses.
enum class SandboxProfile {
  none,       // whatever the user may do
  workspace,  // the workspace and a folder for temporary files; programs and libraries to read
  offline,    // the same without any network
};
std::string_view to_string(SandboxProfile profile) noexcept;
std::optional<SandboxProfile> parse_sandbox_profile(std::string_view text);

// On a kernel that cannot confine at all.
enum class SandboxFallback {
  refuse,       // the agent is not started
  best_effort,  // it is started with what there is, and the run says so
};
std::string_view to_string(SandboxFallback fallback) noexcept;
std::optional<SandboxFallback> parse_sandbox_fallback(std::string_view text);

// The operator's word for one agent.
struct AgentSandbox {
  SandboxProfile profile = SandboxProfile::none;
  SandboxFallback fallback = SandboxFallback::refuse;
  // Further places, with all below: absolute, or "~/..." below HOME.
  std::vector<std::string> read;  // and execute
  std::vector<std::string> write;

  friend bool operator==(const AgentSandbox&, const AgentSandbox&) = default;
};

}  // namespace loop
