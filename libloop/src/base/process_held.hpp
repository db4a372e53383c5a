// SPDX-License-Identifier: MIT
// A forked child that waits at a gate before its exec.
#pragma once

#include <memory>

#include "process_image.hpp"
#include "process_reaper.hpp"

namespace loop {

Result<std::unique_ptr<ChildProcess>> fork_held(const ProcessImage& image,
                                                const StandardFiles& files,
                                                std::shared_ptr<ProcessReaper> reaper,
                                                const std::string& boot_id);

}  // namespace loop
