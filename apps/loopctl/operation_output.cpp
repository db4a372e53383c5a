// SPDX-License-Identifier: MIT
// One form for all answers: a line a field, a table for a list of objects; files and matches as
// other programs print them.
#include "operation_output.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;

namespace {

std::string plain(const json::value& value) {
  if (value.is_string()) return shown(std::string_view(value.get_string()));
  return shown(json::serialize(value));
}

bool is_table(const json::value& value) {
  const json::array* list = value.if_array();
  return list != nullptr && !list->empty() &&
         std::ranges::all_of(*list, [](const json::value& item) { return item.is_object(); });
}

void print_table(std::string_view name, const json::array& list, Output& output) {
  TextTable table;
  for (const json::value& item : list) {
    for (const auto& member : item.get_object()) {
      const std::string key(member.key());
      if (std::ranges::find(table.headings, key) == table.headings.end())
        table.headings.push_back(key);
    }
  }
  for (const json::value& item : list) {
    auto& row = table.rows.emplace_back();
    for (const std::string& key : table.headings) {
      const json::value* cell = item.get_object().if_contains(key);
      row.push_back(cell == nullptr ? "" : plain(*cell));
    }
  }
  output.line(fmt::format("{}:", name));
  output.table(table);
}

void print_fields(const json::object& answer, Output& output) {
  for (const auto& member : answer) {
    const std::string_view name = member.key();
    if (name == "success" || name == "timestamp") continue;
    if (is_table(member.value())) {
      print_table(name, member.value().get_array(), output);
    } else {
      output.line(fmt::format("{}: {}", name, plain(member.value())));
    }
  }
}

// A file's text goes out as it is, as `cat` would do; base64 keeps what is no text off a terminal.
void print_content(const json::object& answer, Output& output) {
  output.text(std::string_view(answer.at("content").as_string()));
}

// As grep -n prints them.
void print_matches(const json::object& answer, Output& output) {
  for (const json::value& match : answer.at("matches").as_array()) {
    const json::object& fields = match.as_object();
    const json::value* line = fields.if_contains("line_number");
    const std::string number =
        line == nullptr ? "" : fmt::format("{}:", line->to_number<std::uint64_t>());
    output.line(
        fmt::format("{}:{}{}", plain(fields.at("file_path")), number, plain(fields.at("text"))));
  }
}

// Only paths, as find prints them; --json tells more.
void print_entries(const json::object& answer, Output& output) {
  for (const json::value& entry : answer.at("entries").as_array()) {
    output.line(plain(entry.as_object().at("path")));
  }
  if (answer.contains("next_cursor")) {
    output.note("there is more: --cursor " + plain(answer.at("next_cursor")));
  }
}

}  // namespace

void print_answer(const OperationCommand& row, const json::object& answer, Output& output) {
  if (row.word == "read" && answer.contains("content")) {
    print_content(answer, output);
  } else if (row.word == "search" && answer.contains("matches")) {
    print_matches(answer, output);
  } else if (row.word == "ls" && answer.contains("entries")) {
    print_entries(answer, output);
  } else {
    print_fields(answer, output);
  }
}

}  // namespace loopctl
