// SPDX-License-Identifier: MIT
// All files below a directory, one after the other, in an order that does not change between walks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/ignore_rules.h"
#include "loop/ops/operation.h"
#include "loop/store/file_system.h"
#include "loop/store/open_directory.h"

namespace loop::ops {

enum class HiddenFiles { left_out, shown };
enum class GitIgnore { respected, unread };

struct WalkOptions {
  std::optional<RelativePath> directory;  // without links; nothing: the root
  HiddenFiles hidden = HiddenFiles::left_out;
  GitIgnore git_ignore = GitIgnore::respected;
  IgnoreRules excluded;                                             // of paths from `directory`
  std::size_t depth_max = std::numeric_limits<std::size_t>::max();  // 1: what is in `directory`
  std::optional<RelativePath> after;  // below `directory`; the walk begins behind it
};

struct WalkEntry {
  RelativePath path;  // from the root
  FileKind kind = FileKind::regular;
  std::size_t below_at = 0;
  std::shared_ptr<OpenDirectory> directory;  // that holds it; nothing when it is gone

  // From the walk's directory.
  std::string_view below() const { return std::string_view(path.str()).substr(below_at); }
};

// A directory comes before what is in it, entries by name, bytes compared. Links are entries and
// never followed; a .git directory is an entry and never entered. What goes away meanwhile is left
// out. The order is that of paths compared component by component, so that a walk can go on behind
// any path, whatever has changed since.
class FileWalk {
 public:
  // not_found and invalid_argument for a directory that is none.
  static Result<FileWalk> begin(const OperationContext& context, WalkOptions options);

  // Nothing at the end. `cancelled` when the caller gave up.
  Result<std::optional<WalkEntry>> next();

  // What could not be read, and names that no path can have: the first few.
  const std::vector<std::string>& unreadable() const { return unreadable_; }
  std::uint64_t seen() const { return seen_; }

 private:
  struct Frame {
    std::optional<RelativePath> directory;
    std::shared_ptr<OpenDirectory> opened;  // closed while the walk is far below it
    std::vector<DirectoryEntry> entries;
    std::size_t at = 0;
    // Of the component of `after` in this directory, while the walk is on that path.
    std::optional<std::size_t> from;
    bool has_rules = false;
  };

  FileWalk(const OperationContext& context, WalkOptions options);
  Status load_rules_above();
  bool load_rules(const std::optional<RelativePath>& directory);
  Status enter(std::optional<RelativePath> directory, std::shared_ptr<OpenDirectory> opened,
               std::optional<std::size_t> from);
  void leave();
  void descend(const RelativePath& path, const std::string& name, bool is_on_way);
  Result<std::shared_ptr<OpenDirectory>> open_below(const std::string& name);
  const std::shared_ptr<OpenDirectory>& innermost();
  std::optional<RelativePath> path_of(const std::string& name);
  bool is_left_out(const RelativePath& path, const DirectoryEntry& entry) const;
  Result<std::optional<WalkEntry>> step();
  void note_unreadable(std::string text);

  const OperationContext* context_;
  WalkOptions options_;
  std::size_t below_at_ = 0;
  std::vector<std::string> after_;
  std::vector<Frame> frames_;
  IgnoreStack rules_;
  std::vector<std::string> unreadable_;
  std::uint64_t seen_ = 0;
};

}  // namespace loop::ops
