// SPDX-License-Identifier: MIT
// Validating: the checks of an area, the wholeness of files, or a command of the operator.
#include "loop/ops/run_validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "loop/base/text.h"
#include "ops/captured_command.hpp"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/integrity_checks.hpp"
#include "ops/severity_words.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, ValidationOptions& options) {
  using ops::field;
  visit(field("strict", options.strict, "warnings count as errors"));
  visit(field("timeout_seconds", options.timeout_seconds, "of a command").range(1, 7200));
}

template <class Visitor>
void describe(Visitor& visit, RunValidationRequest& request) {
  using ops::field;
  visit(field("validation_type", request.validation_type,
              "system_health (all), file_integrity, orchestrator_files, modes_configuration, "
              "schedules, memory, timing, todo, or a configured command")
            .told()
            .required()
            .range(1, 64));
  visit(field("target_path", request.target_path, "file_integrity: this file only").path());
  visit(field("validation_options", request.validation_options, "how"));
  visit(field("fail_fast", request.fail_fast, "stop after the first area with an error"));
}

template <class Visitor>
void describe(Visitor& visit, ValidationFinding& finding) {
  using ops::field;
  visit(field("severity", finding.severity, "how bad it is"));
  visit(field("rule", finding.rule, "stable name of the rule"));
  visit(field("file", finding.file, "relative to the root").path());
  visit(field("line", finding.line, "from 1; absent: the file as a whole"));
  visit(field("message", finding.message, "what is wrong"));
}

template <class Visitor>
void describe(Visitor& visit, ValidationCommandAnswer& command) {
  using ops::field;
  visit(field("exit_code", command.exit_code, "absent when a signal ended it"));
  visit(field("timed_out", command.timed_out, "it was ended at its time limit"));
  visit(field("duration_ms", command.duration_ms, "milliseconds"));
  visit(field("output", command.output, "the end of what it printed"));
  visit(field("output_truncated", command.output_truncated, "it printed more"));
}

template <class Visitor>
void describe(Visitor& visit, RunValidationAnswer& answer) {
  using ops::field;
  visit(field("validation_type", answer.validation_type, "as asked"));
  visit(field("checked", answer.checked, "areas, files, or the command"));
  visit(field("findings", answer.findings, "at most 1000"));
  visit(field("errors", answer.errors, "findings that make `success` false"));
  visit(field("warnings", answer.warnings, "number of warnings"));
  visit(field("notes", answer.notes, "number of notes"));
  visit(field("findings_truncated", answer.findings_truncated, "there are more than are shown"));
  visit(field("command", answer.command, "of a configured command: how it ended"));
}

