// SPDX-License-Identifier: MIT
// The built server, as a client starts it: what comes in by standard input, what goes out, how it
// ends.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "apps/loopctl_fixture.hpp"
#include "mcp/tap/schema_tap.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

const std::string kBegin =
    R"({"jsonrpc":"2.0","id":"begin","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})"
    "\n"
    R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
    "\n";
const std::string kMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

std::string tool_call(int id, std::string_view tool, std::string_view arguments = "{}") {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}","arguments":{}}}}})"
      "\n",
      id, tool, arguments);
}

struct Heard {
  ProgramResult result;
  std::vector<json::object> messages;  // every line of standard output has to be one

  const json::object* with_id(const json::value& id) const {
    for (const json::object& message : messages) {
      if (message.contains("id") && message.at("id") == id) return &message;
    }
    return nullptr;
  }
};

class Server {
 public:
  Server() {
    if (!std::filesystem::exists(fixture.root() + "/.roo")) fixture.make_workspace();
  }

  ProgramSpec spec(const std::string& input, const std::vector<std::string>& words = {}) const {
    ProgramSpec spec = fixture.spec({});
    spec.argv = {LOOP_MCP};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    spec.input = input;
    return spec;
  }

  Heard talk(const std::string& input, const std::vector<std::string>& words = {}) const {
    Heard heard{run_program(spec(input, words)), {}};
    mcp::test::SchemaTap tap;
    std::istringstream said(input);
    for (std::string line; std::getline(said, line);) {
      json::error_code failure;
      const json::value message = json::parse(line, failure);
      if (failure || !message.is_object()) continue;
      tap.note_request(message.get_object(), mcp::test::revision_of(message.get_object()));
    }
    std::istringstream lines(heard.result.out);
    for (std::string line; std::getline(lines, line);) {
      heard.messages.push_back(json::parse(line).as_object());
      tap.check_from_server(heard.messages.back());
    }
    return heard;
  }

  LoopctlFixture fixture;
};

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

}  // namespace

TEST_CASE("mcp: all tools are listed and one is called, then the end of the input ends it") {
  const Server server;
  const auto heard = server.talk(kBegin + R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})" +
                                 "\n" + tool_call(2, "get_persistent_memory"));

  CHECK(heard.result.code == 0);
  REQUIRE(heard.with_id(1));
  CHECK(heard.with_id(1)->at("result").at("tools").as_array().size() == 23);
  REQUIRE(heard.with_id(2));
  const json::object& result = heard.with_id(2)->at("result").as_object();
  CHECK(result.at("structuredContent").at("success").as_bool());
  CHECK(json::parse(result.at("content").at(0).at("text").as_string()) ==
        result.at("structuredContent"));
}

TEST_CASE("mcp: the plan by which descriptions are tried wants every tool") {
  const Server server;
  std::ifstream in(std::string(LOOP_SOURCE_DIR) + "/docs/tool-choice.md");
  const std::string plan{std::istreambuf_iterator<char>(in), {}};
  const auto info = parse_object(run_program(server.spec("", {"--info"})).out);
  for (const auto& tool : info.at("tools").as_array()) {
    CHECK_THAT(plan, Contains("`" + std::string(tool.as_string()) + "`"));
  }
}

