// SPDX-License-Identifier: MIT
// Running the checks and printing what they found.
#include "commands/doctor.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/ops/workspace_checks.h"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::CheckReport;
using loop::Finding;
using loop::Result;
using loop::Severity;

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

void print(const CheckReport& report, Output& output) {
  for (const Finding& finding : report.findings) {
    output.line(fmt::format("{:<7} {}{}",
                            output.paint(tone_of(finding.severity), to_string(finding.severity)),
                            place_of(finding), shown(finding.message, 1000)));
  }
  output.note(fmt::format("{} errors, {} warnings, {} notes", report.count(Severity::error),
                          report.count(Severity::warning), report.count(Severity::note)));
}

json::object to_json(const CheckReport& report) {
  json::array rows;
  for (const Finding& finding : report.findings) {
    rows.push_back({{"severity", to_string(finding.severity)},
                    {"rule", finding.rule},
                    {"file", json_text_or_null(finding.file)},
                    {"line", finding.line == 0 ? json::value(nullptr) : json::value(finding.line)},
                    {"message", json_text(finding.message)}});
  }
  return {{"ok", report.count(Severity::error) == 0}, {"findings", std::move(rows)}};
}

}  // namespace

Result<ExitCode> doctor(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const auto checked, session->options_for_checks());
  loop::OperationMeter meter;
  LOOP_TRY(loop::OperationContext context, session->operation_context(checked.options, meter));
  context.configuration_problem = checked.configuration_problem;
  LOOP_TRY(const CheckReport report, check_workspace(context, loop::all_check_areas()));
  if (call.output.wants_json()) {
    call.output.json(to_json(report));
  } else {
    print(report, call.output);
  }
  return report.count(Severity::error) > 0 ? ExitCode::problems_found : ExitCode::ok;
}

}  // namespace loopctl
