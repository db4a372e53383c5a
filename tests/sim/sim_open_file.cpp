// SPDX-License-Identifier: MIT
// Calls on an open file of the simulated disk.
#include "sim/sim_open_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace loop::sim {

SimOpenFile::SimOpenFile(SimFiles& disk, std::shared_ptr<SimInode> inode, Access access,
                         std::string name)
    : disk_(disk),
      inode_(std::move(inode)),
      access_(access),
      name_(std::move(name)),
      number_(disk.next_handle_++),
      epoch_(disk.epoch_) {
  ++disk_.open_files_;
}

SimOpenFile::~SimOpenFile() {
  const std::lock_guard guard(disk_.mutex_);
  --disk_.open_files_;
  if (epoch_ == disk_.epoch_) release_lock();
}

std::string SimOpenFile::named(std::string_view operation) const {
  return fmt::format("{} {}", operation, name_);
}

Status SimOpenFile::begin(std::string_view operation) {
  LOOP_TRY_VOID(disk_.begin_call(operation, name_));
  if (epoch_ != disk_.epoch_) return Error::from_errno(EBADF, named(operation));
  return {};
}

Result<std::size_t> SimOpenFile::read_at(std::uint64_t offset, std::span<char> into) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("read"));
  if (offset >= inode_->data.size()) return std::size_t{0};
  return inode_->data.copy(into.data(), into.size(), offset);
}

Result<std::size_t> SimOpenFile::room_for(std::uint64_t offset, std::size_t wanted) {
  const auto shortened = disk_.short_writes_.find(disk_.calls_);
  if (shortened != disk_.short_writes_.end()) {
    wanted = std::min(wanted, std::max<std::size_t>(shortened->second, 1));
  }
  if (!disk_.free_bytes_) return wanted;
  const std::uint64_t inside =
      offset < inode_->data.size() ? inode_->data.size() - offset : std::uint64_t{0};
  const std::uint64_t room = inside + *disk_.free_bytes_;
  if (room == 0) return Error::from_errno(ENOSPC, named("write"));
  const std::size_t fitting = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, room));
  *disk_.free_bytes_ -= fitting > inside ? fitting - inside : 0;
  return fitting;
}

Result<std::size_t> SimOpenFile::write(std::string_view bytes) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("write"));
  if (access_ == Access::read) return Error::from_errno(EBADF, named("write"));
  if (disk_.is_read_only_) return Error::from_errno(EROFS, named("write"));
  if (bytes.empty()) return std::size_t{0};
  const std::uint64_t offset = access_ == Access::append ? inode_->data.size() : position_;
  LOOP_TRY(const std::size_t count, room_for(offset, bytes.size()));
  inode_->change({false, offset, std::string(bytes.substr(0, count))});
  inode_->modified_ns = disk_.now_ns();
  position_ = offset + count;
  return count;
}

Status SimOpenFile::truncate(std::uint64_t size_bytes) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("truncate"));
  if (access_ == Access::read) return Error::from_errno(EINVAL, named("truncate"));
  if (disk_.is_read_only_) return Error::from_errno(EROFS, named("truncate"));
  const std::uint64_t old_size = inode_->data.size();
  if (disk_.free_bytes_ && size_bytes < old_size) *disk_.free_bytes_ += old_size - size_bytes;
  inode_->change({true, size_bytes, {}});
  inode_->modified_ns = disk_.now_ns();
  return {};
}

Status SimOpenFile::set_permissions(std::uint32_t permissions) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("set mode of"));
  if (disk_.is_read_only_) return Error::from_errno(EROFS, named("set mode of"));
  inode_->permissions = permissions & 07777;
  return {};
}

Status SimOpenFile::set_owner(std::uint32_t owner, std::uint32_t group) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("set owner of"));
  if (disk_.is_read_only_) return Error::from_errno(EROFS, named("set owner of"));
  inode_->owner = owner;
  inode_->group = group;
  inode_->permissions &= ~06000u;  // as the kernel does
  return {};
}

Status SimOpenFile::sync() {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("fsync"));
  inode_->sync();
  return {};
}

Status SimOpenFile::sync_data() {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("fdatasync"));
  inode_->sync();
  return {};
}

Result<FileInfo> SimOpenFile::info() {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("stat"));
  return disk_.info_of(*inode_);
}

void SimOpenFile::release_lock() {
  if (inode_->exclusive_holder == number_) inode_->exclusive_holder = 0;
  inode_->shared_holders.erase(number_);
}

Result<bool> SimOpenFile::try_lock(LockMode mode) {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("lock"));
  const bool is_exclusive = mode == LockMode::exclusive;
  if (is_exclusive && inode_->exclusive_holder == number_) return true;
  if (!is_exclusive && inode_->shared_holders.contains(number_)) return true;
  // As flock(2): a conversion first gives up the old lock, also when it does not get the new one.
  release_lock();
  if (inode_->exclusive_holder != 0) return false;
  if (is_exclusive && !inode_->shared_holders.empty()) return false;
  if (is_exclusive) inode_->exclusive_holder = number_;
  if (!is_exclusive) inode_->shared_holders.insert(number_);
  return true;
}

Status SimOpenFile::unlock() {
  const std::lock_guard guard(disk_.mutex_);
  LOOP_TRY_VOID(begin("unlock"));
  release_lock();
  return {};
}

}  // namespace loop::sim
