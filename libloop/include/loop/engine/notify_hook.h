// SPDX-License-Identifier: MIT
// Telling the operator: the program of `notify.command`, with an event on its standard input.
#pragma once

#include <string_view>

#include <boost/json/fwd.hpp>

#include "loop/engine/engine.h"

namespace loop {

// What every event has: schema, event, time, workspace.
boost::json::object hook_event(std::string_view event, const FileSystem& files, Instant time);

// Starts the hook, detached, and waits for nothing. The event goes to its standard input from the
// file `path`, so that nobody waits for the hook. False when there is none, or when it could not be
// started, which is logged.
bool start_notify_hook(const EngineContext& context, const EngineOptions& options,
                       const boost::json::object& event, const RelativePath& path);

}  // namespace loop
