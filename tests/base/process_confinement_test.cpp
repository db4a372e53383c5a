// SPDX-License-Identifier: MIT
// Confined children: each thing that is refused is really tried from inside, by real processes.
#include "loop/base/process.h"

#include "process_fixture.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

using namespace loop;
using namespace loop::test;
using std::chrono::seconds;

namespace {

const std::vector<std::string> kSystem = {"/usr",   "/bin",  "/sbin",           "/lib",
                                          "/lib64", "/proc", "/etc/ld.so.cache"};

// A folder that a child may write in, and beside it what it must not touch.
struct Fenced {
  TemporaryFolder folder;
  LaunchSpec spec;

  explicit Fenced(const std::string& script) {
    for (const char* name : {"inside", "beside"}) {
      std::filesystem::create_directory(folder.path(name));
    }
    write_text(folder.path("beside/canary"), "secret\n");
    write_text(folder.path("inside/own"), "own\n");
    spec.argv = {"/bin/sh", "-c", script};
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.directory = folder.path("inside");
    spec.stdout_path = folder.path("out");
    spec.stderr_path = folder.path("err");
    Confinement confinement;
    confinement.readable = kSystem;
    confinement.writable = {folder.path("inside"), "/dev/null"};
    spec.confinement = confinement;
  }

  std::string out() const { return read_text(folder.path("out")); }
  std::string err() const { return read_text(folder.path("err")); }
};

// Says so when the kernel cannot do what a test is about.
bool is_possible(int abi = 1) {
  const auto support = make_posix_process_launcher()->confinement_support();
  if (support.landlock_abi >= abi) return true;
  WARN("not tried: it needs Landlock ABI " << abi << ", here is " << support.landlock_abi << " "
                                           << support.landlock_problem);
  return false;
}

ExitStatus run(ProcessLauncher& launcher, const LaunchSpec& spec) {
  auto child = launcher.launch_held(spec);
  INFO((child ? std::string() : child.error().message()));
  REQUIRE(child);
  const Status released = (*child)->release();
  INFO((released ? std::string() : released.error().message()));
  REQUIRE(released);
  std::optional<ExitStatus> status;
  REQUIRE(eventually([&] { return (status = (*child)->wait(seconds{1})).has_value(); }));
  return *status;
}

ExitStatus run(const Fenced& fenced) {
  const auto launcher = make_posix_process_launcher();
  const ExitStatus status = run(*launcher, fenced.spec);
  UNSCOPED_INFO("out: " << fenced.out() << "err: " << fenced.err());
  return status;
}

// A TCP listener and a UDP receiver on loopback.
class Listener {
 public:
  explicit Listener(int type) : fd_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    if (type == SOCK_STREAM) REQUIRE(listen(fd_, 4) == 0);
    socklen_t size = sizeof address;
    REQUIRE(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  std::string port() const { return std::to_string(port_); }

 private:
  int fd_;
  int port_ = 0;
};

// bash makes sockets by itself: no other program is needed.
std::string connect_script(const std::string& protocol, const Listener& listener) {
  return "exec 2>&1; if exec 3<>/dev/" + protocol + "/127.0.0.1/" + listener.port() +
         "; then echo x >&3 && echo connected; else echo refused; fi";
}

void use_bash(Fenced& fenced, NetworkAccess network) {
  fenced.spec.argv[0] = "/bin/bash";
  fenced.spec.confinement->network = network;
}

}  // namespace

TEST_CASE("a confined child works in its folder, and sees nothing beside it") {
  if (!is_possible()) return;
  const Fenced fenced(
      "cat own && echo new > made && mkdir d && mv made d/ && cat d/made && rm d/made;"
      "cat ../beside/canary; ls ../beside; cat /etc/hostname; ls /");
  CHECK(run(fenced).code != 0);

  CHECK(fenced.out() == "own\nnew\n");
  CHECK(fenced.err().find("../beside/canary: Permission denied") != std::string::npos);
  CHECK(fenced.err().find("'../beside/'") == std::string::npos);
  CHECK(fenced.err().find("/etc/hostname: Permission denied") != std::string::npos);
}

TEST_CASE("a confined child changes nothing beside its folder") {
  if (!is_possible()) return;
  const Fenced fenced(
      "echo x > ../beside/made; echo x >> ../beside/canary; rm -f ../beside/canary;"
      "mkdir ../beside/d; mv own ../beside/; mv ../beside/canary .; ln ../beside/canary l;"
      "ln -s ../beside/canary s; cat s; true > s; exit 7");
  CHECK(run(fenced).code == 7);

  CHECK(fenced.out().empty());
  CHECK(read_text(fenced.folder.path("beside/canary")) == "secret\n");
  CHECK(read_text(fenced.folder.path("inside/own")) == "own\n");
  CHECK_FALSE(exists(fenced.folder.path("beside/made")));
  CHECK_FALSE(exists(fenced.folder.path("beside/d")));
  CHECK_FALSE(exists(fenced.folder.path("inside/l")));
}

TEST_CASE("a confined child truncates nothing beside its folder") {
  if (!is_possible(3)) return;
  // By path: the program truncate opens the file for writing, which any ABI refuses.
  const Fenced fenced(
      "perl -e 'truncate(\"own\", 0) or exit 3; truncate(\"../beside/canary\", 0) and "
      "exit 4'");
  CHECK(run(fenced).ok());
  CHECK(read_text(fenced.folder.path("inside/own")).empty());
  CHECK(read_text(fenced.folder.path("beside/canary")) == "secret\n");
}

TEST_CASE("what a confined child starts is confined too, in a session of its own as well") {
  if (!is_possible()) return;
  const Fenced fenced(
      "sh -c 'sh -c \"cat ../beside/canary; echo grandchild\"';"
      "setsid -w sh -c 'cat ../beside/canary; echo session'");
  CHECK(run(fenced).ok());
  CHECK(fenced.out() == "grandchild\nsession\n");
}

TEST_CASE("a confined child makes no devices and gains no rights") {
  if (!is_possible()) return;
  const Fenced fenced("mknod n c 1 3 && echo made; grep -E 'NoNewPrivs|CapPrm' /proc/self/status");
  CHECK(run(fenced).ok());
  const std::string caps = geteuid() == 0 ? "00000000000004fb" : "0000000000000000";
  CHECK(fenced.out() == "CapPrm:\t" + caps + "\nNoNewPrivs:\t1\n");
}

TEST_CASE("signals of a confined child reach its own processes only") {
  if (!is_possible(6)) return;
  const Fenced fenced("kill -0 $PPID && echo reached; sleep 60 & kill -9 $! && wait $!; echo $?");
  CHECK(run(fenced).ok());
  CHECK(fenced.out() == "137\n");
  CHECK(fenced.err().find("Operation not permitted") != std::string::npos);
}

TEST_CASE("a confined child cannot look into processes outside") {
  if (!is_possible()) return;
  const Fenced fenced(
      "tr '\\0' '\\n' < /proc/$PPID/environ || echo refused; cat /proc/self/environ > own");
  CHECK(run(fenced).ok());
  CHECK(fenced.out() == "refused\n");
}

TEST_CASE("with the network open a confined child connects to it") {
  if (!is_possible()) return;
  const Listener listener(SOCK_STREAM);
  Fenced fenced(connect_script("tcp", listener));
  use_bash(fenced, NetworkAccess::open);
  CHECK(run(fenced).ok());
  CHECK(fenced.out() == "connected\n");
}

TEST_CASE("with the network closed no socket is made: TCP, UDP, and those of a grandchild") {
  if (!is_possible()) return;
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const Listener listener(type);
    const std::string script = connect_script(type == SOCK_STREAM ? "tcp" : "udp", listener);
    for (const std::string& wrapped : {script, "bash -c '" + script + "'"}) {
      Fenced fenced(wrapped);
      use_bash(fenced, NetworkAccess::closed);
      run(fenced);
      CHECK(fenced.out().find("connected") == std::string::npos);
      CHECK(fenced.out().find("Permission denied") != std::string::npos);
    }
  }
}

