// SPDX-License-Identifier: MIT
// Adding a note and moving old entries out: text in, text out.
#include <fmt/format.h>

#include <algorithm>

#include "domain/memory_layout.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

std::string_view line_ending_of(std::string_view markdown) {
  const std::size_t newline = markdown.find('\n');
  const bool is_crlf =
      newline != std::string_view::npos && newline > 0 && markdown[newline - 1] == '\r';
  return is_crlf ? "\r\n" : "\n";
}

// Puts the heading of a missing section before the next one that is there, or at the end.
std::string with_section(std::string_view markdown, MemorySection section,
                         std::string_view line_ending) {
  const MemoryLayout layout = read_memory_layout(markdown);
  if (layout.find(section) != nullptr) return std::string(markdown);
  const std::string heading = fmt::format("# {}{}", title_of(section), line_ending);
  for (const MemorySection later : kMemorySections) {
    const MemorySectionSpan* span = later > section ? layout.find(later) : nullptr;
    if (span == nullptr) continue;
    const std::size_t at = layout.lines[span->first].begin;
    // A byte order mark stays at the start of the file.
    const std::size_t mark = at == 0 && markdown.starts_with("\xef\xbb\xbf") ? 3 : 0;
    return fmt::format("{}{}{}{}", markdown.substr(0, at + mark), heading, line_ending,
                       markdown.substr(at + mark));
  }
  std::string text(markdown);
  if (!text.empty() && !text.ends_with('\n')) text += line_ending;
  if (!layout.lines.empty() && !is_blank(layout.lines.back().text)) text += line_ending;
  return text + heading;
}

bool has_all_sections(const MemoryLayout& layout) {
  return std::all_of(kMemorySections.begin(), kMemorySections.end(),
                     [&](MemorySection section) { return layout.find(section) != nullptr; });
}

std::string with_all_sections(std::string_view markdown, std::string_view line_ending) {
  std::string text(markdown);
  if (has_all_sections(read_memory_layout(markdown))) return text;
  // From the last on, so that each finds its successor.
  for (auto section = kMemorySections.rbegin(); section != kMemorySections.rend(); ++section) {
    text = with_section(text, *section, line_ending);
  }
  return text;
}

// One version of the file on its way to the next: entries leave, one note comes.
class Edit {
 public:
  Edit(std::string_view markdown, std::string_view line_ending)
      : markdown_(markdown),
        line_ending_(line_ending),
        layout_(read_memory_layout(markdown)),
        is_removed_(layout_.lines.size(), false) {
    order_by_age();
  }

  bool has_unclosed_fence() const { return layout_.has_unclosed_fence; }

  void insert(MemorySection section, std::string note) {
    section_ = layout_.find(section);
    LOOP_CHECK(section_ != nullptr);
    note_ = std::move(note);
  }

  // Leaves at most `keep_count` dated entries of the category.
  void archive_category(std::string_view category, std::size_t keep_count) {
    const auto has_category = [&](std::size_t i) {
      return layout_.entries[i].entry.category == category;
    };
    auto count =
        static_cast<std::size_t>(std::count_if(by_age_.begin(), by_age_.end(), has_category));
    std::vector<std::size_t> left;
    for (const std::size_t i : by_age_) {
      if (count > keep_count && has_category(i)) {
        archive(i);
        --count;
      } else {
        left.push_back(i);
      }
    }
    by_age_ = std::move(left);
  }

  // The oldest entries of at least so many lines; false when there are too few. Walking on from the
  // last one keeps it linear.
  bool archive_oldest(std::size_t line_count) {
    std::size_t freed = 0;
    while (freed < line_count && next_ < by_age_.size()) {
      freed += layout_.entries[by_age_[next_]].entry.line_count;
      archive(by_age_[next_++]);
    }
    return freed >= line_count;
  }

