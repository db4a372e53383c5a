// SPDX-License-Identifier: MIT
// Follows the braces of a file, and tells those of functions from those of scopes and values.
#include "source/function_span.hpp"

#include <algorithm>

namespace loop::source {
namespace {

// The text between the last end of anything and this brace.
std::string head_of(std::string_view code, std::size_t brace) {
  if (brace == 0) return "";
  const auto before = code.find_last_of(";{}", brace - 1);
  const auto from = before == std::string_view::npos ? 0 : before + 1;
  return std::string(code.substr(from, brace - from));
}

bool opens_function(std::string_view code, std::size_t brace) {
  static const RE2 scope(R"((?s).*\b(?:namespace|class|struct|union|enum|concept)\b[^()]*)");
  static const RE2 value(R"((?s).*(?:[=(,\[<]|\breturn)\s*)");
  if (brace == 0 || (code[brace - 1] != ' ' && code[brace - 1] != '\n')) return false;

  // The initializers of members may have had braces of their own: look at what is before the body.
  const auto head = head_of(code, brace);
  if (RE2::FullMatch(head, scope) || RE2::FullMatch(head, value)) return false;
  return head.find(')') != std::string::npos ||
         code[code.find_last_not_of(" \n", brace - 1)] == '}';
}

std::size_t end_of_braces(std::string_view code, std::size_t brace) {
  std::size_t depth = 0;
  for (std::size_t at = brace; at < code.size(); ++at) {
    if (code[at] == '{') ++depth;
    if (code[at] == '}' && --depth == 0) return at;
  }
  return code.size();
}

// The last name before the first parameter list since the last statement.
std::string name_before(std::string_view code, std::size_t brace) {
  static const RE2 name(R"(([\w:~]+(?:operator\W{1,3})?)\s*\()");
  const auto statement = code.substr(0, brace).find_last_of(";}");
  auto from = statement == std::string_view::npos ? 0 : statement + 1;
  auto text = code.substr(from, brace - from);
  std::string found;
  RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), name, &found);
  return found;
}

}  // namespace

std::vector<FunctionSpan> functions_of(const SourceFile& file) {
  const std::string_view code = file.code;
  std::vector<FunctionSpan> spans;
  std::size_t at = 0;
  while ((at = code.find('{', at)) != std::string_view::npos) {
    if (!opens_function(code, at)) {
      ++at;
      continue;
    }
    const auto end = end_of_braces(code, at);
    spans.push_back({name_before(code, at), at, line_of(code, end) - line_of(code, at) + 1});
    at = std::min(end + 1, code.size());
  }
  return spans;
}

}  // namespace loop::source
