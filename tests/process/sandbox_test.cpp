// SPDX-License-Identifier: MIT
// A confined agent from claim to result: what it is refused, what is recorded, who decides.
#include "runner_fixture.hpp"

#include <array>
#include <cstddef>
#include <filesystem>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "loop/engine/agent_sandbox.h"
#include "loop/engine/engine.h"

using namespace loop;
using namespace loop::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

bool is_possible(SandboxProfile profile = SandboxProfile::workspace) {
  const auto support = make_posix_process_launcher()->confinement_support();
  if (is_enforceable(profile, support)) return true;
  WARN("not tried: " << describe_support(support));
  return false;
}

RunIntent confined_intent(SandboxProfile profile = SandboxProfile::workspace) {
  RunIntent intent = shell_intent();
  intent.sandbox = profile;
  return intent;
}

// A canary beside the workspace, where the agent would find it.
struct Outside {
  TemporaryFolder folder;
  Outside() { write_text(canary(), "secret\n"); }
  std::string canary() const { return folder.path("canary"); }
};

AttemptStart start_of(RunnerWorkspace& workspace) {
  const auto start = workspace.directory().started(1);
  REQUIRE(start);
  REQUIRE(*start);
  return **start;
}

class TcpListener {
 public:
  TcpListener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(fd_, 4) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~TcpListener() { close(fd_); }
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  std::string connect_script() const {
    const std::string target = "/dev/tcp/127.0.0.1/" + std::to_string(port_);
    return "bash -c 'exec 3<>" + target + "' && echo tcp; bash -c 'echo x > /dev/udp/127.0.0.1/" +
           std::to_string(port_) + "' && echo udp; true";
  }

 private:
  int fd_;
  int port_ = 0;
};

