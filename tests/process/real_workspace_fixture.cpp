// SPDX-License-Identifier: MIT
// Making and removing real workspaces.
#include "process/real_workspace.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "process/operator_files.hpp"

namespace loop::test {

RealWorkspace::RealWorkspace(const std::string& script, Duration kill_grace) {
  std::string name = (std::filesystem::temp_directory_path() / "loop-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  root = name;
  files = open_posix_files(root).value();
  processes = make_posix_process_launcher();
  // Five seconds into a minute: no slot comes due by itself while a test looks at one.
  const Instant real = clock.now();
  clock.offset = floor_minute(real) + std::chrono::seconds{65} - real;
  std::filesystem::create_directories(root + "/.roo");
  const std::string task =
      R"(printf '%s\\n' \"$LOOP_ATTEMPT\" >> starts.txt)" + (script.empty() ? "" : "; " + script);
  const std::string text = fmt::format(
      R"({{"schedules": [{{"id": "q", "name": "Q", "mode": "code", "taskInstructions": "{}",
        "scheduleType": "time", "timeInterval": "1", "timeUnit": "minute", "startDate": "2025-01-01",
        "startHour": "00", "startMinute": "00", "active": true, "taskInteraction": "wait",
        "inactivityDelay": "60"}}]}})",
      task);
  REQUIRE(replace_file(*files, random, layout::schedules(), text));
  options.config.default_agent = "shell";
  options.config.kill_grace = kill_grace;
  options.is_trusted = true;
  options.runner_command = {LOOP_LOOPCTL, "-C", root, "__runner"};
  options.environment = {std::string("PATH=") + std::getenv("PATH"), "HOME=" + root};
  options.poll = std::chrono::milliseconds{50};
  approve_workspace(root, root);
}

RealWorkspace::~RealWorkspace() {
  std::error_code ignored;
  std::filesystem::remove_all(root, ignored);
}

std::unique_ptr<Engine> RealWorkspace::open_engine(FileSystem& on, EngineRole role) {
  auto engine = Engine::open({on, clock, random, *processes, log}, options, role);
  if (!engine) FAIL(engine.error().message());
  return std::move(*engine);
}

bool RealWorkspace::step_until(Engine& engine, const std::function<bool()>& done) {
  const Duration end = clock.monotonic() + std::chrono::seconds{40};
  while (clock.monotonic() < end) {
    const Status stepped = engine.step(clock.now());
    if (stepped && done()) return true;
    clock.sleep(std::chrono::milliseconds{20});
  }
  return false;
}

std::string RealWorkspace::read(const std::string& path) const {
  std::ifstream in(root + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> RealWorkspace::starts() const {
  std::vector<std::string> lines;
  std::istringstream in(read("starts.txt"));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<JournalEntry> RealWorkspace::journal_of(JournalEvent event) const {
  std::vector<JournalEntry> found;
  std::istringstream in(read(".loop/journal.jsonl"));
  for (std::string line; std::getline(in, line);) {
    auto entry = parse_entry(line);
    REQUIRE(entry);
    if (entry->event == event) found.push_back(std::move(*entry));
  }
  return found;
}

}  // namespace loop::test
