// SPDX-License-Identifier: MIT
// Opening a workspace, its configuration and its engine.
#include "front/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "front/mcp_program.hpp"
#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/domain/trust.h"
#include "loop/engine/run_record.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"

namespace front {

using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

constexpr std::uint64_t kConfigBytesMax = 1024 * 1024;
constexpr std::uint64_t kModesBytesMax = 16 * 1024 * 1024;

// The text of a file in the operator's directory; empty when it, or the directory, is absent.
Result<std::string> read_operator_file(const std::string& directory, std::string_view name,
                                       std::uint64_t bytes_max) {
  if (directory.empty()) return std::string{};
  auto files = loop::open_posix_files(directory);
  if (!files) {
    if (files.error().code() == Errc::not_found) return std::string{};
    return std::move(files).error();
  }
  LOOP_TRY(auto content, read_file_if_exists(**files, loop::RelativePath::of(name), bytes_max));
  return content ? std::move(content->bytes) : std::string{};
}

Result<std::map<std::string, std::string>> parse_settings(
    const std::vector<std::string>& settings) {
  std::map<std::string, std::string> flags;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      return Error(Errc::invalid_argument,
                   fmt::format("--set: \"{}\" is not allowed; allowed: KEY=VALUE, as in "
                               "run.timeout=30m",
                               setting));
    }
    flags[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return flags;
}

}  // namespace

Result<std::unique_ptr<loop::FileSystem>> open_operator_state(const Surroundings& surroundings,
                                                              WhenAbsent when_absent) {
  const std::string directory = surroundings.state_directory();
  if (directory.empty()) {
    return Error(Errc::not_found,
                 "neither XDG_STATE_HOME nor HOME is set to an absolute path: "
                 "there is no place to keep approvals");
  }
  if (when_absent == WhenAbsent::make) {
    LOOP_TRY_VOID(make_private_directory(directory));
  }
  auto files = loop::open_posix_files(directory);
  if (!files && files.error().code() == Errc::not_found) {
    return std::unique_ptr<loop::FileSystem>();
  }
  return files;
}

namespace {

Error bad_variable(const std::string& name, const std::string& value, std::string_view wanted) {
  return Error(Errc::invalid_argument,
               fmt::format("the variable {} is \"{}\"; a run sets it to {}", name,
                           loop::ellipsize(loop::to_single_line(value), 80), wanted));
}

// What the runner told the agent, and the agent its programs.
Result<loop::OperationCaller> caller_of(const Surroundings& surroundings) {
  loop::OperationCaller caller;
  const std::string run = surroundings.variable("LOOP_RUN_ID");
  if (run.empty()) return caller;
  if (!loop::is_run_id(run)) return bad_variable("LOOP_RUN_ID", run, "its id");
  caller.run = loop::RunId(run);
  const std::string depth = surroundings.variable("LOOP_DEPTH");
  const auto [end, problem] =
      std::from_chars(depth.data(), depth.data() + depth.size(), caller.depth);
  if (problem != std::errc{} || end != depth.data() + depth.size() || caller.depth < 0) {
    return bad_variable("LOOP_DEPTH", depth, "its depth");
  }
  const std::string deadline = surroundings.variable("LOOP_DEADLINE");
  caller.deadline = loop::parse_instant(deadline);
  if (!deadline.empty() && !caller.deadline) {
    return bad_variable("LOOP_DEADLINE", deadline, "a time");
  }
  return caller;
}

}  // namespace

Session::Session(std::unique_ptr<loop::FileSystem> files, const Surroundings& surroundings,
                 SessionOptions options, std::unique_ptr<loop::Log> log)
    : surroundings_(surroundings),
      options_(std::move(options)),
      log_(std::move(log)),
      files_(std::move(files)),
      processes_(loop::make_posix_process_launcher()),
      schedules_(*files_, clock_, random_, *log_),
      time_(*files_, clock_, *log_) {}

Result<std::unique_ptr<Session>> Session::open(const Surroundings& surroundings,
                                               const std::optional<std::string>& directory,
                                               SessionOptions options,
                                               std::unique_ptr<loop::Log> log) {
  LOOP_TRY(const std::string root, find_root(surroundings, directory));
  return open_root(root, surroundings, std::move(options), std::move(log));
}

Result<std::unique_ptr<Session>> Session::open_root(const std::string& root,
                                                    const Surroundings& surroundings,
                                                    SessionOptions options,
                                                    std::unique_ptr<loop::Log> log) {
  LOOP_TRY(auto files, loop::open_posix_files(root));
  return std::unique_ptr<Session>(
      new Session(std::move(files), surroundings, std::move(options), std::move(log)));
}

Result<bool> Session::is_trusted() {
  LOOP_TRY(const auto state, open_operator_state(surroundings_, WhenAbsent::leave));
  if (!state) return false;
  LOOP_TRY(const auto content,
           read_file_if_exists(files(), loop::layout::config(), kConfigBytesMax));
  return loop::TrustStore(*state, clock_, random_)
      .is_trusted(root(), content ? content->bytes : std::string{});
}

