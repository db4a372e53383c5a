// SPDX-License-Identifier: MIT
// An open file of the simulated disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/sim_files.hpp"
#include "sim/sim_inode.hpp"

namespace loop::sim {

class SimOpenFile final : public OpenFile {
 public:
  SimOpenFile(SimFiles& disk, std::shared_ptr<SimInode> inode, Access access, std::string name);
  ~SimOpenFile() override;

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override;
  Result<std::size_t> write(std::string_view bytes) override;
  Status truncate(std::uint64_t size_bytes) override;
  Status set_permissions(std::uint32_t permissions) override;
  Status set_owner(std::uint32_t owner, std::uint32_t group) override;
  Status sync() override;
  Status sync_data() override;
  Result<FileInfo> info() override;
  Result<bool> try_lock(LockMode mode) override;
  Status unlock() override;

 private:
  std::string named(std::string_view operation) const;
  Status begin(std::string_view operation);
  // Bytes that the next write may hold; ENOSPC when that is none.
  Result<std::size_t> room_for(std::uint64_t offset, std::size_t wanted);
  void release_lock();

  SimFiles& disk_;
  std::shared_ptr<SimInode> inode_;
  Access access_;
  std::string name_;
  std::uint64_t number_;
  std::uint64_t epoch_;
  std::uint64_t position_ = 0;
};

}  // namespace loop::sim
