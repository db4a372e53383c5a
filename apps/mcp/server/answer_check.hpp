// SPDX-License-Identifier: MIT
// Whether a client's answer has the form that its question asks for.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/server/call.hpp"

namespace mcp {

// Of an elicitation by form: the action, and accepted content against the requested schema (types,
// required fields, choices, lengths and ranges). Of sampling: role, content and model. Of roots:
// the list with its URIs.
bool fits(const boost::json::object& answer, const InputRequest& question);

}  // namespace mcp
