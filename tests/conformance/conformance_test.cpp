// SPDX-License-Identifier: MIT
// What the fixture answers, in both eras, held against the schemas: the expectations of the suite
// that need no HTTP.
#include <fmt/format.h>

#include "conformance/fixture.hpp"
#include "mcp/conversation.hpp"

using namespace mcp;
using namespace mcp::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

constexpr std::string_view kAll =
    R"({"elicitation":{},"sampling":{},"roots":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})";
constexpr std::string_view kWithoutTasks = R"({"elicitation":{},"sampling":{},"roots":{}})";

// The definition in a conversation, whose pauses are over at once.
class Talk {
 public:
  Talk()
      : talk(conformance::make_definition(
            {.tools_changed = [this] { talk.server.notify_tools_changed(); },
             .prompts_changed = [this] { talk.server.notify_prompts_changed(); },
             .pause = [this](Call&, std::chrono::milliseconds time) { paused += time; }})) {}

  json::object modern(std::string_view method, std::string_view params,
                      std::string_view capabilities = kWithoutTasks) {
    return talk.ask(Conversation::modern("1", method, params, {}, capabilities));
  }
  json::object call(std::string_view tool, std::string_view rest = {},
                    std::string_view capabilities = kWithoutTasks) {
    return modern("tools/call", fmt::format(R"("name":"{}"{})", tool, rest), capabilities)
        .at("result")
        .as_object();
  }
  // Again, with answers and the state of the round before.
  json::object again(std::string_view tool, const json::object& round, std::string_view answers,
                     std::string_view capabilities = kWithoutTasks) {
    return call(tool,
                fmt::format(R"(,"requestState":"{}","inputResponses":{{{}}})",
                            std::string_view(round.at("requestState").as_string()), answers),
                capabilities);
  }
  json::object task(const json::object& created) {
    REQUIRE(created.at("resultType") == "task");
    return modern(
               "tasks/get",
               fmt::format(R"("taskId":"{}")", std::string_view(created.at("taskId").as_string())),
               kAll)
        .at("result")
        .as_object();
  }
  void update(const json::object& created, std::string_view answers) {
    modern("tasks/update",
           fmt::format(R"("taskId":"{}","inputResponses":{{{}}})",
                       std::string_view(created.at("taskId").as_string()), answers),
           kAll);
  }

  std::chrono::milliseconds paused{};
  Conversation talk;
};

std::string text_of(const json::object& result) {
  return std::string(result.at("content").at(0).at("text").as_string());
}

std::vector<std::string> keys_of(const json::object& round) {
  std::vector<std::string> keys;
  for (const auto& question : round.at("inputRequests").as_object()) {
    keys.emplace_back(question.key());
  }
  return keys;
}

std::string legacy_call(std::string_view tool, std::string_view rest = {}) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}"{}}}}})", tool, rest);
}

constexpr std::string_view kAlice = R"({"action":"accept","content":{"name":"Alice"}})";
constexpr std::string_view kSampled =
    R"({"role":"assistant","content":{"type":"text","text":"Paris"},"model":"test-model"})";
constexpr std::string_view kRoots = R"({"roots":[{"uri":"file:///test/root","name":"Test Root"}]})";

}  // namespace

TEST_CASE("everything that the fixture lists has a name, tools and prompts a description") {
  Talk fixture;
  for (const auto& [method, key] : std::vector<std::pair<std::string, std::string>>{
           {"tools/list", "tools"}, {"prompts/list", "prompts"}, {"resources/list", "resources"}}) {
    const auto result = fixture.modern(method, "").at("result").as_object();
    CHECK_FALSE(result.at(key).as_array().empty());
    for (const auto& one : result.at(key).as_array()) {
      CHECK(one.as_object().contains("name"));
      CHECK((method == "resources/list" || one.as_object().contains("description")));
    }
  }
}

TEST_CASE("tools give each kind of content") {
  Talk fixture;
  CHECK(text_of(fixture.call("test_simple_text")) == "This is a simple text response for testing.");
  CHECK(fixture.call("test_image_content").at("content").at(0).at("mimeType") == "image/png");
  CHECK(fixture.call("test_audio_content").at("content").at(0).at("mimeType") == "audio/wav");
  CHECK(fixture.call("test_embedded_resource").at("content").at(0).at("resource").at("uri") ==
        "test://embedded-resource");
  CHECK(fixture.call("test_multiple_content_types").at("content").as_array().size() == 3);
  const auto failed = fixture.call("test_error_handling");
  CHECK(failed.at("isError").as_bool());
  CHECK_FALSE(text_of(failed).empty());
}

