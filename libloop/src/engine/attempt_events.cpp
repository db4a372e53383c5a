// SPDX-License-Identifier: MIT
// Writing events.jsonl.
#include "attempt_events.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

EventLog::EventLog(FileSystem& files, Clock& clock, Log& log, RelativePath path)
    : files_(files), clock_(clock), log_(log), path_(std::move(path)) {}

void EventLog::add(const std::vector<AgentEvent>& events) {
  for (const AgentEvent& event : events) add(to_string(event.kind), event.text);
}

void EventLog::add(std::string_view kind, std::string_view text) {
  if (is_closed_) return;
  boost::json::object event;
  event["time"] = format_instant(clock_.now());
  event["kind"] = boost::json::string_view(kind.data(), kind.size());
  event["text"] = to_valid_utf8(text);
  const std::string line = boost::json::serialize(event) + "\n";
  if (written_bytes_ + pending_.size() + line.size() <= kBytesMax) {
    pending_ += line;
    return;
  }
  pending_ += fmt::format(
      "{{\"time\":\"{}\",\"kind\":\"dropped\",\"text\":\"{} MiB of events; the rest is in the "
      "logs only\"}}\n",
      format_instant(clock_.now()), kBytesMax >> 20);
  flush();
  is_closed_ = true;
}

void EventLog::flush() {
  if (is_closed_ || pending_.empty()) return;
  const Status written = write_pending();
  pending_.clear();
  if (written) return;
  is_closed_ = true;
  log_.warning(fmt::format("no more events are written: {}", written.error().message()));
}

Status EventLog::write_pending() {
  if (!file_) {
    LOOP_TRY(file_, files_.open(path_, {Access::append, Creation::if_absent, 0600}));
  }
  std::string_view rest = pending_;
  while (!rest.empty()) {
    LOOP_TRY(const std::size_t count, file_->write(rest));
    rest.remove_prefix(count);
    written_bytes_ += count;
  }
  return {};
}

}  // namespace loop
