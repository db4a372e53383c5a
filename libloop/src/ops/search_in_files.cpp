// SPDX-License-Identifier: MIT
// What is searched for and where; the search itself is in tree_search.
#include "loop/ops/search_in_files.h"

#include "ops/described_operation.hpp"
#include "ops/file_walk.hpp"
#include "ops/line_search.hpp"
#include "ops/tree_search.hpp"
#include "ops/walk_arguments.hpp"

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
  const ops::SearchTask task{context, request, search, ops::FileGuard(context)};
  return ops::TreeSearch(task, std::move(walk), pattern).run();
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
