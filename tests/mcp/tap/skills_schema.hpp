// SPDX-License-Identifier: MIT
// The messages of the extension for skills as a schema, after the text of its specification, which
// has none.
#pragma once

#include <string_view>

namespace mcp::test {

inline constexpr std::string_view kSkillsSchema = R"({"$defs": {
  "Skill": {
    "type": "object",
    "required": ["uri", "frontmatter", "resources"],
    "properties": {
      "uri": {"type": "string"},
      "frontmatter": {
        "type": "object",
        "required": ["name", "description"],
        "properties": {"name": {"type": "string"}, "description": {"type": "string"}}},
      "resources": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "object",
          "required": ["uri", "digest", "size"],
          "properties": {
            "uri": {"type": "string"},
            "digest": {"type": "string"},
            "size": {"type": "integer", "minimum": 0}}}}}},
  "ListSkillsRequest": {
    "type": "object",
    "properties": {
      "method": {"const": "skills/list"},
      "params": {"type": "object", "properties": {"cursor": {"type": "string"}}}}},
  "ListSkillsResult": {
    "type": "object",
    "required": ["skills"],
    "properties": {
      "skills": {"type": "array", "items": {"$ref": "#/$defs/Skill"}},
      "nextCursor": {"type": "string"}}},
  "GetSkillRequest": {
    "type": "object",
    "required": ["params"],
    "properties": {
      "method": {"const": "skills/get"},
      "params": {
        "type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}}}},
  "GetSkillResult": {
    "type": "object",
    "required": ["skill"],
    "properties": {"skill": {"$ref": "#/$defs/Skill"}, "nextCursor": {"not": {}}}},
  "ReadResourceDirectoryRequest": {
    "type": "object",
    "required": ["params"],
    "properties": {
      "method": {"const": "resources/directory/read"},
      "params": {
        "type": "object",
        "required": ["uri"],
        "properties": {"uri": {"type": "string"}, "cursor": {"type": "string"}}}}},
  "ReadResourceDirectoryResult": {
    "type": "object",
    "required": ["resources"],
    "properties": {
      "resources": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["uri", "name"],
          "properties": {
            "uri": {"type": "string"},
            "name": {"type": "string"},
            "mimeType": {"type": "string"}}}},
      "nextCursor": {"type": "string"}}}
}})";

}  // namespace mcp::test
