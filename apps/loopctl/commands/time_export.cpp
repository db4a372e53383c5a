// SPDX-License-Identifier: MIT
// Time entries as TSV, CSV and JSON.
#include "commands/time_export.hpp"

#include <fmt/format.h>

#include <array>

#include "loop/base/text.h"
#include "text_forms.hpp"

namespace loopctl {

using loop::TimeEntry;

namespace {

constexpr std::array<std::string_view, 8> kNames{"task_id", "mode",     "priority", "start",
                                                 "end",     "duration", "task",     "result"};

std::array<std::string, 8> fields_of(const TimeEntry& entry) {
  const auto time = [](const auto& instant) {
    return instant ? loop::format_instant(*instant) : std::string{};
  };
  return {entry.task_id.str(), entry.mode,
          entry.priority,      time(entry.start),
          time(entry.end),     entry.duration_s ? fmt::to_string(*entry.duration_s) : std::string{},
          entry.task,          entry.result};
}

std::string csv_field(const std::string& text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  const std::string safe = is_formula ? "'" + text : text;
  if (safe.find_first_of("\",\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

boost::json::object to_json(const TimeEntry& entry) {
  return {{"task_id", json_text(entry.task_id.str())},
          {"mode", json_text(entry.mode)},
          {"priority", json_text_or_null(entry.priority)},
          {"start", json_time(entry.start)},
          {"end", json_time(entry.end)},
          {"duration_seconds",
           entry.duration_s ? boost::json::value(*entry.duration_s) : boost::json::value(nullptr)},
          {"task", json_text(entry.task)},
          {"result", json_text_or_null(entry.result)}};
}

std::string to_tsv(std::span<const TimeEntry> entries) {
  std::string text = fmt::format("{}\n", fmt::join(kNames, "\t"));
  for (const TimeEntry& entry : entries) {
    std::array<std::string, 8> fields = fields_of(entry);
    for (std::string& field : fields) field = loop::to_single_line(field);
    text += fmt::format("{}\n", fmt::join(fields, "\t"));
  }
  return text;
}

std::string to_csv(std::span<const TimeEntry> entries) {
  std::string text = fmt::format("{}\r\n", fmt::join(kNames, ","));
  for (const TimeEntry& entry : entries) {
    std::array<std::string, 8> fields = fields_of(entry);
    for (std::string& field : fields) field = csv_field(field);
    text += fmt::format("{}\r\n", fmt::join(fields, ","));
  }
  return text;
}

}  // namespace loopctl
