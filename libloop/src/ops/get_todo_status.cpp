// SPDX-License-Identifier: MIT
// Items and counts of TODO.md.
#include "loop/ops/get_todo_status.h"

#include "loop/domain/search_pattern.h"
#include "loop/domain/todo_list.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/described_operation.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetTodoStatusRequest& request) {
  using ops::field;
  visit(field("include_completed", request.include_completed, "done items too"));
  visit(field("search_pattern", request.search_pattern, "RE2 in text and details, case ignored"));
  visit(field("limit", request.limit, "items a page").range(1, kTodoItemsPageMax));
  visit(field("offset", request.offset, "next_offset of the page before").range(0, 1'000'000'000));
}

template <class Visitor>
void describe(Visitor& visit, TodoStatusItem& item) {
  using ops::field;
  visit(field("line", item.line, "in TODO.md"));
  visit(field("depth", item.depth, "0: not nested"));
  visit(field("parent", item.parent, "line of the item it is nested in"));
  visit(field("completed", item.is_completed, "whether it is done"));
  visit(field("text", item.text, "what is planned"));
  visit(field("section", item.section, "the headings above it"));
  visit(field("details", item.details, "lines that belong to it"));
}

template <class Visitor>
void describe(Visitor& visit, TodoSectionStatus& section) {
  using ops::field;
  visit(field("section", section.section, "the headings"));
  visit(field("total", section.total, "items"));
  visit(field("completed", section.completed, "done"));
  visit(field("pending", section.pending, "not done"));
}

template <class Visitor>
void describe(Visitor& visit, GetTodoStatusAnswer& answer) {
  using ops::field;
  visit(field("items", answer.items, "in the order of the file, nested ones behind their parent")
            .required());
  visit(field("sections", answer.sections, "counts by section"));
  visit(field("total", answer.total, "items in the file").required());
  visit(field("completed", answer.completed, "done").required());
  visit(field("pending", answer.pending, "not done").required());
  visit(field("completion_rate", answer.completion_rate, "percent done").required());
  visit(field("match_count", answer.match_count, "items asked for"));
  visit(field("next_offset", answer.next_offset, "offset of the next page; absent on the last"));
}

namespace {

constexpr std::uint64_t kTodoBytesMax = 16ull * 1024 * 1024;

std::int64_t count_of(std::size_t number) { return static_cast<std::int64_t>(number); }

// 8 of 27 is 29.6.
double percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return 0;
  return std::round(1000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 10.0;
}

bool is_in(const TodoItem& item, const SearchPattern& pattern) {
  return pattern.is_in(item.text) || std::ranges::any_of(item.details, [&](const auto& detail) {
           return pattern.is_in(detail);
         });
}

TodoStatusItem answered(TodoItem&& item) {
  TodoStatusItem answer{.line = count_of(item.line),
                        .depth = count_of(item.depth),
                        .parent = {},
                        .is_completed = item.done,
                        .text = std::move(item.text),
                        .section = std::move(item.section),
                        .details = std::move(item.details)};
  if (item.parent > 0) answer.parent = count_of(item.parent);
  return answer;
}

std::size_t size_of(const TodoItem& item) {
  std::size_t bytes = item.text.size() + item.section.size();
  for (const std::string& detail : item.details) bytes += detail.size();
  return bytes;
}

void add_sections(const TodoList& list, GetTodoStatusAnswer& answer) {
  std::map<std::string_view, std::size_t> places;  // refers to the list
  for (const TodoItem& item : list.items) {
    auto place = places.find(item.section);
    if (place == places.end()) {
      if (answer.sections.size() == kTodoSectionsMax) continue;
      place = places.emplace(item.section, answer.sections.size()).first;
      answer.sections.push_back({.section = item.section});
    }
    TodoSectionStatus& section = answer.sections[place->second];
    ++section.total;
    ++(item.done ? section.completed : section.pending);
  }
}

void add_page(std::vector<TodoItem*> found, const GetTodoStatusRequest& request,
              GetTodoStatusAnswer& answer) {
  const auto begin = std::min(static_cast<std::size_t>(request.offset), found.size());
  std::size_t bytes = 0;
  for (std::size_t i = begin; i < found.size(); ++i) {
    bytes += size_of(*found[i]);
    const bool is_full = count_of(answer.items.size()) == request.limit ||
                         (!answer.items.empty() && bytes > kTodoPageBytesMax);
    if (is_full) {
      answer.next_offset = count_of(i);
      return;
    }
    answer.items.push_back(answered(std::move(*found[i])));
  }
}

}  // namespace

Result<GetTodoStatusAnswer> get_todo_status(const OperationContext& context,
                                            const GetTodoStatusRequest& request) {
  std::optional<SearchPattern> pattern;
  if (request.search_pattern) {
    auto compiled = SearchPattern::compile(*request.search_pattern);
    if (!compiled) return std::move(compiled).error().with_context("argument \"search_pattern\"");
    pattern = *std::move(compiled);
  }
  LOOP_TRY(const auto content,
           read_file_if_exists(context.services.files, layout::todo(), kTodoBytesMax));
  TodoList list = parse_todo(content ? content->bytes : std::string_view{});

  GetTodoStatusAnswer answer;
  answer.total = count_of(list.items.size());
  answer.completed = count_of(list.completed);
  answer.pending = answer.total - answer.completed;
  answer.completion_rate = percent(answer.completed, answer.total);
  add_sections(list, answer);
  std::vector<TodoItem*> found;
  for (TodoItem& item : list.items) {
    if (item.done && !request.include_completed) continue;
    if (!pattern || is_in(item, *pattern)) found.push_back(&item);
  }
  answer.match_count = count_of(found.size());
  add_page(std::move(found), request, answer);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_todo_status",
    .title = "Look at the plan",
    .meaning =
        "The items of TODO.md, which is planning: details, sections, how many are done. Change "
        "them with write_project_file.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_todo_status, loop::kInfo)
