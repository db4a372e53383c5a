// SPDX-License-Identifier: MIT
// A cursor is the base64 of "from <offset>".
#include "mcp/server/list_page.hpp"

#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/base64.h"
#include "mcp/server/params.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view kCursorWord = "from ";

}  // namespace

std::string cursor_at(std::size_t offset) {
  return loop::to_base64(fmt::format("{}{}", kCursorWord, offset));
}

std::variant<std::size_t, RpcError> offset_of(const json::object& params, std::size_t size) {
  const json::value* cursor = params.if_contains("cursor");
  if (cursor == nullptr) return std::size_t{0};
  const json::string* text = cursor->if_string();
  if (text != nullptr && text->empty()) return std::size_t{0};
  const auto plain = text == nullptr ? std::nullopt : loop::from_base64(*text);
  if (plain && plain->starts_with(kCursorWord)) {
    std::size_t offset = 0;
    const char* end = plain->data() + plain->size();
    const auto [stop, problem] = std::from_chars(plain->data() + kCursorWord.size(), end, offset);
    if (problem == std::errc{} && stop == end && offset <= size) return offset;
  }
  return invalid_params("params.cursor is none that this server has given");
}

}  // namespace mcp
