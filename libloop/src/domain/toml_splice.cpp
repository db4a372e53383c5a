// SPDX-License-Identifier: MIT
// Lines are cut by their headers; what comes out is read again and compared before it is given.
#include "loop/domain/toml_splice.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

#include "loop/base/text.h"

namespace loop {

namespace {

std::string quoted(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

std::string format_value(const TomlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  std::string list;
  for (const std::string& item : std::get<std::vector<std::string>>(value)) {
    list += (list.empty() ? "" : ", ") + quoted(item);
  }
  return "[" + list + "]";
}

toml::table to_table(const TomlFields& fields) {
  toml::table table;
  for (const auto& [key, value] : fields) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      table.insert(key, *text);
      continue;
    }
    toml::array list;
    for (const std::string& item : std::get<std::vector<std::string>>(value)) list.push_back(item);
    table.insert(key, std::move(list));
  }
  return table;
}

Result<toml::table> parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& problem) {
    return Error(Errc::invalid_data, fmt::format("line {}: {}", problem.source().begin.line,
                                                 std::string(problem.description())));
  }
}

const toml::node* find(const toml::table& root, const std::vector<std::string>& path) {
  const toml::node* node = &root;
  for (const std::string& key : path) {
    const toml::table* table = node->as_table();
    node = table == nullptr ? nullptr : table->get(key);
    if (node == nullptr) return nullptr;
  }
  return node;
}

// Without the table at `path`; tables that are empty then go too, as an absent one is no
// difference.
void erase(toml::table& root, const std::vector<std::string>& path, std::size_t depth = 0) {
  if (depth + 1 == path.size()) {
    root.erase(path[depth]);
    return;
  }
  toml::node* inner = root.get(path[depth]);
  if (inner == nullptr || !inner->is_table()) return;
  erase(*inner->as_table(), path, depth + 1);
  if (inner->as_table()->empty()) root.erase(path[depth]);
}

std::string header_of(const std::vector<std::string>& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

// The lines of the table and of the tables below it are cut out.
std::string without_table(std::string_view text, const std::vector<std::string>& path) {
  const std::string own = "[" + header_of(path) + "]";
  const std::string below = "[" + header_of(path) + ".";
  std::string kept;
  bool is_inside = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string_view line = text.substr(begin, end - begin);
    const std::string_view trimmed = trim(line);
    if (trimmed.starts_with("["))
      is_inside = trimmed.starts_with(own) || trimmed.starts_with(below);
    if (!is_inside) kept += line;
    begin = end;
  }
  return kept;
}

}  // namespace

std::string format_toml_table(const std::vector<std::string>& path, const TomlFields& fields) {
  std::string text = fmt::format("[{}]\n", header_of(path));
  for (const auto& [key, value] : fields)
    text += fmt::format("{} = {}\n", key, format_value(value));
  return text;
}

Result<TomlTable> compare_toml_table(std::string_view text, const std::vector<std::string>& path,
                                     const TomlFields& fields) {
  LOOP_TRY(const toml::table root, parse(text));
  const toml::node* node = find(root, path);
  if (node == nullptr) return TomlTable::absent;
  const bool is_equal = node->is_table() && *node->as_table() == to_table(fields);
  return is_equal ? TomlTable::equal : TomlTable::different;
}

Result<std::string> put_toml_table(std::string_view text, const std::vector<std::string>& path,
                                   const TomlFields& fields) {
  LOOP_TRY(toml::table before, parse(text));
  std::string result =
      find(before, path) == nullptr ? std::string(text) : without_table(text, path);
  if (!result.empty() && !result.ends_with('\n')) result += '\n';
  if (!result.empty() && !result.ends_with("\n\n")) result += '\n';
  result += format_toml_table(path, fields);

  const Error by_hand(Errc::conflict,
                      fmt::format("the table {} does not stand under a header of its own; change "
                                  "it by hand to\n{}",
                                  header_of(path), format_toml_table(path, fields)));
  auto after = parse(result);
  if (!after) return by_hand;
  const toml::node* put = find(*after, path);
  if (put == nullptr || !put->is_table() || *put->as_table() != to_table(fields)) return by_hand;
  erase(before, path);
  erase(*after, path);
  if (before != *after) return by_hand;
  return result;
}

}  // namespace loop
