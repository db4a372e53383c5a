// SPDX-License-Identifier: MIT
// Writing config.toml and trust.json.
#include "process/operator_files.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "base/process_fixture.hpp"
#include "domain/config_keys.hpp"
#include "loop/domain/trust.h"
#include "loop/store/file_system.h"
#include "loop/store/layout.h"

namespace loop::test {

namespace fs = std::filesystem;

namespace {

std::string config_text(const Config& config) {
  std::string text;
  for (const ConfigKey& key : config_keys()) {
    const std::string value = config_value_toml(config, key);
    if (!value.empty()) text += fmt::format("{} = {}\n", key.name, value);
  }
  for (const auto& [name, agent] : config.agents) {
    text += fmt::format("[agents.{}]\n", name);
    for (const AgentField& field : agent_fields()) {
      text += fmt::format("{} = {}\n", field.name, field.get(agent));
    }
  }
  for (const auto& [model, price] : config.prices) {
    text += fmt::format("[prices.{}]\n", toml_string(model));
    for (const PriceField& field : price_fields()) {
      text += fmt::format("{} = {}\n", field.name, price_text(price.*field.member));
    }
  }
  return text;
}

}  // namespace

void write_operator_files(const Config& config, const std::string& home, const std::string& root) {
  fs::create_directories(home + "/.config/loop");
  write_text(home + "/.config/loop/config.toml", config_text(config));
  approve_workspace(home, root);
}

void approve_workspace(const std::string& home, const std::string& root) {
  fs::create_directories(home + "/.local/state/loop");
  const auto state = open_posix_files(home + "/.local/state/loop").value();
  SystemClock clock;
  SystemRandom random;
  const std::string config = read_text(root + "/" + layout::config().str());
  REQUIRE(TrustStore(*state, clock, random).trust(root, config));
}

}  // namespace loop::test
