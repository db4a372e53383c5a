// SPDX-License-Identifier: MIT
// Texts among parameters.
#include "mcp/server/params.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"

namespace mcp {

namespace json = boost::json;

RpcError invalid_params(std::string message) {
  return {ErrorCode::invalid_params, std::move(message)};
}

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", loop::ellipsize(loop::to_single_line(text), 100));
}

std::variant<std::string, RpcError> text_param(const json::object& params, std::string_view name) {
  const json::value* value = params.if_contains(name);
  if (value == nullptr) return invalid_params(fmt::format("params.{} is missing", name));
  if (!value->is_string()) return invalid_params(fmt::format("params.{} is no string", name));
  return std::string(value->get_string());
}

std::variant<std::map<std::string, std::string>, RpcError> text_map(const json::object& params,
                                                                    std::string_view name) {
  std::map<std::string, std::string> texts;
  const json::value* value = params.if_contains(name);
  if (value == nullptr) return texts;
  if (!value->is_object()) return invalid_params(fmt::format("params.{} is no object", name));
  for (const auto& member : value->get_object()) {
    if (!member.value().is_string()) {
      return invalid_params(fmt::format("params.{}.{} is no string", name, member.key()));
    }
    texts[std::string(member.key())] = std::string(member.value().get_string());
  }
  return texts;
}

}  // namespace mcp
