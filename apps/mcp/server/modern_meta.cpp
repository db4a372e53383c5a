// SPDX-License-Identifier: MIT
// Reading and refusing what a modern request says of itself.
#include "mcp/server/modern_meta.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/protocol/revision.hpp"
#include "mcp/server/params.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

RpcError unsupported_version(const json::value& requested) {
  json::array supported;
  for (const Revision revision : kRevisions) {
    if (is_modern(revision)) supported.emplace_back(to_string(revision));
  }
  return {ErrorCode::unsupported_protocol_version, "this protocol version is not served here",
          json::object{{"supported", std::move(supported)}, {"requested", requested}}};
}

}  // namespace

bool says_modern(const json::object& params) {
  const json::value* meta = params.if_contains("_meta");
  return meta != nullptr && meta->is_object() &&
         meta->get_object().contains(meta::kProtocolVersion);
}

std::variant<ModernMeta, RpcError> read_modern_meta(const json::object& params) {
  const json::object& meta = params.at("_meta").as_object();
  const json::value& version = meta.at(meta::kProtocolVersion);
  if (!version.is_string()) {
    return invalid_params(fmt::format("params._meta[\"{}\"] is no string", meta::kProtocolVersion));
  }
  const auto revision = parse_revision(std::string_view(version.get_string()));
  if (!revision || !is_modern(*revision)) return unsupported_version(version);
  ModernMeta found;
  const json::value* capabilities = meta.if_contains(meta::kClientCapabilities);
  if (capabilities == nullptr || !capabilities->is_object()) {
    return invalid_params(
        fmt::format("params._meta[\"{}\"] has to be an object", meta::kClientCapabilities));
  }
  found.capabilities = ClientCapabilities::from_json(capabilities->get_object());
  if (const json::value* level = meta.if_contains(meta::kLogLevel)) {
    found.log_level =
        level->is_string() ? parse_log_level(std::string_view(level->get_string())) : std::nullopt;
    if (!found.log_level) {
      return invalid_params(fmt::format("params._meta[\"{}\"] is no level", meta::kLogLevel));
    }
  }
  if (const json::value* token = meta.if_contains(meta::kProgressToken)) {
    found.progress_token = ProgressToken::from_json(*token);
  }
  return found;
}

}  // namespace mcp
