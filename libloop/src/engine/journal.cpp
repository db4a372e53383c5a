// SPDX-License-Identifier: MIT
// The journal's line format, appending and reading on.
#include "loop/engine/journal.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "loop/base/text.h"
#include "loop/store/layout.h"

namespace loop {

namespace json = boost::json;

namespace {

// The words on disk; the order is that of the enumeration.
constexpr std::array<std::pair<JournalEvent, std::string_view>, 22> kWords{{
    {JournalEvent::engine_started, "engine_started"},
    {JournalEvent::engine_stopped, "engine_stopped"},
    {JournalEvent::activated, "activated"},
    {JournalEvent::deactivated, "deactivated"},
    {JournalEvent::waiting, "waiting"},
    {JournalEvent::claimed, "claimed"},
    {JournalEvent::launched, "launched"},
    {JournalEvent::started, "started"},
    {JournalEvent::attempt_ended, "attempt_ended"},
    {JournalEvent::retry_wait, "retry_wait"},
    {JournalEvent::parked, "parked"},
    {JournalEvent::finished, "finished"},
    {JournalEvent::backlog, "backlog"},
    {JournalEvent::missed, "missed"},
    {JournalEvent::skipped, "skipped"},
    {JournalEvent::expired, "expired"},
    {JournalEvent::folded, "folded"},
    {JournalEvent::foreign_run, "foreign_run"},
    {JournalEvent::escalated, "escalated"},
    {JournalEvent::acknowledged, "acknowledged"},
    {JournalEvent::operation_failed, "operation_failed"},
    {JournalEvent::note, "note"},
}};

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

using UsageField = std::pair<std::string_view, std::int64_t TokenUsage::*>;
constexpr std::array<UsageField, 5> kUsageFields{{
    {"input_uncached", &TokenUsage::input_uncached},
    {"cache_read", &TokenUsage::cache_read},
    {"cache_write", &TokenUsage::cache_write},
    {"output", &TokenUsage::output},
    {"reasoning", &TokenUsage::reasoning},
}};

json::object usage_object(const TokenUsage& usage) {
  json::object object;
  for (const auto& [name, member] : kUsageFields) object[name] = usage.*member;
  return object;
}

TokenUsage usage_of(const json::object& object) {
  TokenUsage usage;
  const json::value* value = object.if_contains("usage");
  if (value == nullptr || !value->is_object()) return usage;
  for (const auto& [name, member] : kUsageFields) {
    usage.*member = number_of(value->get_object(), name);
  }
  return usage;
}

AgentCost::Basis basis_of(std::string_view word) {
  for (const auto basis : {AgentCost::Basis::reported, AgentCost::Basis::price_table}) {
    if (to_string(basis) == word) return basis;
  }
  return AgentCost::Basis::unknown;
}

Error bad_line(std::string_view line, std::string_view why) {
  return Error(Errc::invalid_data,
               fmt::format("journal line \"{}\": {}", ellipsize(line, 120), why));
}

}  // namespace

std::string_view to_string(JournalEvent event) noexcept {
  return kWords[static_cast<std::size_t>(event)].second;
}

std::string format_entry(const JournalEntry& entry) {
  json::object object;
  object["ts"] = format_instant(entry.time);
  object["ev"] = to_string(entry.event);
  const auto put_text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) object[key] = to_valid_utf8(value);
  };
  const auto put_number = [&](std::string_view key, std::int64_t value) {
    if (value != 0) object[key] = value;
  };
  put_text("schedule", entry.schedule.str());
  put_text("run", entry.run.str());
  if (entry.slot) object["slot"] = format_instant(*entry.slot);
  put_number("attempt", entry.attempt);
  put_number("launch", entry.launch);
  put_text("end", entry.end);
  put_text("reason", entry.reason);
  if (entry.until) object["until"] = format_instant(*entry.until);
  put_number("count", entry.count);
  put_text("detail", entry.detail);
  put_text("agent", entry.agent);
  put_text("mode", entry.mode);
  put_text("parent", entry.parent.str());
  put_number("depth", entry.depth);
  put_text("task", entry.task);
  if (entry.usage.total() != 0) object["usage"] = usage_object(entry.usage);
  put_number("tokens", entry.tokens);
  put_number("cost_usd_micros", entry.cost_usd_micros);
  if (entry.cost_basis != AgentCost::Basis::unknown) {
    object["cost_basis"] = to_string(entry.cost_basis);
  }
  if (entry.is_cost_partial) object["cost_partial"] = true;
  put_number("duration_ms", entry.duration.count());
  return json::serialize(object) + "\n";
}

Result<JournalEntry> parse_entry(std::string_view line) {
  json::error_code code;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), code);
  if (code || !value.is_object()) return bad_line(line, "not a JSON object");
  const json::object& object = value.get_object();

  JournalEntry entry;
  const auto time = parse_instant(text_of(object, "ts"));
  if (!time) return bad_line(line, "\"ts\" is not a time");
  entry.time = *time;
  const std::string_view word = text_of(object, "ev");
  const auto known = std::find_if(kWords.begin(), kWords.end(),
                                  [&](const auto& pair) { return pair.second == word; });
  if (known == kWords.end()) return bad_line(line, "unknown \"ev\"");
  entry.event = known->first;
  entry.schedule = ScheduleId(std::string(text_of(object, "schedule")));
  entry.run = RunId(std::string(text_of(object, "run")));
  entry.slot = parse_instant(text_of(object, "slot"));
  entry.attempt = static_cast<int>(number_of(object, "attempt"));
  entry.launch = static_cast<int>(number_of(object, "launch"));
  entry.end = text_of(object, "end");
  entry.reason = text_of(object, "reason");
  entry.until = parse_instant(text_of(object, "until"));
  entry.count = number_of(object, "count");
  entry.detail = text_of(object, "detail");
  entry.agent = text_of(object, "agent");
  entry.mode = text_of(object, "mode");
  entry.parent = RunId(std::string(text_of(object, "parent")));
  entry.depth = static_cast<int>(number_of(object, "depth"));
  entry.task = text_of(object, "task");
  entry.usage = usage_of(object);
  entry.tokens = number_of(object, "tokens");
  entry.cost_usd_micros = number_of(object, "cost_usd_micros");
  entry.cost_basis = basis_of(text_of(object, "cost_basis"));
  const json::value* partial = object.if_contains("cost_partial");
  entry.is_cost_partial = partial != nullptr && partial->is_bool() && partial->get_bool();
  entry.duration = Duration{number_of(object, "duration_ms")};
  return entry;
}

Journal::Journal(FileSystem& files, Clock& clock, Log& log)
    : files_(files), log_(files, clock, log, layout::journal(), AppendLogOptions{}) {}

Status Journal::append(const JournalEntry& entry) { return append_all({entry}); }

Status Journal::append_all(const std::vector<JournalEntry>& entries) {
  std::string lines;
  for (const JournalEntry& entry : entries) lines += format_entry(entry);
  if (lines.empty()) return {};
  LOOP_TRY_VOID(log_.append(lines));
  return {};
}

Result<std::vector<JournalEntry>> Journal::read_new() {
  LOOP_TRY(const std::string text, read_lines_from(files_, layout::journal(), offset_));
  offset_ += text.size();

  std::vector<JournalEntry> entries;
  for (const std::string_view line : split_lines(text)) {
    auto entry = parse_entry(line);
    if (entry) {
      entries.push_back(std::move(*entry));
    } else {
      ++damaged_lines_;
    }
  }
  return entries;
}

}  // namespace loop
