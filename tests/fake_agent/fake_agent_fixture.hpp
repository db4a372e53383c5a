// SPDX-License-Identifier: MIT
// Running the stand-in alone, in a folder of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/process_fixture.hpp"
#include "support/program.hpp"

namespace loop::test {

// The dialects, and a command line that each of them takes.
const std::map<std::string, std::vector<std::string>>& dialect_commands();

class FakeAgent {
 public:
  FakeAgent();

  ProgramResult run(const std::string& dialect, const std::vector<std::string>& words,
                    const std::string& input = {}) const;
  // With a command line that is right, and a prompt that names the scenario.
  ProgramResult play(const std::string& dialect, const std::string& prompt) const;

  std::map<std::string, std::string> environment;
  const TemporaryFolder folder;
};

// The events of an output whose every line is an object.
std::vector<boost::json::object> events_of(const std::string& out);
// Their types, with spaces between.
std::string types_of(const std::string& out);

}  // namespace loop::test
