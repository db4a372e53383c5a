// SPDX-License-Identifier: MIT
// Making the workspace, and stepping its engine.
#include "process/agent_workspace.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include <boost/json.hpp>

#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "process/operator_files.hpp"

namespace loop::test {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

AgentDefinition text_agent() {
  AgentDefinition definition;
  definition.name = "text";
  definition.adapter = "generic";
  definition.command = "fake-text";
  definition.args = {"{prompt}"};
  definition.final_pattern = "^DONE$";
  definition.limit_patterns = {"(?i)rate limit(.*)", "Overloaded"};
  return definition;
}

json::object job_value(const AgentJob& job) {
  json::object env;
  for (const auto& [name, value] : job.env) env[name] = value;
  json::object loop{{"agent", job.agent}, {"timeoutSeconds", job.timeout_s}, {"env", env}};
  if (!job.model.empty()) loop["model"] = job.model;
  return {{"id", job.id},
          {"name", job.id},
          {"mode", "code"},
          {"taskInstructions", job.task},
          {"scheduleType", "manual"},
          {"active", true},
          {"taskInteraction", "wait"},
          {"loop", loop}};
}

// Whether a process runs, and is no zombie.
bool is_running(int pid) {
  const std::string stat = read_text(fmt::format("/proc/{}/stat", pid));
  const std::size_t name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

}  // namespace

AgentWorkspace::AgentWorkspace() : root(top.path("workspace")) {
  for (const char* folder : {"workspace", "workspace/.roo", "home", "bin"}) {
    fs::create_directory(top.path(folder));
  }
  for (const char* name : {"claude", "codex", "gemini", "opencode", "fake-text"}) {
    fs::create_symlink(LOOP_FAKE_AGENT, top.path("bin/") + name);
  }
  files = open_posix_files(root).value();
  processes = make_posix_process_launcher();
  options.config.agents["text"] = text_agent();
  options.config.parallel_max = 64;
  options.config.kill_grace = std::chrono::milliseconds{300};
  options.config.env_allow = {"FAKE_PIDS"};
  options.runner_command = {LOOP_LOOPCTL, "-C", root, "__runner"};
  options.environment = {"PATH=" + top.path("bin") + ":/usr/bin:/bin", "HOME=" + top.path("home"),
                         "FAKE_PIDS=" + top.path("pids"), "GEMINI_API_KEY=fake"};
  options.poll = std::chrono::milliseconds{50};
}

void AgentWorkspace::write_jobs(const std::vector<AgentJob>& jobs) {
  json::array schedules;
  for (const AgentJob& job : jobs) schedules.push_back(job_value(job));
  const std::string text = json::serialize(json::object{{"schedules", schedules}});
  REQUIRE(replace_file(*files, random, layout::schedules(), text));
  write_operator_files(options.config, top.path("home"), root);
}

void AgentWorkspace::run_all(const std::vector<AgentJob>& jobs) {
  write_jobs(jobs);
  auto opened = Engine::open({*files, clock, random, *processes, log}, options, EngineRole::engine);
  if (!opened) FAIL(opened.error().message());
  engine = std::move(*opened);
  REQUIRE(engine->step(clock.now()));
  for (const AgentJob& job : jobs) trigger(job.id);
  REQUIRE(settle());
}

void AgentWorkspace::trigger(const std::string& job) {
  const auto run = engine->trigger(ScheduleId(job), clock.now());
  if (!run) FAIL(run.error().message());
  runs_[job] = *run;
}

bool AgentWorkspace::settle() {
  const auto is_idle = [&] {
    for (const auto& [id, run] : engine->history().live()) {
      if (run.phase != RunPhase::parked && run.phase != RunPhase::retry_wait) return false;
    }
    return true;
  };
  const Duration end = clock.monotonic() + settle_limit;
  while (clock.monotonic() < end) {
    const Status stepped = engine->step(clock.now());
    if (stepped && is_idle()) return true;
    if (!stepped) UNSCOPED_INFO(stepped.error().message());
    clock.sleep(std::chrono::milliseconds{20});
  }
  for (const auto& [id, run] : engine->history().live()) {
    UNSCOPED_INFO(id.str() << " is " << to_string(run.phase) << ", launch " << run.launch);
  }
  return false;
}

void AgentWorkspace::go_on(const RunId& run) {
  const RunSummary* summary = engine->history().find(run);
  REQUIRE(summary != nullptr);
  REQUIRE(summary->until);
  const Instant now = clock.now();
  if (*summary->until > now) clock.offset += *summary->until - now + std::chrono::seconds{1};
  REQUIRE(engine->step(clock.now()));
  REQUIRE(settle());
}

RunId AgentWorkspace::run_of(const std::string& job) const { return runs_.at(job); }

RunSummary AgentWorkspace::summary_of(const std::string& job) const {
  const RunSummary* summary = engine->history().find(run_of(job));
  REQUIRE(summary != nullptr);
  return *summary;
}

AttemptResult AgentWorkspace::result_of(const std::string& job, int launch) const {
  SystemRandom unused;
  auto result = RunDirectory(*files, unused, run_of(job)).result(launch);
  REQUIRE(result);
  REQUIRE(*result);
  return **result;
}

std::string AgentWorkspace::log_of(const std::string& job, const std::string& name,
                                   int launch) const {
  return read_text(fmt::format("{}/.loop/runs/{}/a{}/{}", root, run_of(job).str(), launch, name));
}

int AgentWorkspace::failures_of(const std::string& job) const {
  return engine->history().of(ScheduleId(job)).failures.consecutive;
}

std::vector<int> AgentWorkspace::processes_left() const {
  std::vector<int> left;
  std::istringstream noted(read_text(top.path("pids")));
  for (int pid = 0; noted >> pid;) {
    if (is_running(pid)) left.push_back(pid);
  }
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    int pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    const std::string environment = read_text(entry.path().string() + "/environ");
    const bool is_ours = environment.find("LOOP_ROOT=" + root + '\0') != std::string::npos;
    if (is_ours && is_running(pid)) left.push_back(pid);
  }
  return left;
}

}  // namespace loop::test
