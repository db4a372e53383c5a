// SPDX-License-Identifier: MIT
// The checks one by one, and the list to which they add.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "loop/ops/workspace_checks.h"

namespace loop::ops {

class Findings {
 public:
  void add(Severity severity, std::string rule, std::string file, std::string message,
           std::size_t line = 0) {
    list_.push_back({severity, std::move(rule), std::move(file), line, std::move(message)});
  }
  const std::vector<Finding>& list() const { return list_; }
  bool has_errors() const;
  std::vector<Finding> take() { return std::move(list_); }

 private:
  std::vector<Finding> list_;
};

void check_configuration(const OperationContext& context, Findings& findings);
void check_schedules(const OperationContext& context, Findings& findings);
void check_modes(const OperationContext& context, Findings& findings);
void check_timing(const OperationContext& context, Findings& findings);
void check_memory(const OperationContext& context, Findings& findings);
void check_todo(const OperationContext& context, Findings& findings);
void check_disk(const OperationContext& context, Findings& findings);
void check_engine(const OperationContext& context, Findings& findings);
void check_sandboxes(const OperationContext& context, Findings& findings);
void check_leftovers(const OperationContext& context, Findings& findings);

}  // namespace loop::ops
