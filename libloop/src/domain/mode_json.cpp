// SPDX-License-Identifier: MIT
// The JSON form of a modes file.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>

#include "domain/mode_document.hpp"

namespace loop {

namespace {

namespace json = boost::json;

// As deep as Boost.JSON itself goes (32), so recursion is bounded.
class TreeBuilder {
 public:
  Result<ModeDocument> build(const json::value& value) {
    document_.root = add(value);
    if (document_.nodes.size() > kModeNodesMax) {
      return Error(Errc::invalid_data, "JSON: too many values");
    }
    return std::move(document_);
  }

 private:
  std::size_t add(const json::value& value) {
    const std::size_t index = document_.nodes.size();
    if (index > kModeNodesMax) return 0;  // refused by build
    document_.nodes.emplace_back();
    ModeNode node;
    if (const json::string* text = value.if_string()) {
      node.kind = ModeNode::Kind::text;
      node.text = std::string_view(*text);
    } else if (const json::array* items = value.if_array()) {
      node.kind = ModeNode::Kind::list;
      for (const json::value& item : *items) node.items.push_back(add(item));
    } else if (const json::object* members = value.if_object()) {
      node.kind = ModeNode::Kind::map;
      for (const auto& member : *members) {
        node.members.emplace_back(member.key(), add(member.value()));
      }
    } else if (!value.is_null()) {
      node.kind = ModeNode::Kind::other;
      node.text = json::serialize(value);
    }
    document_.nodes[index] = std::move(node);
    return index;
  }

  ModeDocument document_;
};

Error json_error(std::string_view text, std::size_t offset, const std::string& what) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return Error(Errc::invalid_data,
               fmt::format("JSON: line {}, column {}: {}", line, offset - line_start + 1, what));
}

}  // namespace

Result<ModeDocument> decode_mode_json(std::string_view text) {
  json::stream_parser parser;
  json::error_code error;
  const std::size_t read_count = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error) return json_error(text, read_count, error.message());
  return TreeBuilder().build(parser.release());
}

}  // namespace loop
