// SPDX-License-Identifier: MIT
// What a played agent sees of the world: its environment, its folder, its account and its sessions.
#pragma once

#include <string>
#include <vector>

namespace fake_agent {

class Surroundings {
 public:
  explicit Surroundings(std::string dialect) : dialect_(std::move(dialect)) {}

  std::string variable(const std::string& name) const;  // empty: not set
  bool is_root() const;
  bool is_in_git_repository() const;
  bool is_file(const std::string& path) const;
  std::string read_input() const;  // stdin to its end; empty for a terminal

  // Sessions are remembered below $HOME, as the real programs do, so that a session id that is in
  // use and one that is not known are refused.
  bool knows_session(const std::string& id) const;
  void remember_session(const std::string& id) const;

 private:
  std::string session_path(const std::string& id) const;
  std::string dialect_;
};

// Of random bits; version 4.
std::string random_uuid();
bool is_uuid(const std::string& text);

}  // namespace fake_agent
