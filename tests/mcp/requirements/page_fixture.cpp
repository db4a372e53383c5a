// SPDX-License-Identifier: MIT
// The table as a page for people.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

constexpr std::array kLevels{Level::must, Level::must_not, Level::should, Level::should_not};

constexpr std::string_view kHead =
    R"(# What the Model Context Protocol asks of a server on stdio

<!-- Written by `mcp_requirements_tests "[.write]"`; a test fails when the two differ. -->

Each requirement that the specification's revisions put on servers over standard input and output, in our own words,
with the page that has it (`schema: X` is a description in the schema), and how it stands here:

- **checked**: `tests/mcp/requirements` plays it in each of its revisions;
- **shown** by the test that is named, as only a process or the product shows it;
- **no case**: it cannot arise here, or is not met; the reason stands beside it;
- **open**: nothing shows it yet; what is missing stands beside it.

What binds clients only or HTTP only is left out. Pages have moved: `basic/messages` of 2024-11-05 is `basic` since
2025-03-26; `basic/utilities/cancellation` and `basic/utilities/progress` are in `basic/patterns`, `basic/lifecycle`
is `basic/versioning`, and `basic/transports` is `basic/transports/stdio` in 2026-07-28.

)";

enum class State { checked, shown, no_case, open };

State state_of(const Requirement& row) {
  if (row.check != nullptr) return State::checked;
  if (!row.shown_by.empty()) return State::shown;
  return row.open.empty() ? State::no_case : State::open;
}

std::string span_text(const RevisionSpan& span) {
  if (span.first == span.last) return std::string(to_string(span.first));
  if (span.first == kAll.first && span.last == kAll.last) return "all";
  if (span.last == kAll.last) return fmt::format("since {}", to_string(span.first));
  if (span.first == kAll.first) return fmt::format("until {}", to_string(span.last));
  return fmt::format("{} to {}", to_string(span.first), to_string(span.last));
}

std::string state_text(const Requirement& row) {
  switch (state_of(row)) {
    case State::checked: return "checked";
    case State::shown: return fmt::format("shown: {}", row.shown_by);
    case State::no_case: return fmt::format("no case: {}", row.reason);
    case State::open: return fmt::format("**open**: {}", row.open);
  }
  return {};
}

std::string count_table(std::span<const Requirement> requirements) {
  std::string table = "## Counts\n\n| Revision |";
  for (const Level level : kLevels) table += fmt::format(" {} |", to_string(level));
  table += " all | checked | shown | no case | open |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Revision revision : kRevisions) {
    const auto count = [&](auto is_counted) {
      return std::ranges::count_if(requirements, [&](const Requirement& row) {
        return row.span.contains(revision) && is_counted(row);
      });
    };
    table += fmt::format("| {} |", to_string(revision));
    for (const Level level : kLevels) {
      table += fmt::format(" {} |", count([&](const auto& row) { return row.level == level; }));
    }
    table += fmt::format(" {} |", count([](const auto&) { return true; }));
    for (const State state : {State::checked, State::shown, State::no_case, State::open}) {
      table += fmt::format(" {} |", count([&](const auto& row) { return state_of(row) == state; }));
    }
    table += "\n";
  }
  table += fmt::format("\n{} rows in all; a row counts in each of its revisions.\n",
                       requirements.size());
  return table;
}

std::string open_list(std::span<const Requirement> requirements) {
  std::string list;
  for (const Requirement& row : requirements) {
    if (state_of(row) != State::open) continue;
    list += fmt::format("- {} ({}, {}, {}): {}\n", row.words, to_string(row.level),
                        span_text(row.span), row.source, row.open);
  }
  return list.empty() ? list : "\n## Open\n\n" + list;
}

}  // namespace

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::must: return "MUST";
    case Level::must_not: return "MUST NOT";
    case Level::should: return "SHOULD";
    case Level::should_not: return "SHOULD NOT";
  }
  return {};
}

std::vector<Requirement> all_requirements() {
  std::vector<Requirement> all;
  for (const auto rows :
       {message_rows(),      metadata_rows(),  schema_rows(),       lifecycle_rows(),
        ping_rows(),         stdio_rows(),     cancellation_rows(), progress_rows(),
        subscription_rows(), input_rows(),     task_rows(),         task_error_rows(),
        tool_rows(),         tool_form_rows(), resource_rows(),     prompt_rows(),
        completion_rows(),   logging_rows(),   paging_rows(),       client_rows(),
        elicitation_rows()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

std::string requirements_page(std::span<const Requirement> requirements) {
  std::vector<std::string_view> sources;  // in the table's order
  for (const Requirement& row : requirements) {
    if (std::ranges::find(sources, row.source) == sources.end()) sources.push_back(row.source);
  }
  std::string page = std::string(kHead) + count_table(requirements) + open_list(requirements);
  for (const std::string_view source : sources) {
    page += fmt::format(
        "\n## {}\n\n| Requirement | Level | Revisions | State |\n|---|---|---|---|\n", source);
    for (const Requirement& row : requirements) {
      if (row.source != source) continue;
      page += fmt::format("| {} <!-- {} --> | {} | {} | {} |\n", row.words, row.id,
                          to_string(row.level), span_text(row.span), state_text(row));
    }
  }
  return page;
}

}  // namespace mcp::test
