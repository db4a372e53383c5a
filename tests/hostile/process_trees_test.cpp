// SPDX-License-Identifier: MIT
// Agents whose processes do not want to end, through the real runner: none is left behind.
#include <algorithm>
#include <array>
#include <filesystem>

#include "process/runner_fixture.hpp"
#include "support/long_form.hpp"

using namespace loop;
using namespace loop::test;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

namespace {

constexpr int kTreesLong = 1000;
constexpr int kTreesShort = 30;

// Every process works in the folder of its workspace: that is how those that are left are found.
const std::array<std::string, 6> kTrees{
    // Deaf to every polite signal.
    "trap '' TERM HUP INT QUIT USR1; echo up; while :; do sleep 0.05; done",
    // Forks twice into a session of its own, without its environment.
    "setsid env -i /bin/sh -c '(trap \"\" TERM HUP; exec /bin/sleep 300) & exit' & echo up; sleep "
    "300",
    // A bounded storm of forks, each deaf.
    "trap '' TERM; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do (sleep 300 & sleep 300) & done; echo "
    "up; "
    "wait",
    // Sessions within sessions.
    "setsid sh -c 'trap \"\" TERM; setsid sh -c \"trap \\\"\\\" TERM; sleep 300\" & sleep 300' & "
    "echo up; sleep 300",
    // Stopped, and with a stopped child.
    "sleep 300 & kill -STOP $!; echo up; kill -STOP $$",
    // Ends at once and leaves orphans behind.
    "for i in 1 2 3 4; do setsid env -i /bin/sh -c '(exec /bin/sleep 300) &' ; done; echo up"};

// Living processes whose directory is `folder`; a runner is among them only while it runs.
std::size_t processes_in(const std::string& folder) {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    std::error_code gone;
    const fs::path where = fs::read_symlink(entry.path() / "cwd", gone);
    if (!gone && where == fs::path(folder)) ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("of hostile process trees nobody survives the end of the run") {
  const int trees = is_long_form() ? kTreesLong : kTreesShort;
  std::size_t survivors = 0;
  int not_started = 0;
  for (int tree = 0; tree < trees; ++tree) {
    RunIntent intent = shell_intent();
    intent.timeout_total = milliseconds{300};
    intent.kill_grace = milliseconds{50};
    RunnerWorkspace workspace(intent);
    const std::string& script = kTrees.at(static_cast<std::size_t>(tree) % kTrees.size());
    INFO(script);
    const AttemptResult result = workspace.run_script(script);
    if (workspace.launch_text("stdout.log") != "up\n") ++not_started;
    survivors += processes_in(workspace.folder.path());
    CHECK(result.note.empty());
  }
  CHECK(survivors == 0);
  // On a busy machine the time may be over before the first word; then the tree was ended as well.
  CHECK(not_started < trees / 2);
  WARN(trees << " trees, " << survivors << " survivors");
}
