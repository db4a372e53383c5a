// SPDX-License-Identifier: MIT
// Every function adds byte ranges to one list; nothing outside of those ranges is printed again.
#include "domain/schedule_book_splice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

// Of these objects the members that an edit does not name are kept: the file may have more of them
// than we know.
constexpr std::string_view kMergedKeys[] = {"selectedDays", "selected_days"};
// An object that exists only for its members, and goes with the last one.
constexpr std::string_view kExtensionKey = "loop";

bool is_merged(std::string_view key) {
  return std::find(std::begin(kMergedKeys), std::end(kMergedKeys), key) != std::end(kMergedKeys);
}

// The members of one object, while it is being edited.
class ObjectEditor {
 public:
  ObjectEditor(const JsonSource& source, std::uint32_t object, const JsonLayout& file,
               std::string_view outer_indent, std::vector<Splice>& splices)
      : source_(source),
        object_(object),
        file_(file),
        outer_indent_(outer_indent),
        splices_(splices) {
    items_.items = source.tokens.children(object);
    items_.is_removed.resize(items_.items.size());
    for (const std::uint32_t member : items_.items) {
      keys_.push_back(decode_json_string(source.key(member)));
    }
    if (items_.items.empty()) return;
    layout_ = detect_item_layout(source, object, file);
    items_.separator = layout_.separator;
  }

  Status edit(const MemberEdit& edit) {
    if (!edit.inner.empty()) return edit_inside(edit);
    if (!edit.value) {
      remove(edit.key);
      if (!edit.twin.empty()) remove(edit.twin);
      return {};
    }
    return set(edit.key, *edit.value);
  }

  Status finish() {
    if (items_.items.empty()) return fill_empty();
    for (const auto& [key, text] : added_) {
      LOOP_TRY(auto printed, print_json_text(text, layout_.layout, layout_.indent));
      items_.appended.push_back(quote_json_string(key) + layout_.layout.colon + printed);
    }
    splice_items(source_, object_, items_, splices_);
    return {};
  }

 private:
  // Of a duplicate key the last one counts, as everywhere.
  std::optional<std::uint32_t> find(std::string_view key) const {
    const auto at = std::find(keys_.rbegin(), keys_.rend(), key);
    if (at == keys_.rend()) return std::nullopt;
    return items_.items[static_cast<std::size_t>(keys_.rend() - at) - 1];
  }

  // All of them, so that no earlier duplicate comes to light.
  void remove(std::string_view key) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i] == key) items_.is_removed[i] = true;
    }
  }

  void replace(std::uint32_t member, std::string text) {
    splices_.push_back({source_.tokens[member].begin, source_.tokens[member].end, std::move(text)});
  }

  Status set(const std::string& key, const FieldValue& value) {
    const auto member = find(key);
    if (!member) {
      added_.emplace_back(key, to_json_text(value));
      return {};
    }
    if (const auto* json = std::get_if<JsonText>(&value)) return set_json(*member, key, json->text);
    if (auto token = changed_token(*member, value)) replace(*member, *std::move(token));
    return {};
  }

  // The new token, in the type of the old one where that can spell the value; nothing when it has
  // the value already.
  std::optional<std::string> changed_token(std::uint32_t member, const FieldValue& value) const {
    const std::string wanted = to_json_text(value);
    const std::string_view present = source_.token(member);
    const JsonKind kind = source_.tokens[member].kind;
    const std::string spelled = wanted.front() == '"' ? decode_json_string(wanted) : wanted;

    if (kind == JsonKind::number && is_json_number(spelled)) {
      return same_json_number(present, spelled) ? std::nullopt : std::optional(spelled);
    }
    if (kind == JsonKind::boolean && (spelled == "true" || spelled == "false")) {
      return present == spelled ? std::nullopt : std::optional(spelled);
    }
    // true and false are never put into quotes: to Roo Scheduler the string "false" is a yes.
    if (kind == JsonKind::string && !std::holds_alternative<bool>(value)) {
      if (decode_json_string(present) == spelled) return std::nullopt;
      return quote_json_string(spelled);
    }
    return wanted;
  }

  Status set_json(std::uint32_t member, const std::string& key, const std::string& text) {
    LOOP_TRY(const JsonTokens tokens, JsonTokens::scan(text));
    const JsonSource wanted{text, tokens};
    if (same_json_value(source_, member, wanted, 0)) return {};
    const bool both_objects =
        source_.tokens[member].kind == JsonKind::object && tokens[0].kind == JsonKind::object;
    if (both_objects && is_merged(key)) return merge(member, wanted);
    replace(member, print_json(wanted, 0, layout_.layout, layout_.indent));
    return {};
  }

  Status merge(std::uint32_t member, const JsonSource& wanted) {
    std::vector<MemberEdit> edits;
    for (const std::uint32_t child : wanted.tokens.children(0)) {
      edits.push_back({decode_json_string(wanted.key(child)),
                       {},
                       JsonText{std::string(wanted.token(child))},
                       {}});
    }
    return splice_members(source_, member, layout_.layout, layout_.indent, edits, splices_);
  }

  Status edit_inside(const MemberEdit& edit) {
    const auto member = find(edit.key);
    const JsonKind kind = member ? source_.tokens[*member].kind : JsonKind::null;
    if (kind == JsonKind::object) {
      if (edit.key == kExtensionKey && loses_all(*member, edit.inner)) {
        remove(edit.key);
        return {};
      }
      return splice_members(source_, *member, layout_.layout, layout_.indent, edit.inner, splices_);
    }
    if (kind != JsonKind::null) {
      return Error(Errc::invalid_data,
                   fmt::format("{}: \"{}\" is {}, not an object",
                               describe_position(source_.text, source_.tokens[*member].begin),
                               edit.key, to_string(kind)));
    }
    const std::string text = settings_only(edit.inner);
    if (text == "{}") return {};
    if (!member) {
      added_.emplace_back(edit.key, text);
      return {};
    }
    return set_json(*member, edit.key, text);
  }

  // Whether the object has members and the edits remove every one of them.
  bool loses_all(std::uint32_t member, std::span<const MemberEdit> edits) const {
    const auto members = source_.tokens.children(member);
    const auto is_set = [](const MemberEdit& edit) { return edit.value.has_value(); };
    if (members.empty() || std::any_of(edits.begin(), edits.end(), is_set)) return false;
    return std::all_of(members.begin(), members.end(), [&](std::uint32_t child) {
      const std::string key = decode_json_string(source_.key(child));
      return std::any_of(edits.begin(), edits.end(),
                         [&](const MemberEdit& edit) { return edit.key == key; });
    });
  }

  static std::string settings_only(std::span<const MemberEdit> edits) {
    std::string text = "{";
    for (const MemberEdit& edit : edits) {
      if (!edit.value) continue;
      if (text.size() > 1) text += ",";
      text += quote_json_string(edit.key) + ":" + to_json_text(*edit.value);
    }
    return text + "}";
  }

  Status fill_empty() {
    if (added_.empty()) return {};
    std::string text = "{";
    for (const auto& [key, value] : added_) {
      if (text.size() > 1) text += ",";
      text += quote_json_string(key) + ":" + value;
    }
    LOOP_TRY(auto printed, print_json_text(text + "}", file_, outer_indent_));
    replace(object_, std::move(printed));
    return {};
  }

  const JsonSource& source_;
  std::uint32_t object_;
  const JsonLayout& file_;
  std::string_view outer_indent_;
  std::vector<Splice>& splices_;
  ItemLayout layout_;
  ItemEdit items_;
  std::vector<std::string> keys_;
  std::vector<std::pair<std::string, std::string>> added_;
};

}  // namespace

