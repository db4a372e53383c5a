// SPDX-License-Identifier: MIT
// Sections, entries and findings of persistent-memory.md.
#include "loop/ops/get_persistent_memory.h"

#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "loop/domain/search_pattern.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/described_operation.hpp"
#include "ops/memory_words.hpp"

#include <algorithm>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetPersistentMemoryRequest& request) {
  using ops::field;
  visit(field("section", request.section, "patterns, commands or status").told());
  visit(field("include_metadata", request.include_metadata, "size, hash, time, archives too"));
  visit(field("search_pattern", request.search_pattern, "RE2, case ignored: only what matches"));
}

template <class Visitor>
void describe(Visitor& visit, MemorySectionEntry& entry) {
  using ops::field;
  visit(field("timestamp", entry.timestamp, "of its heading"));
  visit(field("mode", entry.mode, "who"));
  visit(field("category", entry.category, "what kind of entry"));
  visit(field("finding", entry.finding, "what was found"));
  visit(field("command", entry.command, "a command worth knowing"));
  visit(field("achievement", entry.achievement, "what was done"));
  visit(field("insight", entry.insight, "what was learnt"));
  visit(field("content", entry.content, "the lines below its heading"));
  visit(field("line", entry.line, "of its heading"));
}

template <class Visitor>
void describe(Visitor& visit, MemorySectionAnswer& section) {
  using ops::field;
  visit(field("section", section.section, "patterns, commands or status"));
  visit(field("title", section.title, "its heading"));
  visit(field("line", section.line, "of its heading; 0: the file lacks it"));
  visit(field("text", section.text, "its text outside of entries"));
  visit(field("entries", section.entries, "dated entries, as they stand"));
}

template <class Visitor>
void describe(Visitor& visit, MemoryFindingAnswer& finding) {
  using ops::field;
  visit(field("line", finding.line, "0: the file as a whole"));
  visit(field("rule", finding.rule, "a stable word"));
  visit(field("message", finding.message, "what is wrong"));
}

template <class Visitor>
void describe(Visitor& visit, MemoryMetadata& metadata) {
  using ops::field;
  visit(field("path", metadata.path, "of the file"));
  visit(field("size", metadata.size_bytes, "bytes"));
  visit(field("modified", metadata.modified, "when it was last changed"));
  visit(field("sha256", metadata.sha256, "of its content"));
  visit(field("archive_files", metadata.archive_files, "where old entries went"));
}

template <class Visitor>
void describe(Visitor& visit, GetPersistentMemoryAnswer& answer) {
  using ops::field;
  visit(field("sections", answer.sections, "all three, or the one asked for").required());
  visit(field("entry_count", answer.entry_count, "entries in these sections"));
  visit(field("match_count", answer.match_count, "of these, those that match"));
  visit(field("line_count", answer.line_count, "of the file").required());
  visit(field("max_lines", answer.max_lines, "what the file may have").required());
  visit(field("headroom_percent", answer.headroom_percent, "room that is left").required());
  visit(field("findings", answer.findings, "what is wrong with the file").required());
  visit(field("metadata", answer.metadata, "of the file"));
  visit(field("truncated", answer.is_truncated, "text was left out: it is too much"));
}

namespace {

// Counts what goes into an answer, and says when it is full.
class Room {
 public:
  bool take(std::size_t bytes) {
    if (bytes > left_) {
      is_exceeded_ = true;
      return false;
    }
    left_ -= bytes;
    return true;
  }
  bool is_exceeded() const { return is_exceeded_; }

