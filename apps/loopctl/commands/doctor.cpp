// SPDX-License-Identifier: MIT
// Running the checks and printing what they found.
#include "commands/doctor.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Result;

namespace {

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::error: return Tone::bad;
    case Severity::warning: return Tone::warning;
    case Severity::note: return Tone::faint;
  }
  return Tone::plain;
}

std::string place_of(const Finding& finding) {
  if (finding.file.empty()) return {};
  if (finding.line == 0) return shown(finding.file) + ": ";
  return fmt::format("{}:{}: ", shown(finding.file), finding.line);
}

std::size_t count(const Findings& findings, Severity severity) {
  const auto& list = findings.list();
  return static_cast<std::size_t>(
      std::count_if(list.begin(), list.end(),
                    [&](const Finding& finding) { return finding.severity == severity; }));
}

void print(const Findings& findings, Output& output) {
  for (const Finding& finding : findings.list()) {
    output.line(fmt::format("{:<7} {}{}",
                            output.paint(tone_of(finding.severity), to_string(finding.severity)),
                            place_of(finding), shown(finding.message, 1000)));
  }
  output.note(fmt::format("{} errors, {} warnings, {} notes", count(findings, Severity::error),
                          count(findings, Severity::warning), count(findings, Severity::note)));
}

json::object to_json(const Findings& findings) {
  json::array rows;
  for (const Finding& finding : findings.list()) {
    rows.push_back({{"severity", to_string(finding.severity)},
                    {"file", json_text_or_null(finding.file)},
                    {"line", finding.line == 0 ? json::value(nullptr) : json::value(finding.line)},
                    {"message", json_text(finding.message)}});
  }
  return {{"ok", !findings.has_errors()}, {"findings", std::move(rows)}};
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

bool Findings::has_errors() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Finding& finding) { return finding.severity == Severity::error; });
}

Result<ExitCode> doctor(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  Findings findings;
  for (const auto check : {check_configuration, check_schedules, check_modes, check_timing,
                           check_memory, check_todo, check_disk, check_engine, check_leftovers}) {
    check(*session, findings);
  }
  if (call.output.wants_json()) {
    call.output.json(to_json(findings));
  } else {
    print(findings, call.output);
  }
  return findings.has_errors() ? ExitCode::problems_found : ExitCode::ok;
}

}  // namespace loopctl