TEST_CASE("mcp: the whole list of tools is below 16 kB") {
  const Server server;
  for (const std::string& params : {std::string("{}"), "{" + kMeta + "}"}) {
    const auto heard = server.talk(
        kBegin + R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":)" + params + "}\n");
    REQUIRE(heard.with_id(1));
    CHECK(json::serialize(heard.with_id(1)->at("result")).size() < 16'000);
  }
}

TEST_CASE("mcp: what was accepted before the end of the input is answered") {
  const Server server;
  std::string input = kBegin;
  for (int id = 1; id <= 50; ++id) {
    input += tool_call(id, "write_project_file",
                       fmt::format(R"({{"file_path":"f{}.txt","content":"x"}})", id));
  }
  const auto heard = server.talk(input);

  CHECK(heard.result.code == 0);
  for (int id = 1; id <= 50; ++id) {
    REQUIRE(heard.with_id(id));
    CHECK(server.fixture.read(fmt::format("f{}.txt", id)) == "x");
  }
}

TEST_CASE("mcp: an input without anything ends at once and quietly") {
  const Server server;
  const auto heard = server.talk("");
  CHECK(heard.result.code == 0);
  CHECK(heard.result.out.empty());
  CHECK(heard.result.err.empty());
}

TEST_CASE("mcp: garbage, bad bytes, batches and false ids each get their error, and it goes on") {
  const Server server;
  const std::map<std::string, int> lines{
      {"garbage\n", -32700},
      {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"\xFF\"}\n", -32700},
      {"[]\n", -32600},
      {R"([{"jsonrpc":"2.0","id":7,"method":"ping"}])"
       "\n",
       -32600},
      {R"({"jsonrpc":"2.0","id":null,"method":"ping"})"
       "\n",
       -32600},
      {R"({"jsonrpc":"1.0","id":7,"method":"ping"})"
       "\n",
       -32600}};
  for (const auto& [line, code] : lines) {
    INFO(line);
    const auto heard =
        server.talk(kBegin + line + R"({"jsonrpc":"2.0","id":9,"method":"ping"})" + "\n");
    CHECK(heard.result.code == 0);
    REQUIRE(heard.with_id(9));
    REQUIRE(heard.messages.size() == 3);
    for (const json::object& message : heard.messages) {
      if (message.contains("error")) CHECK(code_of(message) == code);
    }
  }
}

TEST_CASE("mcp: a batch is served in the revision that has them") {
  const Server server;
  std::string begin = kBegin;
  begin.replace(begin.find("2025-11-25"), 10, "2025-03-26");
  const auto result = run_program(server.spec(
      begin +
      R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}])"
      "\n"));
  std::istringstream lines(result.out);
  std::string line;
  REQUIRE(std::getline(lines, line));
  REQUIRE(std::getline(lines, line));
  CHECK(json::parse(line).as_array().size() == 2);
  CHECK(result.code == 0);
}

TEST_CASE(
    "mcp: before initialize a request hears of both ways in, and the conversation can begin") {
  const Server server;
  const auto heard = server.talk(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})"
                                 "\n" +
                                 kBegin + R"({"jsonrpc":"2.0","id":2,"method":"ping"})" + "\n");
  REQUIRE(heard.with_id(1));
  const std::string said = json::serialize(*heard.with_id(1));
  CHECK_THAT(said, Contains("initialize") && Contains("io.modelcontextprotocol/protocolVersion"));
  CHECK(heard.with_id(2)->contains("result"));
}

TEST_CASE("mcp: a line over the limit is refused by its id, and the next one is served") {
  const Server server;
  std::string input = kBegin + R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"x":")";
  input.append(65u * 1024 * 1024, 'x');
  input += "\"}}\n" + std::string(R"({"jsonrpc":"2.0","id":6,"method":"ping"})") + "\n";

  const auto heard = server.talk(input);

  CHECK(heard.result.code == 0);
  REQUIRE(heard.with_id(5));
  CHECK(code_of(*heard.with_id(5)) == -32600);
  REQUIRE(heard.with_id(6));
}

TEST_CASE("mcp: a line of 17 MiB is served") {
  const Server server;
  const std::string content(17u * 1024 * 1024, 'x');
  const auto heard =
      server.talk(kBegin + tool_call(1, "write_project_file",
                                     R"({"file_path":"big.txt","content":")" + content + "\"}"));
  REQUIRE(heard.with_id(1));
  CHECK(heard.with_id(1)->at("result").at("structuredContent").at("success").as_bool());
  CHECK(std::filesystem::file_size(server.fixture.root() + "/big.txt") == content.size());
}

