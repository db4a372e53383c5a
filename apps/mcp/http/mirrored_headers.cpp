// SPDX-License-Identifier: MIT
// Streamable HTTP of 2026-07-28, "Request Metadata": headers against the body.
#include "mcp/http/mirrored_headers.hpp"

#include <algorithm>
#include <cstdlib>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/base64.h"
#include "mcp/protocol/methods.hpp"

namespace mcp {

namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

constexpr std::string_view kEncodedBegin = "=?base64?";
constexpr std::string_view kEncodedEnd = "?=";

std::optional<std::string> find(const http::fields& head, std::string_view name) {
  const auto found = head.find(name);
  if (found == head.end()) return std::nullopt;
  return std::string(found->value());
}

RpcError mismatch(std::string message) {
  return {ErrorCode::header_mismatch, "header mismatch: " + std::move(message)};
}

std::optional<RpcError> check_one(const http::fields& head, std::string_view name,
                                  std::string_view wanted) {
  const auto value = find(head, name);
  if (!value) return mismatch(fmt::format("{} is missing", name));
  const auto decoded = decode_header(*value);
  if (!decoded) return mismatch(fmt::format("{} cannot be decoded", name));
  if (*decoded == wanted) return std::nullopt;
  return mismatch(fmt::format("{} is not what the body says", name));
}

// The member of `params` that Mcp-Name repeats; empty where there is none.
std::string_view named_by(std::string_view method) {
  if (method == method::kToolsCall || method == method::kPromptsGet) return "name";
  if (method == method::kResourcesRead) return "uri";
  const bool is_of_task = method == method::kTasksGet || method == method::kTasksUpdate ||
                          method == method::kTasksCancel;
  return is_of_task ? "taskId" : "";
}

// Numbers are compared as numbers: 42.0 is 42.
bool is_same(const json::value& value, const std::string& text) {
  if (value.is_string()) return std::string_view(value.get_string()) == text;
  if (value.is_bool()) return text == (value.get_bool() ? "true" : "false");
  if (!value.is_number() || text.empty() || text.front() == ' ') return false;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() && number == value.to_number<double>();
}

std::optional<RpcError> check_property(const http::fields& head, std::string_view header,
                                       const json::value* value) {
  const std::string name = fmt::format("Mcp-Param-{}", header);
  const auto given = find(head, name);
  const bool is_expected = value != nullptr && !value->is_null();
  if (!given) {
    if (!is_expected) return std::nullopt;
    return mismatch(fmt::format("{} is missing", name));
  }
  const auto decoded = decode_header(*given);
  if (!decoded) return mismatch(fmt::format("{} cannot be decoded", name));
  if (is_expected && is_same(*value, *decoded)) return std::nullopt;
  return mismatch(fmt::format("{} is not what the body says", name));
}

// Through "properties" only: what is below lists or alternatives has no one place in the arguments.
std::optional<RpcError> check_schema(const http::fields& head, const json::object& schema,
                                     const json::object& arguments) {
  const json::value* properties = schema.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return std::nullopt;
  for (const auto& property : properties->get_object()) {
    const json::object* described = property.value().if_object();
    if (described == nullptr) continue;
    const json::value* value = arguments.if_contains(property.key());
    const json::value* header = described->if_contains("x-mcp-header");
    if (header != nullptr && header->is_string()) {
      auto error = check_property(head, std::string_view(header->get_string()), value);
      if (error) return error;
    }
    static const json::object nothing;
    const bool is_object = value != nullptr && value->is_object();
    auto error = check_schema(head, *described, is_object ? value->get_object() : nothing);
    if (error) return error;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> decode_header(std::string_view value) {
  const bool is_plain = std::ranges::all_of(
      value, [](unsigned char byte) { return byte == '\t' || (byte >= 0x20 && byte < 0x7f); });
  if (!is_plain) return std::nullopt;
  const bool is_encoded = value.starts_with(kEncodedBegin) && value.ends_with(kEncodedEnd) &&
                          value.size() >= kEncodedBegin.size() + kEncodedEnd.size();
  if (!is_encoded) return std::string(value);
  return loop::from_base64(
      value.substr(kEncodedBegin.size(), value.size() - kEncodedBegin.size() - kEncodedEnd.size()));
}

std::optional<RpcError> check_mirrored_headers(const http::fields& head, const Request& request) {
  const json::object& meta = request.params.at("_meta").as_object();
  const json::value& version = meta.at(meta::kProtocolVersion);
  const std::string_view said = version.is_string() ? std::string_view(version.get_string()) : "";
  if (auto error = check_one(head, "MCP-Protocol-Version", said)) return error;
  if (auto error = check_one(head, "Mcp-Method", request.method)) return error;
  const std::string_view member = named_by(request.method);
  const json::value* name = member.empty() ? nullptr : request.params.if_contains(member);
  // What is no text is refused with its own error, by the method.
  if (name == nullptr || !name->is_string()) return std::nullopt;
  return check_one(head, "Mcp-Name", std::string_view(name->get_string()));
}

std::optional<RpcError> check_param_headers(const http::fields& head, const Tool& tool,
                                            const json::object& arguments) {
  return check_schema(head, tool.input_schema, arguments);
}

}  // namespace mcp