namespace {

constexpr std::string_view kFileIntegrity = "file_integrity";

// The types that check areas of the workspace.
struct AreaType {
  std::string_view name;
  std::vector<CheckArea> areas;
};

const std::vector<AreaType>& area_types() {
  using enum CheckArea;
  static const std::vector<AreaType> types{
      {"system_health", {all_check_areas().begin(), all_check_areas().end()}},
      {"orchestrator_files", {schedules, modes, timing, memory, todo}},
      {"modes_configuration", {modes}},
      {"schedules", {schedules}},
      {"memory", {memory}},
      {"timing", {timing}},
      {"todo", {todo}}};
  return types;
}

Error unknown_type(const OperationContext& context, const std::string& given) {
  std::vector<std::string> allowed = validation_types();
  for (const auto& [name, command] : context.engine.config.commands) {
    if (command.use == CommandUse::validation) allowed.push_back(name);
  }
  return Error(Errc::invalid_argument,
               fmt::format("validation_type: \"{}\" is not known{}; allowed: {}",
                           ellipsize(to_single_line(given), 80), did_you_mean(given, allowed),
                           fmt::join(allowed, ", ")));
}

void add_findings(const std::vector<Finding>& findings, bool is_strict,
                  RunValidationAnswer& answer) {
  for (const Finding& finding : findings) {
    switch (finding.severity) {
      case Severity::error: ++answer.errors; break;
      case Severity::warning: ++answer.warnings; break;
      case Severity::note: ++answer.notes; break;
    }
    answer.findings_truncated = answer.findings.size() >= kFindingsMax;
    if (answer.findings_truncated) continue;
    ValidationFinding& shown = answer.findings.emplace_back();
    shown.severity = finding.severity;
    shown.rule = finding.rule;
    if (!finding.file.empty()) shown.file = finding.file;
    if (finding.line > 0) shown.line = static_cast<std::int64_t>(finding.line);
    shown.message = finding.message;
  }
  answer.is_success = answer.errors == 0 && (!is_strict || answer.warnings == 0);
}

Status check_files(const OperationContext& context, const RunValidationRequest& request,
                   RunValidationAnswer& answer) {
  std::vector<RelativePath> paths = ops::orchestrator_files();
  if (request.target_path) {
    LOOP_TRY(const RelativePath given, ops::path_argument("target_path", *request.target_path));
    LOOP_TRY(const RelativePath path, ops::resolve_new(context.services.files, given));
    LOOP_TRY_VOID(ops::FileGuard(context).check_reading(path));
    paths = {path};
  }
  ops::Findings findings;
  for (const RelativePath& path : paths) {
    LOOP_TRY_VOID(context.check_cancelled());
    context.report(answer.checked.size(), paths.size(), path.str());
    ops::check_integrity(context, path, request.target_path.has_value(), findings);
    answer.checked.push_back(path.str());
    if (request.fail_fast && findings.has_errors()) break;
  }
  add_findings(findings.list(), request.validation_options.strict, answer);
  return {};
}

Status check_areas(const OperationContext& context, const RunValidationRequest& request,
                   std::span<const CheckArea> areas, RunValidationAnswer& answer) {
  LOOP_TRY(const CheckReport report,
           check_workspace(context, areas,
                           request.fail_fast ? CheckUntil::first_error : CheckUntil::end));
  for (const CheckArea area : report.areas) answer.checked.emplace_back(to_string(area));
  add_findings(report.findings, request.validation_options.strict, answer);
  return {};
}

Status run_configured(const OperationContext& context, const RunValidationRequest& request,
                      const CommandDefinition& command, RunValidationAnswer& answer) {
  Duration timeout = command.timeout;
  if (request.validation_options.timeout_seconds) {
    timeout = std::chrono::seconds{*request.validation_options.timeout_seconds};
  }
  LOOP_TRY(const ops::CommandOutcome outcome, ops::run_command(context, command, timeout));
  ValidationCommandAnswer& shown = answer.command.emplace();
  if (!outcome.status.signalled) shown.exit_code = outcome.status.code;
  shown.timed_out = outcome.end == ops::CommandEnd::timed_out;
  shown.duration_ms = outcome.duration.count();
  shown.output = outcome.output;
  shown.output_truncated = outcome.is_truncated;
  answer.checked.push_back(command.name);
  if (outcome.ok()) return {};
  ops::Findings findings;
  findings.add(Severity::error, "command.failed", "",
               fmt::format("command \"{}\": {}", command.name, ops::failure_of(outcome)));
  add_findings(findings.list(), request.validation_options.strict, answer);
  return {};
}

const CommandDefinition* find_command(const OperationContext& context, const std::string& name) {
  const auto& commands = context.engine.config.commands;
  const auto found = commands.find(name);
  const bool is_there = found != commands.end() && found->second.use == CommandUse::validation;
  return is_there ? &found->second : nullptr;
}

}  // namespace

std::vector<std::string> validation_types() {
  std::vector<std::string> types;
  for (const AreaType& type : area_types()) types.emplace_back(type.name);
  types.insert(types.begin() + 1, std::string(kFileIntegrity));
  return types;
}

Result<RunValidationAnswer> run_validation(const OperationContext& context,
                                           const RunValidationRequest& request) {
  const std::string& type = request.validation_type;
  if (request.target_path && type != kFileIntegrity) {
    return Error(Errc::invalid_argument,
                 fmt::format("target_path: only file_integrity takes one, not {}",
                             ellipsize(to_single_line(type), 80)));
  }
  RunValidationAnswer answer;
  answer.validation_type = type;
  const auto area_type = std::ranges::find(area_types(), type, &AreaType::name);
  if (type == kFileIntegrity) {
    LOOP_TRY_VOID(check_files(context, request, answer));
  } else if (area_type != area_types().end()) {
    LOOP_TRY_VOID(check_areas(context, request, area_type->areas, answer));
  } else if (const CommandDefinition* command = find_command(context, type)) {
    LOOP_TRY_VOID(run_configured(context, request, *command, answer));
  } else {
    return unknown_type(context, type);
  }
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "run_validation",
    .title = "Validate the workspace",
    .meaning =
        "Checks the orchestrator's files, or runs a configured command (tests, a linter). Findings "
        "have file, line and rule; an error makes success false.",
    .group = OperationGroup::development,
    .hints = {.is_idempotent = true, .is_open_world = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(run_validation, loop::kInfo)
