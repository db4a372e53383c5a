// SPDX-License-Identifier: MIT
// The operation that writes a file of the workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/ops/operation.h"

namespace loop {

enum class WriteEncoding { utf8, base64 };

struct WriteProjectFileRequest {
  std::string file_path;
  std::string content;
  WriteEncoding encoding = WriteEncoding::utf8;
  bool create_backup = true;
  bool append = false;
  bool ensure_directory = true;
  std::optional<std::string> expected_sha256;
};

struct WriteProjectFileAnswer {
  std::string file_path;  // without links
  std::uint64_t size_bytes = 0;
  std::optional<std::string> sha256;  // of the whole file; not of an appended one that is huge
  bool is_new = false;
  bool backup_created = false;
  std::optional<std::string> backup_path;
};

// Durable before it returns. Replaces the file as a whole, keeping mode and owner, or appends under
// its lock. conflict when the file is not the one that expected_sha256 means; invalid_argument for
// what is git's, the engine's own or denied by the operator, wherever links lead.
Result<WriteProjectFileAnswer> write_project_file(const OperationContext& context,
                                                  const WriteProjectFileRequest& request);

inline constexpr std::size_t kWriteBytesMax = 64 * 1024 * 1024;
inline constexpr std::uint64_t kHashedBytesMax = 64 * 1024 * 1024;  // of appended files

}  // namespace loop