TEST_CASE("schemas reach the client with every keyword") {
  Talk fixture;
  json::object schema, mirrored;
  const auto listed = fixture.modern("tools/list", "").at("result").as_object();
  for (const auto& tool : listed.at("tools").as_array()) {
    const json::object input = tool.at("inputSchema").as_object();
    if (tool.at("name") == "json_schema_2020_12_tool") schema = input;
    if (tool.at("name") == "test_x_mcp_header") mirrored = input;
  }
  for (const char* key : {"$schema", "$defs", "allOf", "if", "then", "else"}) {
    CHECK(schema.contains(key));
  }
  CHECK(schema.at("$defs").at("address").at("$anchor") == "addressDef");
  CHECK(schema.at("additionalProperties") == false);
  CHECK(mirrored.at("properties").at("region").at("x-mcp-header") == "Region");
}

TEST_CASE("resources and prompts have the suite's texts") {
  Talk fixture;
  const auto read = [&](std::string_view uri) {
    return fixture.modern("resources/read", fmt::format(R"("uri":"{}")", uri))
        .at("result")
        .at("contents")
        .at(0);
  };
  CHECK(read("test://static-text").at("mimeType") == "text/plain");
  CHECK(read("test://static-binary").as_object().contains("blob"));
  CHECK(read("test://watched-resource").as_object().contains("text"));
  CHECK(read("test://template/123/data").at("text") ==
        R"({"id":"123","templateTest":true,"data":"Data for ID: 123"})");
  for (const char* uri : {"test://template//data", "test://template/1/2/data", "test://nothing"}) {
    CHECK(fixture.modern("resources/read", fmt::format(R"("uri":"{}")", uri)).contains("error"));
  }

  const auto get = [&](std::string_view params) {
    return json::serialize(fixture.modern("prompts/get", params).at("result").at("messages"));
  };
  CHECK_THAT(get(R"("name":"test_simple_prompt")"), Contains("simple prompt for testing"));
  CHECK_THAT(
      get(R"("name":"test_prompt_with_arguments","arguments":{"arg1":"hello","arg2":"world"})"),
      Contains("arg1='hello', arg2='world'"));
  CHECK_THAT(
      get(R"("name":"test_prompt_with_embedded_resource","arguments":{"resourceUri":"test://x"})"),
      Contains("test://x"));
  CHECK_THAT(get(R"("name":"test_prompt_with_image")"), Contains("image/png"));
  const auto values =
      fixture.modern("completion/complete",
                     R"("ref":{"type":"ref/prompt","name":"test_prompt_with_arguments"},
         "argument":{"name":"arg1","value":"par"})");
  CHECK(values.at("result").at("completion").at("values") == json::array{"paris", "park", "party"});
}

TEST_CASE("a skill is there, with a folder") {
  Talk fixture;
  const auto skills = fixture.modern("skills/list", "").at("result").at("skills");
  REQUIRE_FALSE(skills.as_array().empty());
  std::string directory(skills.at(0).at("uri").as_string());
  directory.resize(directory.size() - std::string_view("/SKILL.md").size());
  const auto children =
      fixture.modern("resources/directory/read", fmt::format(R"("uri":"{}")", directory))
          .at("result")
          .at("resources");
  CHECK(std::ranges::any_of(children.as_array(), [](const auto& child) {
    return child.at("mimeType") == "inode/directory";
  }));
}

TEST_CASE("tools tell of their work while they run") {
  Talk fixture;
  fixture.talk.begin(Revision::v2025_11_25);
  fixture.talk.say(legacy_call("test_tool_with_logging"));
  CHECK(fixture.talk.heard().size() == 4);
  fixture.talk.say(
      legacy_call("test_tool_with_progress", R"(,"_meta":{"progressToken":"progress-test-1"})"));
  const auto heard = fixture.talk.heard();
  REQUIRE(heard.size() == 4);
  for (const auto& [index, progress] : {std::pair{0U, 0}, {1U, 50}, {2U, 100}}) {
    CHECK(heard[index].at("params").at("progressToken") == "progress-test-1");
    CHECK(heard[index].at("params").at("progress") == progress);
    CHECK(heard[index].at("params").at("total") == 100);
  }
  CHECK(fixture.paused == std::chrono::milliseconds{200});
  fixture.talk.say(legacy_call("test_reconnection"));
  CHECK(fixture.talk.channel->times_detached == 1);
  CHECK(fixture.paused == std::chrono::milliseconds{1200});
  CHECK(fixture.talk.heard().size() == 1);
  CHECK_FALSE(fixture.call("test_logging_tool").empty());
}

TEST_CASE("a changed list is told to those who listen for it") {
  Talk fixture;
  fixture.talk.say(Conversation::modern("1730000000000", "subscriptions/listen",
                                        R"("notifications":{"promptsListChanged":true})"));
  CHECK(fixture.talk.answer().at("method") == "notifications/subscriptions/acknowledged");
  fixture.talk.say(Conversation::modern("2", "tools/call", R"("name":"test_trigger_tool_change")"));
  CHECK(fixture.talk.answer().contains("result"));
  fixture.talk.say(
      Conversation::modern("3", "tools/call", R"("name":"test_trigger_prompt_change")"));
  const auto heard = fixture.talk.heard();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].at("method") == "notifications/prompts/list_changed");
  CHECK(heard[0].at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId") ==
        1730000000000);
}

