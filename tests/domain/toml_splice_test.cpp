// SPDX-License-Identifier: MIT
// Tables set in other people's TOML files.
#include "loop/domain/toml_splice.h"
#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

const std::vector<std::string> kPath{"mcp_servers", "loop"};
const TomlFields kFields{{"command", std::string("/a \"b\"/x")},
                         {"args", std::vector<std::string>{"-C", "/w"}}};

}  // namespace

TEST_CASE("toml splice: a table is appended, and all that was there stays") {
  const std::string table = format_toml_table(kPath, kFields);
  CHECK(put_toml_table("", kPath, kFields).value() == table);
  const std::string text = "# mine\nmodel = \"m\"\n\n[mcp_servers.other]\ncommand = \"y\" # why\n";
  CHECK(put_toml_table(text, kPath, kFields).value() == text + "\n" + table);
  CHECK(put_toml_table("a = 1", kPath, kFields).value() == "a = 1\n\n" + table);
  CHECK(compare_toml_table(text, kPath, kFields).value() == TomlTable::absent);
  CHECK(compare_toml_table(text + table, kPath, kFields).value() == TomlTable::equal);
}

TEST_CASE("toml splice: a table under its own header is replaced with those below it") {
  const std::string text =
      "[mcp_servers.loop]\ncommand = \"old\"\n[mcp_servers.loop.env]\nA = \"1\"\n"
      "[mcp_servers.looper]\ncommand = \"z\"\n";
  CHECK(compare_toml_table(text, kPath, kFields).value() == TomlTable::different);
  const std::string result = put_toml_table(text, kPath, kFields).value();
  CHECK_THAT(result, !Contains("old") && !Contains("loop.env"));
  CHECK_THAT(result, Contains("[mcp_servers.looper]\ncommand = \"z\"\n"));
  CHECK(put_toml_table(result, kPath, kFields).value() == result);
}

TEST_CASE("toml splice: other forms of the table are left to a person") {
  for (const char* text :
       {"mcp_servers = { loop = { command = \"x\" } }\n", "mcp_servers.loop.command = \"x\"\n",
        "mcp_servers = 1\n", "[ mcp_servers . loop ]\ncommand = \"x\"\n",
        "a = '''\n[mcp_servers.loop]\n'''\n[\"mcp_servers\".loop]\nb = 1\n"}) {
    INFO(text);
    const auto refused = put_toml_table(text, kPath, kFields);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Errc::conflict);
    CHECK_THAT(refused.error().message(), Contains("[mcp_servers.loop]"));
  }
}

TEST_CASE("toml splice: what is no TOML is refused with its line") {
  for (const auto& refused : {put_toml_table("a = 1\nb = \n", kPath, kFields).error(),
                              compare_toml_table("a = 1\nb = \n", kPath, kFields).error()}) {
    CHECK(refused.code() == Errc::invalid_data);
    CHECK_THAT(refused.message(), Contains("line 2"));
  }
}
