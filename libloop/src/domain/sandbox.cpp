// SPDX-License-Identifier: MIT
// The words of sandboxes.
#include "loop/domain/sandbox.h"

namespace loop {

std::string_view to_string(SandboxProfile profile) noexcept {
  switch (profile) {
    case SandboxProfile::none: return "none";
    case SandboxProfile::workspace: return "workspace";
    case SandboxProfile::offline: return "offline";
  }
  return "none";
}

std::optional<SandboxProfile> parse_sandbox_profile(std::string_view text) {
  for (const auto profile :
       {SandboxProfile::none, SandboxProfile::workspace, SandboxProfile::offline}) {
    if (to_string(profile) == text) return profile;
  }
  return std::nullopt;
}

std::string_view to_string(SandboxFallback fallback) noexcept {
  switch (fallback) {
    case SandboxFallback::refuse: return "refuse";
    case SandboxFallback::best_effort: return "best-effort";
  }
  return "refuse";
}

std::optional<SandboxFallback> parse_sandbox_fallback(std::string_view text) {
  for (const auto fallback : {SandboxFallback::refuse, SandboxFallback::best_effort}) {
    if (to_string(fallback) == text) return fallback;
  }
  return std::nullopt;
}

}  // namespace loop
