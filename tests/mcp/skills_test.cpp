// SPDX-License-Identifier: MIT
// Skills: entries with the digests of what is served, files as resources, directories, both eras.
#include <fmt/format.h>

#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "mcp/conversation.hpp"

using namespace mcp;
using namespace mcp::test;
using Catch::Matchers::StartsWith;
namespace json = boost::json;

namespace {

class FixedSkills final : public SkillSource {
 public:
  std::vector<Skill> list() override { return skills; }
  std::vector<Skill> skills{
      {.path = "kitchen/tea",
       .description = "Makes \"good\" tea: green, black",
       .instructions = "# Tea\n\nPick one of `leaves/`.\n",
       .frontmatter = {{"license", "MIT"}, {"metadata", {{"version", "2.1"}}}, {"name", "other"}},
       .files = {{"leaves/green.md", "80 °C", "text/markdown"},
                 {"leaves/rare/white.md", "70 °C", "text/markdown"},
                 {"cup.bin", std::string("\xFF\x00", 2), "application/octet-stream"}}},
      {.path = "kitchen/tea/ice", .description = "Cools tea", .instructions = "Wait.\n"}};
};

ServerDefinition definition() {
  return {.implementation = {.name = "test", .version = "1"},
          .skills = std::make_shared<FixedSkills>()};
}

json::object modern(Conversation& talk, std::string_view method, std::string_view params = {}) {
  return talk.ask(Conversation::modern("1", method, params));
}

json::object result_of(Conversation& talk, std::string_view method, std::string_view params = {}) {
  return modern(talk, method, params).at("result").as_object();
}

json::object read(Conversation& talk, std::string_view uri) {
  return result_of(talk, "resources/read", fmt::format(R"("uri":"{}")", uri))
      .at("contents")
      .at(0)
      .as_object();
}

std::vector<std::string> uris_of(const json::value& list) {
  std::vector<std::string> uris;
  for (const auto& one : list.as_array()) uris.emplace_back(one.at("uri").as_string());
  return uris;
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

using Uris = std::vector<std::string>;

}  // namespace

TEST_CASE("skills are told of with the resources that they are made of") {
  Conversation talk(definition());
  const auto capabilities = result_of(talk, "server/discover").at("capabilities").as_object();
  CHECK(capabilities.at("extensions").at("io.modelcontextprotocol/skills") ==
        json::object{{"directoryRead", true}});
  CHECK(capabilities.contains("resources"));

  Conversation without({.implementation = {.name = "test", .version = "1"}});
  CHECK_FALSE(
      result_of(without, "server/discover").at("capabilities").as_object().contains("extensions"));
  for (const auto& [method, params] : std::vector<std::pair<std::string, std::string>>{
           {"skills/list", ""},
           {"skills/get", R"("uri":"skill://a/SKILL.md")"},
           {"resources/directory/read", R"("uri":"skill://a")"}}) {
    CHECK(code_of(modern(without, method, params)) == -32601);
  }
}

TEST_CASE("an entry has the frontmatter and every file, those of nested skills too") {
  Conversation talk(definition());
  const auto result = result_of(talk, "skills/list");
  CHECK(result.contains("ttlMs"));
  const auto& skills = result.at("skills").as_array();
  REQUIRE(skills.size() == 2);
  CHECK(skills[0].at("uri") == "skill://kitchen/tea/SKILL.md");
  CHECK(skills[0].at("frontmatter") ==
        json::object{{"name", "tea"},
                     {"description", "Makes \"good\" tea: green, black"},
                     {"license", "MIT"},
                     {"metadata", {{"version", "2.1"}}}});
  CHECK(uris_of(skills[0].at("resources")) ==
        Uris{"skill://kitchen/tea/SKILL.md", "skill://kitchen/tea/leaves/green.md",
             "skill://kitchen/tea/leaves/rare/white.md", "skill://kitchen/tea/cup.bin",
             "skill://kitchen/tea/ice/SKILL.md"});
  CHECK(uris_of(skills[1].at("resources")) == Uris{"skill://kitchen/tea/ice/SKILL.md"});
}

TEST_CASE("digest and size are of the bytes that a reader gets") {
  Conversation talk(definition());
  const auto entry = result_of(talk, "skills/get", R"("uri":"skill://kitchen/tea/SKILL.md")")
                         .at("skill")
                         .as_object();
  for (const auto& file : entry.at("resources").as_array()) {
    const auto contents = read(talk, file.at("uri").as_string());
    const std::string bytes =
        contents.contains("blob")
            ? loop::from_base64(std::string_view(contents.at("blob").as_string())).value()
            : std::string(contents.at("text").as_string());
    INFO(file);
    CHECK(file.at("size").to_number<std::size_t>() == bytes.size());
    CHECK(file.at("digest").as_string() == "sha256:" + loop::sha256_hex(bytes));
  }
  const auto manifest = read(talk, "skill://kitchen/tea/SKILL.md");
  CHECK(manifest.at("mimeType") == "text/markdown");
  CHECK(manifest.at("text") ==
        "---\nname: \"tea\"\ndescription: \"Makes \\\"good\\\" tea: green, black\"\n"
        "license: \"MIT\"\nmetadata: {\"version\":\"2.1\"}\n---\n\n"
        "# Tea\n\nPick one of `leaves/`.\n");
  CHECK(read(talk, "skill://kitchen/tea/cup.bin").at("blob") == "/wA=");
}

TEST_CASE("the files of skills are resources among the others, each once") {
  Conversation talk(definition());
  const auto result = result_of(talk, "resources/list");
  CHECK(result.at("resources").as_array().size() == 5);
  const auto& manifest = result.at("resources").at(0);
  CHECK(manifest.at("name") == "tea");
  CHECK(manifest.at("description") == "Makes \"good\" tea: green, black");
  CHECK(result_of(talk, "resources/templates/list").at("resourceTemplates").as_array().empty());
  CHECK(code_of(modern(talk, "resources/read", R"("uri":"skill://kitchen/coffee/SKILL.md")")) ==
        -32602);
  CHECK(code_of(modern(talk, "resources/read", R"("uri":"file:///x")")) == -32602);
}

TEST_CASE("a directory has its direct children, and a file is none") {
  Conversation talk(definition());
  const auto children = [&](std::string_view uri) {
    return result_of(talk, "resources/directory/read", fmt::format(R"("uri":"{}")", uri))
        .at("resources");
  };
  const auto root = children("skill://kitchen/tea");
  CHECK(uris_of(root) == Uris{"skill://kitchen/tea/SKILL.md", "skill://kitchen/tea/cup.bin",
                              "skill://kitchen/tea/ice", "skill://kitchen/tea/leaves"});
  CHECK(root.at(3).at("mimeType") == "inode/directory");
  CHECK(uris_of(children("skill://kitchen/tea/leaves")) ==
        Uris{"skill://kitchen/tea/leaves/green.md", "skill://kitchen/tea/leaves/rare"});
  CHECK(uris_of(children("skill://kitchen")) == Uris{"skill://kitchen/tea"});
  for (const char* wrong : {"skill://kitchen/tea/SKILL.md", "skill://kitchen/te",
                            "skill://kitchen/tea/", "skill://nowhere", "file:///kitchen", ""}) {
    INFO(wrong);
    CHECK(code_of(modern(talk, "resources/directory/read", fmt::format(R"("uri":"{}")", wrong))) ==
          -32602);
  }
}

TEST_CASE("a skill is found by the URI of its SKILL.md only") {
  Conversation talk(definition());
  for (const char* wrong : {"skill://kitchen/tea", "skill://kitchen/tea/leaves/green.md",
                            "skill://kitchen/coffee/SKILL.md"}) {
    CHECK(code_of(modern(talk, "skills/get", fmt::format(R"("uri":"{}")", wrong))) == -32602);
  }
  CHECK(code_of(talk.ask_wrong(Conversation::modern("1", "skills/get"))) == -32602);
}

TEST_CASE("skills and directories come in pages") {
  ServerDefinition given = definition();
  given.page_size = 1;
  Conversation talk(std::move(given));
  for (const auto& [method, key, params] : std::vector<std::array<std::string, 3>>{
           {"skills/list", "skills", ""},
           {"resources/directory/read", "resources", R"("uri":"skill://kitchen/tea/leaves",)"}}) {
    const auto first = result_of(talk, method, params.substr(0, params.size() - !params.empty()));
    CHECK(first.at(key).as_array().size() == 1);
    const auto second =
        result_of(talk, method,
                  fmt::format(R"({}"cursor":"{}")", params,
                              std::string_view(first.at("nextCursor").as_string())));
    CHECK(second.at(key).as_array().size() == 1);
    CHECK_FALSE(second.contains("nextCursor"));
  }
}

TEST_CASE("legacy clients know skills since servers can tell of extensions") {
  for (const Revision revision : {Revision::v2025_06_18, Revision::v2025_11_25}) {
    Conversation talk(definition());
    talk.begin(revision);
    const auto listed = talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"skills/list"})");
    CHECK(listed.contains("result") == (revision == Revision::v2025_11_25));
    const auto file = talk.ask(R"({"jsonrpc":"2.0","id":2,"method":"resources/read",
                                   "params":{"uri":"skill://kitchen/tea/SKILL.md"}})");
    CHECK_THAT(std::string(file.at("result").at("contents").at(0).at("text").as_string()),
               StartsWith("---\n"));
  }
}

TEST_CASE("who listens for resources hears of skills") {
  Conversation talk(definition());
  talk.say(Conversation::modern("5", "subscriptions/listen",
                                R"("notifications":{"resourcesListChanged":true})"));
  CHECK(talk.answer().at("method") == "notifications/subscriptions/acknowledged");
  talk.server.notify_resources_changed();
  CHECK(talk.answer().at("method") == "notifications/resources/list_changed");
}
