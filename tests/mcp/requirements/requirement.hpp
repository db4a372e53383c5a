// SPDX-License-Identifier: MIT
// What the specification of the Model Context Protocol asks of a server on standard input and
// output: one row a requirement, and how it stands here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/protocol/revision.hpp"

namespace mcp::test {

class Play;

// The words of RFC 2119 in which the specification speaks.
enum class Level { must, must_not, should, should_not };
std::string_view to_string(Level level) noexcept;

// Revisions from the first to the last one.
struct RevisionSpan {
  Revision first, last;

  constexpr bool contains(Revision revision) const { return first <= revision && revision <= last; }
};
inline constexpr RevisionSpan kAll{Revision::v2024_11_05, kNewestModern};
inline constexpr RevisionSpan kLegacy{Revision::v2024_11_05, kNewestLegacy};
inline constexpr RevisionSpan kModern{Revision::v2026_07_28, kNewestModern};
constexpr RevisionSpan since(Revision first) { return {first, kNewestModern}; }
constexpr RevisionSpan until(Revision last) { return {Revision::v2024_11_05, last}; }
constexpr RevisionSpan only(Revision revision) { return {revision, revision}; }

// Exactly one of the last four says how it stands.
struct Requirement {
  std::string_view id{};
  Level level = Level::must;
  RevisionSpan span = kAll;
  std::string_view source{};  // page of the specification, or "schema: " and the definition
  std::string_view words{};   // our own

  void (*check)(Play& play) = nullptr;  // plays it, in a conversation of each revision
  std::string_view shown_by{};          // "file: case" of a test elsewhere
  std::string_view reason{};            // why it cannot arise, or is not met
  std::string_view open{};              // what is missing here
};

// The parts of the table.
std::span<const Requirement> message_rows();
std::span<const Requirement> metadata_rows();
std::span<const Requirement> schema_rows();
std::span<const Requirement> lifecycle_rows();
std::span<const Requirement> ping_rows();
std::span<const Requirement> stdio_rows();
std::span<const Requirement> cancellation_rows();
std::span<const Requirement> progress_rows();
std::span<const Requirement> subscription_rows();
std::span<const Requirement> input_rows();
std::span<const Requirement> task_rows();
std::span<const Requirement> task_error_rows();
std::span<const Requirement> tool_rows();
std::span<const Requirement> tool_form_rows();
std::span<const Requirement> resource_rows();
std::span<const Requirement> prompt_rows();
std::span<const Requirement> completion_rows();
std::span<const Requirement> logging_rows();
std::span<const Requirement> paging_rows();
std::span<const Requirement> client_rows();
std::span<const Requirement> elicitation_rows();

std::vector<Requirement> all_requirements();

// docs/mcp-requirements.md.
std::string requirements_page(std::span<const Requirement> requirements);

}  // namespace mcp::test
