// SPDX-License-Identifier: MIT
// What /proc says about the processes of this machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/process.h"

namespace loop::process_table {

struct ProcessRow {
  int pid = 0;
  char state = '?';  // Z and X are dead
  int parent = 0;
  std::uint64_t start_ticks = 0;

  bool is_live() const { return state != 'Z' && state != 'X' && state != 'x'; }
};

// One line of /proc/<pid>/stat. The second field is the program's name in parentheses, and the
// program chooses it: it may hold spaces, parentheses and line breaks.
std::optional<ProcessRow> parse_stat(std::string_view line);

std::optional<ProcessRow> read_row(int pid);
std::vector<ProcessRow> read_all();

// `pid` and every process younger than it, without reading those of the whole machine. Nothing when
// that cannot be told for sure: it was started too long ago (pids may have gone round since), or
// too many have been. `start_ticks` as in ProcessIdentity.
std::optional<std::vector<ProcessRow>> read_since(int pid, std::uint64_t start_ticks);

// How long a scan may wait in all for processes that are in the middle of an exec: their
// environment cannot be read then, though they have one.
class Patience {
 public:
  // False when it is used up.
  bool wait();

 private:
  int turns_ = 50;  // of a millisecond
};

// The value of a variable in the start environment of a process; nothing when it is not there or
// may not be read.
std::optional<std::string> environment_value(int pid, std::string_view name, Patience& patience);

std::string read_boot_id();

// MemTotal and MemAvailable of /proc/meminfo.
Result<MachineMemory> read_memory();

// The live rows among `rows` that descend from one of `roots` (those included).
std::vector<ProcessRow> descendants(const std::vector<ProcessRow>& rows,
                                    const std::vector<int>& roots);

}  // namespace loop::process_table
