// SPDX-License-Identifier: MIT
// Walking with a stack of open directories' entries.
#include "ops/file_walk.hpp"

#include "loop/base/text.h"
#include "loop/store/file_content.h"

#include <fmt/format.h>

#include <algorithm>

namespace loop::ops {

namespace {

constexpr std::string_view kIgnoreFile = ".gitignore";
constexpr std::string_view kGitDirectory = ".git";
constexpr std::uint64_t kIgnoreBytesMax = 1024 * 1024;
constexpr std::size_t kUnreadableMax = 20;
// A path may have two thousand components, and a process as many open files.
constexpr std::size_t kOpenMax = 64;
constexpr std::uint64_t kSeenBetweenChecks = 64;
constexpr std::uint64_t kSeenBetweenReports = 256;

IgnoreTarget target_of(FileKind kind) {
  return kind == FileKind::directory ? IgnoreTarget::directory : IgnoreTarget::file;
}

}  // namespace

FileWalk::FileWalk(const OperationContext& context, WalkOptions options)
    : context_(&context), options_(std::move(options)) {
  if (options_.directory) below_at_ = options_.directory->str().size() + 1;
  if (!options_.after) return;
  for (const auto part : split(std::string_view(options_.after->str()).substr(below_at_), '/')) {
    after_.emplace_back(part);
  }
}

Result<FileWalk> FileWalk::begin(const OperationContext& context, WalkOptions options) {
  FileWalk walk(context, std::move(options));
  if (walk.options_.git_ignore == GitIgnore::respected) LOOP_TRY_VOID(walk.load_rules_above());
  LOOP_TRY(auto opened, context.services.files.open_directory(walk.options_.directory));
  LOOP_TRY_VOID(walk.enter(walk.options_.directory, std::move(opened),
                           walk.after_.empty() ? std::nullopt : std::optional<std::size_t>(0)));
  return walk;
}

// The rules of the directories above the first one.
Status FileWalk::load_rules_above() {
  if (!options_.directory) return {};
  load_rules(std::nullopt);
  const std::string& path = options_.directory->str();
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    LOOP_TRY(const RelativePath above, RelativePath::parse(path.substr(0, slash)));
    load_rules(above);
  }
  return {};
}

// Whether the directory has rules. As git, only a regular file counts.
bool FileWalk::load_rules(const std::optional<RelativePath>& directory) {
  const std::string above = directory ? directory->str() : "";
  const auto path = RelativePath::parse(above.empty() ? std::string(kIgnoreFile)
                                                      : fmt::format("{}/{}", above, kIgnoreFile));
  if (!path) return false;
  const auto info = context_->services.files.info(*path);
  if (!info || !*info || (*info)->kind != FileKind::regular) return false;
  const auto content = read_file(context_->services.files, *path, kIgnoreBytesMax);
  if (!content) {
    note_unreadable(content.error().message());
    return false;
  }
  rules_.enter(above, IgnoreRules::parse(content->bytes));
  return true;
}

Status FileWalk::enter(std::optional<RelativePath> directory, std::shared_ptr<OpenDirectory> opened,
                       std::optional<std::size_t> from) {
  LOOP_TRY_VOID(context_->check_cancelled());
  LOOP_TRY(auto entries, opened->list());
  Frame frame{.directory = std::move(directory),
              .opened = std::move(opened),
              .entries = std::move(entries),
              .from = from};
  const bool has_file = std::ranges::any_of(
      frame.entries, [](const DirectoryEntry& entry) { return entry.name == kIgnoreFile; });
  if (has_file && options_.git_ignore == GitIgnore::respected) {
    frame.has_rules = load_rules(frame.directory);
  }
  if (frames_.size() >= kOpenMax) frames_[frames_.size() - kOpenMax].opened.reset();
  frames_.push_back(std::move(frame));
  return {};
}

