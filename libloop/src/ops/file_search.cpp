// SPDX-License-Identifier: MIT
// Reading a file whole, searching it, and describing what was found while the text is here.
#include "ops/file_search.hpp"

namespace loop::ops {

Result<SearchedFile> FileSearch::search(const WalkEntry& entry, std::uint64_t matches_max) {
  if (!entry.directory || !task_.guard.may_read(entry.path)) return SearchedFile{};
  auto searched = read_and_search(entry, matches_max);
  if (searched || searched.error().code() == Errc::cancelled) return searched;
  SearchedFile failed;
  if (searched.error().code() == Errc::not_found) return failed;  // went away meanwhile
  failed.outcome = FileOutcome::unreadable;
  failed.reason = searched.error().message();
  return failed;
}

// No link is followed, so that the walk's path is the one to be judged.
Result<SearchedFile> FileSearch::read_and_search(const WalkEntry& entry,
                                                 std::uint64_t matches_max) {
  const OperationContext& context = task_.context;
  LOOP_TRY(const std::string_view text,
           buffer_.read(context, *entry.directory, std::string(entry.path.name()),
                        kSearchedBytesMax + 1));
  SearchedFile result;
  result.size_bytes = text.size();
  if (text.size() > kSearchedBytesMax) {
    result.outcome = FileOutcome::large;
  } else if (is_binary(text)) {
    result.outcome = FileOutcome::binary;
  } else {
    LOOP_TRY(const FoundLines found, task_.search.find(context, text, matches_max));
    result.outcome = FileOutcome::searched;
    result.matches = describe_matches(task_.request, entry.path.str(), text, found);
  }
  return result;
}

}  // namespace loop::ops