Result<loop::LoadedConfig> Session::load() {
  loop::ConfigSources sources;
  LOOP_TRY(const auto workspace,
           read_file_if_exists(files(), loop::layout::config(), kConfigBytesMax));
  LOOP_TRY(sources.operator_toml,
           read_operator_file(surroundings_.config_directory(), "config.toml", kConfigBytesMax));
  LOOP_TRY(sources.flags, parse_settings(options_.settings));
  sources.operator_path = surroundings_.config_directory() + "/config.toml";
  sources.workspace_toml = workspace ? workspace->bytes : std::string{};
  sources.workspace_path = fmt::format("{}/{}", root(), loop::layout::config().str());
  if (workspace) {
    LOOP_TRY(sources.workspace_trusted, is_trusted());
  }
  for (const auto& [name, value] : surroundings_.environment) {
    if (name.starts_with("LOOP_")) sources.environment[name] = value;
  }
  return load_config(sources);
}

Result<const loop::LoadedConfig*> Session::config() {
  if (!config_) {
    LOOP_TRY(config_, load());
  }
  return &*config_;
}

Result<loop::Config> Session::config_for_looking() {
  auto loaded = config();
  if (loaded) return (*loaded)->config;
  if (loaded.error().code() != Errc::not_trusted) return std::move(loaded).error();
  if (!has_told_untrusted_) log_->warning(loaded.error().message());
  has_told_untrusted_ = true;
  return loop::Config{};
}

Result<loop::Zone> Session::zone() {
  LOOP_TRY(const loop::Config values, config_for_looking());
  return zone_of(values);
}

Result<loop::Zone> Session::zone_of(const loop::Config& values) {
  if (!values.timezone.empty()) return loop::Zone::find(values.timezone);
  const std::string name = system_zone_name(surroundings_);
  auto zone = loop::Zone::find(name);
  if (zone) return zone;
  log_->warning(
      fmt::format("the system's time zone \"{}\" is no IANA name; UTC is used. Set "
                  "`engine.timezone` in the configuration",
                  name));
  return loop::Zone::utc();
}

Result<std::string> Session::global_modes() {
  return read_operator_file(surroundings_.config_directory(), "modes.yaml", kModesBytesMax);
}

loop::EngineContext Session::engine_context() {
  return {files(), clock_, random_, *processes_, *log_};
}

Result<loop::EngineOptions> Session::engine_options() {
  LOOP_TRY(const loop::LoadedConfig* loaded, config());
  return options_with(loaded->config);
}

Result<loop::EngineOptions> Session::operation_options() {
  LOOP_TRY(const loop::Config values, config_for_looking());
  return options_with(values);
}

Result<Session::CheckedOptions> Session::options_for_checks() {
  CheckedOptions checked;
  const auto loaded = config();
  if (!loaded) checked.configuration_problem = loaded.error();
  LOOP_TRY(checked.options, options_with(loaded ? (*loaded)->config : loop::Config{}));
  return checked;
}

Result<loop::OperationContext> Session::operation_context(const loop::EngineOptions& options,
                                                          loop::OperationMeter& meter) {
  LOOP_TRY(loop::OperationCaller caller, caller_of(surroundings_));
  return loop::OperationContext{.services = engine_context(),
                                .engine = options,
                                .time = time_,
                                .caller = std::move(caller),
                                .meter = &meter,
                                .spare_threads = &spare_threads_};
}

// An empty list says something too: no server.
bool Session::says_mcp_command() const {
  return config_ && std::ranges::any_of(config_->values, [](const loop::ConfigValue& value) {
           return value.key == "agent.mcp_command" && value.origin != loop::ConfigOrigin::built_in;
         });
}

Result<loop::EngineOptions> Session::options_with(const loop::Config& config) {
  loop::EngineOptions options;
  options.config = config;
  LOOP_TRY(options.zone, zone_of(config));
  LOOP_TRY(options.is_trusted, is_trusted());
  LOOP_TRY(options.global_modes, global_modes());
  if (!says_mcp_command()) {
    options.config.mcp_command =
        mcp_command(surroundings_, root()).value_or(std::vector<std::string>{});
  }
  options.runner_command = {surroundings_.program, "-C", root()};
  for (const std::string& setting : options_.settings) {  // it reads the configuration, too
    options.runner_command.insert(options.runner_command.end(), {"--set", setting});
  }
  options.runner_command.emplace_back("__runner");
  for (const auto& [name, value] : surroundings_.environment) {
    options.environment.push_back(fmt::format("{}={}", name, value));
  }
  return options;
}

Result<std::unique_ptr<loop::Engine>> Session::open_visitor() {
  LOOP_TRY(auto options, engine_options());
  return loop::Engine::open(engine_context(), std::move(options), loop::EngineRole::visitor);
}

Result<loop::History> Session::history() {
  const auto options = operation_options();
  if (!options) return read_history(*files_, clock_, *log_);
  return settled_history(engine_context(), *options);
}

Result<const loop::ScheduleBook*> Session::book() {
  LOOP_TRY(const loop::ScheduleBook* book, schedules_.load());
  if (const auto& problem = schedules_.problem()) log_->warning(problem->message());
  return book;
}

loop::Status Session::prepare() {
  loop::RecoveryOptions options;
  LOOP_TRY(const loop::Config values, config_for_looking());
  options.allow_network_fs = values.allow_network_fs;
  LOOP_TRY(const auto report, prepare_state(files(), clock_, random_, *log_, options));
  for (const std::string& action : report.actions) log_->info(action);
  return {};
}

Result<std::vector<std::string>> known_agents(Session& session) {
  LOOP_TRY(const loop::LoadedConfig* loaded, session.config());
  std::vector<std::string> names;
  for (const auto& [name, agent] : loaded->config.agents) names.push_back(name);
  for (const loop::AgentDefinition& agent : loop::built_in_agents()) names.push_back(agent.name);
  return names;
}

}  // namespace front
