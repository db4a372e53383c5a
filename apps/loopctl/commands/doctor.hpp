// SPDX-License-Identifier: MIT
// What is wrong with a workspace's files: the findings, and the checks that make them.
#pragma once

#include <string>
#include <vector>

#include "session.hpp"

namespace loopctl {

enum class Severity {
  error,    // something does not work; the exit code is 7
  warning,  // something is not as it should be
  note,     // worth knowing
};
std::string_view to_string(Severity severity);

struct Finding {
  Severity severity = Severity::error;
  std::string file;      // relative to the root; empty: none
  std::size_t line = 0;  // 0: the file as a whole
  std::string message;
};

class Findings {
 public:
  void add(Severity severity, std::string file, std::string message, std::size_t line = 0) {
    list_.push_back({severity, std::move(file), line, std::move(message)});
  }
  const std::vector<Finding>& list() const { return list_; }
  bool has_errors() const;

 private:
  std::vector<Finding> list_;
};

// Each reads only; what cannot be read is a finding.
void check_configuration(Session& session, Findings& findings);
void check_schedules(Session& session, Findings& findings);
void check_modes(Session& session, Findings& findings);
void check_timing(Session& session, Findings& findings);
void check_memory(Session& session, Findings& findings);
void check_todo(Session& session, Findings& findings);
void check_disk(Session& session, Findings& findings);
void check_engine(Session& session, Findings& findings);
void check_leftovers(Session& session, Findings& findings);

// Whether `name` would be found by a launch: in PATH, or as the path that it is.
bool is_program(const Surroundings& surroundings, const std::string& name);

loop::Result<ExitCode> doctor(Invocation& call);

}  // namespace loopctl
