// SPDX-License-Identifier: MIT
// Choosing a dialect, and what all of them say of a failure.
#include "fake_agent/dialect.hpp"

#include <array>

namespace fake_agent {

std::unique_ptr<Dialect> make_dialect(std::string_view name) {
  using Make = std::unique_ptr<Dialect> (*)();
  struct Known {
    std::string_view name;
    Make make;
  };
  constexpr std::array<Known, 5> kKnown{{{"claude", make_claude},
                                         {"codex", make_codex},
                                         {"gemini", make_gemini},
                                         {"opencode", make_opencode},
                                         {"text", make_text}}};
  const std::size_t dash = name.rfind('-');
  if (dash != std::string_view::npos) name.remove_prefix(dash + 1);
  for (const Known& known : kKnown) {
    if (known.name == name) return known.make();
  }
  return nullptr;
}

int http_status(Failure failure) {
  switch (failure) {
    case Failure::bad_request: return 400;
    case Failure::unauthorized: return 401;
    case Failure::rate_limited: return 429;
    case Failure::overloaded: return 529;
    case Failure::not_logged_in:
    case Failure::turns:
    case Failure::budget: return 0;
  }
  return 0;
}

std::string failure_words(Failure failure, const std::string& message) {
  if (!message.empty()) return message;
  switch (failure) {
    case Failure::bad_request: return "messages: text content blocks must be non-empty";
    case Failure::unauthorized: return "invalid x-api-key";
    case Failure::rate_limited: return "This request would exceed your rate limit";
    case Failure::overloaded: return "Overloaded";
    case Failure::not_logged_in: return "Not logged in";
    case Failure::turns: return "Reached maximum number of turns (1)";
    case Failure::budget: return "Reached maximum budget ($0.01)";
  }
  return {};
}

}  // namespace fake_agent
