// SPDX-License-Identifier: MIT
// A window of batches over a walk.
#include "ops/tree_search.hpp"

#include "loop/base/spare_threads.h"

#include <limits>

namespace loop::ops {

namespace {

constexpr std::size_t kUnreadableMax = 20;
constexpr std::size_t kBatchFiles = 16;
// A thread takes about as long to start as this takes to search.
constexpr std::size_t kAloneFiles = 64;
constexpr std::size_t kAloneBytes = 4 * 1024 * 1024;
constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

Error given_up() { return Error(Errc::cancelled, "the search was given up"); }

}  // namespace

// A batch is done also when its search threw: the caller's thread may be waiting for it.
class TreeSearch::Finish {
 public:
  Finish(TreeSearch& owner, Batch& batch) : owner_(owner), batch_(batch) {}
  ~Finish() {
    const std::lock_guard lock(owner_.mutex_);
    batch_.is_done = true;
    owner_.done_.notify_one();
  }
  Finish(const Finish&) = delete;
  Finish& operator=(const Finish&) = delete;

 private:
  TreeSearch& owner_;
  Batch& batch_;
};

// Lets the helpers end.
class TreeSearch::Ending {
 public:
  explicit Ending(TreeSearch& owner) : owner_(owner) {}
  ~Ending() {
    const std::lock_guard lock(owner_.mutex_);
    owner_.is_ending_ = true;
    owner_.work_.notify_all();
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  TreeSearch& owner_;
};

TreeSearch::TreeSearch(const SearchTask& task, FileWalk walk,
                       const std::optional<FilePattern>& pattern)
    : task_(task),
      pattern_(pattern),
      walk_(std::move(walk)),
      own_search_(task),
      report_(task.request),
      matches_left_(report_.matches_left()) {}

Result<SearchInFilesAnswer> TreeSearch::run() {
  LOOP_TRY_VOID(go_on(kAloneFiles, kAloneBytes));
  SpareThreads* helpers = task_.context.spare_threads;
  if (is_finished() || helpers == nullptr || helpers->count() == 0) {
    LOOP_TRY_VOID(go_on(kUnlimited, kUnlimited));
    return finish();
  }
  window_max_ = 2 * helpers->count() + 4;
  Status status;
  helpers->run([this] { help(); },
               [this, &status] {
                 const Ending ending(*this);
                 status = go_on(kUnlimited, kUnlimited);
               });
  LOOP_TRY_VOID(status);
  return finish();
}

Status TreeSearch::go_on(std::size_t files_max, std::size_t bytes_max) {
  while (!is_finished() && files_ < files_max && bytes_ < bytes_max) {
    std::unique_lock lock(mutex_);
    if (!window_.empty() && window_.front()->is_done) {
      const std::unique_ptr<Batch> batch = std::move(window_.front());
      window_.pop_front();
      --claimed_;
      lock.unlock();
      LOOP_TRY_VOID(report(*batch));
    } else if (has_room()) {
      lock.unlock();
      LOOP_TRY_VOID(add_batch());
    } else if (Batch* batch = claim(); batch != nullptr) {
      lock.unlock();
      search(*batch, own_search_);
    } else {
      done_.wait(lock, [this] { return window_.front()->is_done; });
    }
  }
  return {};
}

void TreeSearch::help() {
  FileSearch own_search(task_);
  while (true) {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return is_ending_ || claimed_ < window_.size(); });
    if (is_ending_) return;
    Batch* batch = claim();
    lock.unlock();
    search(*batch, own_search);
  }
}

// With mutex_ held. Nothing when all are taken.
TreeSearch::Batch* TreeSearch::claim() {
  return claimed_ < window_.size() ? window_[claimed_++].get() : nullptr;
}

Status TreeSearch::add_batch() {
  auto batch = std::make_unique<Batch>();
  while (batch->items.size() < kBatchFiles) {
    LOOP_TRY(auto entry, walk_.next());
    if (!entry) {
      is_walked_ = true;
      break;
    }
    if (entry->kind != FileKind::regular) continue;
    if (pattern_ && !pattern_->matches(entry->below())) continue;
    batch->items.push_back({std::move(*entry), walk_.unreadable().size(), std::nullopt});
  }
  if (batch->items.empty()) return {};
  const std::lock_guard lock(mutex_);
  window_.push_back(std::move(batch));
  work_.notify_one();
  return {};
}

void TreeSearch::search(Batch& batch, FileSearch& search) {
  const Finish finish(*this, batch);
  batch.status = given_up();
  batch.status = search_items(batch, search);
}

Status TreeSearch::search_items(Batch& batch, FileSearch& search) const {
  std::uint64_t left = matches_left_;
  std::size_t bytes = 0;
  for (Item& item : batch.items) {
    if (is_ending_) return given_up();
    LOOP_TRY(item.searched, search.search(item.entry, left));
    const FileMatches& matches = item.searched->matches;
    left -= matches.match_count;
    bytes += matches.more_bytes;
    // The report will be full before the files behind this one.
    if (matches.has_more || bytes > kShownBytesMax) break;
  }
  return {};
}

Status TreeSearch::report(Batch& batch) {
  LOOP_TRY_VOID(batch.status);
  for (Item& item : batch.items) {
    if (report_.is_full()) break;
    LOOP_TRY_VOID(report(item));
  }
  matches_left_ = report_.matches_left();
  return {};
}

Status TreeSearch::report(Item& item) {
  // With the matches that the files before left over; a batch began when more were left.
  if (!item.searched || item.searched->matches.match_count > report_.matches_left()) {
    LOOP_TRY(item.searched, own_search_.search(item.entry, report_.matches_left()));
  }
  SearchedFile& file = *item.searched;
  SearchInFilesAnswer& answer = report_.answer();
  walk_unreadable_ = item.unreadable_before;
  ++files_;
  bytes_ += file.size_bytes;
  switch (file.outcome) {
    case FileOutcome::left_out: break;
    case FileOutcome::large: ++answer.large_skipped; break;
    case FileOutcome::binary: ++answer.binary_skipped; break;
    case FileOutcome::unreadable: note_unreadable(std::move(file.reason)); break;
    case FileOutcome::searched:
      ++answer.files_searched;
      report_.add(std::move(file.matches));
      break;
  }
  return {};
}

void TreeSearch::note_unreadable(std::string reason) {
  auto& unreadable = report_.answer().unreadable;
  if (unreadable.size() < kUnreadableMax) unreadable.push_back(std::move(reason));
}

// What the walk could not read behind a full answer is none of it.
SearchInFilesAnswer TreeSearch::finish() {
  const auto& reasons = walk_.unreadable();
  const std::size_t count = report_.is_full() ? walk_unreadable_ : reasons.size();
  for (std::size_t i = 0; i < count; ++i) note_unreadable(reasons[i]);
  return std::move(report_.answer());
}

}  // namespace loop::ops
