// SPDX-License-Identifier: MIT
// Content as each revision knows it.
#include "mcp/server/content.hpp"

#include <boost/json.hpp>

#include "loop/base/text.h"

namespace mcp {

namespace json = boost::json;

namespace {

// Whatever a handler gives, a line of the protocol is UTF-8.
json::object text_block(std::string_view text) {
  return {{"type", "text"}, {"text", loop::to_valid_utf8(text)}};
}

json::object data_block(std::string_view type, std::string_view data, std::string_view mime_type) {
  return {{"type", type}, {"data", data}, {"mimeType", mime_type}};
}

void put_unless_empty(json::object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

struct ContentEncoder {
  Revision revision;

  json::object operator()(const TextContent& content) const { return text_block(content.text); }
  json::object operator()(const ImageContent& content) const {
    return data_block("image", content.data_base64, content.mime_type);
  }
  json::object operator()(const AudioContent& content) const {
    if (revision < Revision::v2025_03_26) return text_block("[audio, " + content.mime_type + "]");
    return data_block("audio", content.data_base64, content.mime_type);
  }
  json::object operator()(const EmbeddedResource& content) const {
    return {{"type", "resource"}, {"resource", to_json(content.resource)}};
  }
  json::object operator()(const ResourceLink& content) const {
    if (revision < Revision::v2025_06_18) {
      return text_block(content.resource.name + ": " + content.resource.uri);
    }
    json::object link = to_json(content.resource, revision);
    link["type"] = "resource_link";
    return link;
  }
};

}  // namespace

json::object to_json(const Content& content, Revision revision) {
  return std::visit(ContentEncoder{revision}, content);
}

json::object to_json(const Resource& resource, Revision revision) {
  json::object object{{"uri", resource.uri}, {"name", resource.name}};
  if (revision >= Revision::v2025_06_18) put_unless_empty(object, "title", resource.title);
  put_unless_empty(object, "description", resource.description);
  put_unless_empty(object, "mimeType", resource.mime_type);
  if (resource.size_bytes) object["size"] = *resource.size_bytes;
  return object;
}

json::object to_json(const ResourceContents& contents) {
  json::object object{{"uri", contents.uri}};
  put_unless_empty(object, "mimeType", contents.mime_type);
  if (contents.blob_base64) {
    object["blob"] = *contents.blob_base64;
  } else {
    object["text"] = contents.text;
  }
  return object;
}

}  // namespace mcp
