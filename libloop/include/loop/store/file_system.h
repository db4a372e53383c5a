// SPDX-License-Identifier: MIT
// The seam for files: the few system calls that store makes, all below one confined root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"
#include "loop/store/relative_path.h"

namespace loop {

enum class FileKind { regular, directory, symlink, other };

struct FileInfo {
  FileKind kind = FileKind::regular;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;   // since 1970
  std::uint32_t permissions = 0;  // 07777
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint64_t link_count = 1;
};

// Which file it is, and its size.
struct FileIdentity {
  FileKind kind = FileKind::regular;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
};

// What tells one version of a file from the next without reading it. Two equal stamps may still be
// two versions on a file system with coarse times: compare hashes where it matters.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

FileStamp stamp_of(const FileInfo& info);

enum class Access {
  read,
  append,      // every write goes to the end (O_APPEND); reading is allowed
  read_write,  // writes go on from the last one, starting at 0
};
enum class Creation { must_exist, if_absent, must_not_exist };

struct OpenOptions {
  Access access = Access::read;
  Creation creation = Creation::must_exist;
  std::uint32_t permissions = 0644;  // of a file that is created, before the umask
};

enum class LockMode { shared, exclusive };

// An open regular file; closing is destruction. Single calls, no loops: a write may be short, a
// failure is reported once. Not thread-safe. Never inherited by a child (O_CLOEXEC).
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  // Bytes read; 0 at the end of the file.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) = 0;
  // Bytes written, at least 1 and perhaps fewer than given.
  virtual Result<std::size_t> write(std::string_view bytes) = 0;
  virtual Status truncate(std::uint64_t size_bytes) = 0;
  virtual Status set_permissions(std::uint32_t permissions) = 0;
  virtual Status set_owner(std::uint32_t owner, std::uint32_t group) = 0;
  virtual Status sync() = 0;       // fsync
  virtual Status sync_data() = 0;  // fdatasync
  virtual Result<FileInfo> info() = 0;
  // flock without waiting: false when someone else holds it. Released by unlock or closing, also
  // when the process is killed.
  virtual Result<bool> try_lock(LockMode mode) = 0;
  virtual Status unlock() = 0;
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::regular;
};

class OpenDirectory;

struct SpaceInfo {
  std::uint64_t free_bytes = 0;  // for this user
  bool is_network = false;  // NFS, SMB, 9p, FUSE and the like: locks or O_APPEND not to be trusted
  std::string type_name;    // "ext4", "nfs", or a hexadecimal magic number
};

// All paths are resolved below the root with RESOLVE_BENEATH: a link or a race that leaves the root
// gives outside_root and has no effect. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Follows links that stay inside the root. Anything but a regular file is refused at once with
  // invalid_argument naming what it is (a FIFO never blocks). not_found, already_exists.
  virtual Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                                 const OpenOptions& options) = 0;

  // Of the thing itself (a link is a link); nothing when it does not exist.
  virtual Result<std::optional<FileInfo>> info(const RelativePath& path) = 0;
  // The same, but without times: on kernels that keep finer times for a file whose times were
  // looked at, the next write to it is dearer.
  virtual Result<std::optional<FileIdentity>> identify(const RelativePath& path);

  // Where the path leads after all links, inside the root. A dangling last link gives the target.
  virtual Result<RelativePath> resolve(const RelativePath& path) = 0;

  // Replaces `to`. Not durable before sync_directory.
  virtual Status rename(const RelativePath& from, const RelativePath& to) = 0;
  // already_exists when `to` exists (RENAME_NOREPLACE).
  virtual Status rename_new(const RelativePath& from, const RelativePath& to) = 0;
  virtual Status remove(const RelativePath& path) = 0;            // a file or link
  virtual Status remove_directory(const RelativePath& path) = 0;  // an empty one
  virtual Status make_directory(const RelativePath& path, std::uint32_t permissions = 0755) = 0;
  // Makes the entries of a directory durable. An empty optional is the root.
  virtual Status sync_directory(const std::optional<RelativePath>& path) = 0;
  // Sorted by name; never "." and "..".
  virtual Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) = 0;
  // For walks: the directory itself, no link on the way followed. An empty optional is the root.
  // That there is none may be told by `list` only. Must not outlive the file system.
  virtual Result<std::unique_ptr<OpenDirectory>> open_directory(
      const std::optional<RelativePath>& path);
  virtual Result<SpaceInfo> space() = 0;

  // The absolute path of the root, for messages and for handing to child processes.
  virtual std::string root() const = 0;
};

struct PosixFilesOptions {
  // Uses the component-wise walk even where openat2 exists: for tests of the fallback.
  bool without_openat2 = false;
};

// Opens an existing directory as a confined root.
Result<std::unique_ptr<FileSystem>> open_posix_files(const std::string& root,
                                                     const PosixFilesOptions& options = {});

}  // namespace loop
