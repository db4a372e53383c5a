// SPDX-License-Identifier: MIT
// The filter as a program of the kernel's packet filter: it looks at numbers, never at memory.
#include "socket_filter.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace loop {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_RISCV64;
#else
constexpr std::uint32_t kArchitecture = 0;  // others may make sockets by other calls (socketcall)
#endif

constexpr bool kIsKnown = kArchitecture != 0 && std::endian::native == std::endian::little;
constexpr std::uint32_t kX32Bit = 0x40000000;  // x86-64 calls with other numbers
constexpr std::uint32_t kTypeMask = 0xf;       // of a socket, without its flags

constexpr sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
// Skips `skip` instructions unless the value is this one.
constexpr sock_filter unless_equal(std::uint32_t value, std::uint8_t skip) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, skip, value};
}
constexpr sock_filter unless_at_least(std::uint32_t value, std::uint8_t skip) {
  return {BPF_JMP | BPF_JGE | BPF_K, 0, skip, value};
}
constexpr sock_filter answer(std::uint32_t action) { return {BPF_RET | BPF_K, 0, 0, action}; }
constexpr sock_filter refuse(int cause) {
  return answer(SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(cause) & SECCOMP_RET_DATA));
}

constexpr std::size_t kNumber = offsetof(seccomp_data, nr);
constexpr std::size_t kSecondArgument = offsetof(seccomp_data, args) + sizeof(std::uint64_t);

// A ring of io_uring makes sockets without a system call, and a datagram socket out of a pair can
// be sent to any address. Programs of another architecture have other numbers: they are ended.
constexpr std::array kProgram{
    load(offsetof(seccomp_data, arch)),
    unless_equal(kArchitecture, 1),
    sock_filter{BPF_JMP | BPF_JA, 0, 0, 1},
    answer(SECCOMP_RET_KILL_PROCESS),
    load(kNumber),
    unless_at_least(kX32Bit, 1),
    refuse(ENOSYS),
    unless_equal(SYS_socket, 1),
    refuse(EACCES),
    unless_equal(SYS_io_uring_setup, 1),
    refuse(ENOSYS),
    unless_equal(SYS_socketpair, 4),
    load(kSecondArgument),
    sock_filter{BPF_ALU | BPF_AND | BPF_K, 0, 0, kTypeMask},
    unless_equal(SOCK_DGRAM, 1),
    refuse(EACCES),
    answer(SECCOMP_RET_ALLOW),
};

}  // namespace

bool has_socket_filter() {
  std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return kIsKnown && syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0U, &action) == 0;
}

int enforce_socket_filter() {
  if (!kIsKnown) return ENOSYS;
  // The kernel only reads it, though its interface does not say so.
  const sock_fprog program{kProgram.size(), const_cast<sock_filter*>(kProgram.data())};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : errno;
}

}  // namespace loop
