// SPDX-License-Identifier: MIT
// Requirements on JSON Schema, which the server sends and does not read.
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

constexpr std::string_view kNoReader =
    "the server reads no schema: each operation checks its arguments by its decoder, which agrees "
    "with its schema by a test";

constexpr Requirement kRows[]{
    {.id = "schema.dialect",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "schemas without $schema are taken as JSON Schema 2020-12",
     .shown_by =
         "tests/ops/schema_agreement_test.cpp: the decoder accepts what the schema accepts, "
         "and refuses what it refuses"},
    {.id = "schema.validate",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "schemas are validated by their dialect",
     .reason = kNoReader},
    {.id = "schema.unsupported",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "a dialect that is not supported gives an error that says so",
     .reason = kNoReader},
    {.id = "schema.document",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "the dialects that are supported are documented",
     .reason = kNoReader},
    {.id = "schema.valid",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "schemas that are sent are valid by their dialect",
     .shown_by = "tests/apps/loop_mcp_form_test.cpp: mcp: the schemas of tools are objects of the "
                 "form that their dialect has"},
    {.id = "schema.no_fetch",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "a $ref to a place in the network is not followed",
     .reason = kNoReader},
    {.id = "schema.unresolved",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "a schema with a $ref that leads nowhere is refused, not passed over",
     .reason = kNoReader},
    {.id = "schema.bounds",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "the work that a schema can cause is bounded",
     .reason = kNoReader},
};

}  // namespace

std::span<const Requirement> schema_rows() { return kRows; }

}  // namespace mcp::test
