// SPDX-License-Identifier: MIT
// Removing the folders of runs that are no longer kept.
#pragma once

#include <vector>

#include "loop/engine/history.h"
#include "loop/store/file_system.h"

namespace loop {

// The folders under .loop/runs whose run the history does not keep. Under the dispatch lock only:
// then no claim is half done.
Result<std::vector<RunId>> list_unknown_runs(FileSystem& files, const History& history);

// A folder and all in it; links are removed, not followed. not_found for an absent one.
Status remove_tree(FileSystem& files, const RelativePath& path);

// The same for the folder of a run; an absent one is success.
Status remove_run_folder(FileSystem& files, const RunId& run);

}  // namespace loop