 private:
  std::size_t left_ = kMemoryAnswerBytesMax;
  bool is_exceeded_ = false;
};

bool is_wanted(const MemoryEntry& entry, const std::optional<SearchPattern>& pattern) {
  return !pattern || pattern->is_in(entry.content) || pattern->is_in(entry.mode) ||
         pattern->is_in(entry.category);
}

std::string matching_lines(const std::string& text, const std::optional<SearchPattern>& pattern) {
  if (!pattern) return text;
  std::string found;
  for (const std::string_view line : split_lines(text)) {
    if (!pattern->is_in(line)) continue;
    if (!found.empty()) found += '\n';
    found += line;
  }
  return found;
}

MemorySectionEntry answered(const MemoryEntry& entry) {
  return {.timestamp = entry.time,
          .mode = entry.mode,
          .category = entry.category,
          .finding = entry.finding,
          .command = entry.command,
          .achievement = entry.achievement,
          .insight = entry.insight,
          .content = entry.content,
          .line = static_cast<std::int64_t>(entry.line)};
}

std::size_t size_of(const MemoryEntry& entry) {
  return entry.mode.size() + entry.category.size() + entry.finding.size() + entry.command.size() +
         entry.achievement.size() + entry.insight.size() + entry.content.size();
}

void add_section(const MemoryText& memory, MemorySection section,
                 const std::optional<SearchPattern>& pattern, Room& room,
                 GetPersistentMemoryAnswer& answer) {
  MemorySectionAnswer added{.section = std::string(ops::word_of(section)),
                            .title = std::string(title_of(section))};
  for (const MemorySectionText& place : memory.sections) {
    if (place.section != section) continue;
    if (added.line == 0) added.line = static_cast<std::int64_t>(place.line);
    const std::string text = matching_lines(place.text, pattern);
    if (text.empty() || !room.take(text.size() + 1)) continue;
    if (!added.text.empty()) added.text += '\n';
    added.text += text;
  }
  for (const MemoryEntry& entry : memory.entries) {
    if (entry.section != section) continue;
    ++answer.entry_count;
    if (!is_wanted(entry, pattern)) continue;
    ++answer.match_count;
    if (room.take(size_of(entry))) added.entries.push_back(answered(entry));
  }
  answer.sections.push_back(std::move(added));
}

Result<std::vector<std::string>> archive_files(FileSystem& files) {
  std::vector<std::string> found;
  const auto entries = files.list(layout::memory_archive());
  if (!entries && entries.error().code() == Errc::not_found) return found;
  if (!entries) return entries.error();
  for (const DirectoryEntry& entry : *entries) {
    if (entry.name.ends_with(".md")) found.push_back((layout::memory_archive() / entry.name).str());
  }
  std::ranges::sort(found, std::greater{});
  if (found.size() > kArchiveFilesShownMax) found.resize(kArchiveFilesShownMax);
  return found;
}

Result<MemoryMetadata> metadata_of(FileSystem& files, const std::optional<FileContent>& content) {
  MemoryMetadata metadata{.path = layout::memory().str(), .modified = {}};
  LOOP_TRY(metadata.archive_files, archive_files(files));
  if (!content) return metadata;
  metadata.size_bytes = static_cast<std::int64_t>(content->bytes.size());
  metadata.modified =
      Instant(std::chrono::floor<Duration>(std::chrono::nanoseconds(content->stamp.modified_ns)));
  metadata.sha256 = sha256_hex(content->bytes);
  return metadata;
}

Result<std::optional<SearchPattern>> pattern_of(const GetPersistentMemoryRequest& request) {
  if (!request.search_pattern) return std::optional<SearchPattern>{};
  auto pattern = SearchPattern::compile(*request.search_pattern);
  if (!pattern) return std::move(pattern).error().with_context("argument \"search_pattern\"");
  return std::optional(*std::move(pattern));
}

}  // namespace

Result<GetPersistentMemoryAnswer> get_persistent_memory(const OperationContext& context,
                                                        const GetPersistentMemoryRequest& request) {
  std::vector<MemorySection> sections(kMemorySections.begin(), kMemorySections.end());
  if (request.section) {
    LOOP_TRY(const MemorySection section, ops::require_section(*request.section));
    sections = {section};
  }
  LOOP_TRY(const auto pattern, pattern_of(request));
  FileSystem& files = context.services.files;
  LOOP_TRY(const auto content, read_file_if_exists(files, layout::memory(), kMemoryFileBytesMax));
  const MemoryText memory = parse_memory(content ? content->bytes : std::string_view{});

  GetPersistentMemoryAnswer answer;
  Room room;
  for (const MemorySection section : sections) {
    add_section(memory, section, pattern, room, answer);
  }
  answer.is_truncated = room.is_exceeded();
  answer.line_count = static_cast<std::int64_t>(memory.line_count);
  answer.headroom_percent = ops::headroom_percent(memory.line_count);
  for (const MemoryFinding& finding : memory.findings) {
    answer.findings.push_back(
        {static_cast<std::int64_t>(finding.line), finding.rule, finding.message});
  }
  if (request.include_metadata) {
    LOOP_TRY(answer.metadata, metadata_of(files, content));
  }
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_persistent_memory",
    .title = "Read the memory",
    .meaning =
        "What was learnt before: the sections of persistent-memory.md with dated entries, and how "
        "full it is. Read it before work.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_persistent_memory, loop::kInfo)
