// SPDX-License-Identifier: MIT
// Landlock's part of the kernel interface, up to its ABI 7: the header of Debian 12 ends at ABI 2.
#pragma once

#include <cstdint>

namespace loop::landlock {

// struct landlock_ruleset_attr; a kernel reads as much of it as its ABI has.
struct RulesetAttributes {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_network = 0;  // since ABI 4
  std::uint64_t scoped = 0;           // since ABI 6
};

inline constexpr std::uint64_t kExecute = 1ULL << 0;
inline constexpr std::uint64_t kWriteFile = 1ULL << 1;
inline constexpr std::uint64_t kReadFile = 1ULL << 2;
inline constexpr std::uint64_t kReadDirectory = 1ULL << 3;
inline constexpr std::uint64_t kRemoveDirectory = 1ULL << 4;
inline constexpr std::uint64_t kRemoveFile = 1ULL << 5;
inline constexpr std::uint64_t kMakeDevices = 1ULL << 6 | 1ULL << 11;  // characters, blocks
inline constexpr std::uint64_t kMakeDirectory = 1ULL << 7;
inline constexpr std::uint64_t kMakeFile = 1ULL << 8;
inline constexpr std::uint64_t kMakeSocket = 1ULL << 9;
inline constexpr std::uint64_t kMakeFifo = 1ULL << 10;
inline constexpr std::uint64_t kMakeLink = 1ULL << 12;
inline constexpr std::uint64_t kMoveAcross = 1ULL << 13;     // since ABI 2; before, never allowed
inline constexpr std::uint64_t kTruncate = 1ULL << 14;       // since ABI 3
inline constexpr std::uint64_t kDeviceControl = 1ULL << 15;  // since ABI 5

inline constexpr std::uint64_t kAbi1Files = (1ULL << 13) - 1;

inline constexpr std::uint64_t kBindTcp = 1ULL << 0;
inline constexpr std::uint64_t kConnectTcp = 1ULL << 1;

inline constexpr std::uint64_t kScopeAbstractSockets = 1ULL << 0;
inline constexpr std::uint64_t kScopeSignals = 1ULL << 1;

inline constexpr int kAbiTruncate = 3;
inline constexpr int kAbiTcp = 4;
inline constexpr int kAbiDeviceControl = 5;
inline constexpr int kAbiScopes = 6;

}  // namespace loop::landlock
