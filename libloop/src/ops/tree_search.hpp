// SPDX-License-Identifier: MIT
// Searching the files of a walk with several threads, and reporting them in the walk's order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "loop/domain/glob.h"
#include "loop/ops/search_in_files.h"
#include "ops/file_search.hpp"
#include "ops/file_walk.hpp"
#include "ops/match_report.hpp"

namespace loop::ops {

// The caller's thread walks, reports, and searches where nothing else is to be done; helpers only
// search, once the tree has shown that it is worth their start. A few batches of files are under
// way at once; a batch that is done waits for those before it, so that the answer is that of one
// thread, file by file.
class TreeSearch {
 public:
  TreeSearch(const SearchTask& task, FileWalk walk, const std::optional<FilePattern>& pattern);

  Result<SearchInFilesAnswer> run();

 private:
  struct Item {
    WalkEntry entry;
    std::size_t unreadable_before = 0;  // of the walk
    std::optional<SearchedFile> searched;
  };
  struct Batch {
    std::vector<Item> items;
    Status status;
    bool is_done = false;  // mutex_ guards it
  };
  class Finish;
  class Ending;

  // Until the report is full, the walk at its end, or so many files or bytes are reported.
  Status go_on(std::size_t files_max, std::size_t bytes_max);
  void help();
  bool is_finished() const { return report_.is_full() || (is_walked_ && window_.empty()); }
  bool has_room() const { return !is_walked_ && window_.size() < window_max_; }
  Batch* claim();

  Status add_batch();
  void search(Batch& batch, FileSearch& search);
  Status search_items(Batch& batch, FileSearch& search) const;
  Status report(Batch& batch);
  Status report(Item& item);
  void note_unreadable(std::string reason);
  SearchInFilesAnswer finish();

  const SearchTask& task_;
  const std::optional<FilePattern>& pattern_;
  // Of the caller's thread.
  FileWalk walk_;
  FileSearch own_search_;
  MatchReport report_;
  std::size_t walk_unreadable_ = 0;  // of the walk, up to the last file reported
  std::size_t files_ = 0;            // reported
  std::size_t bytes_ = 0;
  std::size_t window_max_ = 1;
  bool is_walked_ = false;

  std::atomic<std::uint64_t> matches_left_;  // at least as many as the report still takes
  std::atomic<bool> is_ending_ = false;
  std::mutex mutex_;  // guards the rest; only the caller's thread changes the window
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<std::unique_ptr<Batch>> window_;  // in the order of the walk
  std::size_t claimed_ = 0;                    // of them, from the front
};

}  // namespace loop::ops
