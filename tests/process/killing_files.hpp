// SPDX-License-Identifier: MIT
// A file system that kills its own process at a chosen call, as a power switch would.
#pragma once

#include <csignal>

#include <unistd.h>

#include "loop/store/file_system.h"

namespace loop::test {

// Counts every call that reaches the disk, through files and folders alike.
class KillingFiles final : public FileSystem {
 public:
  // Kills before call number `at_call` (from 1); 0 never does.
  KillingFiles(FileSystem& files, int at_call) : files_(files), at_call_(at_call) {}

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override {
    count();
    LOOP_TRY(auto file, files_.open(path, options));
    return std::unique_ptr<OpenFile>(std::make_unique<CountedFile>(std::move(file), *this));
  }
  Result<std::optional<FileInfo>> info(const RelativePath& path) override {
    return count(), files_.info(path);
  }
  Result<RelativePath> resolve(const RelativePath& path) override {
    return count(), files_.resolve(path);
  }
  Status rename(const RelativePath& from, const RelativePath& to) override {
    return count(), files_.rename(from, to);
  }
  Status rename_new(const RelativePath& from, const RelativePath& to) override {
    return count(), files_.rename_new(from, to);
  }
  Status remove(const RelativePath& path) override { return count(), files_.remove(path); }
  Status remove_directory(const RelativePath& path) override {
    return count(), files_.remove_directory(path);
  }
  Status make_directory(const RelativePath& path, std::uint32_t permissions) override {
    return count(), files_.make_directory(path, permissions);
  }
  Status sync_directory(const std::optional<RelativePath>& path) override {
    return count(), files_.sync_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override {
    return count(), files_.list(path);
  }
  Result<SpaceInfo> space() override { return count(), files_.space(); }
  std::string root() const override { return files_.root(); }

 private:
  class CountedFile final : public OpenFile {
   public:
    CountedFile(std::unique_ptr<OpenFile> file, KillingFiles& owner)
        : file_(std::move(file)), owner_(owner) {}
    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
      return owner_.count(), file_->read_at(offset, into);
    }
    Result<std::size_t> write(std::string_view bytes) override {
      return owner_.count(), file_->write(bytes);
    }
    Status truncate(std::uint64_t size) override { return owner_.count(), file_->truncate(size); }
    Status set_permissions(std::uint32_t mode) override {
      return owner_.count(), file_->set_permissions(mode);
    }
    Status set_owner(std::uint32_t owner, std::uint32_t group) override {
      return owner_.count(), file_->set_owner(owner, group);
    }
    Status sync() override { return owner_.count(), file_->sync(); }
    Status sync_data() override { return owner_.count(), file_->sync_data(); }
    Result<FileInfo> info() override { return owner_.count(), file_->info(); }
    Result<bool> try_lock(LockMode mode) override { return owner_.count(), file_->try_lock(mode); }
    Status unlock() override { return owner_.count(), file_->unlock(); }

   private:
    std::unique_ptr<OpenFile> file_;
    KillingFiles& owner_;
  };

  void count() {
    if (++calls_ == at_call_) ::kill(::getpid(), SIGKILL);
  }

  FileSystem& files_;
  int at_call_;
  int calls_ = 0;
};

}  // namespace loop::test
