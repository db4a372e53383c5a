// SPDX-License-Identifier: MIT
// config.toml of a workspace that nobody approved: whatever it says, it executes nothing new.
#include <cstddef>
#include <cstdint>
#include <string>

#include "loop/base/result.h"
#include "loop/domain/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  loop::ConfigSources sources;
  sources.workspace_toml.assign(reinterpret_cast<const char*>(data), size);
  sources.workspace_path = ".loop/config.toml";
  static const auto built_in = loop::load_config({});
  const auto loaded = loop::load_config(sources);
  if (loaded) {
    LOOP_CHECK(loaded->config.agents.size() == built_in->config.agents.size());
    LOOP_CHECK(loaded->config.commands.empty());
    LOOP_CHECK(loaded->config.notify.command.empty());
    LOOP_CHECK(loaded->config.mcp_command.empty());
    LOOP_CHECK(loaded->config.env_allow == built_in->config.env_allow);
    LOOP_CHECK(loaded->config.files_deny == built_in->config.files_deny);
  } else {
    LOOP_CHECK(!loaded.error().message().empty());
  }
  // Approved, it may do these; it has to be read or refused all the same.
  sources.workspace_trusted = true;
  const auto trusted = loop::load_config(sources);
  LOOP_CHECK(!loaded || trusted);
  return 0;
}