std::string apply_splices(std::string_view text, std::vector<Splice> splices) {
  std::stable_sort(splices.begin(), splices.end(),
                   [](const Splice& a, const Splice& b) { return a.begin < b.begin; });
  std::string result;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    LOOP_CHECK(splice.begin >= at);
    LOOP_CHECK(splice.end >= splice.begin);
    result.append(text.substr(at, splice.begin - at)).append(splice.text);
    at = splice.end;
  }
  return result.append(text.substr(at));
}

std::string to_json_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quote_json_string(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  return std::get<JsonText>(value).text;
}

Status splice_members(const JsonSource& source, std::uint32_t object, const JsonLayout& file,
                      std::string_view outer_indent, std::span<const MemberEdit> edits,
                      std::vector<Splice>& splices) {
  ObjectEditor editor(source, object, file, outer_indent, splices);
  for (auto edit = edits.begin(); edit != edits.end(); ++edit) {
    const auto is_same = [&](const MemberEdit& later) { return later.key == edit->key; };
    // Two edits of one key would overlap; the later one is meant.
    if (std::any_of(edit + 1, edits.end(), is_same)) continue;
    LOOP_TRY_VOID(editor.edit(*edit));
  }
  return editor.finish();
}

void splice_items(const JsonSource& source, std::uint32_t container, const ItemEdit& edit,
                  std::vector<Splice>& splices) {
  const auto& items = edit.items;
  const auto begin_of = [&](std::size_t i) { return source.tokens[items[i]].item_begin(); };
  const auto end_of = [&](std::size_t i) { return source.tokens[items[i]].end; };

  std::size_t kept_end = items.size();  // behind the last item that stays
  while (kept_end > 0 && edit.is_removed[kept_end - 1]) --kept_end;
  if (kept_end == 0 && edit.appended.empty()) {
    if (!items.empty()) {
      splices.push_back(
          {source.tokens[container].begin + 1u, source.tokens[container].end - 1u, ""});
    }
    return;
  }

  // An item in front of one that stays goes with the comma behind it; those behind the last one
  // that stays go with the comma before them.
  for (std::size_t i = 0; i < kept_end; ++i) {
    if (edit.is_removed[i]) splices.push_back({begin_of(i), begin_of(i + 1), ""});
  }
  std::string tail;
  for (const std::string& text : edit.appended) {
    if (kept_end > 0 || !tail.empty()) tail += edit.separator;
    tail += text;
  }
  const std::size_t tail_begin = kept_end > 0 ? end_of(kept_end - 1) : begin_of(0);
  const std::size_t tail_end = end_of(items.size() - 1);
  if (tail_begin != tail_end || !tail.empty()) {
    splices.push_back({tail_begin, tail_end, std::move(tail)});
  }
}

}  // namespace loop
