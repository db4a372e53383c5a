// SPDX-License-Identifier: MIT
// What a started process, and all that it starts, may reach and use: enforced by the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loop {

enum class NetworkAccess {
  open,
  closed,  // no socket of any family can be made; pairs of connected local ones can
};

// Files outside of the two lists cannot be opened, made, changed or removed; signals reach only
// processes inside, and only those can be traced. It cannot be taken off and is inherited. No
// program gains rights (setuid), and of root's own only those over files and processes stay.
struct Confinement {
  // Absolute paths, of folders with all that is below. One that is not there is left out.
  std::vector<std::string> readable;  // and executable
  std::vector<std::string> writable;  // and readable and executable
  NetworkAccess network = NetworkAccess::open;
  // A kernel that can do none of it: the start fails, unless this is set.
  bool is_best_effort = false;
};

// Of one process; nothing: as the starter has it. A lower limit of the starter stays.
struct ResourceLimits {
  std::optional<std::uint64_t> address_space_bytes;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> processes;  // of the user; not enforced for root
  std::optional<std::uint64_t> file_bytes;
  std::optional<std::uint64_t> cpu_seconds;  // SIGXCPU, 5 s later SIGKILL
  std::optional<std::uint64_t> core_bytes;

  friend bool operator==(const ResourceLimits&, const ResourceLimits&) = default;
};

// What the running kernel can do.
struct ConfinementSupport {
  int landlock_abi = 0;          // 0: none
  std::string landlock_problem;  // why there is none
  bool has_socket_filter = false;
};

// What of a confinement is in force on such a kernel, in a few words each ("files", "signals").
struct ConfinementReach {
  std::vector<std::string> enforced;
  std::vector<std::string> missing;
};
ConfinementReach reach_of(NetworkAccess network, const ConfinementSupport& support);

}  // namespace loop
