// SPDX-License-Identifier: MIT
// Comments and trailing commas are blanked, so that the positions of the strict text are those of
// the file.
#include "loop/domain/json_splice.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "domain/json_tokens.hpp"

namespace loop {

namespace json = boost::json;

namespace {

constexpr std::size_t kIndent = 2;

// Walks over what is no string; strings are passed over whole.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text) {}

  std::string blanked() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"') {
      skip_string();
    } else if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '/') {
      blank_until(text_.find('\n', at_));
    } else if (c == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '*') {
      const std::size_t end = text_.find("*/", at_ + 2);
      blank_until(end == std::string::npos ? end : end + 2);
    } else {
      if (c == ',')
        comma_ = std::string_view("{[,").find(last_) == std::string_view::npos ? std::optional(at_)
                                                                               : std::nullopt;
      // A comma is a trailing one when nothing but blanks stands before the end of its container.
      if ((c == '}' || c == ']') && comma_) text_[*comma_] = ' ';
      const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (c != ',' && !is_blank) comma_.reset();
      if (!is_blank) last_ = c;
      ++at_;
    }
  }

  void skip_string() {
    comma_.reset();
    last_ = '"';
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  // Line breaks stay, so that errors name the right line.
  void blank_until(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  std::string text_;
  std::size_t at_ = 0;
  std::optional<std::size_t> comma_;
  char last_ = '{';  // that was neither blank nor comment
};

std::string pretty(const json::value& value, std::size_t indent) {
  const std::string inner(indent + kIndent, ' ');
  const json::object* object = value.if_object();
  if (object == nullptr || object->empty()) return json::serialize(value);
  std::string text = "{";
  for (const auto& member : *object) {
    text += fmt::format("{}\n{}{}: {}", text.size() > 1 ? "," : "", inner,
                        quote_json_string(member.key()), pretty(member.value(), indent + kIndent));
  }
  return text + "\n" + std::string(indent, ' ') + "}";
}

// Spaces and tabs before `position`, when nothing else stands on its line.
std::optional<std::string> indent_before(std::string_view text, std::size_t position) {
  std::size_t begin = position;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
  if (begin > 0 && text[begin - 1] != '\n') return std::nullopt;
  return std::string(text.substr(begin, position - begin));
}

struct Document {
  std::string strict;
  JsonTokens tokens;
};

Result<Document> read(std::string_view text) {
  std::string strict = Blanker(text).blanked();
  LOOP_TRY(JsonTokens tokens, JsonTokens::scan(strict));
  return Document{std::move(strict), std::move(tokens)};
}

struct Place {
  std::size_t node = 0;              // the innermost object of the path that exists
  std::size_t depth = 0;             // keys of the path that led there
  std::optional<std::size_t> value;  // of the whole path
};

Result<Place> locate(const Document& document, const JsonPath& path) {
  Place place;
  for (;;) {
    const JsonNode& node = document.tokens[place.node];
    if (node.kind != JsonKind::object) {
      return Error(Errc::invalid_data, fmt::format("{}: an object is expected there, not {}",
                                                   describe_position(document.strict, node.begin),
                                                   to_string(node.kind)));
    }
    std::optional<std::size_t> found;
    for (const std::uint32_t child : document.tokens.children(place.node)) {
      const JsonNode& member = document.tokens[child];
      const std::string_view key = std::string_view(document.strict)
                                       .substr(member.key_begin, member.key_end - member.key_begin);
      if (decode_json_string(key) == path[place.depth]) found = child;
    }
    if (!found) return place;
    if (place.depth + 1 == path.size()) {
      place.value = found;
      return place;
    }
    place.node = *found;
    ++place.depth;
  }
}

json::value parse_node(const Document& document, std::size_t index) {
  const JsonNode& node = document.tokens[index];
  return json::parse(std::string_view(document.strict).substr(node.begin, node.end - node.begin));
}

std::string_view or_empty_object(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos ? "{}\n" : text;
}

}  // namespace

Result<std::optional<json::value>> find_json_member(std::string_view text, const JsonPath& path) {
  LOOP_TRY(const Document document, read(or_empty_object(text)));
  LOOP_TRY(const Place place, locate(document, path));
  if (!place.value) return std::optional<json::value>{};
  return std::optional(parse_node(document, *place.value));
}

Result<std::string> put_json_member(std::string_view given, const JsonPath& path,
                                    const json::value& value) {
  const std::string_view text = or_empty_object(given);
  LOOP_TRY(const Document document, read(text));
  LOOP_TRY(const Place place, locate(document, path));
  std::string result(text);
  if (place.value) {
    if (parse_node(document, *place.value) == value) return result;
    const JsonNode& node = document.tokens[*place.value];
    const std::size_t indent = indent_before(text, node.item_begin()).value_or("").size();
    return result.replace(node.begin, node.end - node.begin, pretty(value, indent));
  }
  // The objects on the way that are missing are part of what is put in.
  json::value inner = value;
  for (std::size_t depth = path.size() - 1; depth > place.depth; --depth) {
    inner = json::object{{path[depth], std::move(inner)}};
  }
  const JsonNode& object = document.tokens[place.node];
  const auto members = document.tokens.children(place.node);
  const std::string key = quote_json_string(path[place.depth]);
  if (members.empty()) {
    const std::size_t outer = place.depth * kIndent;
    return result.replace(object.begin, object.end - object.begin,
                          fmt::format("{{\n{}{}: {}\n{}}}", std::string(outer + kIndent, ' '), key,
                                      pretty(inner, outer + kIndent), std::string(outer, ' ')));
  }
  const auto indent = indent_before(text, document.tokens[members.front()].item_begin());
  const std::string between = indent ? ",\n" + *indent : ", ";
  const std::size_t column = indent ? indent->size() : 0;
  const std::string item = fmt::format("{}{}: {}", between, key,
                                       indent ? pretty(inner, column) : json::serialize(inner));
  return result.insert(document.tokens[members.back()].end, item);
}

}  // namespace loop
