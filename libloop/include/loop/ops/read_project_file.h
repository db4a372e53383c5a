// SPDX-License-Identifier: MIT
// The operation that reads a file of the workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/ops/operation.h"

namespace loop {

enum class ReadEncoding { utf8, latin1, base64 };

struct ReadProjectFileRequest {
  std::string file_path;
  ReadEncoding encoding = ReadEncoding::utf8;
  double max_size_mb = 10;
  bool include_metadata = false;
  std::optional<std::int64_t> offset;  // lines left out at the start
  std::optional<std::int64_t> limit;   // lines at most
};

struct FileMetadata {
  std::string real_path;  // without links
  Instant modified{};
  std::string permissions;            // octal
  std::optional<std::string> sha256;  // of the whole file, if all of it was read
};

struct ReadProjectFileAnswer {
  std::string file_path;
  std::string content;
  ReadEncoding encoding = ReadEncoding::utf8;
  std::uint64_t size_bytes = 0;              // of the whole file
  std::optional<std::uint64_t> first_line;   // of the content, from 1; of text
  std::optional<std::uint64_t> line_count;   // of the content
  std::optional<std::uint64_t> total_lines;  // of the file, if its end was reached
  std::optional<std::uint64_t> next_offset;  // if it was not
  std::optional<FileMetadata> metadata;
};

// Regular files only. too_large for a whole file over max_size_mb; lines asked for by offset and
// limit are instead cut there at a line's end. invalid_data with the byte for what is no UTF-8.
Result<ReadProjectFileAnswer> read_project_file(const OperationContext& context,
                                                const ReadProjectFileRequest& request);

inline constexpr std::int64_t kReadMegabytesMax = 256;
inline constexpr std::int64_t kReadLinesMax = 1'000'000'000;

}  // namespace loop
