// SPDX-License-Identifier: MIT
// The operation that lists the files of the workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

struct ListProjectStructureRequest {
  std::optional<std::string> directory;
  bool recursive = true;
  bool include_hidden = false;
  bool include_directories = true;
  bool include_files = true;
  std::optional<std::string> file_pattern;
  std::vector<std::string> exclude_patterns;
  std::optional<std::int64_t> max_depth;
  bool respect_gitignore = true;
  std::optional<std::string> cursor;
};

enum class ListedKind { file, directory, link, other };

struct ListedFile {
  std::string path;
  ListedKind kind = ListedKind::file;
  std::optional<std::uint64_t> size_bytes;  // of files
  Instant modified{};
  std::optional<std::string> target;  // of a link, when it leads to somewhere in the workspace
};

struct ListProjectStructureAnswer {
  std::string directory;
  std::vector<ListedFile> entries;         // a directory before what is in it, by name
  std::optional<std::string> next_cursor;  // when there is more
  std::vector<std::string> unreadable;     // why something is missing
};

// Links are told and never followed. A cursor stands for a place in the order of paths and holds
// whatever is made or removed between two pages.
Result<ListProjectStructureAnswer> list_project_structure(
    const OperationContext& context, const ListProjectStructureRequest& request);

inline constexpr std::size_t kListedMax = 500;       // a page
inline constexpr std::int64_t kListDepthMax = 4096;  // no path has more components

}  // namespace loop
