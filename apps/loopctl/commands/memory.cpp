// SPDX-License-Identifier: MIT
// persistent-memory.md: show, search, append, lint, compact.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "loop/domain/memory_book.h"
#include "loop/domain/search_pattern.h"
#include "loop/store/layout.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::MemoryEntry;
using loop::MemorySection;
using loop::Result;

namespace {

constexpr std::size_t kContentBytesMax = 1024 * 1024;
const std::vector<std::string> kSections{"patterns", "commands", "status"};

loop::MemoryBook book_of(front::Session& session) {
  return loop::MemoryBook(session.files(), session.clock(), session.random(), session.log());
}

json::object to_json(const MemoryEntry& entry) {
  return {{"section", title_of(entry.section)},
          {"line", entry.line},
          {"time", json_time(entry.time)},
          {"mode", json_text_or_null(entry.mode)},
          {"category", json_text_or_null(entry.category)},
          {"finding", json_text_or_null(entry.finding)},
          {"command", json_text_or_null(entry.command)},
          {"achievement", json_text_or_null(entry.achievement)},
          {"insight", json_text_or_null(entry.insight)},
          {"content", json_text(entry.content)}};
}

json::object to_json(const loop::MemoryText& memory, const std::vector<MemoryEntry>& entries) {
  json::array rows;
  for (const MemoryEntry& entry : entries) rows.push_back(to_json(entry));
  return {{"entries", std::move(rows)},
          {"line_count", memory.line_count},
          {"lines_max", loop::kMemoryLinesMax}};
}

// Entries of the wanted section.
std::vector<MemoryEntry> of_section(const loop::MemoryText& memory,
                                    const std::optional<std::string>& section) {
  std::vector<MemoryEntry> entries;
  const auto wanted = section ? loop::parse_memory_section(*section) : std::nullopt;
  for (const MemoryEntry& entry : memory.entries) {
    if (!wanted || entry.section == *wanted) entries.push_back(entry);
  }
  return entries;
}

void print(const std::vector<MemoryEntry>& entries, Output& output) {
  for (const MemoryEntry& entry : entries) {
    const std::string when = entry.time ? loop::format_instant(*entry.time) : "no time";
    output.line(output.paint(
        Tone::strong, fmt::format("{}:{}  [{}] [{}] - [{}]", loop::layout::memory().str(),
                                  entry.line, when, shown(entry.mode), shown(entry.category))));
    output.line(shown_lines(entry.content));
  }
}

Result<ExitCode> show(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  loop::MemoryBook book = book_of(*session);
  LOOP_TRY(const std::string text, book.read_text());
  const loop::MemoryText memory = loop::parse_memory(text);
  const auto section = call.arguments.text("section");
  if (call.output.wants_json()) {
    call.output.json(to_json(memory, of_section(memory, section)));
    return ExitCode::ok;
  }
  if (section) {
    print(of_section(memory, section), call.output);
  } else {
    call.output.text(call.surroundings.stdout_is_terminal ? shown_lines(text) : text);
  }
  call.output.note(fmt::format("{} of {} lines", memory.line_count, loop::kMemoryLinesMax));
  return ExitCode::ok;
}

Result<ExitCode> search(Invocation& call) {
  const auto pattern = loop::SearchPattern::compile(
      call.arguments.positional(0), {.is_case_sensitive = call.arguments.has("case-sensitive"),
                                     .is_literal = call.arguments.has("literal")});
  if (!pattern) {
    return Error(Errc::invalid_argument,
                 fmt::format("PATTERN: {}, or --literal", pattern.error().message()));
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::MemoryText memory, book_of(*session).read());
  std::vector<MemoryEntry> found;
  for (MemoryEntry& entry : of_section(memory, call.arguments.text("section"))) {
    const bool matches = pattern->is_in(entry.content) || pattern->is_in(entry.mode) ||
                         pattern->is_in(entry.category);
    if (matches) found.push_back(std::move(entry));
  }
  if (call.output.wants_json()) {
    call.output.json(to_json(memory, found));
  } else {
    print(found, call.output);
    call.output.note(fmt::format("{} entries of {}", found.size(), memory.entries.size()));
  }
  return ExitCode::ok;
}

Result<loop::MemoryNote> note_of(const Invocation& call, loop::Instant now) {
  loop::MemoryNote note;
  const auto text = [&](const char* option) { return call.arguments.text(option).value_or(""); };
  note.section = *loop::parse_memory_section(*call.arguments.text("section"));
  note.mode = loop::ModeSlug(text("mode"));
  note.category = text("category");
  note.finding = text("finding");
  note.command = text("command");
  note.achievement = text("achievement");
  note.insight = text("insight");
  note.content = call.arguments.positional(0);
  note.time = now;
  if (note.content == "-") {
    LOOP_TRY(note.content, front::read_user_file("-", kContentBytesMax));
  }
  if ((note.finding + note.command + note.achievement + note.insight + note.content).empty()) {
    return Error(Errc::invalid_argument,
                 "memory append: there is nothing to append; give TEXT, --finding, --command, "
                 "--achievement or --insight");
  }
  return note;
}

Result<ExitCode> append(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::MemoryNote note, note_of(call, session->now()));
  const auto on_limit = *call.arguments.text("on-limit") == "refuse" ? loop::OnMemoryLimit::refuse
                                                                     : loop::OnMemoryLimit::archive;
  loop::MemoryBook book = book_of(*session);
  loop::MemoryAppend done;
  if (call.is_dry_run()) {
    LOOP_TRY(const std::string present, book.read_text());
    LOOP_TRY(const loop::MemoryChange change, add_note(present, note, on_limit));
    done.archived = change.archived;
    done.line_count = loop::parse_memory(change.text).line_count;
  } else {
    LOOP_TRY_VOID(session->prepare());
    LOOP_TRY(done, book.append(note, on_limit));
  }
  if (call.output.wants_json()) {
    call.output.json({{"line_count", done.line_count},
                      {"archived", json_texts(done.archived)},
                      {"archive_file", json_text_or_null(done.archive_file)},
                      {"dry_run", call.is_dry_run()}});
    return ExitCode::ok;
  }
  call.output.note(fmt::format("{}{} of {} lines, {} entries archived",
                               call.is_dry_run() ? "would be: " : "", done.line_count,
                               loop::kMemoryLinesMax, done.archived.size()));
  return ExitCode::ok;
}

