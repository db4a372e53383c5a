// SPDX-License-Identifier: MIT
// Searching: a walk that gives files in order, and a search of one file at a time.
#include "loop/ops/search_in_files.h"

#include "ops/described_operation.hpp"
#include "ops/file_buffer.hpp"
#include "ops/file_guard.hpp"
#include "ops/file_walk.hpp"
#include "ops/line_search.hpp"
#include "ops/match_report.hpp"
#include "ops/walk_arguments.hpp"

#include <fmt/format.h>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, SearchInFilesRequest& request) {
  using ops::field;
  visit(field("pattern", request.pattern, "RE2, within one line").told().required());
  visit(field("directory", request.directory, "the root when not given").path());
  visit(field("file_pattern", request.file_pattern, "glob of files, like *.{cpp,h} or src/**"));
  visit(field("case_sensitive", request.case_sensitive, "a is not A"));
  visit(field("whole_word", request.whole_word, "no parts of words"));
  visit(field("max_matches", request.max_matches, "stops there").range(1, kMatchesMax));
  visit(field("include_line_numbers", request.include_line_numbers, "from 1"));
  visit(field("context_lines", request.context_lines, "shown around each match")
            .range(0, kContextLinesMax));
  visit(field("respect_gitignore", request.respect_gitignore, "leave out what git ignores"));
  visit(field("literal", request.literal, "the pattern is plain text"));
}

template <class Visitor>
void describe(Visitor& visit, MatchedLine& match) {
  using ops::field;
  visit(field("file_path", match.file_path).required());
  visit(field("line_number", match.line_number, "from 1"));
  visit(field("text", match.text, "the line, or a part around the first match").required());
  visit(field("columns", match.columns, "of each match, in characters, from 1").required());
  visit(field("byte_offsets", match.byte_offsets, "of each match in the file").required());
  visit(field("context_before", match.context_before, "the lines before, if not shown yet")
            .required());
  visit(field("context_after", match.context_after, "the lines behind").required());
}

template <class Visitor>
void describe(Visitor& visit, SearchInFilesAnswer& answer) {
  using ops::field;
  visit(field("matches", answer.matches, "lines that match, by path, then by line").required());
  visit(field("match_count", answer.match_count, "matches told").required());
  visit(field("files_searched", answer.files_searched).required());
  visit(field("files_matched", answer.files_matched).required());
  visit(field("binary_skipped", answer.binary_skipped, "files with a NUL").required());
  visit(field("large_skipped", answer.large_skipped, "files over 64 MiB").required());
  visit(field("truncated", answer.is_truncated, "there is more than was told").required());
  visit(field("unreadable", answer.unreadable, "why something is missing").required());
}

namespace {

constexpr std::size_t kUnreadableMax = 20;

// A pattern that names hidden files asks for them.
bool names_hidden(std::string_view pattern) {
  constexpr std::string_view kBefore = "/{,";
  for (std::size_t at = pattern.find('.'); at != std::string_view::npos;
       at = pattern.find('.', at + 1)) {
    const bool begins_name = at == 0 || kBefore.find(pattern[at - 1]) != std::string_view::npos;
    if (begins_name && !pattern.substr(at).starts_with("./")) return true;
  }
  return false;
}

class FileSearch {
 public:
  FileSearch(const OperationContext& context, const SearchInFilesRequest& request,
             const ops::LineSearch& search)
      : context_(context), guard_(context), search_(search), report_(request) {}

  // Files that cannot be read are told, not refused.
  Status search(const ops::WalkEntry& entry) {
    if (!entry.directory || !guard_.may_read(entry.path)) return {};
    auto searched = read_and_search(entry);
    if (searched || searched.error().code() == Errc::cancelled) return searched;
    if (searched.error().code() == Errc::not_found) return {};  // went away meanwhile
    note_unreadable(searched.error().message());
    return {};
  }

  bool is_full() const { return report_.is_full(); }

  SearchInFilesAnswer finish(const std::vector<std::string>& unreadable) {
    for (const std::string& text : unreadable) note_unreadable(text);
    return std::move(report_.answer());
  }

 private:
  // No link is followed, so that the walk's path is the one to be judged.
  Status read_and_search(const ops::WalkEntry& entry) {
    SearchInFilesAnswer& answer = report_.answer();
    LOOP_TRY(const auto file, entry.directory->open_file(std::string(entry.path.name())));
    LOOP_TRY(const std::string_view text, buffer_.read(context_, *file, kSearchedBytesMax + 1));
    if (text.size() > kSearchedBytesMax) {
      ++answer.large_skipped;
      return {};
    }
    if (ops::is_binary(text)) {
      ++answer.binary_skipped;
      return {};
    }
    LOOP_TRY(const ops::FoundLines found, search_.find(context_, text, report_.matches_left()));
    ++answer.files_searched;
    report_.add(entry.path.str(), text, found);
    return {};
  }

  void note_unreadable(std::string text) {
    auto& unreadable = report_.answer().unreadable;
    if (unreadable.size() < kUnreadableMax) unreadable.push_back(std::move(text));
  }

  const OperationContext& context_;
  ops::FileGuard guard_;
  const ops::LineSearch& search_;
  ops::MatchReport report_;
  ops::FileBuffer buffer_;
};

Result<ops::LineSearch> compile(const SearchInFilesRequest& request) {
  return ops::LineSearch::compile(
      request.pattern,
      {.kind = request.literal ? ops::PatternKind::literal : ops::PatternKind::regular_expression,
       .is_case_sensitive = request.case_sensitive,
       .is_whole_word = request.whole_word});
}

Result<ops::WalkOptions> walk_options(const OperationContext& context,
                                      const SearchInFilesRequest& request) {
  ops::WalkOptions options;
  LOOP_TRY(options.directory, ops::walk_directory(context, request.directory));
  if (!request.respect_gitignore) options.git_ignore = ops::GitIgnore::unread;
  if (request.file_pattern && names_hidden(*request.file_pattern)) {
    options.hidden = ops::HiddenFiles::shown;
  }
  return options;
}

}  // namespace

Result<SearchInFilesAnswer> search_in_files(const OperationContext& context,
                                            const SearchInFilesRequest& request) {
  LOOP_TRY(const ops::LineSearch search, compile(request));
  LOOP_TRY(const auto pattern, ops::pattern_argument("file_pattern", request.file_pattern));
  LOOP_TRY(ops::WalkOptions options, walk_options(context, request));
  LOOP_TRY(ops::FileWalk walk, ops::FileWalk::begin(context, std::move(options)));
  FileSearch file_search(context, request, search);
  while (!file_search.is_full()) {
    LOOP_TRY(const auto entry, walk.next());
    if (!entry) break;
    if (entry->kind != FileKind::regular) continue;
    if (pattern && !pattern->matches(entry->below())) continue;
    LOOP_TRY_VOID(file_search.search(*entry));
  }
  return file_search.finish(walk.unreadable());
}

namespace {

constexpr OperationInfo kInfo{
    .name = "search_in_files",
    .title = "Search in files",
    .meaning =
        "Finds the lines in files that match a regular expression or text. Hidden files only when "
        "directory or file_pattern names them.",
    .group = OperationGroup::files,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(search_in_files, loop::kInfo)
