// SPDX-License-Identifier: MIT
// The writers of the kill loop: one process each, on every store.
#pragma once

#include <cstddef>
#include <string>

#include <sys/types.h>

#include "process/kill_ledger.hpp"
#include "process/real_workspace.hpp"

namespace loop::test {

enum class WriterKind { time, memory, schedules, project, journal, server, trigger, engine };
WriterKind kind_of(std::size_t writer);

std::string project_path(std::size_t writer);
std::string project_text(const std::string& mark);
std::string schedule_of(std::size_t writer);  // the id of the one that it renames or triggers

// Schedules for all writers: none of them comes due by itself.
void write_schedules(RealWorkspace& workspace);

// A process that writes until it is killed. Of a server two: `victim` is loop-mcp, `client` the one
// that asks it and ends with it.
struct Writer {
  pid_t victim = 0;
  pid_t client = 0;
};
Writer start_writer(RealWorkspace& workspace, KillLedger& ledger, std::size_t writer);

// kill -9, and waits for its end; false when it had ended by itself.
bool kill_writer(const Writer& writer);

}  // namespace loop::test
