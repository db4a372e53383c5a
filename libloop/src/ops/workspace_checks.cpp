// SPDX-License-Identifier: MIT
// Running the checks of the areas that are asked for.
#include "ops/workspace_checks.hpp"

#include <algorithm>
#include <array>

namespace loop {

namespace {

struct AreaCheck {
  CheckArea area;
  std::string_view name;
  void (*check)(const OperationContext& context, ops::Findings& findings);
};

constexpr std::array kChecks{
    AreaCheck{CheckArea::configuration, "configuration", ops::check_configuration},
    AreaCheck{CheckArea::schedules, "schedules", ops::check_schedules},
    AreaCheck{CheckArea::modes, "modes", ops::check_modes},
    AreaCheck{CheckArea::timing, "timing", ops::check_timing},
    AreaCheck{CheckArea::memory, "memory", ops::check_memory},
    AreaCheck{CheckArea::todo, "todo", ops::check_todo},
    AreaCheck{CheckArea::disk, "disk", ops::check_disk},
    AreaCheck{CheckArea::engine, "engine", ops::check_engine},
    AreaCheck{CheckArea::leftovers, "leftovers", ops::check_leftovers},
};

const AreaCheck& check_of(CheckArea area) {
  return *std::ranges::find(kChecks, area, &AreaCheck::area);
}

}  // namespace

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

std::string_view to_string(CheckArea area) noexcept { return check_of(area).name; }

std::span<const CheckArea> all_check_areas() noexcept {
  static constexpr auto areas = [] {
    std::array<CheckArea, kChecks.size()> all{};
    std::ranges::transform(kChecks, all.begin(), &AreaCheck::area);
    return all;
  }();
  return areas;
}

std::size_t CheckReport::count(Severity severity) const {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

Result<CheckReport> check_workspace(const OperationContext& context,
                                    std::span<const CheckArea> areas, CheckUntil until) {
  ops::Findings findings;
  CheckReport report;
  for (const CheckArea area : areas) {
    LOOP_TRY_VOID(context.check_cancelled());
    context.report(report.areas.size(), areas.size(), to_string(area));
    check_of(area).check(context, findings);
    report.areas.push_back(area);
    if (until == CheckUntil::first_error && findings.has_errors()) break;
  }
  report.findings = findings.take();
  return report;
}

namespace ops {

bool Findings::has_errors() const {
  return std::ranges::find(list_, Severity::error, &Finding::severity) != list_.end();
}

}  // namespace ops

}  // namespace loop
