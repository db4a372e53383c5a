// SPDX-License-Identifier: MIT
// Setting a member in any text: refused, or there afterwards, with all other bytes as they were.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "loop/domain/json_splice.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const loop::JsonPath path{"a", "b"};
  const boost::json::value value = boost::json::object{{"c", {1, "x"}}};
  const auto known = loop::find_json_member(text, path);
  const auto result = loop::put_json_member(text, path, value);
  LOOP_CHECK(known.has_value() == result.has_value());
  if (!result) return 0;
  LOOP_CHECK(**loop::find_json_member(*result, path) == value);
  LOOP_CHECK(loop::put_json_member(*result, path, value).value() == *result);
  if (*known || text.find_first_not_of(" \t\r\n") == std::string_view::npos) return 0;
  // What stood before the new bytes and behind them is the old text, but for an empty object, which
  // is laid out anew.
  std::size_t same = 0;
  while (same < text.size() && text[same] == (*result)[same]) ++same;
  const std::string_view rest = text.substr(same);
  const bool is_insertion = std::string_view(*result).ends_with(rest);
  LOOP_CHECK(is_insertion || text.find('{') != std::string_view::npos);
  return 0;
}
