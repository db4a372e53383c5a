// SPDX-License-Identifier: MIT
// `loopctl mcp install`: the entry of each client, in new files and in files of somebody.
#include <filesystem>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

struct Client {
  std::string name, file, servers;
};
const std::vector<Client> kClients{{"claude", ".mcp.json", "mcpServers"},
                                   {"codex", ".codex/config.toml", ""},
                                   {"gemini", ".gemini/settings.json", "mcpServers"},
                                   {"opencode", "opencode.json", "mcp"},
                                   {"cursor", ".cursor/mcp.json", "mcpServers"},
                                   {"vscode", ".vscode/mcp.json", "servers"}};

class Workspace : public LoopctlFixture {
 public:
  Workspace() { make_workspace(); }
  ProgramResult install(const std::string& client, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"mcp", "install", "--client", client};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  void make_folder_of(const std::string& file) const {
    std::filesystem::create_directories(std::filesystem::path(root() + "/" + file).parent_path());
  }
};

}  // namespace

TEST_CASE(
    "mcp install: each client gets its entry in a new file, and the same again changes nothing") {
  const Workspace workspace;
  for (const Client& client : kClients) {
    INFO(client.name);
    const auto printed = workspace.install(client.name, {"--print"});
    CHECK(printed.code == 0);
    CHECK(workspace.read(client.file).empty());
    CHECK(workspace.install(client.name, {"--dry-run"}).code == 0);
    CHECK(workspace.read(client.file).empty());

    const auto made = workspace.install(client.name);
    CHECK(made.code == 0);
    CHECK_THAT(made.out, Contains(client.file + " was changed"));
    const std::string content = workspace.read(client.file);
    CHECK(content == printed.out);
    CHECK_THAT(content, Contains(LOOP_MCP) && Contains(workspace.root()));
    CHECK_THAT(workspace.install(client.name).out, Contains("has it already"));
    CHECK(workspace.read(client.file) == content);
    if (client.servers.empty()) continue;
    CHECK(json::parse(content).at(client.servers).as_object().contains("loop"));
  }
}

TEST_CASE("mcp install: the entry starts a server that answers") {
  const Workspace workspace;
  const auto printed = workspace.install("cursor", {"--print"});
  const json::value entry = json::parse(printed.out).at("mcpServers").at("loop");
  ProgramSpec spec = workspace.spec({});
  spec.argv = {std::string(entry.at("command").as_string())};
  for (const auto& word : entry.at("args").as_array()) spec.argv.emplace_back(word.as_string());
  spec.directory = "/";
  spec.input = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
  CHECK(run_program(spec).out == "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
}

TEST_CASE("mcp install: what else a file holds stays, comments too, and is backed up") {
  const Workspace workspace;
  const std::string text =
      "{\n  // of the team\n  \"servers\": {\n    \"db\": {\"type\": \"stdio\", \"command\": "
      "\"db\"}, "
      "// ours\n  },\n  \"inputs\": [],\n}\n";
  workspace.make_folder_of(".vscode/mcp.json");
  workspace.write(".vscode/mcp.json", text);
  REQUIRE(workspace.install("vscode").code == 0);
  const std::string content = workspace.read(".vscode/mcp.json");
  const std::size_t at = content.find(",\n    \"loop\"");
  REQUIRE(at != std::string::npos);
  CHECK(content.substr(0, at) + content.substr(at + content.size() - text.size()) == text);

  workspace.write("opencode.jsonc", "{ /* mine */ }\n");
  REQUIRE(workspace.install("opencode").code == 0);
  CHECK(workspace.read("opencode.json").empty());
  CHECK_THAT(workspace.read("opencode.jsonc"), Contains("\"loop\""));
  bool has_backup = false;
  for (const auto& [path, stamp] : workspace.snapshot()) {
    has_backup = has_backup || (path.find("backups") != std::string::npos &&
                                path.find("mcp.json") != std::string::npos);
  }
  CHECK(has_backup);
}

TEST_CASE("mcp install: another server of the name is replaced only when told so") {
  const Workspace workspace;
  for (const auto& [client, file, before] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"claude", ".mcp.json",
            "{\"mcpServers\": {\"loop\": {\"command\": \"mine\"}, \"b\": 1}}\n"},
           {"codex", ".codex/config.toml",
            "a = 1\n[mcp_servers.loop]\ncommand = \"mine\"\n\n[b]\nc = 2\n"}}) {
    INFO(client);
    workspace.make_folder_of(file);
    workspace.write(file, before);
    const auto refused = workspace.install(client);
    CHECK(refused.code != 0);
    CHECK_THAT(refused.err, Contains(file) && Contains("--force") && Contains(LOOP_MCP));
    CHECK(workspace.read(file) == before);
    CHECK(workspace.install(client, {"--force"}).code == 0);
    CHECK_THAT(workspace.read(file), Contains(LOOP_MCP) && !Contains("mine") && Contains("b"));
  }
}

TEST_CASE("mcp install: a broken file is refused with its place and left alone") {
  const Workspace workspace;
  for (const auto& [client, file, broken, place] :
       std::vector<std::tuple<std::string, std::string, std::string, std::string>>{
           {"claude", ".mcp.json", "{\n  \"mcpServers\": {\n", "line 3"},
           {"cursor", ".cursor/mcp.json", "{\"mcpServers\": []}", "line 1"},
           {"codex", ".codex/config.toml", "a = 1\nb = = 2\n", "line 2"}}) {
    INFO(client);
    workspace.make_folder_of(file);
    workspace.write(file, broken);
    const auto refused = workspace.install(client, {"--force"});
    CHECK(refused.code != 0);
    CHECK_THAT(refused.err, Contains(file) && Contains(place));
    CHECK(workspace.read(file) == broken);
  }
}

TEST_CASE("mcp install: clients are named, others refused") {
  const Workspace workspace;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"mcp", "install"}, {"mcp", "install", "--client", "clod"}}) {
    const auto refused = workspace.run(words);
    CHECK(refused.code == 2);
    for (const Client& client : kClients) CHECK_THAT(refused.err, Contains(client.name));
  }
}

TEST_CASE("agents are given the workspace's server, another one, or none, as is configured") {
  const Workspace workspace;
  const auto configured = [&](const std::string& toml) {
    workspace.write(".loop/config.toml", toml);
    REQUIRE(workspace.run({"trust", "--yes"}).code == 0);
    const auto called =
        workspace.run({"call", "delegate_task",
                       R"({"task_description":"true","agent":"shell","target_mode":"code"})"});
    INFO(called.out << called.err);
    REQUIRE(called.code == 0);
    const auto answer = parse_object(called.out);
    // One run at a time: the next is refused until this one has ended.
    const std::string run(answer.at("task_id").as_string());
    while (parse_object(workspace.run({"call", "get_run", R"({"run_id":")" + run + "\"}"}).out)
               .at("run")
               .at("state")
               .as_string() != "succeeded") {
    }
    const std::string folder(answer.at("run_directory").as_string());
    const auto intent = parse_object(workspace.read(folder + "/intent.json"));
    const json::value* command = intent.if_contains("mcp_command");
    return command == nullptr ? std::string("none") : json::serialize(*command);
  };
  CHECK(configured("") == json::serialize(json::array{LOOP_MCP, "-C", workspace.root()}));
  CHECK(configured("[agent]\nmcp_command = [\"other\", \"-x\"]\n") == R"(["other","-x"])");
  CHECK(configured("[agent]\nmcp_command = []\n") == "[]");
}
