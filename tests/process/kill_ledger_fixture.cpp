// SPDX-License-Identifier: MIT
// Shared memory for the kill loop.
#include "process/kill_ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <new>

#include <sys/mman.h>

#include "support/catch.hpp"

namespace loop::test {

struct KillLedger::Shared {
  struct Operation {
    std::array<char, 63> name{};
    std::atomic<bool> is_acknowledged{false};
  };
  struct Writer {
    std::atomic<std::uint32_t> tried{0};
    std::array<Operation, kOperationsMax> operations;
  };
  std::array<Writer, kWriters> writers;
};

KillLedger::KillLedger() {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  shared_ = new (memory) Shared;
}

KillLedger::~KillLedger() { ::munmap(shared_, sizeof(Shared)); }

std::uint32_t KillLedger::begin(std::size_t writer) {
  auto& tried = shared_->writers[writer].tried;
  if (tried + 1 >= kOperationsMax) return 0;
  return ++tried;
}

void KillLedger::acknowledge(std::size_t writer, std::uint32_t operation, const std::string& name) {
  auto& slot = shared_->writers[writer].operations[operation];
  name.copy(slot.name.data(), slot.name.size() - 1);
  slot.is_acknowledged = true;
}

std::uint32_t KillLedger::tried(std::size_t writer) const { return shared_->writers[writer].tried; }

bool KillLedger::is_acknowledged(std::size_t writer, std::uint32_t operation) const {
  return shared_->writers[writer].operations[operation].is_acknowledged;
}

std::string KillLedger::name(std::size_t writer, std::uint32_t operation) const {
  return shared_->writers[writer].operations[operation].name.data();
}

std::size_t KillLedger::acknowledged_count() const {
  std::size_t count = 0;
  for (std::size_t writer = 0; writer < kWriters; ++writer) {
    for (std::uint32_t operation = 1; operation <= tried(writer); ++operation) {
      if (is_acknowledged(writer, operation)) ++count;
    }
  }
  return count;
}

std::string mark_of(std::size_t writer, std::uint32_t operation) {
  return fmt::format("w{}-{}.", writer, operation);
}

}  // namespace loop::test
