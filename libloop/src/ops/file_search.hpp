// SPDX-License-Identifier: MIT
// Searching one file of a walk at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/ops/search_in_files.h"
#include "ops/file_buffer.hpp"
#include "ops/file_guard.hpp"
#include "ops/file_walk.hpp"
#include "ops/line_search.hpp"
#include "ops/match_report.hpp"

namespace loop::ops {

enum class FileOutcome { searched, left_out, binary, large, unreadable };

struct SearchedFile {
  FileOutcome outcome = FileOutcome::left_out;
  std::size_t size_bytes = 0;
  FileMatches matches;  // of a searched one
  std::string reason;   // of an unreadable one
};

// What all files of a search have in common. Several threads may read it at once.
struct SearchTask {
  const OperationContext& context;
  const SearchInFilesRequest& request;
  const LineSearch& search;
  FileGuard guard;
};

// Of one thread.
class FileSearch {
 public:
  explicit FileSearch(const SearchTask& task) : task_(task) {}

  // Files that cannot be read are told, not refused: `cancelled` is the only error.
  Result<SearchedFile> search(const WalkEntry& entry, std::uint64_t matches_max);

 private:
  Result<SearchedFile> read_and_search(const WalkEntry& entry, std::uint64_t matches_max);

  const SearchTask& task_;
  FileBuffer buffer_;
};

}  // namespace loop::ops
