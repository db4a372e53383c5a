// SPDX-License-Identifier: MIT
// A server that has everything, and what it says when it is asked everything.
#include "mcp/requirements/play.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mcp::test {

namespace json = boost::json;

namespace {

class Notes final : public ResourceSource {
 public:
  std::vector<Resource> list() override {
    return {{.uri = "note://a", .name = "a", .mime_type = "text/plain", .size_bytes = 5},
            {.uri = "note://b", .name = "b", .mime_type = "image/png"},
            {.uri = "note://broken", .name = "broken"}};
  }
  std::vector<ResourceTemplate> templates() override {
    return {{.uri_template = "note://{name}", .name = "note"}};
  }
  Reply<std::optional<std::vector<ResourceContents>>> read(Call&, const std::string& uri) override {
    std::optional<std::vector<ResourceContents>> found;
    if (uri == "note://a") found = {{.uri = uri, .mime_type = "text/plain", .text = "hello"}};
    if (uri == "note://b") {
      found = {{.uri = uri, .mime_type = "image/png", .blob_base64 = "iVBORw=="}};
    }
    if (uri == "note://broken") throw std::runtime_error("the disk is gone");
    return found;
  }
  Completion complete(const std::string&, const std::string&, const std::string& begun,
                      const CompletionContext&) override {
    Completion completion;
    for (int index = 0; index < 101; ++index) {
      completion.values.push_back(begun + std::to_string(index));
    }
    return completion;
  }
};

json::object object_schema() {
  return {{"type", "object"},
          {"$defs", json::object{{"word", json::object{{"type", "string"}}}}},
          {"additionalProperties", true}};
}

void add_tools(ServerDefinition& given, const std::shared_ptr<Hook>& hook) {
  const auto add = [&](std::string name, auto run) {
    given.tools.push_back({.name = std::move(name),
                           .title = "A tool",
                           .description = "does things",
                           .input_schema = object_schema(),
                           .annotations = {.read_only = true},
                           .icons = {{.src = "https://example.org/t.png"}},
                           .run = std::move(run)});
  };
  add("echo", [](Call&, const json::object& arguments) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{json::serialize(arguments)}},
                      .structured = arguments};
  });
  given.tools.back().output_schema = object_schema();
  add("fail", [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{"the disk is full"}}, .is_error = true};
  });
  add("throw", [](Call&, const json::object&) -> Reply<ToolResult> {
    throw std::runtime_error("secret place");
  });
  add("hook", [hook](Call& call, const json::object&) -> Reply<ToolResult> {
    if (*hook) (*hook)(call);
    return ToolResult{.content = {TextContent{"done"}}};
  });
  add("rich", [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {AudioContent{"AA==", "audio/wav"},
                                  ImageContent{"AA==", "image/png"},
                                  EmbeddedResource{{.uri = "note://a", .text = "x"}},
                                  ResourceLink{{.uri = "note://a", .name = "a"}}}};
  });
}

