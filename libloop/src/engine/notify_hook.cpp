// SPDX-License-Identifier: MIT
// Starting the notify hook.
#include "loop/engine/notify_hook.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/store/file_content.h"

namespace loop {

boost::json::object hook_event(std::string_view event, const FileSystem& files, Instant time) {
  return {
      {"schema", 1}, {"event", event}, {"time", format_instant(time)}, {"workspace", files.root()}};
}

bool start_notify_hook(const EngineContext& context, const EngineOptions& options,
                       const boost::json::object& event, const RelativePath& path) {
  if (options.config.notify.command.empty()) return false;
  LaunchSpec spec;
  spec.argv = options.config.notify.command;
  spec.environment = options.environment;
  spec.directory = context.files.root();
  spec.stdin_path = context.files.root() + "/" + path.str();
  const auto launch = [&]() -> Status {
    LOOP_TRY_VOID(make_directories(context.files, RelativePath::of(path.parent())));
    LOOP_TRY_VOID(replace_file(context.files, context.random, path, boost::json::serialize(event)));
    LOOP_TRY_VOID(context.processes.launch_detached(spec));
    return {};
  };
  const Status done = launch();
  if (!done) {
    context.log.error(fmt::format("notify hook not started: {}", done.error().message()));
  }
  return done.has_value();
}

}  // namespace loop
