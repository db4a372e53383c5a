// SPDX-License-Identifier: MIT
// The fields of `[agents.<name>]` that confine it: its sandbox and its limits.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <array>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::int64_t kLimitMax = 1LL << 40;
constexpr std::uint64_t kMib = 1ULL << 20;

Status check_place(const std::string& place) {
  const bool is_absolute = place.starts_with('/') || place.starts_with("~/");
  if (is_absolute && place.find('\0') == std::string::npos) return {};
  return Error(Errc::invalid_data,
               fmt::format("\"{}\" is not allowed here; allowed: an absolute path, or one that "
                           "begins with ~/",
                           ellipsize(to_single_line(place), 80)));
}

template <std::vector<std::string> AgentSandbox::* member>
Status set_places(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(std::vector<std::string> places, as_list(value));
  for (const std::string& place : places) LOOP_TRY_VOID(check_place(place));
  agent.sandbox.*member = std::move(places);
  return {};
}

template <std::vector<std::string> AgentSandbox::* member>
std::string get_places(const AgentDefinition& agent) {
  return to_toml(agent.sandbox.*member);
}

Error not_one_of(const std::string& text, std::string_view allowed) {
  return Error(Errc::invalid_data, fmt::format("\"{}\" is not allowed here; allowed: {}",
                                               ellipsize(text, 80), allowed));
}

Status set_profile(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(const std::string text, as_text(value));
  const auto profile = parse_sandbox_profile(text);
  if (!profile) return not_one_of(text, "none, workspace, offline");
  agent.sandbox.profile = *profile;
  return {};
}

Status set_fallback(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(const std::string text, as_text(value));
  const auto fallback = parse_sandbox_fallback(text);
  if (!fallback) return not_one_of(text, "refuse, best-effort");
  agent.sandbox.fallback = *fallback;
  return {};
}

using Limit = std::optional<std::uint64_t> ResourceLimits::*;

Result<std::uint64_t> as_limit(const ConfigRaw& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number != nullptr && *number >= 0 && *number <= kLimitMax) {
    return static_cast<std::uint64_t>(*number);
  }
  return Error(Errc::invalid_data,
               fmt::format("{} is not allowed here; allowed: an integer from 0 to {}",
                           ellipsize(to_toml(value), 80), kLimitMax));
}

template <Limit member, std::uint64_t unit>
Status set_limit(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(const std::uint64_t number, as_limit(value));
  agent.limits.*member = number == 0 ? std::nullopt : std::optional(number * unit);
  return {};
}

template <Limit member, std::uint64_t unit>
std::string get_limit(const AgentDefinition& agent) {
  return fmt::to_string((agent.limits.*member).value_or(0) / unit);
}

// Here 0 is a limit, and the one that holds when nothing is said.
Status set_core(AgentDefinition& agent, const ConfigRaw& value) {
  LOOP_TRY(const std::uint64_t number, as_limit(value));
  agent.limits.core_bytes = number * kMib;
  return {};
}

template <Limit member, std::uint64_t unit>
constexpr AgentField limit(std::string_view name, std::string_view meaning) {
  return {name, "integer", meaning, "0", set_limit<member, unit>, get_limit<member, unit>};
}

const std::array<AgentField, 10> kFields{{
    limit<&ResourceLimits::address_space_bytes, kMib>(
        "address_space_mib_max", "Memory that each of its processes may map, in MiB; 0: no limit."),
    {"core_mib_max", "integer", "Size of a core dump in MiB; 0: none is written.", "0", set_core,
     get_limit<&ResourceLimits::core_bytes, kMib>},
    limit<&ResourceLimits::cpu_seconds, 1>("cpu_seconds_max",
                                           "Processor time of each of its processes; 0: no limit."),
    limit<&ResourceLimits::file_bytes, kMib>("file_mib_max",
                                             "Size of a file that it writes, in MiB; 0: no limit."),
    limit<&ResourceLimits::open_files, 1>("open_files_max",
                                          "Open files of each of its processes; 0: no limit."),
    limit<&ResourceLimits::processes, 1>(
        "processes_max",
        "Processes of its user, others of the user counted; not enforced for root; 0: no limit."),
    {"sandbox", "none, workspace, offline",
     "What it may reach: all that you may; the workspace, temporary files and programs; the same "
     "without a network. The strictest of this, run.sandbox and the schedule's loop.sandbox holds.",
     "\"none\"", set_profile,
     [](const AgentDefinition& agent) { return toml_string(to_string(agent.sandbox.profile)); }},
    {"sandbox_fallback", "refuse, best-effort",
     "When the kernel cannot confine it: do not start it, or start it with what there is.",
     "\"refuse\"", set_fallback,
     [](const AgentDefinition& agent) { return toml_string(to_string(agent.sandbox.fallback)); }},
    {"sandbox_read", "list of strings",
     "Further places that it may read and execute in a sandbox: absolute, or ~/ and a path.", "[]",
     set_places<&AgentSandbox::read>, get_places<&AgentSandbox::read>},
    {"sandbox_write", "list of strings",
     "Further places that it may also write in a sandbox: absolute, or ~/ and a path.", "[]",
     set_places<&AgentSandbox::write>, get_places<&AgentSandbox::write>},
}};

}  // namespace

std::span<const AgentField> sandbox_fields() { return kFields; }

}  // namespace loop