const InputRequest kAskName{
    "elicitation/create",
    {{"mode", "form"},
     {"message", "Who?"},
     {"requestedSchema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}};

Reply<ToolResult> run_job(Call& call, const json::object& arguments, const Hook& hook) {
  const std::string_view wish(arguments.at("do").as_string());
  if (wish == "fail") return ToolResult{.content = {TextContent{"no"}}, .is_error = true};
  if (wish == "break") return RpcError{ErrorCode::invalid_params, "broken"};
  if (wish == "ask" && (call.answer("a") == nullptr || call.answer("b") == nullptr)) {
    return InputRequired{{{"a", kAskName}, {"b", kAskName}}};
  }
  if (wish == "repeat") return InputRequired{{{"a", kAskName}}};
  if (wish == "hook") hook(call);
  return ToolResult{.content = {TextContent{"done"}}};
}

void add_asking_tools(ServerDefinition& given, const std::shared_ptr<Hook>& hook) {
  const auto add = [&](std::string name, TaskUse tasks, auto run) {
    given.tools.push_back({.name = std::move(name),
                           .description = "asks",
                           .input_schema = object_schema(),
                           .tasks = tasks,
                           .run = std::move(run)});
  };
  add("ask", TaskUse::none, [](Call& call, const json::object&) -> Reply<ToolResult> {
    const json::object* answer = call.answer("name");
    if (answer == nullptr) return InputRequired{{{"name", kAskName}}};
    return ToolResult{.content = {TextContent{json::serialize(*answer)}}};
  });
  add("question", TaskUse::none,
      [](Call& call, const json::object& arguments) -> Reply<ToolResult> {
        const json::object* answer = call.answer("q");
        if (answer != nullptr) return ToolResult{.content = {TextContent{"answered"}}};
        return InputRequired{{{"q",
                               {std::string(arguments.at("method").as_string()),
                                arguments.at("params").as_object()}}}};
      });
  add("job", TaskUse::always,
      [hook](Call& call, const json::object& arguments) -> Reply<ToolResult> {
        return run_job(call, arguments, *hook);
      });
}

void add_prompts(ServerDefinition& given) {
  given.prompts.push_back(
      {.name = "greet",
       .arguments = {{.name = "who", .is_required = true}, {.name = "how"}},
       .get = [](Call&, const auto& arguments) -> Reply<PromptResult> {
         if (arguments.at("who") == "nobody") throw std::runtime_error("nobody is there");
         return PromptResult{
             .description = "greets",
             .messages = {{.content = TextContent{"hello " + arguments.at("who")}}}};
       },
       .complete = [](const std::string&, const std::string& begun,
                      const CompletionContext&) -> Completion {
         return {.values = {begun + "best", begun + "good", begun + "a little"}};
       }});
  given.prompts.push_back(
      {.name = "pictures", .get = [](Call&, const auto&) -> Reply<PromptResult> {
         const ResourceContents note{.uri = "note://a", .mime_type = "text/plain", .text = "x"};
         return PromptResult{.messages = {{.content = ImageContent{"AA==", "image/png"}},
                                          {.content = AudioContent{"AA==", "audio/wav"}},
                                          {.content = EmbeddedResource{note}}}};
       }});
  given.prompts.push_back({.name = "third", .get = [](Call&, const auto&) -> Reply<PromptResult> {
                             return PromptResult{};
                           }});
}

}  // namespace

ServerDefinition whole_definition(std::shared_ptr<Hook> hook) {
  ServerDefinition given{.implementation = {.name = "test", .version = "1.2.3"},
                         .instructions = "say please",
                         .resources = std::make_shared<Notes>(),
                         .page_size = 2};
  add_tools(given, hook);
  add_asking_tools(given, hook);
  add_prompts(given);
  return given;
}

ServerDefinition bare_definition() {
  ServerDefinition given{.implementation = {.name = "bare", .version = "1"}};
  add_tools(given, std::make_shared<Hook>());
  return given;
}

Play::Play(Revision spoken) : revision(spoken), talk(whole_definition(hook)) { declare("{}"); }

Play::Play(Revision spoken, ServerDefinition definition)
    : revision(spoken), talk(std::move(definition)) {
  declare("{}");
}

void Play::declare(std::string_view capabilities) {
  declared_ = capabilities;
  if (!is_modern()) talk.begin(revision, capabilities);
}

std::string Play::line(std::string_view method, std::string_view params, std::string_view meta) {
  const std::string id = std::to_string(++last_id);
  if (is_modern()) return Conversation::modern(id, method, params, meta, declared_);
  std::string members(params);
  if (!meta.empty()) {
    members += fmt::format("{}\"_meta\":{{{}}}", params.empty() ? "" : ",", meta);
  }
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{{{}}}}})", id, method,
                     members);
}

void Play::say(std::string_view method, std::string_view params, std::string_view meta) {
  talk.say(line(method, params, meta));
}

void Play::say_wrong(std::string_view method, std::string_view params, std::string_view meta) {
  talk.say_wrong(line(method, params, meta));
}

void Play::notify(std::string_view method, std::string_view params) {
  talk.say_wrong(
      fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{{{}}}}})", method, params));
}

json::object Play::ask(std::string_view method, std::string_view params, std::string_view meta) {
  return talk.ask(line(method, params, meta));
}

json::object Play::result(std::string_view method, std::string_view params, std::string_view meta) {
  const json::object answer = ask(method, params, meta);
  INFO(json::serialize(answer));
  REQUIRE(answer.contains("result"));
  return answer.at("result").as_object();
}

std::int64_t Play::refusal(std::string_view method, std::string_view params,
                           std::string_view meta) {
  const json::object answer = talk.ask_wrong(line(method, params, meta));
  INFO(json::serialize(answer));
  REQUIRE(answer.contains("error"));
  return answer.at("error").at("code").as_int64();
}

