// SPDX-License-Identifier: MIT
// Listing files, a page at a time.
#include "loop/ops/list_project_structure.h"

#include "loop/base/base64.h"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/file_times.hpp"
#include "ops/file_walk.hpp"
#include "ops/walk_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace loop {

template <>
struct ops::Words<ListedKind> {
  static constexpr std::array<std::pair<ListedKind, std::string_view>, 4> all{
      {{ListedKind::file, "file"},
       {ListedKind::directory, "directory"},
       {ListedKind::link, "link"},
       {ListedKind::other, "other"}}};
};

template <class Visitor>
void describe(Visitor& visit, ListProjectStructureRequest& request) {
  using ops::field;
  visit(field("directory", request.directory, "the root when not given").path());
  visit(field("recursive", request.recursive, "also what lies deeper"));
  visit(field("include_hidden", request.include_hidden, "names with a dot in front"));
  visit(field("include_directories", request.include_directories, "list them"));
  visit(field("include_files", request.include_files, "list them"));
  visit(field("file_pattern", request.file_pattern, "glob of files, like *.{cpp,h} or src/**"));
  visit(field("exclude_patterns", request.exclude_patterns, "as in .gitignore").told());
  visit(field("max_depth", request.max_depth, "1: what is in the directory itself")
            .range(1, kListDepthMax));
  visit(field("respect_gitignore", request.respect_gitignore, "leave out what git ignores"));
  visit(field("cursor", request.cursor, "next_cursor of the page before"));
}

template <class Visitor>
void describe(Visitor& visit, ListedFile& listed) {
  using ops::field;
  visit(field("path", listed.path).required());
  visit(field("type", listed.kind).required());
  visit(field("size", listed.size_bytes, "bytes of a file"));
  visit(field("modified", listed.modified).required());
  visit(field("target", listed.target, "of a link that stays in the workspace"));
}

template <class Visitor>
void describe(Visitor& visit, ListProjectStructureAnswer& answer) {
  using ops::field;
  visit(field("directory", answer.directory).required());
  visit(field("entries", answer.entries, "a directory before what is in it, by name").required());
  visit(field("next_cursor", answer.next_cursor, "for the next page, when there is more"));
  visit(field("unreadable", answer.unreadable, "why something is missing").required());
}

namespace {

// The form of a cursor: the path of the last entry behind this mark, in base64.
constexpr std::string_view kCursorMark = "1:";

std::string cursor_of(const RelativePath& last) {
  return to_base64(std::string(kCursorMark) + last.str());
}

Result<RelativePath> read_cursor(const std::string& cursor,
                                 const std::optional<RelativePath>& directory) {
  const auto text = from_base64(cursor);
  if (text && text->starts_with(kCursorMark)) {
    auto last = RelativePath::parse(std::string_view(*text).substr(kCursorMark.size()));
    const bool is_below = last && (!directory || last->str().starts_with(directory->str() + "/"));
    if (is_below) return last;
  }
  return Error(Errc::invalid_argument,
               "argument \"cursor\" is none that this directory's pages gave");
}

ListedKind kind_of(FileKind kind) {
  switch (kind) {
    case FileKind::regular: return ListedKind::file;
    case FileKind::directory: return ListedKind::directory;
    case FileKind::symlink: return ListedKind::link;
    case FileKind::other: break;
  }
  return ListedKind::other;
}

// Nothing when it went away meanwhile.
std::optional<ListedFile> look_at(const OperationContext& context, const ops::WalkEntry& entry) {
  if (!entry.directory) return std::nullopt;
  const RelativePath& path = entry.path;
  const auto info = entry.directory->info(std::string(path.name()));
  if (!info || !*info) return std::nullopt;
  ListedFile listed{
      .path = path.str(), .kind = kind_of((*info)->kind), .modified = ops::modified(**info)};
  if (listed.kind == ListedKind::file) listed.size_bytes = (*info)->size_bytes;
  if (listed.kind == ListedKind::link) {
    const auto target = context.services.files.resolve(path);
    if (target) listed.target = target->str();
  }
  return listed;
}

bool is_wanted(const ListProjectStructureRequest& request,
               const std::optional<FilePattern>& pattern, const ops::WalkEntry& entry) {
  if (entry.kind == FileKind::directory) return request.include_directories;
  return request.include_files && (!pattern || pattern->matches(entry.below()));
}

Result<ops::WalkOptions> walk_options(const OperationContext& context,
                                      const ListProjectStructureRequest& request) {
  ops::WalkOptions options;
  LOOP_TRY(options.directory, ops::walk_directory(context, request.directory));
  LOOP_TRY(options.excluded, ops::rules_argument("exclude_patterns", request.exclude_patterns));
  if (request.include_hidden) options.hidden = ops::HiddenFiles::shown;
  if (!request.respect_gitignore) options.git_ignore = ops::GitIgnore::unread;
  if (request.max_depth) options.depth_max = static_cast<std::size_t>(*request.max_depth);
  if (!request.recursive) options.depth_max = 1;
  if (request.cursor) {
    LOOP_TRY(options.after, read_cursor(*request.cursor, options.directory));
  }
  return options;
}

}  // namespace

Result<ListProjectStructureAnswer> list_project_structure(
    const OperationContext& context, const ListProjectStructureRequest& request) {
  LOOP_TRY(const auto pattern, ops::pattern_argument("file_pattern", request.file_pattern));
  LOOP_TRY(ops::WalkOptions options, walk_options(context, request));
  ListProjectStructureAnswer answer{.directory = ops::shown_directory(options.directory)};
  LOOP_TRY(ops::FileWalk walk, ops::FileWalk::begin(context, std::move(options)));
  std::optional<RelativePath> last;
  while (true) {
    LOOP_TRY(const auto entry, walk.next());
    if (!entry) break;
    if (!is_wanted(request, pattern, *entry)) continue;
    if (answer.entries.size() == kListedMax) {
      answer.next_cursor = cursor_of(*last);
      break;
    }
    auto listed = look_at(context, *entry);
    if (!listed) continue;
    answer.entries.push_back(std::move(*listed));
    last = entry->path;
  }
  answer.unreadable = walk.unreadable();
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "list_project_structure",
    .title = "List files",
    .meaning =
        "Lists files and directories by name, with sizes and times, 500 a page. For what is in "
        "files use search_in_files.",
    .group = OperationGroup::files,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(list_project_structure, loop::kInfo)
