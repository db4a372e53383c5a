// SPDX-License-Identifier: MIT
// The places of a sandbox.
#include "loop/engine/agent_sandbox.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace loop {

namespace {

// Programs, libraries, and what they look up. Of /etc only what every program needs and what holds
// no secret: a runner of root could open the rest. /proc shows names of other processes, not their
// memory or environment.
constexpr std::array<std::string_view, 60> kSystem = {
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/snap",
    "/proc",
    "/sys/devices/system",
    "/sys/fs/cgroup",
    "/run/systemd/resolve",
    "/run/resolvconf",
    "/run/NetworkManager/resolv.conf",
    "/var/lib/ca-certificates",
    "/etc/alternatives",
    "/etc/bash.bashrc",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/debian_version",
    "/etc/environment",
    "/etc/fonts",
    "/etc/gai.conf",
    "/etc/gitconfig",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/inputrc",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld.so.preload",
    "/etc/locale.alias",
    "/etc/locale.conf",
    "/etc/localtime",
    "/etc/lsb-release",
    "/etc/magic",
    "/etc/mime.types",
    "/etc/nanorc",
    "/etc/networks",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki/ca-trust",
    "/etc/pki/tls/certs",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/protocols",
    "/etc/python3",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/terminfo",
    "/etc/timezone",
    "/etc/vim",
    "/etc/wgetrc",
};

constexpr std::array<std::string_view, 6> kDevices = {"/dev/null",   "/dev/zero",    "/dev/full",
                                                      "/dev/random", "/dev/urandom", "/dev/tty"};

// git gives up over a configuration that it may not read. Its credentials are other files.
constexpr std::array<std::string_view, 4> kGitConfiguration = {
    "~/.gitconfig", "~/.config/git/config", "~/.config/git/ignore", "~/.config/git/attributes"};

class Places {
 public:
  explicit Places(const std::map<std::string, std::string>& environment) {
    const auto home = environment.find("HOME");
    if (home != environment.end() && home->second.starts_with('/')) home_ = home->second;
  }

  void add(std::string_view place, std::vector<std::string>& to) const {
    if (place.starts_with('/')) to.emplace_back(place);
    if (place.starts_with("~/") && !home_.empty()) {
      to.push_back(fmt::format("{}{}", home_, place.substr(1)));
    }
  }

  template <class List>
  void add_all(const List& places, std::vector<std::string>& to) const {
    for (const auto& place : places) add(place, to);
  }

 private:
  std::string home_;
};

NetworkAccess network_of(SandboxProfile profile) {
  return profile == SandboxProfile::offline ? NetworkAccess::closed : NetworkAccess::open;
}

std::string words(const std::vector<std::string>& list) {
  return fmt::format("{}", fmt::join(list, ", "));
}

}  // namespace

std::optional<Confinement> agent_confinement(const SandboxRequest& request) {
  const RunIntent& intent = request.intent;
  if (intent.sandbox == SandboxProfile::none) return std::nullopt;
  const AgentSandbox& sandbox = intent.agent.sandbox;
  const Places places(request.runner);
  Confinement confinement;
  confinement.network = network_of(intent.sandbox);
  confinement.is_best_effort = sandbox.fallback == SandboxFallback::best_effort;
  places.add_all(kSystem, confinement.readable);
  places.add_all(kGitConfiguration, confinement.readable);
  places.add(request.program, confinement.readable);
  if (!intent.mcp_command.empty()) {
    places.add(intent.mcp_command.front(), confinement.readable);
    places.add_all(request.own_places, confinement.readable);
  }
  places.add_all(sandbox.read, confinement.readable);
  places.add(request.root, confinement.writable);
  places.add_all(kDevices, confinement.writable);
  places.add_all(sandbox.write, confinement.writable);
  return confinement;
}

std::string describe_sandbox(SandboxProfile profile, const ConfinementSupport& support) {
  if (profile == SandboxProfile::none) return std::string(to_string(profile));
  const ConfinementReach reach = reach_of(network_of(profile), support);
  if (reach.enforced.empty()) return fmt::format("not available: {}", support.landlock_problem);
  const std::string means = support.landlock_abi > 0
                                ? fmt::format("Landlock ABI {}", support.landlock_abi)
                                : std::string("no Landlock");
  const std::string text =
      fmt::format("{} ({}: {})", to_string(profile), means, words(reach.enforced));
  if (reach.missing.empty()) return text;
  return fmt::format("best effort: {}; not: {}", text, words(reach.missing));
}

bool is_enforceable(SandboxProfile profile, const ConfinementSupport& support) {
  if (profile == SandboxProfile::none) return true;
  const bool closes_network = network_of(profile) == NetworkAccess::closed;
  return support.landlock_abi > 0 && (support.has_socket_filter || !closes_network);
}

std::string describe_support(const ConfinementSupport& support) {
  const std::string landlock = support.landlock_abi > 0
                                   ? fmt::format("Landlock ABI {}", support.landlock_abi)
                                   : fmt::format("not available: {}", support.landlock_problem);
  return fmt::format("{}, {}", landlock,
                     support.has_socket_filter ? "socket filter" : "no socket filter");
}

std::string describe_limits(const ResourceLimits& limits) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, const std::optional<std::uint64_t>& limit,
                       std::uint64_t unit, std::string_view unit_name) {
    if (!limit) return;
    parts.push_back(fmt::format("{} {}{}", what, *limit / unit, *limit == 0 ? "" : unit_name));
  };
  constexpr std::uint64_t kMib = 1ULL << 20;
  add("memory", limits.address_space_bytes, kMib, " MiB");
  add("open files", limits.open_files, 1, "");
  add("processes", limits.processes, 1, "");
  add("file size", limits.file_bytes, kMib, " MiB");
  add("processor time", limits.cpu_seconds, 1, " s");
  add("core", limits.core_bytes, kMib, " MiB");
  return words(parts);
}

}  // namespace loop
