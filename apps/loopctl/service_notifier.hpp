// SPDX-License-Identifier: MIT
// Tells the service supervisor (systemd) how the daemon is: ready, alive, stopping.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/base/time.h"
#include "front/surroundings.hpp"

namespace loopctl {

// One datagram a message to $NOTIFY_SOCKET, a path or "@" and an abstract name. Does nothing when
// no supervisor asked. Failures are ignored: the supervisor finds out by its watchdog.
class ServiceNotifier {
 public:
  explicit ServiceNotifier(const front::Surroundings& surroundings);

  void ready() { send("READY=1"); }
  void status(std::string_view text) { send("STATUS=" + std::string(text)); }
  void stopping() { send("STOPPING=1"); }
  void alive() { send("WATCHDOG=1"); }

  // How often `alive` is expected: half of WATCHDOG_USEC. Nothing when nobody watches.
  std::optional<loop::Duration> watchdog_interval() const { return watchdog_interval_; }

 private:
  void send(const std::string& message) const;

  std::string socket_;
  std::optional<loop::Duration> watchdog_interval_;
};

// A unit for `systemctl --user` that runs the daemon of one workspace. invalid_argument for a path
// that no unit can name.
loop::Result<std::string> systemd_unit(const std::string& program, const std::string& root);

}  // namespace loopctl
