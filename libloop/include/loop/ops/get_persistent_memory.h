// SPDX-License-Identifier: MIT
// The operation that reads what was learnt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/domain/memory_book.h"
#include "loop/ops/operation.h"

namespace loop {

struct GetPersistentMemoryRequest {
  std::optional<std::string> section;  // title, or patterns, commands, status
  bool include_metadata = false;
  std::optional<std::string> search_pattern;  // RE2; case is ignored
};

struct MemorySectionEntry {
  std::optional<Instant> timestamp;
  std::string mode, category, finding, command, achievement, insight;
  std::string content;  // the lines below the heading as they stand
  std::int64_t line = 0;
};

struct MemorySectionAnswer {
  std::string section;  // patterns, commands, status
  std::string title;
  std::int64_t line = 0;  // of its heading; 0: the file lacks it
  std::string text;       // what belongs to no entry; when searching its lines that match
  std::vector<MemorySectionEntry> entries;  // when searching those that match
};

struct MemoryFindingAnswer {
  std::int64_t line = 0;  // 0: the file as a whole
  std::string rule, message;
};

struct MemoryMetadata {
  std::string path;
  std::int64_t size_bytes = 0;
  std::optional<Instant> modified;  // nothing for a file that is not there
  std::string sha256;
  std::vector<std::string> archive_files;  // newest first; at most kArchiveFilesShownMax
};

struct GetPersistentMemoryAnswer {
  std::vector<MemorySectionAnswer> sections;  // all three, or the one asked for
  std::int64_t entry_count = 0;               // in these sections
  std::int64_t match_count = 0;               // of these, those that are searched for
  std::int64_t line_count = 0, max_lines = kMemoryLinesMax;
  std::int64_t headroom_percent = 0;  // of max_lines; 0 when it is reached or passed
  std::vector<MemoryFindingAnswer> findings;
  std::optional<MemoryMetadata> metadata{};
  bool is_truncated = false;  // more text than kMemoryAnswerBytesMax: the rest was left out
};

// invalid_argument for an unknown section or a bad pattern. An absent file has no entries and its
// three sections missing.
Result<GetPersistentMemoryAnswer> get_persistent_memory(const OperationContext& context,
                                                        const GetPersistentMemoryRequest& request);

inline constexpr std::size_t kMemoryAnswerBytesMax = 512 * 1024;
inline constexpr std::size_t kArchiveFilesShownMax = 100;

}  // namespace loop
