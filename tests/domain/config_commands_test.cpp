// SPDX-License-Identifier: MIT
// The operator's named commands: their fields, their limits, and that a workspace needs trust.
#include "loop/domain/config.h"
#include "support/catch.hpp"

#include <fmt/format.h>

using namespace loop;
using Catch::Contains;

namespace {

Result<LoadedConfig> load(std::string toml) {
  ConfigSources sources;
  sources.operator_toml = std::move(toml);
  sources.operator_path = "config.toml";
  return load_config(sources);
}

std::string error_of(std::string toml) {
  const auto loaded = load(std::move(toml));
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code() == Errc::invalid_data);
  return loaded.error().message();
}

}  // namespace

TEST_CASE("a command has its fields, or their defaults") {
  const auto loaded = load(R"(
[commands.tests]
command = ["ctest", "-j2"]

[commands.fetch]
command = ["git", "fetch"]
use = "sync"
order = -3
timeout_seconds = 20
directory = "sub/dir"
)");

  REQUIRE(loaded);
  const CommandDefinition& tests = loaded->config.commands.at("tests");
  CHECK(tests.command == std::vector<std::string>{"ctest", "-j2"});
  CHECK(tests.use == CommandUse::validation);
  CHECK(tests.timeout == std::chrono::seconds{300});
  const CommandDefinition& fetch = loaded->config.commands.at("fetch");
  CHECK(fetch.name == "fetch");
  CHECK(fetch.use == CommandUse::sync);
  CHECK(fetch.order == -3);
  CHECK(fetch.timeout == std::chrono::seconds{20});
  CHECK(fetch.directory == "sub/dir");
}

TEST_CASE("what a command may not be is said with its place") {
  CHECK_THAT(error_of("[commands.a]\nuse = \"sync\""), Contains("commands.a.command"));
  CHECK_THAT(error_of("[commands.a]\ncommand = []"), Contains("config.toml:2"));
  CHECK_THAT(error_of("[commands.a]\ncommand = \"make test\""), Contains("list"));
  CHECK_THAT(error_of("[commands.a]\ncommand = [\"x\"]\nuse = \"validate\""),
             Contains("validation, sync"));
  CHECK_THAT(error_of("[commands.a]\ncommand = [\"x\"]\ndirectory = \"../x\""), Contains("../x"));
  CHECK_THAT(error_of("[commands.a]\ncommand = [\"x\"]\ntimeout = 3"),
             Contains("did you mean") || Contains("timeout_seconds"));
  CHECK_THAT(error_of("[commands.memory]\ncommand = [\"x\"]"), Contains("built-in validation"));
  CHECK_THAT(error_of("[commands.\"A b\"]\ncommand = [\"x\"]"), Contains("small letters"));
  CHECK_THAT(error_of("commands = 3"), Contains("[commands.<name>]"));
}

TEST_CASE("the limits of a command hold at n-1, n and n+1") {
  const auto is_allowed = [](std::string_view line) {
    return load(fmt::format("[commands.a]\ncommand = [\"x\"]\n{}", line)).has_value();
  };
  CHECK_FALSE(is_allowed("timeout_seconds = 0"));
  CHECK(is_allowed("timeout_seconds = 1"));
  CHECK(is_allowed("timeout_seconds = 7199"));
  CHECK(is_allowed("timeout_seconds = 7200"));
  CHECK_FALSE(is_allowed("timeout_seconds = 7201"));
  CHECK(is_allowed("order = 1000000"));
  CHECK_FALSE(is_allowed("order = 1000001"));
  CHECK(is_allowed("order = -1000000"));
  CHECK_FALSE(is_allowed("order = -1000001"));
  const auto is_name = [](std::size_t length) {
    return load(fmt::format("[commands.{}]\ncommand = [\"x\"]", std::string(length, 'a')))
        .has_value();
  };
  CHECK(is_name(63));
  CHECK(is_name(64));
  CHECK_FALSE(is_name(65));
}

TEST_CASE("a workspace that is not trusted may not define commands") {
  ConfigSources sources;
  sources.workspace_toml = "[commands.a]\ncommand = [\"x\"]";
  sources.workspace_path = ".loop/config.toml";
  CHECK(load_config(sources).error().code() == Errc::not_trusted);
  sources.workspace_trusted = true;
  CHECK(load_config(sources));
}