TEST_CASE("a child that is started at once is confined in the same way") {
  if (!is_possible()) return;
  const Fenced fenced("cat own; cat ../beside/canary; echo $(ls /proc/self/fd)");
  const auto launcher = make_posix_process_launcher();
  auto child = launcher->launch(fenced.spec);
  REQUIRE(child);
  std::optional<ExitStatus> status;
  REQUIRE(eventually([&] { return (status = (*child)->wait(seconds{1})).has_value(); }));
  CHECK(fenced.out() == "own\n0 1 2 3\n");
  CHECK(fenced.err().find("Permission denied") != std::string::npos);
}

TEST_CASE("a program that the confinement does not let it read is not started") {
  if (!is_possible()) return;
  Fenced fenced("true");
  fenced.spec.confinement->readable = {"/proc"};
  const auto launcher = make_posix_process_launcher();
  auto held = launcher->launch_held(fenced.spec);
  REQUIRE(held);
  const Status released = (*held)->release();
  REQUIRE_FALSE(released);
  CHECK(released.error().message().find("sandbox") != std::string::npos);
  CHECK_FALSE(launcher->launch(fenced.spec));
}

TEST_CASE("a place that is not there is left out of a confinement") {
  if (!is_possible()) return;
  Fenced fenced("cat own");
  fenced.spec.confinement->readable.push_back(fenced.folder.path("nowhere/at/all"));
  CHECK(run(fenced).ok());
}