TEST_CASE("a legacy client is asked, and its answer is told") {
  struct Sample {
    std::string_view tool, arguments, answer, told;
  };
  for (const auto& [tool, arguments, answer, told] : std::vector<Sample>{
           {"test_sampling", R"({"prompt":"Capital?"})", kSampled, "LLM response: Paris"},
           {"test_elicitation", R"({"message":"Who?"})",
            R"({"action":"accept","content":{"username":"u","email":"a@b.example"}})",
            "User response: action=accept"},
           {"test_elicitation_sep1034_defaults", "{}",
            R"({"action":"accept","content":{"name":"Jane Smith","age":25,"score":88,
                "status":"inactive","verified":false}})",
            "Elicitation completed: action=accept"},
           {"test_elicitation_sep1330_enums", "{}",
            R"({"action":"accept","content":{"untitledSingle":"option1","titledSingle":"value1",
                "legacyEnum":"opt1","untitledMulti":["option1","option2"],
                "titledMulti":["value1","value2"]}})",
            "Elicitation completed: action=accept"}}) {
    INFO(tool);
    Talk fixture;
    fixture.talk.begin(Revision::v2025_11_25, R"({"sampling":{},"elicitation":{}})");
    fixture.talk.say(legacy_call(tool, fmt::format(R"(,"arguments":{})", arguments)));
    const auto question = fixture.talk.answer();
    fixture.talk.say(fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})",
                                 json::serialize(question.at("id")), answer));
    CHECK_THAT(text_of(fixture.talk.answer().at("result").as_object()),
               Contains(std::string(told)));
  }
}

TEST_CASE("a modern client is asked in rounds") {
  Talk fixture;
  auto round = fixture.call("test_input_required_result_elicitation");
  CHECK(keys_of(round) == std::vector<std::string>{"user_name"});
  CHECK(text_of(fixture.again("test_input_required_result_elicitation", round,
                              fmt::format(R"("user_name":{})", kAlice))) == "Hello, Alice!");
  CHECK(text_of(fixture.call("test_input_required_result_elicitation",
                             fmt::format(R"(,"inputResponses":{{"user_name":{0},"other":{0}}})",
                                         kAlice))) == "Hello, Alice!");
  round = fixture.call("test_input_required_result_sampling");
  CHECK(text_of(fixture.again("test_input_required_result_sampling", round,
                              fmt::format(R"("capital_question":{})", kSampled))) ==
        "LLM response: Paris");
  round = fixture.call("test_input_required_result_list_roots");
  CHECK_THAT(text_of(fixture.again("test_input_required_result_list_roots", round,
                                   fmt::format(R"("client_roots":{})", kRoots))),
             Contains("file:///test/root"));
  round = fixture.call("test_input_required_result_request_state");
  CHECK_THAT(text_of(fixture.again("test_input_required_result_request_state", round,
                                   R"("confirm":{"action":"accept","content":{"ok":true}})")),
             Contains("state-ok"));
  round = fixture.call("test_input_required_result_multiple_inputs");
  CHECK(keys_of(round).size() == 3);
  CHECK_THAT(text_of(fixture.again("test_input_required_result_multiple_inputs", round,
                                   fmt::format(R"("user_name":{},"greeting":{},"client_roots":{})",
                                               kAlice, kSampled, kRoots))),
             Contains("Alice"));
  round = fixture.call("test_input_required_result_multi_round");
  CHECK(keys_of(round) == std::vector<std::string>{"step1"});
  const auto second = fixture.again("test_input_required_result_multi_round", round,
                                    fmt::format(R"("step1":{})", kAlice));
  CHECK(keys_of(second) == std::vector<std::string>{"step2"});
  CHECK(second.at("requestState") != round.at("requestState"));
  CHECK(text_of(fixture.again("test_input_required_result_multi_round", second,
                              R"("step2":{"action":"accept","content":{"color":"blue"}})")) ==
        "Alice likes blue");
  CHECK(keys_of(fixture.call("test_input_required_result_capabilities", "",
                             R"({"sampling":{}})")) == std::vector<std::string>{"sample"});
  const auto refused =
      fixture.modern("tools/call", R"("name":"test_missing_capability")", "{}").at("error");
  CHECK(refused.at("code") == -32021);
  CHECK(refused.at("data").at("requiredCapabilities").at("sampling").is_object());
}

