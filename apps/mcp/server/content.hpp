// SPDX-License-Identifier: MIT
// What tools, resources and prompts give: blocks of content, and their form in each revision.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "mcp/protocol/revision.hpp"

namespace mcp {

struct Icon {
  std::string src;  // https: or data:
  std::string mime_type{};
  std::vector<std::string> sizes{};
};

// What is behind a URI.
struct Resource {
  std::string uri;
  std::string name;
  std::string title{};
  std::string description{};
  std::string mime_type{};
  std::optional<std::int64_t> size_bytes{};
};

// The content of a resource: text, or base64 of bytes.
struct ResourceContents {
  std::string uri;
  std::string mime_type{};
  std::string text{};
  std::optional<std::string> blob_base64{};  // instead of the text
};

struct TextContent {
  std::string text;
};
struct ImageContent {
  std::string data_base64, mime_type;
};
struct AudioContent {
  std::string data_base64, mime_type;
};
struct EmbeddedResource {
  ResourceContents resource;
};
struct ResourceLink {
  Resource resource;
};
using Content =
    std::variant<TextContent, ImageContent, AudioContent, EmbeddedResource, ResourceLink>;

// What an older revision does not know becomes text: audio before 2025-03-26, links before
// 2025-06-18.
boost::json::object to_json(const Content& content, Revision revision);
boost::json::object to_json(const Resource& resource, Revision revision);
boost::json::object to_json(const ResourceContents& contents);

}  // namespace mcp
