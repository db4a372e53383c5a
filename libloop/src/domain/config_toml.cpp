// SPDX-License-Identifier: MIT
// TOML text to flat entries and back: the only place that knows the TOML library.
#include "domain/config_value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <toml++/toml.h>

#include "loop/base/text.h"

namespace loop {

namespace {

std::string_view name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::none: return "nothing";
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time of day";
    case toml::node_type::date_time: return "a date and time";
  }
  return "a value";
}

class Flattener {
 public:
  explicit Flattener(std::string_view file) : file_(file) {}

  Status add_table(const toml::table& table) {
    for (const auto& [key, node] : table) {
      path_.emplace_back(key.str());
      LOOP_TRY_VOID(add_node(node));
      path_.pop_back();
    }
    return {};
  }

  std::vector<ConfigEntry> take() {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return std::move(entries_);
  }

 private:
  Status add_node(const toml::node& node) {
    if (const auto* table = node.as_table()) return add_table(*table);
    if (const auto* list = node.as_array()) return add_list(*list);
    if (const auto* text = node.as_string()) return add(node, text->get());
    if (const auto* number = node.as_integer()) return add(node, number->get());
    if (const auto* number = node.as_floating_point()) return add(node, number->get());
    if (const auto* flag = node.as_boolean()) return add(node, flag->get());
    return refuse(node, fmt::format("{} is not a value of any key", name_of(node.type())));
  }

  Status add_list(const toml::array& list) {
    if (!list.empty() && list.is_homogeneous<std::int64_t>()) {
      return add(list, collect<std::int64_t>(list));
    }
    if (list.empty() || list.is_homogeneous<std::string>()) {
      return add(list, collect<std::string>(list));
    }
    return refuse(list, "a list may hold strings only, or integers only");
  }

  template <class T>
  static std::vector<T> collect(const toml::array& list) {
    std::vector<T> values;
    for (const toml::node& item : list) values.push_back(*item.value<T>());
    return values;
  }

  Status add(const toml::node& node, ConfigRaw value) {
    entries_.push_back({path_, std::move(value), node.source().begin.line});
    return {};
  }

  Status refuse(const toml::node& node, std::string_view why) const {
    return Error(Errc::invalid_data,
                 fmt::format("{}:{}: \"{}\": {}", file_, node.source().begin.line,
                             fmt::join(path_, "."), why));
  }

  std::string_view file_;
  std::vector<std::string> path_;
  std::vector<ConfigEntry> entries_;
};

}  // namespace

std::string ConfigEntry::key() const { return fmt::format("{}", fmt::join(path, ".")); }

Result<std::vector<ConfigEntry>> parse_config_toml(std::string_view toml, std::string_view file) {
  try {
    const toml::table table = toml::parse(toml);
    Flattener flattener(file);
    LOOP_TRY_VOID(flattener.add_table(table));
    return flattener.take();
  } catch (const toml::parse_error& error) {  // the library's only way to say so
    return Error(Errc::invalid_data,
                 fmt::format("{}:{}:{}: {}", file, error.source().begin.line,
                             error.source().begin.column, to_single_line(error.description())));
  }
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\u{:04X}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string to_toml(const ConfigRaw& raw) {
  struct Printer {
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(std::int64_t number) const { return fmt::to_string(number); }
    std::string operator()(double number) const { return fmt::to_string(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(const std::vector<std::string>& list) const {
      std::vector<std::string> quoted;
      for (const std::string& text : list) quoted.push_back(toml_string(text));
      return fmt::format("[{}]", fmt::join(quoted, ", "));
    }
    std::string operator()(const std::vector<std::int64_t>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
  };
  return std::visit(Printer{}, raw);
}

}  // namespace loop
