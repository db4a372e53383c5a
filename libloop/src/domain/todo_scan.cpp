// SPDX-License-Identifier: MIT
// Walks over TODO.md once, with the open list items and the headings above on two stacks.
#include "domain/todo_scan.hpp"

#include <optional>
#include <utility>

#include "domain/markdown_lines.hpp"
#include "domain/todo_line.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

// As deep as list items are followed; deeper ones count as nested in the last of these.
constexpr std::size_t kDepthMax = 100;
// Each item carries the titles above it: a long one must not be copied a million times.
constexpr std::size_t kTitleBytesMax = 160;
constexpr std::size_t kNoItem = static_cast<std::size_t>(-1);

class TodoScanner {
 public:
  explicit TodoScanner(std::string_view markdown) : markdown_(markdown) {}

  ScannedTodo scan() {
    const MarkdownLines cut = cut_markdown(markdown_, UnclosedFence::hides_rest, FenceIndent::any);
    for (std::size_t i = 0; i < cut.lines.size(); ++i) {
      if (!cut.lines[i].is_fenced) read_line(cut.lines[i], i + 1);
      was_blank_ = !cut.lines[i].is_fenced && is_blank(cut.lines[i].text);
    }
    return std::move(scanned_);
  }

 private:
  // A list item that is open: what is indented to its content belongs to it.
  struct OpenItem {
    std::size_t content_column;
    std::size_t item;  // index of the task it is or stands in; kNoItem for none
  };
  struct OpenHeading {
    std::size_t level;
    std::string title;
  };

  void read_line(const MarkdownLine& line, std::size_t number) {
    if (is_in_comment_ || is_comment_start(line.text)) {
      is_in_comment_ = line.text.find("-->") == std::string_view::npos;
      return;
    }
    if (is_blank(line.text)) return;
    const std::size_t indent = measure_indent(line.text).columns;
    const auto heading = parse_heading(line.text);
    if (heading && (open_.empty() || indent < open_.front().content_column)) {
      open_.clear();
      return begin_section(*heading);
    }
    if (is_thematic_rule(line.text)) return close_items(indent);
    const auto marker = parse_list_marker(line.text);
    if (marker && begins_item(*marker)) return read_item(line, number, *marker);
    read_text(line.text, indent);
  }

  bool is_comment_start(std::string_view text) const {
    return trim(text).starts_with("<!--") && measure_indent(text).columns < 4;
  }

  void begin_section(const MarkdownHeading& heading) {
    while (!headings_.empty() && headings_.back().level >= heading.level) headings_.pop_back();
    headings_.push_back({heading.level, ellipsize(to_valid_utf8(heading.title), kTitleBytesMax)});
    section_.clear();
    for (const OpenHeading& open : headings_) {
      if (!section_.empty()) section_ += " / ";
      section_ += open.title;
    }
    is_done_column_ = heading.title.find("✓") != std::string_view::npos ||
                      to_lower(heading.title).find("[x]") != std::string_view::npos;
  }

  // The items that a line of this indent does not belong to.
  void close_items(std::size_t indent) {
    while (!open_.empty() && indent < open_.back().content_column) open_.pop_back();
  }

  // False when the line is indented so far that it is code or goes on with a paragraph.
  bool begins_item(const TodoListMarker& marker) {
    close_items(marker.indent);
    const std::size_t parent_column = open_.empty() ? 0 : open_.back().content_column;
    return marker.indent < parent_column + 4;
  }

  void read_item(const MarkdownLine& line, std::size_t number, const TodoListMarker& marker) {
    const std::size_t parent = open_.empty() ? kNoItem : open_.back().item;
    const auto box = parse_box(line.text, marker.content_offset);
    const bool is_task = box || (is_done_column_ && parent == kNoItem);
    std::size_t item = parent;
    if (is_task) {
      item = scanned_.list.items.size();
      add_task(line, number, parent, marker, box);
    } else if (parent != kNoItem) {
      add_detail(parent, line.text.substr(marker.content_offset));
    }
    if (open_.size() < kDepthMax) open_.push_back({marker.content_column, item});
  }

  void add_task(const MarkdownLine& line, std::size_t number, std::size_t parent,
                const TodoListMarker& marker, const std::optional<TodoBox>& box) {
    TodoItem item;
    item.line = number;
    if (parent != kNoItem) {
      item.depth = scanned_.list.items[parent].depth + 1;
      item.parent = scanned_.list.items[parent].line;
    }
    item.done = box ? box->done : true;
    item.has_box = box.has_value();
    const std::size_t text_offset = box ? box->text_offset : marker.content_offset;
    item.text = to_valid_utf8(trim(line.text.substr(text_offset)));
    item.section = section_;
    if (item.done) ++scanned_.list.completed;
    scanned_.list.items.push_back(std::move(item));
    // A byte order mark is no part of the line's text but of its bytes.
    const auto text_begin = static_cast<std::size_t>(line.text.data() - markdown_.data());
    scanned_.box_offsets.push_back(box ? text_begin + box->mark_offset : 0);
  }

  // Behind a blank line text must be indented to belong to an item; otherwise it goes on with it.
  void read_text(std::string_view text, std::size_t indent) {
    if (was_blank_) close_items(indent);
    if (!open_.empty() && open_.back().item != kNoItem) add_detail(open_.back().item, text);
  }

  void add_detail(std::size_t item, std::string_view text) {
    std::string detail = to_valid_utf8(trim(text));
    if (!detail.empty()) scanned_.list.items[item].details.push_back(std::move(detail));
  }

  std::string_view markdown_;
  ScannedTodo scanned_;
  std::vector<OpenItem> open_;
  std::vector<OpenHeading> headings_;
  std::string section_;
  bool is_done_column_ = false;
  bool is_in_comment_ = false;
  bool was_blank_ = false;
};

}  // namespace

ScannedTodo scan_todo(std::string_view markdown) { return TodoScanner(markdown).scan(); }

TodoList parse_todo(std::string_view markdown) { return scan_todo(markdown).list; }

}  // namespace loop
