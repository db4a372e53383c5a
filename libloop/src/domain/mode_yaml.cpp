// SPDX-License-Identifier: MIT
// The YAML form of a modes file, from yaml-cpp's events: aliases stay references, and plain scalars
// get the type that YAML 1.2 gives them.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "domain/mode_document.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

bool is_all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

void drop_sign(std::string_view& text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
}

std::string_view take_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  drop_sign(text);
  std::size_t digit_count = take_digits(text).size();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digit_count += take_digits(text).size();
  }
  if (digit_count == 0) return false;
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  text.remove_prefix(1);
  drop_sign(text);
  return !take_digits(text).empty() && text.empty();
}

bool is_number(std::string_view text) {
  if (text.starts_with("0x")) return is_all_of(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return is_all_of(text.substr(2), "01234567");
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return true;
  if (is_decimal(text)) return true;
  drop_sign(text);
  return is_one_of(text, {".inf", ".Inf", ".INF"});
}

// YAML 1.2 core schema.
ModeNode::Kind kind_of_plain(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return ModeNode::Kind::null;
  if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
    return ModeNode::Kind::other;
  }
  return is_number(text) ? ModeNode::Kind::other : ModeNode::Kind::text;
}

ModeNode::Kind kind_of_scalar(std::string_view tag, std::string_view text) {
  if (tag == "!" || tag == "tag:yaml.org,2002:str") return ModeNode::Kind::text;
  if (tag.empty() || tag == "?") return kind_of_plain(text);
  return ModeNode::Kind::other;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  // Of the first thing that yaml-cpp lets pass and the format does not.
  const std::string& problem() const { return problem_; }
  ModeDocument take() && { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, ModeNode::Kind::null, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found != anchors_.end()) attach(found->second, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add(mark, anchor, kind_of_scalar(tag, value), value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_.push_back({add(mark, anchor, ModeNode::Kind::list, {}), std::nullopt});
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_.push_back({add(mark, anchor, ModeNode::Kind::map, {}), std::nullopt});
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    std::size_t node;
    std::optional<std::size_t> key;  // of a map: read, its value not yet
  };

  std::size_t add(const YAML::Mark& mark, YAML::anchor_t anchor, ModeNode::Kind kind,
                  std::string text) {
    ModeNode node;
    node.kind = kind;
    node.text = std::move(text);
    node.line = static_cast<std::size_t>(mark.line) + 1;
    document_.nodes.push_back(std::move(node));
    const std::size_t index = document_.nodes.size() - 1;
    if (index == kModeNodesMax) throw YAML::ParserException(mark, "too many values");
    if (anchor != YAML::NullAnchor) anchors_[anchor] = index;
    attach(index, mark);
    return index;
  }

  void attach(std::size_t index, const YAML::Mark& mark) {
    if (open_.empty()) {
      document_.root = index;
      return;
    }
    Open& open = open_.back();
    if (document_[open.node].kind == ModeNode::Kind::list) {
      document_.nodes[open.node].items.push_back(index);
    } else if (!open.key) {
      open.key = index;
    } else {
      add_member(open.node, *open.key, index, mark);
      open.key.reset();
    }
  }

  void add_member(std::size_t map, std::size_t key, std::size_t value, const YAML::Mark& mark) {
    const ModeNode& name = document_[key];
    const bool is_scalar = name.kind != ModeNode::Kind::list && name.kind != ModeNode::Kind::map;
    if (!is_scalar) return set_problem(mark, "a key must be a text");
    if (!keys_.insert(fmt::format("{}:{}", map, name.text)).second) {
      return set_problem(mark, fmt::format("key \"{}\" stands twice", ellipsize(name.text, 80)));
    }
    document_.nodes[map].members.emplace_back(name.text, value);
  }

  void set_problem(const YAML::Mark& mark, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("line {}: {}", mark.line + 1, what);
  }

  ModeDocument document_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, std::size_t> anchors_;
  std::unordered_set<std::string> keys_;
  std::string problem_;
};

}  // namespace

Result<ModeDocument> decode_mode_yaml(const std::string& text) {
  TreeBuilder builder;
  try {
    // yaml-cpp misses a quote that is open when the text ends with a line break, as that of a file
    // that was cut off does; it sees one that ends within a line. A comment changes nothing else.
    std::istringstream stream(text.ends_with('\n') ? text + "#" : text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return ModeDocument{{ModeNode{}}, 0};
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      return Error(Errc::invalid_data, "YAML: only one document is allowed");
    }
  } catch (const YAML::Exception& exception) {
    return Error(Errc::invalid_data,
                 fmt::format("YAML: line {}, column {}: {}", exception.mark.line + 1,
                             exception.mark.column + 1, exception.msg));
  }
  if (!builder.problem().empty()) return Error(Errc::invalid_data, "YAML: " + builder.problem());
  return std::move(builder).take();
}

}  // namespace loop
