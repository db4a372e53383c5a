// SPDX-License-Identifier: MIT
// The edits of a book: each gives a whole new text in which only the bytes concerned differ.
#include "loop/domain/schedule_book.h"

#include "loop/base/text.h"

#include "domain/schedule_book_keys.hpp"
#include "domain/schedule_book_splice.hpp"
#include "domain/schedule_book_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace loop {

namespace {

// Leaves room for the file's own three levels, and one for the object "loop".
constexpr std::size_t kValueDepthMax = kJsonDepthMax - 4;

Status check_text(std::string_view key, std::string_view text) {
  if (!find_invalid_utf8(text)) return {};
  return Error(Errc::invalid_argument,
               fmt::format("{}: the text is not UTF-8 (\"{}\")", key, to_valid_utf8(text)));
}

Status check_change(const FieldChange& change) {
  LOOP_TRY_VOID(check_text(change.key, change.key));
  if (!change.value) return {};
  if (const auto* text = std::get_if<std::string>(&*change.value)) {
    return check_text(change.key, *text);
  }
  if (const auto* json = std::get_if<JsonText>(&*change.value)) {
    const auto tokens = JsonTokens::scan(json->text, kValueDepthMax);
    if (tokens) return {};
    return Error(Errc::invalid_argument,
                 fmt::format("{}: {}", change.key, tokens.error().message()));
  }
  return {};
}

// "loop.timezone" gives "loop" and "timezone".
std::pair<std::string_view, std::string_view> split_key(std::string_view key) {
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos) return {key, {}};
  return {key.substr(0, dot), key.substr(dot + 1)};
}

// One edit a member of the outer object, in the order in which they are first named.
Result<std::vector<MemberEdit>> to_edits(std::span<const FieldChange> changes,
                                         const ObjectKeys& keys) {
  std::vector<MemberEdit> edits;
  for (const FieldChange& change : changes) {
    LOOP_TRY_VOID(check_change(change));
    const auto [outer, inner] = split_key(change.key);
    auto spelling = keys.spelling_of(to_known_key(outer));
    auto edit = std::find_if(edits.begin(), edits.end(),
                             [&](const MemberEdit& known) { return known.key == spelling.key; });
    if (edit != edits.end() && edit->inner.empty() != inner.empty()) {
      return Error(Errc::invalid_argument,
                   fmt::format("both {} as a whole and a part of it are given", outer));
    }
    if (edit == edits.end()) {
      edits.push_back({std::move(spelling.key), std::move(spelling.twin), {}, {}});
      edit = edits.end() - 1;
    }
    if (inner.empty()) {
      edit->value = change.value;
    } else {
      edit->inner.push_back({std::string(inner), {}, change.value, {}});
    }
  }
  return edits;
}

std::vector<std::string> keys_of(const JsonSource& source, std::uint32_t object) {
  std::vector<std::string> keys;
  for (const std::uint32_t member : source.tokens.children(object)) {
    keys.push_back(decode_json_string(source.key(member)));
  }
  return keys;
}

// A new object is made as an edit of an empty one, so that both ways obey the same rules.
Result<std::string> new_object(std::span<const FieldChange> fields) {
  constexpr std::string_view kEmpty = "{}";
  LOOP_TRY(const auto tokens, JsonTokens::scan(kEmpty));
  LOOP_TRY(const auto edits, to_edits(fields, ObjectKeys({})));
  const JsonLayout minified{"", "", ":", ","};
  std::vector<Splice> splices;
  LOOP_TRY_VOID(splice_members({kEmpty, tokens}, 0, minified, "", edits, splices));
  return apply_splices(kEmpty, std::move(splices));
}

// The id that the fields give; empty when they give none.
std::string id_in(std::span<const FieldChange> fields) {
  std::string id;
  for (const FieldChange& field : fields) {
    if (field.key != "id" || !field.value) continue;
    const auto* text = std::get_if<std::string>(&*field.value);
    id = text != nullptr ? *text : to_json_text(*field.value);
  }
  return id;
}