TEST_CASE("mcp: half a line at the end of the input is answered as what it is") {
  const Server server;
  const auto whole = server.talk(kBegin + R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  CHECK(whole.with_id(1) != nullptr);
  const auto half = server.talk(kBegin + R"({"jsonrpc":"2.0","id":1,"meth)");
  REQUIRE(half.messages.size() == 2);
  CHECK(code_of(half.messages[1]) == -32700);
}

TEST_CASE("mcp: discover, then initialize, then both eras on one pipe") {
  const Server server;
  const auto heard = server.talk(
      R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{)" + kMeta + "}}\n" + kBegin +
      tool_call(2, "get_todo_status") +
      R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"get_todo_status",)" +
      kMeta + "}}\n");

  REQUIRE(heard.with_id(1));
  CHECK(heard.with_id(1)->at("result").at("supportedVersions") == json::array{"2026-07-28"});
  REQUIRE(heard.with_id("begin"));
  REQUIRE(heard.with_id(2));
  CHECK_FALSE(heard.with_id(2)->at("result").as_object().contains("resultType"));
  REQUIRE(heard.with_id(3));
  CHECK(heard.with_id(3)->at("result").at("resultType") == "complete");
}

TEST_CASE("mcp: a refused call is an error of the tool, with code and message") {
  const Server server;
  const auto heard =
      server.talk(kBegin + tool_call(1, "read_project_file", R"({"file_path":"../x"})") +
                  tool_call(2, "read_project_file", R"({"path":"x"})"));
  for (const auto& [id, code] :
       std::map<int, std::string>{{1, "outside_root"}, {2, "invalid_argument"}}) {
    REQUIRE(heard.with_id(id));
    const json::object& result = heard.with_id(id)->at("result").as_object();
    CHECK(result.at("isError").as_bool());
    CHECK_FALSE(result.contains("structuredContent"));
    const auto answer = json::parse(result.at("content").at(0).at("text").as_string());
    CHECK_FALSE(answer.at("success").as_bool());
    CHECK(answer.at("code").as_string() == code);
  }
}

TEST_CASE("mcp: tools can be chosen, and those that write left out") {
  const Server server;
  const auto names = [&](const std::vector<std::string>& words) {
    const auto heard =
        server.talk(kBegin + R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})" + "\n", words);
    REQUIRE(heard.with_id(1));
    std::set<std::string> found;
    for (const auto& tool : heard.with_id(1)->at("result").at("tools").as_array()) {
      found.emplace(tool.at("name").as_string());
    }
    return found;
  };
  CHECK(names({"--tools", "core"}).size() == 20);
  CHECK(names({"--tools", "get_run,list_runs"}) == std::set<std::string>{"get_run", "list_runs"});
  const auto reading = names({"--read-only"});
  CHECK(reading.contains("read_project_file"));
  CHECK_FALSE(reading.contains("write_project_file"));
  CHECK_FALSE(reading.contains("delegate_task"));

  const auto refused =
      server.talk(kBegin + tool_call(1, "write_project_file", R"({"file_path":"a","content":"b"})"),
                  {"--read-only"});
  REQUIRE(refused.with_id(1));
  CHECK(code_of(*refused.with_id(1)) == -32602);
  CHECK(server.fixture.read("a").empty());
}

TEST_CASE("mcp: bad words on the command line are refused by name") {
  const Server server;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--tools", "get_runs"}, {"--tool", "all"}, {"serve"}}) {
    const auto heard = server.talk("", words);
    CHECK(heard.result.code == 2);
    CHECK(heard.result.out.empty());
    CHECK_THAT(heard.result.err, Contains(words.back()) || Contains(words.front()));
  }
  CHECK(run_program(server.spec("", {"--version"})).code == 0);
  CHECK_THAT(run_program(server.spec("", {"--help"})).out, Contains("--read-only"));
}

TEST_CASE("mcp: --info tells version, protocols, tools and the workspace's health") {
  const Server server;
  const auto info = parse_object(run_program(server.spec("", {"--info"})).out);
  CHECK(info.at("tools").as_array().size() == 23);
  CHECK(info.at("protocol_versions").as_array().size() == 5);
  CHECK(info.at("workspace").at("status") == "healthy");
  CHECK(info.at("transports") == json::array{"stdio", "streamable-http", "sse"});
}

