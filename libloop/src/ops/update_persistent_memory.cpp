// SPDX-License-Identifier: MIT
// Adding an entry to persistent-memory.md.
#include "loop/ops/update_persistent_memory.h"

#include "loop/base/text.h"
#include "loop/store/backup_store.h"
#include "loop/store/layout.h"
#include "ops/current_mode.hpp"
#include "ops/described_operation.hpp"
#include "ops/memory_marks.hpp"
#include "ops/memory_words.hpp"

namespace loop::ops {

template <>
struct Words<OnMemoryLimit> {
  static constexpr std::array<std::pair<OnMemoryLimit, std::string_view>, 2> all{
      {{OnMemoryLimit::archive, "archive"}, {OnMemoryLimit::refuse, "refuse"}}};
};

}  // namespace loop::ops

namespace loop {

template <class Visitor>
void describe(Visitor& visit, UpdatePersistentMemoryRequest& request) {
  using ops::field;
  visit(field("section", request.section, "patterns, commands or status").told().required());
  visit(field("content", request.content, "what is worth knowing")
            .required()
            .range(1, kMemoryNoteBytesMax));
  visit(field("category", request.category, "what kind of entry; note").range(1, 200));
  visit(field("format_entry", request.format_entry, "marks it: Finding, Command, Achievement"));
  visit(field("mode", request.mode, "slug; the current one when not given"));
  visit(field("on_limit", request.on_limit, "past 300 lines: archive old entries, or refuse"));
}

template <class Visitor>
void describe(Visitor& visit, UpdatePersistentMemoryAnswer& answer) {
  using ops::field;
  visit(field("section", answer.section, "patterns, commands or status").required());
  visit(field("title", answer.title, "heading of the section"));
  visit(field("entry_time", answer.entry_time, "in the heading of the entry"));
  visit(field("mode", answer.mode, "in the heading of the entry"));
  visit(field("category", answer.category, "in the heading of the entry"));
  visit(field("line_count", answer.line_count, "of the file now").required());
  visit(field("max_lines", answer.max_lines, "what the file may have"));
  visit(field("headroom_percent", answer.headroom_percent, "room that is left"));
  visit(field("archived", answer.archived, "headings of entries that moved"));
  visit(field("archive_file", answer.archive_file, "where they are now"));
  visit(field("backup", answer.backup, "copy of the file before"));
}

namespace {

Result<MemoryNote> note_of(const OperationContext& context,
                           const UpdatePersistentMemoryRequest& request) {
  MemoryNote note;
  LOOP_TRY(note.section, ops::require_section(request.section));
  if (is_blank(request.content)) {
    return Error(Errc::invalid_argument,
                 "argument \"content\" is blank; a text of 1 to 65536 bytes is needed");
  }
  LOOP_TRY(note.mode, ops::mode_or_current(context, request.mode));
  note.category = request.category.value_or("");
  note.time = context.now();
  note.content = request.content;
  if (request.format_entry) ops::mark_content(note);
  return note;
}

Result<std::optional<std::string>> back_up(const EngineContext& services) {
  BackupStore backups(services.files, services.clock, services.random);
  const auto backup = backups.make(layout::memory());
  if (backup) return std::optional(backup->path.str());
  if (backup.error().code() == Errc::not_found) return std::optional<std::string>{};
  return backup.error();
}

}  // namespace

Result<UpdatePersistentMemoryAnswer> update_persistent_memory(
    const OperationContext& context, const UpdatePersistentMemoryRequest& request) {
  const EngineContext& services = context.services;
  LOOP_TRY(const MemoryNote note, note_of(context, request));
  MemoryBook book(services.files, services.clock, services.random, services.log);
  // Tried first, so that what is refused leaves no backup.
  LOOP_TRY(const std::string present, book.read_text());
  LOOP_TRY_VOID(add_note(present, note, request.on_limit));

  UpdatePersistentMemoryAnswer answer;
  LOOP_TRY(answer.backup, back_up(services));
  LOOP_TRY(MemoryAppend done, book.append(note, request.on_limit));
  answer.section = ops::word_of(note.section);
  answer.title = title_of(note.section);
  answer.entry_time = note.time;
  answer.mode = note.mode.str();
  answer.category = written_category(note.category);
  answer.line_count = static_cast<std::int64_t>(done.line_count);
  answer.headroom_percent = ops::headroom_percent(done.line_count);
  answer.archived = std::move(done.archived);
  if (!done.archive_file.empty()) answer.archive_file = std::move(done.archive_file);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "update_persistent_memory",
    .title = "Add to the memory",
    .meaning =
        "Appends one dated entry that later runs should know to persistent-memory.md. Past 300 "
        "lines the oldest move to an archive. Do not write that file otherwise.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_destructive = false},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(update_persistent_memory, loop::kInfo)
