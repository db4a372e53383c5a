// SPDX-License-Identifier: MIT
// What writers tried and what was acknowledged to them, kept where kill -9 does not reach it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace loop::test {

// Memory shared with all children that are forked later. A writer is one process after another with
// the same number; its operations are numbered on, so that none is tried twice.
class KillLedger {
 public:
  static constexpr std::size_t kWriters = 64;
  static constexpr std::size_t kOperationsMax = 8192;

  KillLedger();
  ~KillLedger();
  KillLedger(const KillLedger&) = delete;
  KillLedger& operator=(const KillLedger&) = delete;

  // Before the first call of an operation; its number, from 1. 0 when the writer has done its most.
  std::uint32_t begin(std::size_t writer);
  // After the operation said that it is done; with the name of what it made, if it has one.
  void acknowledge(std::size_t writer, std::uint32_t operation, const std::string& name = {});

  std::uint32_t tried(std::size_t writer) const;
  bool is_acknowledged(std::size_t writer, std::uint32_t operation) const;
  std::string name(std::size_t writer, std::uint32_t operation) const;
  std::size_t acknowledged_count() const;

 private:
  struct Shared;
  Shared* shared_;
};

// The mark of an operation in what it writes: "w3-17.".
std::string mark_of(std::size_t writer, std::uint32_t operation);

}  // namespace loop::test
