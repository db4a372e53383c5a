// SPDX-License-Identifier: MIT
// Lists in pages: where a page begins, and the cursor to the next one.
#pragma once

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>

#include "mcp/server/feature_json.hpp"
#include "mcp/server/features.hpp"

namespace mcp {

// Opaque to clients.
std::string cursor_at(std::size_t offset);

// Of a list of `size` entries; -32602 for a cursor that was never given.
std::variant<std::size_t, RpcError> offset_of(const boost::json::object& params, std::size_t size);

// The page that `params.cursor` names, its entries under `key`.
template <class T>
Reply<boost::json::object> list_page(std::string_view key, const std::vector<T>& all,
                                     std::size_t page_size, Revision revision,
                                     const boost::json::object& params) {
  const auto offset = offset_of(params, all.size());
  if (const auto* error = std::get_if<RpcError>(&offset)) return *error;
  const std::size_t begin = std::get<std::size_t>(offset);
  const std::size_t end = std::min(all.size(), begin + page_size);
  boost::json::array page;
  for (std::size_t index = begin; index < end; ++index) {
    page.push_back(to_json(all[index], revision));
  }
  boost::json::object result;
  result[key] = std::move(page);
  if (end < all.size()) result["nextCursor"] = cursor_at(end);
  return result;
}

}  // namespace mcp
