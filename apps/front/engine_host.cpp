// SPDX-License-Identifier: MIT
// The engine's context, from the session.
#include "front/engine_host.hpp"

namespace front {

namespace {

// The system's zone may change while the engine runs; a configured one does not.
std::function<std::optional<loop::Zone>()> zone_watch(Session& session,
                                                      const loop::Config& config) {
  if (!config.timezone.empty()) return nullptr;
  return [&session,
          last = system_zone_name(session.surroundings())]() mutable -> std::optional<loop::Zone> {
    const std::string name = system_zone_name(session.surroundings());
    if (name == last) return std::nullopt;
    last = name;
    auto zone = loop::Zone::find(name);
    return zone ? std::optional(*zone) : std::nullopt;
  };
}

}  // namespace

loop::Result<OpenEngine> open_engine(std::unique_ptr<Session> session) {
  OpenEngine opened;
  opened.session = std::move(session);
  LOOP_TRY(auto options, opened.session->engine_options());
  opened.options.current_zone = zone_watch(*opened.session, options.config);
  LOOP_TRY(opened.engine, loop::Engine::open(opened.session->engine_context(), std::move(options),
                                             loop::EngineRole::engine));
  return opened;
}

}  // namespace front
