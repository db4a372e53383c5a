// SPDX-License-Identifier: MIT
// Children of this process: one that waits at a gate before its exec, and one that does not.
#pragma once

#include <memory>

#include "process_image.hpp"
#include "process_reaper.hpp"

namespace loop {

Result<std::unique_ptr<ChildProcess>> fork_held(const ProcessImage& image,
                                                const StandardFiles& files,
                                                std::shared_ptr<ProcessReaper> reaper,
                                                const std::string& boot_id);

// Without a gate, and at a price that does not grow with this process's memory.
Result<std::unique_ptr<ChildProcess>> start_child(const ProcessImage& image,
                                                  const StandardFiles& files,
                                                  std::shared_ptr<ProcessReaper> reaper,
                                                  const std::string& boot_id);

}  // namespace loop
