// SPDX-License-Identifier: MIT
// Real parts that fail at one chosen place: a disk that is full for one file, a launcher that
// stops.
#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include "loop/base/process.h"
#include "loop/store/file_system.h"

namespace loop::test {

// No space for the named file (also under the temporary name of its replacement): neither to make
// it nor to write to it, as long as `is_full` says so.
class FullDisk final : public FileSystem {
 public:
  using IsFull = std::function<bool()>;

  FullDisk(
      std::unique_ptr<FileSystem> real, std::string name, IsFull is_full = [] { return true; })
      : real_(std::move(real)), name_(std::move(name)), is_full_(std::move(is_full)) {}

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override {
    const bool is_meant = path.name().find(name_) != std::string_view::npos;
    const bool writes = options.access != Access::read;
    if (is_meant && writes && is_full_()) return no_space(path);
    auto file = real_->open(path, options);
    if (!file || !is_meant || !writes) return file;
    return std::unique_ptr<OpenFile>(std::make_unique<File>(std::move(*file), path, is_full_));
  }
  Result<std::optional<FileInfo>> info(const RelativePath& path) override {
    return real_->info(path);
  }
  Result<RelativePath> resolve(const RelativePath& path) override { return real_->resolve(path); }
  Status rename(const RelativePath& from, const RelativePath& to) override {
    return real_->rename(from, to);
  }
  Status rename_new(const RelativePath& from, const RelativePath& to) override {
    return real_->rename_new(from, to);
  }
  Status remove(const RelativePath& path) override { return real_->remove(path); }
  Status remove_directory(const RelativePath& path) override {
    return real_->remove_directory(path);
  }
  Status make_directory(const RelativePath& path, std::uint32_t permissions) override {
    return real_->make_directory(path, permissions);
  }
  Status sync_directory(const std::optional<RelativePath>& path) override {
    return real_->sync_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override {
    return real_->list(path);
  }
  Result<SpaceInfo> space() override { return real_->space(); }
  std::string root() const override { return real_->root(); }

 private:
  static Error no_space(const RelativePath& path) {
    return Error::from_errno(ENOSPC, "write " + path.str());
  }

  class File final : public OpenFile {
   public:
    File(std::unique_ptr<OpenFile> real, RelativePath path, IsFull is_full)
        : real_(std::move(real)), path_(std::move(path)), is_full_(std::move(is_full)) {}
    Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
      return real_->read_at(offset, into);
    }
    Result<std::size_t> write(std::string_view bytes) override {
      if (is_full_()) return no_space(path_);
      return real_->write(bytes);
    }
    Status truncate(std::uint64_t size_bytes) override { return real_->truncate(size_bytes); }
    Status set_permissions(std::uint32_t permissions) override {
      return real_->set_permissions(permissions);
    }
    Status set_owner(std::uint32_t owner, std::uint32_t group) override {
      return real_->set_owner(owner, group);
    }
    Status sync() override { return real_->sync(); }
    Status sync_data() override { return real_->sync_data(); }
    Result<FileInfo> info() override { return real_->info(); }
    Result<bool> try_lock(LockMode mode) override { return real_->try_lock(mode); }
    Status unlock() override { return real_->unlock(); }

   private:
    std::unique_ptr<OpenFile> real_;
    RelativePath path_;
    IsFull is_full_;
  };

  std::unique_ptr<FileSystem> real_;
  std::string name_;
  IsFull is_full_;
};

// Calls `act` at one step: after the child is held, or before it is released; or finds no space.
class StepLauncher final : public ProcessLauncher {
 public:
  enum class Step { held, release, no_space };

  StepLauncher(std::unique_ptr<ProcessLauncher> real, Step step, std::function<void()> act)
      : real_(std::move(real)), step_(step), act_(std::move(act)) {}

  Result<ProcessIdentity> launch_detached(const LaunchSpec& spec) override {
    return real_->launch_detached(spec);
  }
  Result<std::unique_ptr<ChildProcess>> launch_held(const LaunchSpec& spec) override {
    if (step_ == Step::no_space) return Error::from_errno(ENOSPC, "open stdout.log");
    auto child = real_->launch_held(spec);
    if (step_ == Step::held) act_();
    if (!child || step_ != Step::release) return child;
    return std::unique_ptr<ChildProcess>(std::make_unique<Child>(std::move(*child), act_));
  }
  std::string find_program(const std::string& name,
                           const std::vector<std::string>& environment) override {
    return real_->find_program(name, environment);
  }
  Result<MachineMemory> memory() override { return real_->memory(); }
  ProcessIdentity self() override { return real_->self(); }
  bool is_alive(const ProcessIdentity& process) override { return real_->is_alive(process); }
  Status signal(const ProcessIdentity& process, int signal_number) override {
    return real_->signal(process, signal_number);
  }
  std::vector<ProcessIdentity> tree(const ProcessIdentity& root,
                                    const std::string& marker) override {
    return real_->tree(root, marker);
  }
  void adopt_orphans() override { real_->adopt_orphans(); }

 private:
  class Child final : public ChildProcess {
   public:
    Child(std::unique_ptr<ChildProcess> real, std::function<void()> act)
        : real_(std::move(real)), act_(std::move(act)) {}
    const ProcessIdentity& identity() const override { return real_->identity(); }
    Status release() override {
      act_();
      return real_->release();
    }
    std::optional<ExitStatus> poll() override { return real_->poll(); }
    std::optional<ExitStatus> wait(Duration limit) override { return real_->wait(limit); }

   private:
    std::unique_ptr<ChildProcess> real_;
    std::function<void()> act_;
  };

  std::unique_ptr<ProcessLauncher> real_;
  Step step_;
  std::function<void()> act_;
};

}  // namespace loop::test