  std::string text() const {
    std::string out;
    out.reserve(markdown_.size() + note_.size() + 8);
    const std::size_t insert_after = section_ == nullptr ? layout_.lines.size() : last_filled();
    bool is_behind_note = false;
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (is_removed_[i]) continue;
      const MarkdownLine& line = layout_.lines[i];
      if (is_behind_note && !is_blank(line.text)) out += line_ending_;
      out += markdown_.substr(line.begin, line.end - line.begin);
      is_behind_note = i == insert_after;
      if (is_behind_note) add_note_to(out);
    }
    return out;
  }

  // The moved entries below the title of their section, in the order of the file.
  MemoryChange change(std::string text) const {
    MemoryChange change{std::move(text), {}, {}};
    std::optional<MemorySection> section;
    for (const MemoryEntrySpan& span : layout_.entries) {
      if (!is_removed_[span.first]) continue;
      if (section != span.entry.section) {
        section = span.entry.section;
        change.archived_text += fmt::format("# {}{}", title_of(*section), line_ending_);
      }
      change.archived.emplace_back(to_valid_utf8(layout_.lines[span.first].text));
      const std::size_t begin = layout_.lines[span.first].begin;
      change.archived_text += markdown_.substr(begin, layout_.lines[span.end - 1].end - begin);
      if (!change.archived_text.ends_with('\n')) change.archived_text += line_ending_;
    }
    return change;
  }

  std::size_t entries_left() const { return layout_.entries.size() - archived_count_; }

 private:
  void order_by_age() {
    for (std::size_t i = 0; i < layout_.entries.size(); ++i) {
      if (layout_.entries[i].entry.time) by_age_.push_back(i);
    }
    std::stable_sort(by_age_.begin(), by_age_.end(), [&](std::size_t a, std::size_t b) {
      return *layout_.entries[a].entry.time < *layout_.entries[b].entry.time;
    });
  }

  void archive(std::size_t entry) {
    const MemoryEntrySpan& span = layout_.entries[entry];
    for (std::size_t i = span.first; i < span.end; ++i) is_removed_[i] = true;
    ++archived_count_;
  }

  // The line behind which the note goes: the last one of the section that stays and is not blank.
  std::size_t last_filled() const {
    std::size_t last = section_->first;
    for (std::size_t i = section_->first; i < section_->end; ++i) {
      if (!is_removed_[i] && !is_blank(layout_.lines[i].text)) last = i;
    }
    return last;
  }

  void add_note_to(std::string& out) const {
    if (!out.ends_with('\n')) out += line_ending_;
    out += line_ending_;
    out += note_;
  }

  std::string_view markdown_;
  std::string_view line_ending_;
  MemoryLayout layout_;
  std::vector<bool> is_removed_;
  std::vector<std::size_t> by_age_;  // the dated entries, oldest first
  std::size_t next_ = 0;
  std::size_t archived_count_ = 0;
  const MemorySectionSpan* section_ = nullptr;
  std::string note_;
};

std::size_t count_lines(std::string_view text) {
  const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return newlines + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

Error over_limit(std::size_t line_count, std::string_view why) {
  return Error(Errc::limit_reached,
               fmt::format("persistent-memory.md would have {} lines; at most {} are allowed{}",
                           line_count, kMemoryLinesMax, why));
}

// Moves entries out until the text holds the limit.
Result<std::string> fit(Edit& edit, OnMemoryLimit on_limit) {
  for (;;) {
    std::string text = edit.text();
    const std::size_t line_count = count_lines(text);
    if (line_count <= kMemoryLinesMax) return text;
    if (on_limit == OnMemoryLimit::refuse) return over_limit(line_count, "");
    if (!edit.archive_oldest(line_count - kMemoryLinesMax)) {
      return over_limit(line_count, ", and too few dated entries are left to archive");
    }
  }
}

Status check_size(const MemoryNote& note) {
  const std::size_t size_bytes = note.finding.size() + note.command.size() +
                                 note.achievement.size() + note.insight.size() +
                                 note.content.size();
  if (size_bytes <= kMemoryNoteBytesMax) return {};
  return Error(Errc::too_large, fmt::format("the note has {} bytes; at most {} are allowed",
                                            size_bytes, kMemoryNoteBytesMax));
}

}  // namespace

Result<MemoryChange> add_note(std::string_view markdown, const MemoryNote& note,
                              OnMemoryLimit on_limit, std::size_t keep_of_category) {
  LOOP_TRY_VOID(check_size(note));
  const std::string_view line_ending = line_ending_of(markdown);
  const std::string whole = with_all_sections(markdown, line_ending);
  Edit edit(whole, line_ending);
  // A fence in the note would close the one that is open, and hide the sections between them.
  edit.insert(note.section, render_memory_note(note, line_ending, edit.has_unclosed_fence()));
  if (keep_of_category > 0) {
    edit.archive_category(written_category(note.category), keep_of_category - 1);
  }
  LOOP_TRY(std::string text, fit(edit, on_limit));

  // Nothing should get here; the file is worth more than the note if something does.
  const MemoryLayout after = read_memory_layout(text);
  if (!has_all_sections(after) || after.entries.size() != edit.entries_left() + 1) {
    return Error(Errc::invalid_data,
                 "the note would break the sections of persistent-memory.md; nothing was written");
  }
  return edit.change(std::move(text));
}

Result<MemoryChange> compact_memory(std::string_view markdown) {
  Edit edit(markdown, line_ending_of(markdown));
  LOOP_TRY(std::string text, fit(edit, OnMemoryLimit::archive));
  return edit.change(std::move(text));
}

}  // namespace loop
