// SPDX-License-Identifier: MIT
// Layout is read from the white space between tokens, never guessed from the file's name or author.
#include "domain/schedule_book_layout.hpp"

#include <algorithm>
#include <map>

namespace loop {

namespace {

std::string_view line_break_in(std::string_view space) {
  const std::size_t at = space.rfind('\n');
  if (at == std::string_view::npos) return {};
  return at > 0 && space[at - 1] == '\r' ? "\r\n" : "\n";
}

// The indentation behind the last line break; nothing when there is none. A separator may have its
// comma in front of the next item, and that is no indentation.
std::string_view indent_in(std::string_view space) {
  const std::size_t at = space.rfind('\n');
  if (at == std::string_view::npos) return {};
  const std::string_view line = space.substr(at + 1);
  return line.substr(0, line.find_first_not_of(" \t"));
}

std::string_view between(const JsonSource& source, std::size_t begin, std::size_t end) {
  return source.text.substr(begin, end - begin);
}

std::string_view space_before_first(const JsonSource& source, std::uint32_t container) {
  const JsonNode& node = source.tokens[container];
  return between(source, node.begin + 1, source.tokens[container + 1].item_begin());
}

bool is_container(const JsonNode& node) {
  return node.kind == JsonKind::object || node.kind == JsonKind::array;
}

std::string colon_of(const JsonSource& source, std::uint32_t member) {
  const JsonNode& node = source.tokens[member];
  return std::string(between(source, node.key_end, node.begin));
}

std::uint32_t first_container_in(const JsonSource& source, std::uint32_t container) {
  for (const std::uint32_t child : source.tokens.children(container)) {
    if (is_container(source.tokens[child])) return child;
  }
  return 0;
}

void set_comma(JsonLayout& layout) { layout.comma = layout.colon.ends_with(' ') ? ", " : ","; }

std::map<std::string, std::uint32_t> members_by_key(const JsonSource& source,
                                                    std::uint32_t object) {
  std::map<std::string, std::uint32_t> members;
  for (const std::uint32_t child : source.tokens.children(object)) {
    members[decode_json_string(source.key(child))] = child;
  }
  return members;
}

bool same_object(const JsonSource& a, std::uint32_t a_index, const JsonSource& b,
                 std::uint32_t b_index) {
  const auto left = members_by_key(a, a_index);
  const auto right = members_by_key(b, b_index);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](const auto& x, const auto& y) {
                      return x.first == y.first && same_json_value(a, x.second, b, y.second);
                    });
}

bool same_array(const JsonSource& a, std::uint32_t a_index, const JsonSource& b,
                std::uint32_t b_index) {
  const auto left = a.tokens.children(a_index);
  const auto right = b.tokens.children(b_index);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](auto x, auto y) { return same_json_value(a, x, b, y); });
}

}  // namespace

JsonLayout detect_layout(const JsonSource& source) {
  JsonLayout layout;
  if (source.tokens[0].kind != JsonKind::object || source.tokens.size() == 1) return layout;

  layout.line_break = line_break_in(space_before_first(source, 0));
  layout.colon = colon_of(source, 1);
  set_comma(layout);

  // The first level that is indented deeper than the one around it shows the unit.
  std::string_view outer;
  std::uint32_t container = 0;
  while (source.tokens[container].next > container + 1) {
    const std::string_view indent = indent_in(space_before_first(source, container));
    if (indent.size() > outer.size() && indent.starts_with(outer)) {
      layout.unit = indent.substr(outer.size());
      break;
    }
    outer = indent;
    container = first_container_in(source, container);
    if (container == 0) break;
  }
  return layout;
}

ItemLayout detect_item_layout(const JsonSource& source, std::uint32_t container,
                              const JsonLayout& file) {
  const auto items = source.tokens.children(container);
  const JsonNode& last = source.tokens[items.back()];
  ItemLayout item{{}, {}, file};
  if (last.key_begin != last.key_end) {
    item.layout.colon = colon_of(source, items.back());
    set_comma(item.layout);
  }
  if (items.size() > 1) {
    const JsonNode& before = source.tokens[items[items.size() - 2]];
    item.separator = between(source, before.end, last.item_begin());
  } else {
    const std::string_view space = space_before_first(source, container);
    item.separator = line_break_in(space).empty() ? item.layout.comma : "," + std::string(space);
  }
  item.indent = indent_in(item.separator);
  item.layout.line_break = line_break_in(item.separator);
  return item;
}

std::string print_json(const JsonSource& source, std::uint32_t index, const JsonLayout& layout,
                       std::string_view indent) {
  const JsonNode& node = source.tokens[index];
  const auto items =
      is_container(node) ? source.tokens.children(index) : std::vector<std::uint32_t>{};
  if (items.empty()) {
    if (node.kind == JsonKind::object) return "{}";
    if (node.kind == JsonKind::array) return "[]";
    return std::string(source.token(index));
  }

  const std::string inner =
      layout.is_one_line() ? std::string{} : std::string(indent) + layout.unit;
  std::string printed = node.kind == JsonKind::object ? "{" : "[";
  for (const std::uint32_t item : items) {
    if (item != items.front()) printed += layout.is_one_line() ? layout.comma : ",";
    printed += layout.line_break + inner;
    if (node.kind == JsonKind::object) printed.append(source.key(item)).append(layout.colon);
    printed += print_json(source, item, layout, inner);
  }
  printed += layout.line_break;
  if (!layout.is_one_line()) printed += indent;
  return printed + (node.kind == JsonKind::object ? "}" : "]");
}

Result<std::string> print_json_text(std::string_view text, const JsonLayout& layout,
                                    std::string_view indent) {
  LOOP_TRY(const JsonTokens tokens, JsonTokens::scan(text));
  return print_json({text, tokens}, 0, layout, indent);
}

bool same_json_value(const JsonSource& a, std::uint32_t a_index, const JsonSource& b,
                     std::uint32_t b_index) {
  const JsonKind kind = a.tokens[a_index].kind;
  if (kind != b.tokens[b_index].kind) return false;
  switch (kind) {
    case JsonKind::object: return same_object(a, a_index, b, b_index);
    case JsonKind::array: return same_array(a, a_index, b, b_index);
    case JsonKind::string:
      return decode_json_string(a.token(a_index)) == decode_json_string(b.token(b_index));
    case JsonKind::number: return same_json_number(a.token(a_index), b.token(b_index));
    case JsonKind::boolean:
    case JsonKind::null: return a.token(a_index) == b.token(b_index);
  }
  return false;
}

}  // namespace loop
