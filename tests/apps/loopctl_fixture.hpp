// SPDX-License-Identifier: MIT
// A folder of its own with loopctl in it, and an operator who has nothing configured.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "support/program.hpp"

namespace loop::test {

class LoopctlFixture {
 public:
  LoopctlFixture();
  ~LoopctlFixture();

  // Runs loopctl in the workspace.
  ProgramResult run(const std::vector<std::string>& words, const std::string& input = {}) const;
  ProgramSpec spec(const std::vector<std::string>& words) const;

  // `init`, and its result is checked.
  void make_workspace();
  // A trusted workspace with one manual schedule "job" of the agent "shell"; gives its id.
  std::string make_job(const std::string& script);

  std::string read(const std::string& path) const;  // relative to the workspace
  void write(const std::string& path, const std::string& content) const;
  // Every file of the workspace and of the operator's folders, with content and time.
  std::map<std::string, std::string> snapshot() const;

  std::string root() const { return top_ + "/workspace"; }
  std::string top() const { return top_; }

  std::map<std::string, std::string> environment;

 private:
  std::string top_;
};

// The one JSON object of a result.
boost::json::object parse_object(const std::string& text);

}  // namespace loop::test
