// SPDX-License-Identifier: MIT
// An open regular file of the operating system.
#pragma once

#include <string>

#include "loop/store/file_system.h"
#include "store/posix_fd.hpp"

struct stat;

namespace loop {

class PosixOpenFile final : public OpenFile {
 public:
  // `name` is for messages.
  PosixOpenFile(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

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
  Error failed(std::string_view operation) const;
  Status done(int result, std::string_view operation) const;

  Fd fd_;
  std::string name_;
};

FileInfo info_of(const struct stat& status);
FileKind kind_of_mode(mode_t mode);

}  // namespace loop
