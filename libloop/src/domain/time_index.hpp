// SPDX-License-Identifier: MIT
// Where in task_timing.tsv the rows of each task stand, kept while the file grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/time_ledger.h"
#include "loop/store/append_log.h"

namespace loop {

// Every row costs 16 to 48 bytes. It follows appends of anybody; a file that was cut, replaced, or
// rewritten so that the last known line moved is read anew. Not thread-safe.
class TimeIndex {
 public:
  // Reads what is new in the file. To be called before each rows_of, under the file's lock.
  Status follow(const AppendLog::Content& content);

  // The rows of one task, in their order. Ids may be of any form; the empty one has no rows.
  Result<TimeTable> rows_of(const AppendLog::Content& content, const TaskId& id) const;

 private:
  struct Place {
    std::uint64_t offset_plus_1 = 0;  // 0: free
    std::uint32_t hash = 0;
  };

  Result<bool> is_known_part_there(const AppendLog::Content& content) const;
  void forget();
  void take_lines(std::string_view lines, std::uint64_t offset);
  void remember(std::string_view id, std::uint64_t offset);
  void put(const Place& place);
  void grow();
  std::vector<std::uint64_t> offsets_of(std::uint32_t hash) const;

  std::vector<Place> places_;  // open addressing; the size is a power of two
  std::size_t used_ = 0;
  std::optional<std::uint64_t> generation_;
  std::uint64_t end_ = 0;  // of what is known
  std::string last_line_;  // that ends there, with its newline
};

}  // namespace loop
