// SPDX-License-Identifier: MIT
// A confinement prepared by the parent, so that the child puts it in force by system calls alone.
#pragma once

#include "loop/base/process.h"
#include "process_fd.hpp"

namespace loop {

class ProcessConfinement {
 public:
  // unsupported when the kernel has no Landlock, or no filter of system calls where the network is
  // to be closed, unless the spec takes what there is.
  static Result<ProcessConfinement> prepare(const LaunchSpec& spec);

  // The child may have moved it to another number.
  int ruleset() const { return ruleset_.get(); }

  // In the child: 0, or the errno of what could not be put in force.
  int enforce(int ruleset) const;

 private:
  ResourceLimits limits_;
  FileDescriptor ruleset_;
  bool is_confined_ = false;
  bool filters_sockets_ = false;
};

ConfinementSupport confinement_support();

}  // namespace loop