TEST_CASE("mcp: what a delegated run prints never gets into the protocol") {
  Server server;
  server.fixture.make_job("true");  // trusts the workspace
  const Heard heard = server.talk(
      kBegin + tool_call(1, "delegate_task",
                         R"({"task_description":"echo loud; echo louder >&2","agent":"shell",)"
                         R"("target_mode":"code","wait_seconds":30})"));
  CHECK(heard.result.code == 0);
  REQUIRE(heard.with_id(1));
  INFO(json::serialize(*heard.with_id(1)));
  CHECK(heard.with_id(1)->at("result").at("structuredContent").at("status") == "succeeded");
}

TEST_CASE("mcp: resources are the workspace's files, modes and runs") {
  Server server;
  const std::string job = server.fixture.make_job("echo printed");
  REQUIRE(server.fixture.run({"schedule", "trigger", job, "--wait"}).code == 0);
  server.fixture.write("TODO.md", "- [ ] a task\n");
  const auto run = parse_object(server.fixture.run({"call", "list_runs"}).out)
                       .at("runs")
                       .at(0)
                       .at("id")
                       .as_string();
  const auto read = [&](int id, std::string_view uri) {
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":{},"method":"resources/read","params":{{"uri":"{}"}}}})"
        "\n",
        id, uri);
  };
  const auto heard = server.talk(
      kBegin + R"({"jsonrpc":"2.0","id":1,"method":"resources/list"})" + "\n" +
      read(2, "loop://todo") + read(3, "loop://modes/code") +
      read(4, "loop://runs/" + std::string(run)) +
      read(5, "loop://runs/" + std::string(run) + "/log") + read(6, "loop://timing/today") +
      read(7, "loop://runs/none") + read(8, "file:///etc/passwd") + read(9, "loop://schedules") +
      R"({"jsonrpc":"2.0","id":10,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"loop://modes/{slug}"},"argument":{"name":"slug","value":"co"}}})"
      "\n" +
      R"({"jsonrpc":"2.0","id":11,"method":"prompts/get","params":{"name":"validation","arguments":{"task":"the parser"}}})"
      "\n" +
      R"({"jsonrpc":"2.0","id":12,"method":"prompts/list"})"
      "\n");
  const auto text = [&](int id) {
    const json::object* message = heard.with_id(id);
    REQUIRE(message);
    INFO(json::serialize(*message));
    REQUIRE(message->contains("result"));
    return std::string(message->at("result").at("contents").at(0).at("text").as_string());
  };
  REQUIRE(heard.with_id(1));
  std::set<std::string> uris;
  for (const auto& resource : heard.with_id(1)->at("result").at("resources").as_array()) {
    uris.emplace(resource.at("uri").as_string());
  }
  for (const char* uri : {"loop://schedules", "loop://memory", "loop://todo", "loop://timing/today",
                          "loop://modes/architect"}) {
    CHECK(uris.contains(uri));
  }
  CHECK(uris.contains("loop://runs/" + std::string(run)));
  CHECK(text(2) == "- [ ] a task\n");
  CHECK_THAT(text(3), Contains("\"slug\":\"code\""));
  CHECK_THAT(text(4), Contains("\"state\":\"succeeded\""));
  CHECK(text(5) == "printed\n");
  CHECK_THAT(text(6), Contains("\"total_entries\":"));
  CHECK_THAT(text(9), Contains(job));
  for (const int id : {7, 8}) {
    REQUIRE(heard.with_id(id));
    CHECK(code_of(*heard.with_id(id)) == -32002);
  }
  CHECK(heard.with_id(10)->at("result").at("completion").at("values") == json::array{"code"});
  CHECK_THAT(json::serialize(heard.with_id(11)->at("result")), Contains("the parser"));
  CHECK(heard.with_id(12)->at("result").at("prompts").as_array().size() == 7);
}