// As in a kernel or a container without Landlock: its first call is not known.
void take_landlock_away(RunnerWorkspace&) {
  constexpr auto kRefused = static_cast<std::uint32_t>(SYS_landlock_create_ruleset);
  std::array<sock_filter, 4> program{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, kRefused},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog filter{program.size(), program.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

}  // namespace

TEST_CASE("a confined agent works in its workspace and reaches nothing outside") {
  if (!is_possible()) return;
  const Outside outside;
  RunnerWorkspace workspace(confined_intent());
  const auto result = workspace.run_script(
      "echo work > made; cat made; cat " + outside.canary() + "; echo x > " + outside.canary() +
      "; rm -f " + outside.canary() + "; cat /etc/shadow; ls " + outside.folder.path() +
      "; sh -c '(cat " + outside.canary() + ")'; echo end");

  CHECK(result.end == AttemptEnd::succeeded);
  CHECK(workspace.launch_text("stdout.log") == "work\nend\n");
  CHECK_THAT(workspace.launch_text("stderr.log"), Contains("/etc/shadow: Permission denied"));
  CHECK(read_text(outside.canary()) == "secret\n");
  CHECK_THAT(start_of(workspace).sandbox, Contains("workspace (Landlock ABI "));
  CHECK(start_of(workspace).limits == "core 0");
}

TEST_CASE("an agent without a sandbox is not confined, and its run says so") {
  const Outside outside;
  RunnerWorkspace workspace;
  workspace.run_script("cat " + outside.canary());

  CHECK(workspace.launch_text("stdout.log") == "secret\n");
  CHECK(start_of(workspace).sandbox == "none");
}

TEST_CASE("a confined agent has a folder of its own for temporary files, which goes with it") {
  if (!is_possible()) return;
  RunnerWorkspace workspace(confined_intent());
  workspace.environment["TMPDIR"] = "/tmp";
  workspace.run_script(
      "echo x > \"$TMPDIR/file\"; mkdir -p \"$TMPDIR/a/b\"; ln -s / \"$TMPDIR/a/link\";"
      "mktemp -u; echo x > /tmp/loop-escaped || echo refused");

  const std::string folder = workspace.directory().temporary_path(1).str();
  const std::string out = workspace.launch_text("stdout.log");
  CHECK_THAT(out, StartsWith(workspace.folder.path(folder) + "/tmp."));
  CHECK_THAT(out, Contains("refused"));
  CHECK_FALSE(exists("/tmp/loop-escaped"));
  CHECK_FALSE(exists(workspace.folder.path(folder)));
  CHECK(exists("/usr/bin"));
}

TEST_CASE("an offline agent has no network, one of the workspace profile has") {
  const TcpListener listener;
  for (const auto profile : {SandboxProfile::workspace, SandboxProfile::offline}) {
    if (!is_possible(profile)) continue;
    RunnerWorkspace workspace(confined_intent(profile));
    workspace.run_script(listener.connect_script());

    const bool is_open = profile == SandboxProfile::workspace;
    CHECK(workspace.launch_text("stdout.log") == (is_open ? "tcp\nudp\n" : ""));
    CHECK_THAT(start_of(workspace).sandbox, Contains(std::string(to_string(profile)) + " ("));
  }
}

TEST_CASE("a confined agent cannot signal its runner, which still ends it") {
  if (!is_possible()) return;
  RunIntent intent = confined_intent();
  intent.timeout_total = std::chrono::seconds{1};
  RunnerWorkspace workspace(intent);
  const bool has_scope = make_posix_process_launcher()->confinement_support().landlock_abi >= 6;
  const auto result = workspace.run_script(
      "trap '' TERM; echo $$ > pid; kill -0 $PPID && echo reached; setsid sleep 600 &\n"
      "while :; do sleep 1; done");

  CHECK(result.end == AttemptEnd::timed_out);
  CHECK_FALSE(workspace.lives("pid"));
  if (has_scope) CHECK(workspace.launch_text("stdout.log").empty());
}

TEST_CASE("an operator's further places can be read, or written") {
  if (!is_possible()) return;
  const Outside outside;
  const Outside writable;
  RunIntent intent = confined_intent();
  intent.agent.sandbox.read = {outside.folder.path(), "~/absent"};
  intent.agent.sandbox.write = {"~/own"};
  RunnerWorkspace workspace(intent);
  workspace.environment["HOME"] = writable.folder.path();
  std::filesystem::create_directory(writable.folder.path("own"));
  workspace.run_script("cat " + outside.canary() + "; echo x > " + outside.canary() +
                       "; echo y > ~/own/made; cat ~/canary; echo end");

  CHECK(workspace.launch_text("stdout.log") == "secret\nend\n");
  CHECK(read_text(outside.canary()) == "secret\n");
  CHECK(read_text(writable.folder.path("own/made")) == "y\n");
}

TEST_CASE("an agent's own program is found where nothing else is to be read") {
  if (!is_possible()) return;
  const Outside outside;
  std::filesystem::create_directory(outside.folder.path("bin"));
  std::filesystem::copy_file("/bin/cat", outside.folder.path("real"));
  std::filesystem::create_symlink(outside.folder.path("real"), outside.folder.path("bin/agent"));
  RunIntent intent = confined_intent();
  intent.agent = AgentDefinition{};
  intent.agent.name = "mine";
  intent.agent.adapter = "generic";
  intent.agent.command = "agent";
  intent.agent.args = {"{prompt_file}", outside.canary()};
  RunnerWorkspace workspace(intent);
  workspace.environment["PATH"] = outside.folder.path("bin") + ":/usr/bin:/bin";
  workspace.run_script("the prompt");

  CHECK(workspace.launch_text("stdout.log") == "the prompt");
  CHECK_THAT(workspace.launch_text("stderr.log"), Contains("Permission denied"));
}

TEST_CASE("without Landlock a confined agent is not started") {
  RunnerWorkspace workspace(confined_intent());
  workspace.claim("echo ran > ran");
  REQUIRE(workspace.run(1, take_landlock_away) == 0);

  const auto result = workspace.result();
  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::config);
  CHECK_THAT(result.outcome.reason, Contains("sandbox cannot be put in force"));
  CHECK_THAT(result.outcome.reason, Contains("Landlock"));
  CHECK_FALSE(exists(workspace.folder.path("ran")));
}

