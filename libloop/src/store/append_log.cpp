// SPDX-License-Identifier: MIT
// Appending under the file's own lock.
#include "loop/store/append_log.h"

#include "store/file_io.hpp"
#include "store/lock_wait.hpp"
#include "store/zeroed_lines.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace loop {

namespace {

constexpr std::size_t kScanBytes = 64 * 1024;
// More than what is on its way to the disk at one time.
constexpr std::uint64_t kZeroScanBytes = 256 * 1024;
constexpr std::uint64_t kTornBytesMax = 16 * 1024 * 1024;
constexpr std::uint64_t kLinesBytesMax = 512 * 1024 * 1024;  // read at once
constexpr int kReopensMax = 64;
constexpr int kWholeWritesMax = 2;

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

// The offset behind the last newline; 0 when there is none.
Result<std::uint64_t> end_of_whole_lines(OpenFile& file, std::uint64_t size) {
  std::uint64_t end = size;
  while (end > 0 && size - end <= kTornBytesMax) {
    const std::uint64_t begin = end > kScanBytes ? end - kScanBytes : 0;
    LOOP_TRY(const std::string chunk, read_range(file, begin, end - begin));
    const std::size_t newline = chunk.rfind('\n');
    if (newline != std::string::npos) return begin + newline + 1;
    end = begin;
  }
  return end;
}

Result<bool> ends_with_newline(OpenFile& file, std::uint64_t size) {
  if (size == 0) return true;
  char last = 0;
  LOOP_TRY(const std::size_t got, file.read_at(size - 1, {&last, 1}));
  return got == 1 && last == '\n';
}

// The whole lines from `offset` of an open file.
Result<std::string> lines_from(OpenFile& file, const RelativePath& path, std::uint64_t offset) {
  // With the byte before, which must end a line.
  const std::uint64_t begin = offset == 0 ? 0 : offset - 1;
  LOOP_TRY(const FileInfo info, file.info());
  if (info.size_bytes > begin && info.size_bytes - begin > kLinesBytesMax) {
    return Error(Errc::too_large,
                 fmt::format("{} has {} bytes to read; at most {} are read at once", shown(path),
                             info.size_bytes - begin, kLinesBytesMax));
  }
  LOOP_TRY(std::string text, read_range(file, begin, kToTheEnd - begin));
  if (offset > 0 && !text.starts_with('\n')) {
    return Error(Errc::conflict, fmt::format("{}: no line starts at byte {} any more; the file was "
                                             "cut or replaced since",
                                             shown(path), offset));
  }
  const std::size_t newline = text.rfind('\n');
  text.resize(newline == std::string::npos ? 0 : newline + 1);
  if (offset > 0) text.erase(0, 1);
  return text;
}

Status check_lines(const RelativePath& path, std::string_view lines) {
  if (!lines.empty() && lines.back() != '\n') {
    return Error(Errc::invalid_argument,
                 fmt::format("append {}: the last line has no newline", shown(path)));
  }
  if (lines.find('\0') != std::string_view::npos) {
    return Error(Errc::invalid_argument,
                 fmt::format("append {}: a line holds a NUL byte", shown(path)));
  }
  return {};
}

}  // namespace

struct AppendLog::State {
  std::unique_ptr<OpenFile> file;
  std::optional<RelativePath> target;  // where the path led when the file was opened
  FileInfo identity;
  bool is_entry_durable = false;  // the directory was synced since the file was opened
  bool is_suspect = false;        // a call failed half-way: open again before the next append
  std::uint64_t generation = 0;   // counts openings
  std::uint64_t size_bytes = 0;   // as seen since the lock was taken
  // The size that our last append left: a file of this size needs no look at its last byte.
  std::optional<std::uint64_t> whole_size{};
};

