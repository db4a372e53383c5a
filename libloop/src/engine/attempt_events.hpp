// SPDX-License-Identifier: MIT
// events.jsonl: what an agent said and did, in one form for all agents.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/agents/adapter.h"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/store/file_system.h"

namespace loop {

// For people who watch; nothing depends on it. So it is bounded, not synced, and a failure to write
// is logged once and ends the writing, not the run.
class EventLog {
 public:
  static constexpr std::uint64_t kBytesMax = 16 << 20;

  EventLog(FileSystem& files, Clock& clock, Log& log, RelativePath path);

  void add(const std::vector<AgentEvent>& events);
  void add(std::string_view kind, std::string_view text);
  void flush();

 private:
  Status write_pending();

  FileSystem& files_;
  Clock& clock_;
  Log& log_;
  RelativePath path_;
  std::unique_ptr<OpenFile> file_;
  std::string pending_;
  std::uint64_t written_bytes_ = 0;
  bool is_closed_ = false;
};

}  // namespace loop