TEST_CASE("without Landlock and with best effort it is started, and the run says how") {
  for (const auto profile : {SandboxProfile::workspace, SandboxProfile::offline}) {
    const TcpListener listener;
    RunIntent intent = confined_intent(profile);
    intent.agent.sandbox.fallback = SandboxFallback::best_effort;
    RunnerWorkspace workspace(intent);
    workspace.claim(listener.connect_script());
    REQUIRE(workspace.run(1, take_landlock_away) == 0);

    CHECK(workspace.result().end == AttemptEnd::succeeded);
    const std::string text = start_of(workspace).sandbox;
    INFO(text);
    const bool is_offline = profile == SandboxProfile::offline;
    CHECK_THAT(text, StartsWith(is_offline ? "best effort: offline (no Landlock: sockets); not: "
                                           : "not available: "));
    CHECK(workspace.launch_text("stdout.log") == (is_offline ? "" : "tcp\nudp\n"));
  }
}

TEST_CASE("the limits of an agent hold, and its run names them") {
  RunIntent intent = shell_intent();
  intent.agent.limits.open_files = 64;
  intent.agent.limits.file_bytes = 1 << 20;
  RunnerWorkspace workspace(intent);
  const auto result = workspace.run_script(
      "ulimit -n; ulimit -c; head -c 2000000 /dev/zero > large; wc -c < large");

  CHECK(result.end == AttemptEnd::succeeded);
  CHECK_THAT(workspace.launch_text("stdout.log"), StartsWith("64\n0\n"));
  CHECK_THAT(workspace.launch_text("stdout.log"), Contains("1048576\n"));
  CHECK(start_of(workspace).limits == "open files 64, file size 1 MiB, core 0");
}

TEST_CASE("the operator decides what runs and how it is confined, not the folder of the run") {
  if (!is_possible()) return;
  const Outside outside;
  // As an agent could leave it for the next run.
  RunIntent forged = shell_intent();
  forged.agent.command = "/bin/echo";
  forged.env_allow = {"OPERATOR_SECRET"};
  forged.mcp_command = {"/bin/evil"};
  RunnerWorkspace workspace(forged);
  workspace.environment["OPERATOR_SECRET"] = "s";
  EngineOptions options;
  options.is_trusted = true;
  options.config.sandbox = SandboxProfile::workspace;
  workspace.hold = [&](RunIntent& intent) { return hold_to_configuration(options, intent); };
  workspace.run_script("cat " + outside.canary() + "; echo \"[$OPERATOR_SECRET]\"");

  CHECK(workspace.launch_text("stdout.log") == "[]\n");
  CHECK_THAT(start_of(workspace).sandbox, Contains("workspace ("));
}

TEST_CASE("a run whose agent the configuration does not know any more is refused") {
  RunIntent intent = shell_intent();
  intent.agent.name = "gone";
  RunnerWorkspace workspace(intent);
  const EngineOptions options;
  workspace.hold = [&](RunIntent& held) { return hold_to_configuration(options, held); };
  const auto result = workspace.run_script("echo ran > ran");

  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::config);
  CHECK_THAT(result.outcome.reason, Contains("gone"));
  CHECK_FALSE(exists(workspace.folder.path("ran")));
}

TEST_CASE("a schedule's stricter sandbox stays when the configuration asks for less") {
  RunIntent intent = shell_intent();
  intent.sandbox = SandboxProfile::offline;
  EngineOptions options;
  options.is_trusted = true;
  options.config.sandbox = SandboxProfile::workspace;
  REQUIRE(hold_to_configuration(options, intent));
  CHECK(intent.sandbox == SandboxProfile::offline);
}

TEST_CASE("an agent has a control group where there can be one, which goes with it") {
  RunnerWorkspace workspace;
  workspace.run_script(
      "grep 0:: /proc/self/cgroup; env -i setsid sh -c 'echo $$ > pid; sleep 600' &"
      " while [ ! -s pid ]; do sleep 0.01; done");

  CHECK_FALSE(workspace.lives("pid"));
  const std::string group = start_of(workspace).group;
  if (group.empty()) {
    WARN("not tried: no control group can be made here");
    return;
  }
  CHECK_THAT(workspace.launch_text("stdout.log"), Contains(group.substr(group.rfind('/')) + "\n"));
  CHECK_FALSE(exists(group));
}
