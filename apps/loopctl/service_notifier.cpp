// SPDX-License-Identifier: MIT
// sd_notify by hand: libsystemd has no static library, and the protocol is one datagram.
#include "service_notifier.hpp"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace loopctl {

namespace {

std::optional<loop::Duration> half_of_microseconds(const std::string& text) {
  std::int64_t microseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  if (error != std::errc{} || end != text.data() + text.size() || microseconds < 2000) {
    return std::nullopt;
  }
  return loop::Duration{microseconds / 2000};
}

// In a unit "%" begins a specifier.
std::string unit_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%') escaped += c;
    escaped += c;
  }
  return escaped;
}

// A word of a unit's command line, with its spaces, quotes and dollars.
std::string unit_word(std::string_view text) {
  std::string word = "\"";
  for (const char c : unit_text(text)) {
    if (c == '"' || c == '\\') word += '\\';
    if (c == '$') word += c;
    word += c;
  }
  return word + '"';
}

}  // namespace

ServiceNotifier::ServiceNotifier(const front::Surroundings& surroundings)
    : socket_(surroundings.variable("NOTIFY_SOCKET")) {
  const std::string pid = surroundings.variable("WATCHDOG_PID");
  const bool is_meant = pid.empty() || pid == fmt::to_string(::getpid());
  if (is_meant) watchdog_interval_ = half_of_microseconds(surroundings.variable("WATCHDOG_USEC"));
}

void ServiceNotifier::send(const std::string& message) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_[0] == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const auto sent = ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), length);
  static_cast<void>(sent);
  ::close(fd);
}

loop::Result<std::string> systemd_unit(const std::string& program, const std::string& root) {
  if (loop::to_single_line(program + root) != program + root) {
    return loop::Error(loop::Errc::invalid_argument,
                       fmt::format("a path with control characters cannot stand in a unit: {}",
                                   loop::to_single_line(root)));
  }
  return fmt::format(
      "[Unit]\n"
      "Description=Loop engine of {1}\n"
      "\n"
      "[Service]\n"
      "Type=notify\n"
      "NotifyAccess=main\n"
      "ExecStart={0} -C {2} daemon\n"
      "WatchdogSec=120\n"
      "Restart=on-failure\n"
      "RestartSec=10\n"
      "SuccessExitStatus=143\n"
      "# Running agents outlive a restart of the engine, which takes them up again.\n"
      "KillMode=process\n"
      "# A control group for each run.\n"
      "Delegate=yes\n"
      "NoNewPrivileges=yes\n"
      "\n"
      "[Install]\n"
      "WantedBy=default.target\n",
      unit_word(program), unit_text(root), unit_word(root));
}

}  // namespace loopctl
