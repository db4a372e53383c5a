// SPDX-License-Identifier: MIT
// The daemon and its supervisor: the unit it prints, and what it tells while it works.
#include <csignal>
#include <cstring>
#include <filesystem>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace {

// The supervisor's end of $NOTIFY_SOCKET.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof(address.sun_path));
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  }
  ~NotifySocket() { ::close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Whether this message comes, whatever comes before it; each may take a minute.
  bool receives(const std::string& wanted) {
    for (;;) {
      pollfd ready{fd_, POLLIN, 0};
      if (::poll(&ready, 1, 60'000) <= 0) return false;
      std::string message(4096, '\0');
      const ssize_t got = ::recv(fd_, message.data(), message.size(), 0);
      if (got < 0) return false;
      message.resize(static_cast<std::size_t>(got));
      if (message == wanted) return true;
    }
  }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("the daemon tells its supervisor that it is ready, alive, and stopping") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const std::string path = fixture.top() + "/notify";
  NotifySocket supervisor(path);
  fixture.environment["NOTIFY_SOCKET"] = path;
  fixture.environment["WATCHDOG_USEC"] = "200000";
  Program daemon(fixture.spec({"daemon"}));

  CHECK(supervisor.receives("READY=1"));
  CHECK(supervisor.receives("WATCHDOG=1"));
  CHECK(supervisor.receives("WATCHDOG=1"));  // also while nothing happens
  daemon.send_signal(SIGTERM);
  CHECK(supervisor.receives("STOPPING=1"));
  CHECK(daemon.wait().code == 143);
}

TEST_CASE("the unit names the workspace as systemd reads it") {
  LoopctlFixture fixture;
  std::filesystem::create_directories(fixture.root() + "/a %n \"b\"/.loop");

  const auto unit = fixture.run({"-C", "a %n \"b\"", "daemon", "--print-unit"});

  CHECK(unit.code == 0);
  CHECK_THAT(unit.out, Contains("/a %%n \\\"b\\\"\" daemon\n") && Contains("Type=notify"));
  std::filesystem::create_directories(fixture.root() + "/c\nd/.loop");
  CHECK(fixture.run({"-C", "c\nd", "daemon", "--print-unit"}).code == 2);
}
