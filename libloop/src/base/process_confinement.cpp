// SPDX-License-Identifier: MIT
// Confining a child: a Landlock ruleset, a filter of system calls, and resource limits.
#include "process_confinement.hpp"

#include <algorithm>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "landlock.hpp"
#include "process_image.hpp"
#include "socket_filter.hpp"

namespace loop {

namespace {

constexpr std::uint64_t kRead = landlock::kExecute | landlock::kReadFile | landlock::kReadDirectory;
// All but making devices.
constexpr std::uint64_t kWrite = (landlock::kAbi1Files & ~landlock::kMakeDevices) |
                                 landlock::kMoveAcross | landlock::kTruncate |
                                 landlock::kDeviceControl;
// What a rule for something other than a folder may grant.
constexpr std::uint64_t kOfFiles = landlock::kExecute | landlock::kWriteFile | landlock::kReadFile |
                                   landlock::kTruncate | landlock::kDeviceControl;
constexpr rlim_t kCpuGraceSeconds = 5;

std::uint64_t handled_files(int abi) {
  std::uint64_t rights = landlock::kAbi1Files;
  if (abi >= 2) rights |= landlock::kMoveAcross;
  if (abi >= landlock::kAbiTruncate) rights |= landlock::kTruncate;
  if (abi >= landlock::kAbiDeviceControl) rights |= landlock::kDeviceControl;
  return rights;
}

landlock::RulesetAttributes attributes_of(const Confinement& confinement, int abi) {
  landlock::RulesetAttributes attributes;
  attributes.handled_files = handled_files(abi);
  if (abi >= landlock::kAbiTcp && confinement.network == NetworkAccess::closed) {
    attributes.handled_network = landlock::kBindTcp | landlock::kConnectTcp;
  }
  if (abi >= landlock::kAbiScopes) {
    attributes.scoped = landlock::kScopeAbstractSockets | landlock::kScopeSignals;
  }
  return attributes;
}

// An older kernel takes no more bytes than it knows, unless the others are zero.
std::size_t attribute_bytes(int abi) {
  if (abi >= landlock::kAbiScopes) return sizeof(landlock::RulesetAttributes);
  if (abi >= landlock::kAbiTcp) return offsetof(landlock::RulesetAttributes, scoped);
  return offsetof(landlock::RulesetAttributes, handled_network);
}

// Absent, or behind a folder that this user may not enter: then the child cannot reach it anyway.
bool is_out_of_reach(int cause) { return cause == ENOENT || cause == ENOTDIR || cause == EACCES; }

Status allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const FileDescriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.is_open() && is_out_of_reach(errno)) return {};
  struct stat info{};
  if (!place.is_open() || fstat(place.get(), &info) != 0) {
    return Error::from_errno(errno, fmt::format("sandbox: open {}", path));
  }
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(info.st_mode) ? rights : rights & kOfFiles;
  rule.parent_fd = place.get();
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U) == 0) {
    return {};
  }
  return Error::from_errno(errno, fmt::format("sandbox: allow {}", path));
}

Result<FileDescriptor> make_ruleset(const Confinement& confinement, int abi) {
  const landlock::RulesetAttributes attributes = attributes_of(confinement, abi);
  const FileDescriptor low(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &attributes, attribute_bytes(abi), 0U)));
  // Above the numbers that the child uses.
  FileDescriptor ruleset(fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  if (!ruleset.is_open()) return Error::from_errno(errno, "sandbox: make a Landlock ruleset");
  for (const std::string& path : confinement.readable) {
    LOOP_TRY_VOID(allow(ruleset.get(), path, kRead & attributes.handled_files));
  }
  for (const std::string& path : confinement.writable) {
    LOOP_TRY_VOID(allow(ruleset.get(), path, kWrite & attributes.handled_files));
  }
  return ruleset;
}

Error not_supported(const std::string& why) {
  return Error(Errc::unsupported, fmt::format("the sandbox cannot be put in force: {}", why),
               ENOSYS);
}

