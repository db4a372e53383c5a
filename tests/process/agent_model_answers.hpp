// SPDX-License-Identifier: MIT
// What each provider's service answers, as server-sent events.
#pragma once

#include <string>
#include <string_view>

namespace loop::test {

struct ModelAnswer {
  std::string content_type = "application/json";
  std::string body = "{}";
};

// By the request's path: Anthropic's messages, OpenAI's responses and chat completions, Gemini's
// contents. "Fake answer", and fixed figures. Anything else is an empty object.
ModelAnswer answer_of_model(std::string_view path, std::string_view request);
std::string refusal_of_model(std::string_view path, int status);

}  // namespace loop::test