// Holds the lock of the open file; dropped with the scope.
class AppendLog::Locked {
 public:
  explicit Locked(OpenFile& file) : file_(&file) {}
  Locked(Locked&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  ~Locked() {
    // A failing unlock leaves the lock to the closing of the file.
    if (file_ != nullptr) static_cast<void>(file_->unlock().has_value());
  }

 private:
  OpenFile* file_;
};

AppendLog::AppendLog(FileSystem& files, Clock& clock, Log& log, RelativePath path,
                     AppendLogOptions options)
    : files_(files),
      clock_(clock),
      log_(log),
      path_(std::move(path)),
      options_(std::move(options)),
      state_(std::make_unique<State>()) {}

AppendLog::~AppendLog() = default;
AppendLog::AppendLog(AppendLog&&) noexcept = default;

Status AppendLog::open() {
  LOOP_TRY(auto file, files_.open(path_, {Access::append, Creation::if_absent, 0644}));
  LOOP_TRY(auto target, files_.resolve(path_));
  LOOP_TRY(const FileInfo identity, file->info());
  const std::uint64_t generation = state_->generation + 1;
  *state_ = State{.file = std::move(file),
                  .target = std::move(target),
                  .identity = identity,
                  .generation = generation};
  return {};
}

// Whether the path still leads to the open file; if so, its size is known.
Result<bool> AppendLog::is_current() {
  LOOP_TRY(auto present, files_.identify(path_));
  if (present && present->kind == FileKind::symlink) {
    LOOP_TRY(const RelativePath target, files_.resolve(path_));
    LOOP_TRY(present, files_.identify(target));
  }
  const bool is_same = present && present->inode == state_->identity.inode &&
                       present->device == state_->identity.device;
  if (is_same) state_->size_bytes = present->size_bytes;
  return is_same;
}

Result<AppendLog::Locked> AppendLog::lock() {
  for (int tries = 0; tries < kReopensMax; ++tries) {
    if (!state_->file || state_->is_suspect) LOOP_TRY_VOID(open());
    LOOP_TRY(const bool is_held, wait_for_lock(*state_->file, clock_, options_.lock_wait));
    if (!is_held) {
      return Error(Errc::locked, fmt::format("{} is locked by another process; waited {}",
                                             shown(path_), format_duration(options_.lock_wait)));
    }
    Locked guard(*state_->file);
    LOOP_TRY(const bool is_same_file, is_current());
    if (is_same_file) return guard;
    state_->is_suspect = true;
  }
  return Error(Errc::conflict,
               fmt::format("{} is replaced again and again by another program", shown(path_)));
}

Status AppendLog::move_aside(std::uint64_t from, std::uint64_t size) {
  const RelativePath torn =
      sibling(path_, fmt::format("{}.torn.{}", path_.name(), format_compact(clock_.now())));
  LOOP_TRY(const auto copy, files_.open(torn, {Access::append, Creation::if_absent, 0600}));
  for (std::uint64_t at = from; at < size;) {
    LOOP_TRY(const std::string chunk, read_range(*state_->file, at, kScanBytes));
    if (chunk.empty()) break;
    LOOP_TRY_VOID(write_all(*copy, chunk));
    at += chunk.size();
  }
  LOOP_TRY_VOID(sync(*copy));
  LOOP_TRY_VOID(files_.sync_directory(parent_of(torn)));
  LOOP_TRY_VOID(state_->file->truncate(from));
  return sync_data(*state_->file);
}

Result<std::optional<std::string>> AppendLog::repair_tail() {
  const std::uint64_t size = state_->size_bytes;
  if (state_->whole_size == size) return std::optional<std::string>();
  LOOP_TRY(const bool is_whole, ends_with_newline(*state_->file, size));
  if (is_whole) return std::optional<std::string>();

  LOOP_TRY(const std::uint64_t from, end_of_whole_lines(*state_->file, size));
  if (size - from > kTornBytesMax) {
    return Error(Errc::too_large,
                 fmt::format("{} ends in {} bytes without a line break, and an unfinished line has "
                             "at most {}: it is no list of lines, look at it",
                             shown(path_), size - from, kTornBytesMax));
  }
  LOOP_TRY(const bool is_readable, is_readable_tail(from, size));
  std::string done;
  if (is_readable) {
    LOOP_TRY_VOID(write_durably("\n", size));
    done = fmt::format("{}: the last line lacked its newline and got it", shown(path_));
  } else {
    LOOP_TRY_VOID(move_aside(from, size));
    done = fmt::format("{}: {} bytes of an unfinished last line were moved to {}.torn.*",
                       shown(path_), size - from, shown(path_));
  }
  log_.warning(done);
  LOOP_TRY(const FileInfo mended, state_->file->info());
  state_->size_bytes = mended.size_bytes;
  return std::optional(std::move(done));
}

Result<bool> AppendLog::is_readable_tail(std::uint64_t from, std::uint64_t size) {
  if (size - from > kScanBytes) return false;
  LOOP_TRY(const std::string tail, read_range(*state_->file, from, size - from));
  if (tail.find('\0') != std::string::npos) return false;
  if (!options_.header.empty() && tail == options_.header) return true;
  return options_.is_whole_line && options_.is_whole_line(tail);
}

Error AppendLog::cut_back(Error cause, std::uint64_t old_size) {
  auto cut = state_->file->truncate(old_size);
  if (cut) cut = sync_data(*state_->file);
  state_->is_suspect = true;
  if (cut) return std::move(cause).with_context("nothing was appended");
  return std::move(cause).with_context(
      fmt::format("the append is not acknowledged and could not be taken back either ({})",
                  cut.error().message()));
}

// All in one write, so that a process killed at any moment leaves all or nothing of it; a short
// one is taken back and tried once more.
Status AppendLog::write_whole(std::string_view bytes, std::uint64_t old_size) {
  for (int tries = 1;; ++tries) {
    auto written = write_once(*state_->file, bytes);
    if (!written) return std::move(written).error();
    if (*written == bytes.size()) return {};
    if (tries == kWholeWritesMax) {
      return Error(Errc::no_space, fmt::format("write {}: only {} of {} bytes could be written",
                                               shown(path_), *written, bytes.size()));
    }
    LOOP_TRY_VOID(state_->file->truncate(old_size));
  }
}

Status AppendLog::make_durable() {
  LOOP_TRY_VOID(sync_data(*state_->file));
  if (state_->is_entry_durable) return {};
  // Also of a file that was there: whoever made it may have died before this.
  LOOP_TRY_VOID(files_.sync_directory(parent_of(*state_->target)));
  state_->is_entry_durable = true;
  return {};
}

Status AppendLog::write_durably(std::string_view bytes, std::uint64_t old_size) {
  auto written = write_whole(bytes, old_size);
  if (written && options_.durability == Durability::full) written = make_durable();
  if (!written) return cut_back(std::move(written).error(), old_size);
  return {};
}

Result<std::uint64_t> AppendLog::append_locked(std::string_view lines) {
  const std::uint64_t size = state_->size_bytes;
  if (lines.empty()) {
    // That nothing is to be added was decided by lines of which the writer may have been killed
    // before it synced them.
    const bool is_ours = state_->whole_size == size;
    if (options_.durability == Durability::full && !is_ours) LOOP_TRY_VOID(make_durable());
    return size;
  }
  const bool needs_header = size == 0 && !options_.header.empty();
  const std::string header = needs_header ? options_.header + "\n" : std::string();
  LOOP_TRY_VOID(write_durably(needs_header ? header + std::string(lines) : lines, size));
  state_->whole_size = size + header.size() + lines.size();
  return size + header.size();
}

Result<std::uint64_t> AppendLog::append(std::string_view lines) {
  LOOP_TRY_VOID(check_lines(path_, lines));
  LOOP_TRY(const Locked guard, lock());
  LOOP_TRY_VOID(repair_tail());
  return append_locked(lines);
}

Result<std::uint64_t> AppendLog::append_after(std::uint64_t from_offset, const Decide& decide) {
  return append_by([&](const Content&) -> Result<std::string> {
    LOOP_TRY(const std::string tail, lines_from(*state_->file, path_, from_offset));
    return decide(tail);
  });
}

Result<std::uint64_t> AppendLog::append_by(const DecideByContent& decide) {
  LOOP_TRY(const Locked guard, lock());
  LOOP_TRY_VOID(repair_tail());
  LOOP_TRY(const std::string lines, decide(Content(*state_)));
  LOOP_TRY_VOID(check_lines(path_, lines));
  return append_locked(lines);
}

std::uint64_t AppendLog::Content::generation() const { return state_.generation; }
std::uint64_t AppendLog::Content::size_bytes() const { return state_.size_bytes; }
Result<std::size_t> AppendLog::Content::read_at(std::uint64_t offset, std::span<char> into) const {
  return state_.file->read_at(offset, into);
}

Result<std::optional<std::string>> AppendLog::repair() {
  LOOP_TRY(const auto present, files_.info(path_));
  if (!present) return std::optional<std::string>();
  LOOP_TRY(const Locked guard, lock());
  LOOP_TRY(auto done, move_zeroed_lines_aside());
  if (done) return done;
  return repair_tail();
}

// A write that reached the disk without its beginning ends in a newline like any other, so the last
// byte does not give it away.
Result<std::optional<std::string>> AppendLog::move_zeroed_lines_aside() {
  const std::uint64_t size = state_->size_bytes;
  const std::uint64_t begin = size > kZeroScanBytes ? size - kZeroScanBytes : 0;
  LOOP_TRY(const std::string tail, read_range(*state_->file, begin, size - begin));
  // Behind the first newline, where a line is known to start.
  const std::size_t skipped = begin == 0 ? 0 : tail.find('\n') + 1;
  const auto zeroed = find_zeroed_lines(std::string_view(tail).substr(skipped));
  if (!zeroed) return std::optional<std::string>();

  const std::uint64_t from = begin + skipped + zeroed->begin;
  LOOP_TRY_VOID(move_aside(from, size));
  const std::string& kept = options_.are_lines_independent ? zeroed->sound_behind : std::string();
  if (!kept.empty()) LOOP_TRY_VOID(write_durably(kept, from));
  std::string done = fmt::format("{}: {} bytes from a line with zeros on were moved to {}.torn.*",
                                 shown(path_), size - from - kept.size(), shown(path_));
  log_.warning(done);
  LOOP_TRY(const FileInfo mended, state_->file->info());
  state_->size_bytes = mended.size_bytes;
  return std::optional(std::move(done));
}

Result<std::string> read_lines_from(FileSystem& files, const RelativePath& path,
                                    std::uint64_t offset) {
  auto file = files.open(path, {});
  if (!file && file.error().code() == Errc::not_found) return std::string();
  if (!file) return std::move(file).error();
  return lines_from(**file, path, offset);
}

}  // namespace loop