TEST_CASE("slow tools are tasks for those who know tasks") {
  Talk fixture;
  const auto slow = fixture.call("slow_compute", R"(,"arguments":{"seconds":1,"label":"x"})", kAll);
  CHECK(fixture.task(slow).at("result").at("content").as_array().size() == 1);
  CHECK(fixture.paused == std::chrono::seconds{1});
  for (const auto& [seconds, capabilities] :
       std::vector<std::pair<int, std::string_view>>{{0, kAll}, {1, kWithoutTasks}}) {
    CHECK(fixture
              .call("slow_compute", fmt::format(R"(,"arguments":{{"seconds":{}}})", seconds),
                    capabilities)
              .at("resultType") == "complete");
  }
  CHECK(fixture.call("slow_compute", R"(,"arguments":{"seconds":-1})").contains("isError"));
  CHECK(text_of(fixture.call("greet", R"(,"arguments":{"name":"World"})", kAll)) ==
        "Hello, World!");

  const auto failed = fixture.task(fixture.call("failing_job", "", kAll));
  CHECK(failed.at("status") == "completed");
  CHECK(failed.at("result").at("isError").as_bool());
  CHECK(fixture.modern("tools/call", R"("name":"failing_job")", "{}").at("error").at("code") ==
        -32021);
  const auto broken = fixture.task(fixture.call("protocol_error_job", "", kAll));
  CHECK(broken.at("status") == "failed");
  CHECK(broken.at("error").at("code") == -32603);
}

TEST_CASE("tasks ask, one thing or two, and a call may ask before it is one") {
  Talk fixture;
  const auto confirm = fixture.call("confirm_delete", R"(,"arguments":{"filename":"a.txt"})", kAll);
  CHECK(fixture.task(confirm).at("status") == "input_required");
  fixture.update(confirm, R"("confirm":{"action":"accept","content":{"confirm":true}})");
  CHECK(text_of(fixture.task(confirm).at("result").as_object()) == "Deleted a.txt");

  const auto two = fixture.call("multi_input", "", kAll);
  const auto named = [](std::string_view key, std::string_view name) {
    return fmt::format(R"("{}":{{"action":"accept","content":{{"name":"{}","confirm":true}}}})",
                       key, name);
  };
  CHECK(keys_of(fixture.task(two)) == std::vector<std::string>{"first", "second"});
  fixture.update(two, named("first", "partial-1"));
  CHECK(keys_of(fixture.task(two)) == std::vector<std::string>{"second"});
  fixture.update(two, named("second", "partial-2"));
  CHECK(text_of(fixture.task(two).at("result").as_object()) == "partial-1 and partial-2");

  const auto round = fixture.call("test_tool_with_task", "", kAll);
  CHECK(round.at("resultType") == "input_required");
  const auto created =
      fixture.again("test_tool_with_task", round, fmt::format(R"("user_name":{})", kAlice), kAll);
  CHECK_FALSE(created.contains("requestState"));
  CHECK_THAT(text_of(fixture.task(created).at("result").as_object()), Contains("Alice"));
}