int lower_limit(__rlimit_resource resource, const std::optional<std::uint64_t>& wanted,
                rlim_t grace) {
  if (!wanted) return 0;
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return errno;
  const rlim_t most = limit.rlim_max;
  limit.rlim_cur = std::min<rlim_t>(most, *wanted);
  limit.rlim_max = std::min<rlim_t>(most, *wanted + grace);
  return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

int lower_limits(const ResourceLimits& limits) {
  for (const int cause : {lower_limit(RLIMIT_AS, limits.address_space_bytes, 0),
                          lower_limit(RLIMIT_NOFILE, limits.open_files, 0),
                          lower_limit(RLIMIT_NPROC, limits.processes, 0),
                          lower_limit(RLIMIT_FSIZE, limits.file_bytes, 0),
                          lower_limit(RLIMIT_CPU, limits.cpu_seconds, kCpuGraceSeconds),
                          lower_limit(RLIMIT_CORE, limits.core_bytes, 0)}) {
    if (cause != 0) return cause;
  }
  return 0;
}

// Of root's rights those over files and processes stay, which the ruleset bounds. The others lead
// around it: CAP_PERFMON reads the memory of any process, CAP_SYS_MODULE is the kernel's own.
// no_new_privs keeps an exec from giving them back.
int drop_capabilities() {
  constexpr std::uint32_t kKept = 1U << CAP_CHOWN | 1U << CAP_DAC_OVERRIDE | 1U << CAP_FOWNER |
                                  1U << CAP_FSETID | 1U << CAP_KILL | 1U << CAP_SETGID |
                                  1U << CAP_SETUID | 1U << CAP_NET_BIND_SERVICE;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3]{};
  if (syscall(SYS_capget, &header, sets) != 0) return errno;
  for (std::uint32_t i = 0; i < _LINUX_CAPABILITY_U32S_3; ++i) {
    const std::uint32_t kept = i == 0 ? kKept : 0;
    sets[i].effective &= kept;
    sets[i].permitted &= kept;
    sets[i].inheritable = 0;
  }
  return syscall(SYS_capset, &header, sets) == 0 ? 0 : errno;
}

}  // namespace

ConfinementSupport confinement_support() {
  ConfinementSupport support;
  support.has_socket_filter = has_socket_filter();
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0},
                           LANDLOCK_CREATE_RULESET_VERSION);
  if (abi > 0) {
    support.landlock_abi = static_cast<int>(abi);
  } else if (errno == EOPNOTSUPP) {
    support.landlock_problem = "Landlock is switched off in this kernel (boot option lsm=)";
  } else {
    support.landlock_problem =
        "this kernel has no Landlock (Linux 5.13 and newer), or a container "
        "refuses its calls";
  }
  return support;
}

ConfinementReach reach_of(NetworkAccess network, const ConfinementSupport& support) {
  ConfinementReach reach;
  const auto note = [&](const char* what, bool is_in_force) {
    (is_in_force ? reach.enforced : reach.missing).emplace_back(what);
  };
  const int abi = support.landlock_abi;
  note("files", abi >= 1);
  note("truncation", abi >= landlock::kAbiTruncate);
  note("devices", abi >= landlock::kAbiDeviceControl);
  note("signals", abi >= landlock::kAbiScopes);
  if (network == NetworkAccess::open) return reach;
  if (abi >= landlock::kAbiTcp) note("tcp", true);  // else the filter covers it
  note("sockets", support.has_socket_filter);
  return reach;
}

Result<ProcessConfinement> ProcessConfinement::prepare(const LaunchSpec& spec) {
  ProcessConfinement prepared;
  prepared.limits_ = spec.limits;
  if (!spec.confinement) return prepared;
  const Confinement& confinement = *spec.confinement;
  const ConfinementSupport support = confinement_support();
  const bool closes_network = confinement.network == NetworkAccess::closed;
  if (support.landlock_abi == 0 && !confinement.is_best_effort) {
    return not_supported(support.landlock_problem);
  }
  if (closes_network && !support.has_socket_filter && !confinement.is_best_effort) {
    return not_supported("this kernel or processor has no filter of system calls (seccomp)");
  }
  if (support.landlock_abi > 0) {
    LOOP_TRY(prepared.ruleset_, make_ruleset(confinement, support.landlock_abi));
  }
  prepared.is_confined_ = true;
  prepared.filters_sockets_ = closes_network && support.has_socket_filter;
  return prepared;
}

int ProcessConfinement::enforce(int ruleset) const {
  if (const int cause = lower_limits(limits_); cause != 0) return cause;
  if (!is_confined_) return 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (const int cause = drop_capabilities(); cause != 0) return cause;
  if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0U) != 0) return errno;
  return filters_sockets_ ? enforce_socket_filter() : 0;
}

}  // namespace loop
