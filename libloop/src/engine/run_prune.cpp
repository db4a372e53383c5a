// SPDX-License-Identifier: MIT
// Removing old run folders.
#include "engine/run_prune.hpp"

#include <fmt/format.h>

#include "loop/store/layout.h"

namespace loop {

Status remove_tree(FileSystem& files, const RelativePath& path) {
  LOOP_TRY(const auto entries, files.list(path));
  for (const DirectoryEntry& entry : entries) {
    const auto child = RelativePath::parse(fmt::format("{}/{}", path.str(), entry.name));
    if (!child) return child.error();
    if (entry.kind == FileKind::directory) {
      LOOP_TRY_VOID(remove_tree(files, *child));
    } else {
      LOOP_TRY_VOID(files.remove(*child));
    }
  }
  return files.remove_directory(path);
}

Result<std::vector<RunId>> list_unknown_runs(FileSystem& files, const History& history) {
  std::vector<RunId> unknown;
  LOOP_TRY(const auto entries, files.list(layout::runs()));
  for (const DirectoryEntry& entry : entries) {
    if (entry.kind != FileKind::directory) continue;
    RunId run(entry.name);
    if (history.find(run) == nullptr) unknown.push_back(std::move(run));
  }
  return unknown;
}

Status remove_run_folder(FileSystem& files, const RunId& run) {
  const RelativePath path = layout::runs() / run.str();
  LOOP_TRY(const auto info, files.info(path));
  if (!info) return {};
  return remove_tree(files, path);
}

}  // namespace loop