json::object Play::capabilities() {
  if (is_modern()) return result("server/discover").at("capabilities").as_object();
  return result("initialize", fmt::format(R"("protocolVersion":"{}","capabilities":{{}},
      "clientInfo":{{"name":"t","version":"1"}})",
                                          to_string(revision)))
      .at("capabilities")
      .as_object();
}

std::vector<json::object> Play::heard() {
  std::vector<json::object> messages;
  for (const json::value& message : talk.heard()) messages.push_back(message.as_object());
  return messages;
}

std::vector<json::object> Play::tour() {
  *hook = [](Call& call) {
    call.report_progress(1, 2, "half");
    call.log(LogLevel::error, "tour", "noted");
  };
  const std::string_view loud = R"("io.modelcontextprotocol/logLevel":"debug","progressToken":"t")";
  for (const char* tool : {"echo", "fail", "throw", "hook", "rich", "ask", "none"}) {
    say("tools/call", fmt::format(R"("name":"{}","arguments":{{"a":1}})", tool), loud);
  }
  for (const char* method : {"tools/list", "resources/list", "resources/templates/list",
                             "prompts/list", "no/method", "ping", "server/discover"}) {
    say_wrong(method);
    say_wrong(method, R"("cursor":"none")");
  }
  for (const char* name : {"a", "b", "broken", "none"}) {
    say("resources/read", fmt::format(R"("uri":"note://{}")", name));
  }
  say("prompts/get", R"("name":"greet","arguments":{"who":"you"})");
  say("prompts/get", R"("name":"greet")");
  say("prompts/get", R"("name":"pictures")");
  say("completion/complete", R"("ref":{"type":"ref/prompt","name":"greet"},
      "argument":{"name":"how","value":""})");
  say_wrong("completion/complete");
  say_wrong("logging/setLevel", R"("level":"debug")");
  say_wrong("resources/subscribe", R"("uri":"note://a")");
  if (is_modern()) {
    say("subscriptions/listen", R"("notifications":{"toolsListChanged":true,
        "promptsListChanged":true,"resourcesListChanged":true,
        "resourceSubscriptions":["note://a"]})");
  }
  talk.server.notify_tools_changed();
  talk.server.notify_prompts_changed();
  talk.server.notify_resources_changed();
  talk.server.notify_resource_updated("note://a");
  return heard();
}

std::string state_member(const json::object& asked) {
  return fmt::format(R"("requestState":"{}")",
                     std::string_view(asked.at("requestState").as_string()));
}

namespace {

bool is_letter(char byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }
bool is_letter_or_digit(char byte) { return is_letter(byte) || (byte >= '0' && byte <= '9'); }

bool is_meta_label(std::string_view label) {
  if (label.empty() || !is_letter(label.front()) || !is_letter_or_digit(label.back())) return false;
  return std::ranges::all_of(label,
                             [](char byte) { return is_letter_or_digit(byte) || byte == '-'; });
}

}  // namespace

bool is_meta_key(std::string_view key) {
  const auto slash = key.find('/');
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  if (slash != std::string_view::npos) {
    std::string_view prefix = key.substr(0, slash);
    while (prefix.find('.') != std::string_view::npos) {
      if (!is_meta_label(prefix.substr(0, prefix.find('.')))) return false;
      prefix.remove_prefix(prefix.find('.') + 1);
    }
    if (!is_meta_label(prefix)) return false;
  }
  if (name.empty()) return true;
  return is_letter_or_digit(name.front()) && is_letter_or_digit(name.back()) &&
         std::ranges::all_of(name, [](char byte) {
           return is_letter_or_digit(byte) || byte == '-' || byte == '_' || byte == '.';
         });
}

std::vector<json::object> of_method(const std::vector<json::object>& messages,
                                    std::string_view method) {
  std::vector<json::object> found;
  for (const json::object& message : messages) {
    if (message.contains("method") && message.at("method").as_string() == method)
      found.push_back(message);
  }
  return found;
}

std::vector<json::object> metas_in(const json::value& value) {
  std::vector<json::object> found;
  const auto take = [&](const json::value& inner) {
    for (json::object& meta : metas_in(inner)) found.push_back(std::move(meta));
  };
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) take(item);
  }
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == "_meta") found.push_back(member.value().as_object());
      take(member.value());
    }
  }
  return found;
}

}  // namespace mcp::test