void FileWalk::leave() {
  if (frames_.back().has_rules) rules_.leave();
  frames_.pop_back();
}

// `is_on_way`: the walk begins below this directory, or just behind it.
void FileWalk::descend(const RelativePath& path, const std::string& name, bool is_on_way) {
  std::optional<std::size_t> from;
  if (is_on_way && *frames_.back().from + 1 < after_.size()) from = *frames_.back().from + 1;
  auto opened = open_below(name);
  const auto entered = opened ? enter(path, std::move(*opened), from) : Status(opened.error());
  if (entered || entered.error().code() == Errc::not_found) return;
  note_unreadable(entered.error().message());
}

Result<std::shared_ptr<OpenDirectory>> FileWalk::open_below(const std::string& name) {
  const auto& above = innermost();
  if (!above) return Error(Errc::not_found, "the directory above is gone");
  LOOP_TRY(auto opened, above->open_directory(name));
  return std::shared_ptr<OpenDirectory>(std::move(opened));
}

// Opened again where it was closed; nothing when that fails.
const std::shared_ptr<OpenDirectory>& FileWalk::innermost() {
  Frame& frame = frames_.back();
  if (!frame.opened) {
    auto opened = context_->services.files.open_directory(frame.directory);
    if (opened) frame.opened = std::move(*opened);
  }
  return frame.opened;
}

std::optional<RelativePath> FileWalk::path_of(const std::string& name) {
  const auto& directory = frames_.back().directory;
  auto path = RelativePath::parse(directory ? directory->str() + "/" + name : name);
  if (path) return std::move(*path);
  note_unreadable(path.error().message());
  return std::nullopt;
}

bool FileWalk::is_left_out(const RelativePath& path, const DirectoryEntry& entry) const {
  if (options_.hidden == HiddenFiles::left_out && entry.name.starts_with('.')) return true;
  const IgnoreTarget target = target_of(entry.kind);
  const auto below = std::string_view(path.str()).substr(below_at_);
  if (options_.excluded.judge(below, target) == IgnoreVerdict::ignored) return true;
  return options_.git_ignore == GitIgnore::respected && rules_.ignores(path.str(), target);
}

// The next entry of the innermost directory; nothing when it is left out or not behind `after`.
Result<std::optional<WalkEntry>> FileWalk::step() {
  Frame& frame = frames_.back();
  const DirectoryEntry entry = std::move(frame.entries[frame.at++]);
  bool is_on_way = false;
  if (frame.from) {
    const int order = entry.name.compare(after_[*frame.from]);
    if (order < 0) return std::optional<WalkEntry>();
    is_on_way = order == 0;
    if (!is_on_way) frame.from.reset();
  }
  auto path = path_of(entry.name);
  if (!path || is_left_out(*path, entry)) return std::optional<WalkEntry>();
  std::shared_ptr<OpenDirectory> holder = innermost();
  if (entry.kind == FileKind::directory && entry.name != kGitDirectory &&
      frames_.size() < options_.depth_max) {
    descend(*path, entry.name, is_on_way);
  }
  if (is_on_way) return std::optional<WalkEntry>();
  return std::optional(WalkEntry{std::move(*path), entry.kind, below_at_, std::move(holder)});
}

Result<std::optional<WalkEntry>> FileWalk::next() {
  while (!frames_.empty()) {
    if (frames_.back().at == frames_.back().entries.size()) {
      leave();
      continue;
    }
    if (++seen_ % kSeenBetweenChecks == 0) LOOP_TRY_VOID(context_->check_cancelled());
    if (seen_ % kSeenBetweenReports == 0) context_->report(seen_, 0, "files seen");
    LOOP_TRY(auto entry, step());
    if (entry) return entry;
  }
  return std::optional<WalkEntry>();
}

void FileWalk::note_unreadable(std::string text) {
  if (unreadable_.size() < kUnreadableMax) unreadable_.push_back(std::move(text));
}

}  // namespace loop::ops