// What the new element looks like beside the last one: `}` shows the indentation of its line even
// where the brackets share one ("[{ ... }, { ... }]" over several lines).
ItemLayout element_layout(const JsonSource& source, std::uint32_t array, const JsonLayout& file) {
  ItemLayout item = detect_item_layout(source, array, file);
  const std::uint32_t last = source.tokens.children(array).back();
  const JsonNode& node = source.tokens[last];
  if (node.kind != JsonKind::object || node.next == last + 1) return item;

  const std::uint32_t last_member = source.tokens.children(last).back();
  const std::size_t space_begin = source.tokens[last_member].end;
  const std::string_view closing = source.text.substr(space_begin, node.end - 1 - space_begin);
  const ItemLayout members = detect_item_layout(source, last, file);
  item.layout = members.layout;
  const std::size_t line_break = closing.rfind('\n');
  if (line_break != std::string_view::npos) item.indent = closing.substr(line_break + 1);
  if (members.indent.size() > item.indent.size() && members.indent.starts_with(item.indent)) {
    item.layout.unit = members.indent.substr(item.indent.size());
  }
  return item;
}

Result<std::string> append_element(const JsonSource& source, std::uint32_t array,
                                   const std::string& object) {
  const ItemLayout item = element_layout(source, array, detect_layout(source));
  LOOP_TRY(auto printed, print_json_text(object, item.layout, item.indent));
  const auto elements = source.tokens.children(array);
  std::vector<Splice> splices;
  splice_items(source, array,
               {elements, std::vector<bool>(elements.size()), {std::move(printed)}, item.separator},
               splices);
  return apply_splices(source.text, std::move(splices));
}

// The first schedule. A file such as {"schedules": []} shows no indentation yet, so it is laid out
// as JSON.stringify(…, 2) would; one without any white space stays so.
Result<std::string> fill_array(const JsonSource& source, std::uint32_t array,
                               const std::string& object) {
  const JsonNode& node = source.tokens[array];
  JsonLayout layout = detect_layout(source);
  if (layout.is_one_line() && !layout.is_minified()) {
    const JsonNode& root = source.tokens[0];
    std::string whole(source.text.substr(root.begin, node.begin - root.begin));
    whole.append("[" + object + "]").append(source.text.substr(node.end, root.end - node.end));
    LOOP_TRY(auto printed, print_json_text(whole, {"\n", "  ", ": ", ","}, ""));
    return apply_splices(source.text, {{root.begin, root.end, std::move(printed)}});
  }
  const ItemLayout item = detect_item_layout(source, 0, layout);
  LOOP_TRY(auto printed, print_json_text("[" + object + "]", layout, item.indent));
  return apply_splices(source.text, {{node.begin, node.end, std::move(printed)}});
}

}  // namespace

Result<std::string> ScheduleBook::with_changes(const ScheduleId& id,
                                               std::span<const FieldChange> changes) const {
  LOOP_TRY(const auto element, Tree::element_of(*this, id));
  const JsonSource source = tree_->source(*this);
  LOOP_TRY(const auto edits, to_edits(changes, ObjectKeys(keys_of(source, element))));

  std::vector<Splice> splices;
  LOOP_TRY_VOID(splice_members(source, element, detect_layout(source), "", edits, splices));
  return apply_splices(bytes_, std::move(splices));
}

Result<std::string> ScheduleBook::with_new_schedule(std::span<const FieldChange> fields) const {
  const std::string id = id_in(fields);
  if (id.empty()) return Error(Errc::invalid_argument, "a new schedule needs an id");
  if (find(ScheduleId(id)) != nullptr) {
    return Error(Errc::already_exists, fmt::format("a schedule has the id \"{}\" already", id));
  }
  LOOP_TRY(const auto object, new_object(fields));
  const JsonSource source = tree_->source(*this);
  if (tree_->elements.empty()) return fill_array(source, tree_->array, object);
  return append_element(source, tree_->array, object);
}

Result<std::string> ScheduleBook::without_schedule(const ScheduleId& id) const {
  LOOP_TRY(const auto element, Tree::element_of(*this, id));
  ItemEdit edit{tree_->elements, {}, {}, {}};
  for (const std::uint32_t other : edit.items) edit.is_removed.push_back(other == element);
  std::vector<Splice> splices;
  splice_items(tree_->source(*this), tree_->array, edit, splices);
  return apply_splices(bytes_, std::move(splices));
}

}  // namespace loop
