// SPDX-License-Identifier: MIT
// Asking the system.
#include "fake_agent/surroundings.hpp"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include <unistd.h>

namespace fake_agent {

namespace fs = std::filesystem;

std::string Surroundings::variable(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::string{} : std::string(value);
}

bool Surroundings::is_root() const { return ::geteuid() == 0; }

bool Surroundings::is_in_git_repository() const {
  for (fs::path folder = fs::current_path();; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git")) return true;
    if (folder == folder.parent_path()) return false;
  }
}

bool Surroundings::is_file(const std::string& path) const { return fs::is_regular_file(path); }

std::string Surroundings::read_input() const {
  if (::isatty(STDIN_FILENO) != 0) return {};
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

std::string Surroundings::session_path(const std::string& id) const {
  const fs::path folder = fs::path(variable("HOME")) / ".fake-agent" / dialect_;
  return (folder / fs::path(id).filename()).string();
}

bool Surroundings::knows_session(const std::string& id) const {
  return fs::exists(session_path(id));
}

void Surroundings::remember_session(const std::string& id) const {
  if (variable("HOME").empty()) return;
  std::error_code ignored;
  fs::create_directories(fs::path(session_path(id)).parent_path(), ignored);
  std::ofstream(session_path(id)) << id << '\n';
}

std::string random_uuid() {
  std::random_device device;
  std::uniform_int_distribution<unsigned> digit(0, 15);
  std::string text = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  for (char& place : text) {
    if (place == 'x') place = "0123456789abcdef"[digit(device)];
  }
  return text;
}

bool is_uuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool is_dash = index == 8 || index == 13 || index == 18 || index == 23;
    if (is_dash ? text[index] != '-'
                : std::isxdigit(static_cast<unsigned char>(text[index])) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace fake_agent