TEST_CASE("a detached launch takes neither a confinement nor limits") {
  const Fenced fenced("true");
  const auto launcher = make_posix_process_launcher();
  const auto launched = launcher->launch_detached(fenced.spec);
  REQUIRE_FALSE(launched);
  CHECK(launched.error().code() == Errc::invalid_argument);
}

TEST_CASE("limits are those of the child and of what it starts") {
  Fenced fenced(
      "for n in 1 2; do ulimit -v; ulimit -n; ulimit -f; ulimit -t; ulimit -Ht; ulimit -c; done;"
      "sh -c 'ulimit -n'; sh -c 'ulimit -n 100' || echo kept; echo $(ls /proc/self/fd)");
  fenced.spec.confinement.reset();
  fenced.spec.limits = {.address_space_bytes = 1ULL << 30,
                        .open_files = 40,
                        .processes = 5000,
                        .file_bytes = 4096 * 512,
                        .cpu_seconds = 100,
                        .core_bytes = 0};
  CHECK(run(fenced).ok());
  const std::string limits = "1048576\n40\n4096\n100\n105\n0\n";
  CHECK(fenced.out() == limits + limits + "40\nkept\n0 1 2 3\n");
}

TEST_CASE("a limit above that of the starter leaves the starter's") {
  Fenced fenced("ulimit -Hn");
  fenced.spec.confinement.reset();
  fenced.spec.limits.open_files = 1ULL << 40;
  CHECK(run(fenced).ok());
  CHECK(fenced.out() == std::to_string(sysconf(_SC_OPEN_MAX)) + "\n");
}

TEST_CASE("what a kernel cannot do is named") {
  NetworkAccess network = NetworkAccess::open;
  const auto texts = [&](int abi, bool has_filter) {
    ConfinementSupport support;
    support.landlock_abi = abi;
    support.has_socket_filter = has_filter;
    const auto reach = reach_of(network, support);
    std::string text;
    for (const auto& word : reach.enforced) text += word + " ";
    text += "|";
    for (const auto& word : reach.missing) text += " " + word;
    return text;
  };
  CHECK(texts(7, true) == "files truncation devices signals |");
  CHECK(texts(2, true) == "files | truncation devices signals");
  CHECK(texts(0, true) == "| files truncation devices signals");
  network = NetworkAccess::closed;
  CHECK(texts(7, true) == "files truncation devices signals tcp sockets |");
  CHECK(texts(3, true) == "files truncation sockets | devices signals");
  CHECK(texts(5, false) == "files truncation devices tcp | signals sockets");
}
