// SPDX-License-Identifier: MIT
// Prompts: fixed ones, with arguments, with other content than text, and one that asks first.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

using Given = std::map<std::string, std::string>;

PromptResult messages(std::vector<Content> content) {
  PromptResult result;
  for (Content& one : content) result.messages.push_back({.content = std::move(one)});
  return result;
}

Prompt fixed(std::string name, std::string description, const std::vector<Content>& content) {
  return {
      .name = std::move(name),
      .description = std::move(description),
      .get = [content](Call&, const Given&) -> Reply<PromptResult> { return messages(content); }};
}

Completion complete_word(const std::string&, const std::string& begun, const CompletionContext&) {
  Completion completion;
  for (const char* word : {"paris", "park", "party", "test", "testing"}) {
    if (std::string_view(word).starts_with(begun)) completion.values.emplace_back(word);
  }
  return completion;
}

Prompt with_arguments() {
  return {
      .name = "test_prompt_with_arguments",
      .description = "A prompt with two arguments",
      .arguments = {{.name = "arg1", .description = "First test argument", .is_required = true},
                    {.name = "arg2", .description = "Second test argument", .is_required = true}},
      .get = [](Call&, const Given& given) -> Reply<PromptResult> {
        return messages({TextContent{"Prompt with arguments: arg1='" + given.at("arg1") +
                                     "', arg2='" + given.at("arg2") + "'"}});
      },
      .complete = complete_word};
}

Prompt with_resource() {
  return {.name = "test_prompt_with_embedded_resource",
          .description = "A prompt with an embedded resource",
          .arguments = {{.name = "resourceUri",
                         .description = "URI of the resource to embed",
                         .is_required = true}},
          .get = [](Call&, const Given& given) -> Reply<PromptResult> {
            return messages({EmbeddedResource{{.uri = given.at("resourceUri"),
                                               .mime_type = "text/plain",
                                               .text = "Embedded resource content for testing."}},
                             TextContent{"Please process the embedded resource above."}});
          }};
}

Prompt asking() {
  return {.name = "test_input_required_result_prompt",
          .description = "A prompt that asks the user first",
          .get = [](Call& call, const Given&) -> Reply<PromptResult> {
            const json::object* answer = call.answer("user_context");
            if (answer == nullptr) {
              return InputRequired{
                  {{"user_context",
                    ask_field("What context should the prompt use?", "context", "string")}}};
            }
            return messages({TextContent{"Context: " + field_of(*answer, "context")}});
          }};
}

}  // namespace

std::vector<Prompt> make_prompts() {
  return {
      fixed("test_simple_prompt", "A prompt without arguments",
            {TextContent{"This is a simple prompt for testing."}}),
      with_arguments(),
      with_resource(),
      fixed("test_prompt_with_image", "A prompt with an image",
            {ImageContent{std::string(kPixelPng), "image/png"},
             TextContent{"Please analyze the image above."}}),
      asking(),
  };
}

}  // namespace mcp::conformance
