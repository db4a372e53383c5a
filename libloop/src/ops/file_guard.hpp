// SPDX-License-Identifier: MIT
// Which files the file operations keep away from, judged by where a path really leads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loop/domain/ignore_rules.h"
#include "loop/ops/operation.h"
#include "loop/store/file_system.h"

namespace loop::ops {

// A file that is open for reading, and its path without links.
struct OpenedFile {
  std::unique_ptr<OpenFile> file;
  RelativePath path;
  FileInfo info;
};

class FileGuard {
 public:
  explicit FileGuard(const OperationContext& context);

  // invalid_argument for what files.deny covers. `path` has no links.
  Status check_reading(const RelativePath& path) const;
  // The same, and for what is in a .git directory or in the state directory.
  Status check_writing(const RelativePath& path) const;
  bool may_read(const RelativePath& path) const;

  // Opens what may be read. The file that is open is the one that was judged, also when links are
  // swapped meanwhile.
  Result<OpenedFile> open(const RelativePath& path) const;

 private:
  FileSystem& files_;
  IgnoreRules denied_;
};

// The path of an argument; the error names the argument.
Result<RelativePath> path_argument(std::string_view argument, const std::string& given);
// The same for a directory: nothing for the root ("." or empty).
Result<std::optional<RelativePath>> directory_argument(std::string_view argument,
                                                       const std::string& given);

// Where the path leads after all links; what does not exist yet, directories included, stays as
// named.
Result<RelativePath> resolve_new(FileSystem& files, const RelativePath& path);

// For messages and answers: well-formed UTF-8.
std::string shown(const RelativePath& path);

// All bytes from `offset`, at most `bytes_max`, asking for cancellation now and then.
Result<std::string> read_bytes(const OperationContext& context, OpenFile& file,
                               std::uint64_t offset, std::uint64_t bytes_max);

}  // namespace loop::ops
