// SPDX-License-Identifier: MIT
// Reads the sources, and blanks what is not code so that patterns meet code only.
#include "source/source_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace loop::source {
namespace {

namespace fs = std::filesystem;

bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

// Where the thing that starts at `begin` ends; each knows one kind.
std::size_t end_of_line(std::string_view text, std::size_t begin) {
  return std::min(text.find('\n', begin), text.size());
}

std::size_t end_of_block_comment(std::string_view text, std::size_t begin) {
  const auto end = text.find("*/", begin + 2);
  return end == std::string_view::npos ? text.size() : end + 2;
}

std::size_t end_of_raw_literal(std::string_view text, std::size_t quote) {
  const auto open = text.find('(', quote);
  if (open == std::string_view::npos) return text.size();

  const std::string mark = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  const auto end = text.find(mark, open);
  return end == std::string_view::npos ? text.size() : end + mark.size();
}

std::size_t end_of_literal(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < text.size() && text[at] != text[quote] && text[at] != '\n') {
    at += text[at] == '\\' ? 2u : 1u;
  }
  return std::min(at + 1, text.size());
}

std::size_t end_of_directive(std::string_view text, std::size_t begin) {
  auto end = end_of_line(text, begin);
  while (end < text.size() && text[end - 1] == '\\') end = end_of_line(text, end + 1);
  return end;
}

bool starts_line(std::string_view text, std::size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at == 0 || text[at - 1] == '\n';
}

// The end of what is no code at `at`; `at` itself when it is code.
std::size_t end_of_other(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  if (rest.starts_with("//")) return end_of_line(text, at);
  if (rest.starts_with("/*")) return end_of_block_comment(text, at);
  if (rest.starts_with("#") && starts_line(text, at)) return end_of_directive(text, at);
  if (rest.starts_with("R\"") && (at == 0 || !is_word(text[at - 1]))) {
    return end_of_raw_literal(text, at + 1);
  }
  if (rest.starts_with("\"")) return end_of_literal(text, at);
  // Between digits and letters a ' separates digits.
  if (rest.starts_with("'") && (at == 0 || !is_word(text[at - 1]))) return end_of_literal(text, at);
  return at;
}

std::string blank_other(std::string_view text) {
  std::string code(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = end_of_other(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    for (; at < end; ++at) {
      if (code[at] != '\n') code[at] = ' ';
    }
  }
  return code;
}

bool is_source(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".h" || extension == ".hpp" || extension == ".cpp";
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

SourceFile make_source(std::string path, std::string text) {
  auto code = blank_other(text);
  return {std::move(path), std::move(text), std::move(code)};
}

std::vector<SourceFile> load_sources(const std::vector<std::string>& folders) {
  const fs::path root = LOOP_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      files.push_back(
          make_source(entry.path().lexically_relative(root).generic_string(), read(entry.path())));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

const std::vector<SourceFile>& production_sources() {
  static const auto files = load_sources({"libloop", "apps"});
  return files;
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

std::string finding(const SourceFile& file, std::size_t offset, std::string_view message) {
  return file.path + ":" + std::to_string(line_of(file.text, offset)) + ": " + std::string(message);
}

std::vector<std::size_t> find_all(std::string_view text, const RE2& pattern) {
  std::vector<std::size_t> offsets;
  const int groups = std::min(1, pattern.NumberOfCapturingGroups());
  re2::StringPiece match[2];
  std::size_t at = 0;
  while (at <= text.size() && pattern.Match(re2::StringPiece(text.data(), text.size()), at,
                                            text.size(), RE2::UNANCHORED, match, groups + 1)) {
    const auto offset_in_text = [&](const re2::StringPiece& part) {
      return static_cast<std::size_t>(part.data() - text.data());
    };
    offsets.push_back(offset_in_text(match[groups]));
    at = std::max(offset_in_text(match[0]) + match[0].size(), at + 1);
  }
  return offsets;
}

std::vector<Include> includes_of(const SourceFile& file) {
  static const RE2 pattern(R"((?m)^[ \t]*#[ \t]*include[ \t]*(["<][^">\n]*[">]))");
  std::vector<Include> includes;
  for (const auto offset : find_all(file.text, pattern)) {
    const auto end = file.text.find_first_of("\">", offset + 1);
    includes.push_back({file.text.substr(offset, end - offset + 1), offset});
  }
  return includes;
}

const Exemption* find_exemption(const std::vector<Exemption>& exemptions, const std::string& path) {
  const auto covers = [&](const Exemption& exemption) {
    return exemption.path.ends_with('/') ? path.starts_with(exemption.path)
                                         : path == exemption.path;
  };
  const auto found = std::ranges::find_if(exemptions, covers);
  return found == exemptions.end() ? nullptr : &*found;
}

}  // namespace loop::source
