// SPDX-License-Identifier: MIT
// What the process was given by its surroundings: environment, folders, terminals, its own program.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/result.h"

namespace front {

struct Surroundings {
  std::map<std::string, std::string> environment;
  std::string program;    // absolute path of this executable
  std::string directory;  // working directory
  bool stdin_is_terminal = false;
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;

  static Surroundings of_process();

  // Empty when unset.
  std::string variable(const std::string& name) const;
  // $XDG_CONFIG_HOME/loop, else ~/.config/loop; empty when neither is known. Likewise the state.
  std::string config_directory() const;
  std::string state_directory() const;

  // NO_COLOR, CLICOLOR_FORCE and TERM=dumb over what the terminal would allow.
  bool wants_colour(const std::string& when, bool is_terminal) const;
};

// The workspace's root: LOOP_ROOT, else the nearest directory at or above `start` that holds .loop,
// .roo or .git. not_found names the start and says what to do.
loop::Result<std::string> find_root(const Surroundings& surroundings,
                                    const std::optional<std::string>& directory);

// The directory of -C (or the working one), absolute. not_found, invalid_argument for no directory.
loop::Result<std::string> start_directory(const Surroundings& surroundings,
                                          const std::optional<std::string>& directory);

// A link whose target names the system's zone.
inline constexpr const char* kLocalTime = "/etc/localtime";

// TZ, else the system's zone, else UTC: an IANA name.
std::string system_zone_name(const Surroundings& surroundings);

// A file that the user names, or standard input for "-". too_large above `bytes_max`.
loop::Result<std::string> read_user_file(const std::string& path, std::size_t bytes_max);

// A file with secrets: it has to be the user's own and readable by nobody else (mode 0600 or 0400).
loop::Result<std::string> read_secret_file(const std::string& path, std::size_t bytes_max);
// Makes one, readable by nobody else; already_exists.
loop::Status create_secret_file(const std::string& path, const std::string& content);

// Makes a directory and the missing ones above it.
loop::Status make_directory(const std::string& path);

// The same, private to the user: for what is no workspace.
loop::Status make_private_directory(const std::string& path);

}  // namespace front
