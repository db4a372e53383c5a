// SPDX-License-Identifier: MIT
// The methods that need no state of a conversation: lists, calls, reads, prompts, completion.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "mcp/server/features.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

struct FeatureMethod {
  std::string_view name;
  WorkPlace place;
  bool is_cacheable;  // its modern result carries caching hints
  Reply<boost::json::object> (*run)(Server& server, Call& call, const boost::json::object& params);
  Revision since = Revision::v2024_11_05;
};

const FeatureMethod* find_feature_method(std::string_view name);

}  // namespace mcp