Result<ExitCode> lint(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::MemoryText memory, book_of(*session).read());
  if (call.output.wants_json()) {
    json::array findings;
    for (const loop::MemoryFinding& finding : memory.findings) {
      findings.push_back({{"line", finding.line},
                          {"rule", finding.rule},
                          {"message", json_text(finding.message)}});
    }
    call.output.json({{"findings", std::move(findings)}, {"line_count", memory.line_count}});
  } else {
    for (const loop::MemoryFinding& finding : memory.findings) {
      call.output.line(fmt::format("{}:{}: {}: {}", loop::layout::memory().str(), finding.line,
                                   finding.rule, shown(finding.message)));
    }
    call.output.note(fmt::format("{} findings, {} of {} lines", memory.findings.size(),
                                 memory.line_count, loop::kMemoryLinesMax));
  }
  return memory.findings.empty() ? ExitCode::ok : ExitCode::problems_found;
}

Result<ExitCode> compact(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  loop::MemoryBook book = book_of(*session);
  LOOP_TRY(const loop::MemoryText memory, book.read());
  loop::MemoryAppend done;
  done.line_count = memory.line_count;
  const bool is_over = memory.line_count > loop::kMemoryLinesMax;
  if (is_over && !call.is_dry_run()) {
    LOOP_TRY_VOID(session->prepare());
    LOOP_TRY(done, book.compact());
  }
  if (call.output.wants_json()) {
    call.output.json({{"line_count", done.line_count},
                      {"archived", json_texts(done.archived)},
                      {"archive_file", json_text_or_null(done.archive_file)},
                      {"dry_run", call.is_dry_run()}});
    return ExitCode::ok;
  }
  const std::string_view what = !is_over            ? "within the limit"
                                : call.is_dry_run() ? "would be compacted"
                                                    : "compacted";
  call.output.note(fmt::format("{} of {} lines, {} entries archived: {}", done.line_count,
                               loop::kMemoryLinesMax, done.archived.size(), what));
  return ExitCode::ok;
}

Option section_option(std::string meaning, std::string default_value) {
  return {.name = "section",
          .letter = 's',
          .kind = ValueKind::text,
          .value_name = "NAME",
          .default_value = std::move(default_value),
          .allowed = kSections,
          .meaning = std::move(meaning)};
}

Option text_option(std::string name, std::string meaning, std::string default_value = {}) {
  return {.name = std::move(name),
          .kind = ValueKind::text,
          .value_name = "TEXT",
          .default_value = std::move(default_value),
          .meaning = std::move(meaning)};
}

}  // namespace

std::vector<Command> memory_commands() {
  return {
      {.path = {"memory", "show"},
       .summary = "Print the memory",
       .options = {section_option("one section only", "")},
       .handler = show},
      {.path = {"memory", "search"},
       .summary = "Find entries",
       .positionals = {{.name = "PATTERN", .meaning = "RE2; case is ignored"}},
       .options = {section_option("in one section only", ""),
                   {.name = "literal", .meaning = "the pattern is plain text"},
                   {.name = "case-sensitive", .meaning = "case matters"}},
       .examples = {{"loopctl memory search \"time-?out\"", ""}},
       .handler = search},
      {.path = {"memory", "append"},
       .summary = "Add an entry",
       .details = "Past 300 lines the oldest dated entries move to .loop/memory-archive/.",
       .positionals = {{.name = "TEXT",
                        .meaning = "free text; - is standard input",
                        .required = false}},
       .options = {section_option("where", "status"),
                   text_option("mode", "who", "code"),
                   text_option("category", "what kind of entry", "note"),
                   text_option("finding", "what was found"),
                   text_option("command", "a command worth knowing"),
                   text_option("achievement", "what was done"),
                   text_option("insight", "what was learnt"),
                   {.name = "on-limit",
                    .kind = ValueKind::text,
                    .value_name = "WORD",
                    .default_value = "archive",
                    .allowed = {"archive", "refuse"},
                    .meaning = "what happens past 300 lines"}},
       .examples =
           {{"loopctl memory append -s commands --command \"ctest -j2\" --insight \"two at a "
             "time\"",
             ""}},
       .effect = Effect::writes,
       .handler = append},
      {.path = {"memory", "lint"},
       .summary = "Check the structure and the length",
       .details = "The exit code is 7 when there are findings.",
       .handler = lint},
      {.path = {"memory", "compact"},
       .summary = "Archive old entries until the file is within its limit",
       .effect = Effect::writes,
       .handler = compact},
  };
}

}  // namespace loopctl
