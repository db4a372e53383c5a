// SPDX-License-Identifier: MIT
// What the agents used and cost, and what the day's limits leave.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "loop/engine/cost_report.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::CostGrouping;
using loop::CostSum;
using loop::Result;

namespace {

CostGrouping grouping_of(std::string_view word) {
  if (word == "mode") return CostGrouping::mode;
  if (word == "schedule") return CostGrouping::schedule;
  return word == "day" ? CostGrouping::day : CostGrouping::agent;
}

json::object sum_json(const CostSum& sum) {
  return {{"attempts", sum.attempts},
          {"attempts_of_unknown_cost", sum.attempts_of_unknown_cost},
          {"attempts_of_partial_cost", sum.attempts_of_partial_cost},
          {"input_uncached", sum.usage.input_uncached},
          {"cache_read", sum.usage.cache_read},
          {"cache_write", sum.usage.cache_write},
          {"output", sum.usage.output},
          {"reasoning", sum.usage.reasoning},
          {"tokens", sum.usage.total()},
          {"cost_usd_micros", sum.usd_micros},
          {"busy_ms", sum.busy.count()}};
}

std::string cost_words(const CostSum& sum) {
  if (sum.attempts == sum.attempts_of_unknown_cost) return "unknown";
  return shown_usd(sum.usd_micros) + (sum.attempts_of_unknown_cost > 0 ? " and unknown" : "");
}

std::vector<std::string> sum_row(const CostSum& sum, std::string key) {
  return {cost_words(sum),
          fmt::to_string(sum.usage.total()),
          fmt::to_string(sum.usage.input_uncached),
          fmt::to_string(sum.usage.cache_read),
          fmt::to_string(sum.usage.cache_write),
          fmt::to_string(sum.usage.output),
          fmt::to_string(sum.usage.reasoning),
          fmt::to_string(sum.attempts),
          loop::format_duration(sum.busy),
          std::move(key)};
}

std::string heading_of(std::string_view by) {
  if (by == "mode") return "MODE";
  if (by == "schedule") return "SCHEDULE";
  return by == "day" ? "DAY" : "AGENT";
}

void print(const loop::CostReport& report, const std::string& by, Output& output) {
  TextTable table{{"COST", "TOKENS", "INPUT", "CACHE READ", "CACHE WRITE", "OUTPUT", "REASONING",
                   "ATTEMPTS", "BUSY", heading_of(by)},
                  {}};
  for (const CostSum& group : report.groups) {
    table.rows.push_back(sum_row(group, group.key.empty() ? "unknown" : shown(group.key, 60)));
  }
  table.rows.push_back(sum_row(report.total, "total"));
  output.table(table);
}

Result<ExitCode> show_cost(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  loop::CostFilter filter;
  if (const auto since = call.arguments.text("since")) {
    LOOP_TRY(filter.since, parse_time(*since, session->now()));
  }
  if (const auto until = call.arguments.text("until")) {
    LOOP_TRY(filter.until, parse_time(*until, session->now()));
  }
  loop::Journal journal(session->files(), session->clock(), session->log());
  LOOP_TRY(const auto entries, journal.read_new());
  const std::string by = *call.arguments.text("by");
  const loop::CostReport report = report_cost(entries, filter, grouping_of(by));
  if (!call.output.wants_json()) {
    print(report, by, call.output);
    return ExitCode::ok;
  }
  json::array groups;
  for (const CostSum& group : report.groups) {
    json::object row = sum_json(group);
    row["key"] = json_text(group.key);
    groups.push_back(std::move(row));
  }
  call.output.json({{"by", by}, {"total", sum_json(report.total)}, {"groups", std::move(groups)}});
  return ExitCode::ok;
}

struct LimitRow {
  std::string name;
  std::int64_t used = 0;
  std::optional<std::int64_t> limit;
  std::string used_words, limit_words;
};

std::vector<LimitRow> limit_rows(const loop::BudgetLimits& limits, const loop::BudgetUse& use) {
  const auto count = [](std::int64_t number) { return fmt::to_string(number); };
  const auto row = [](std::string name, std::int64_t used, std::optional<std::int64_t> limit,
                      auto words) {
    return LimitRow{std::move(name), used, limit, words(used), limit ? words(*limit) : "none"};
  };
  std::optional<std::int64_t> time_limit;
  if (limits.time_per_day) time_limit = limits.time_per_day->count();
  return {row("runs", use.runs, limits.runs_per_day, count),
          row("time_ms", use.time.count(), time_limit,
              [](std::int64_t ms) { return loop::format_duration(loop::Duration{ms}); }),
          row("cost_usd_micros", use.cost_usd_micros, limits.cost_usd_micros_per_day, shown_usd),
          row("tokens", use.tokens, limits.tokens_per_day, count)};
}

Result<ExitCode> show_budget(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::EngineOptions options, session->operation_options());
  LOOP_TRY(const loop::History history,
           read_history(session->files(), session->clock(), session->log()));
  const loop::BudgetLimits& limits = options.config.budget;
  const loop::BudgetUse use = history.use_on_day(session->now());
  const auto problem = exhausted(limits, use);
  json::object fields{{"exhausted", problem.has_value()},
                      {"reason", json_text_or_null(problem.value_or(""))}};
  TextTable table{{"LIMIT", "TODAY", "ALLOWED"}, {}};
  for (const LimitRow& row : limit_rows(limits, use)) {
    fields[row.name] = {{"used", row.used},
                        {"limit", row.limit ? json::value(*row.limit) : json::value()}};
    table.rows.push_back({row.name.substr(0, row.name.find('_')), row.used_words, row.limit_words});
  }
  if (call.output.wants_json()) {
    call.output.json(fields);
  } else {
    call.output.table(table);
    if (problem) call.output.line("no run starts before the next day (UTC): " + *problem);
  }
  return problem ? ExitCode::limit_reached : ExitCode::ok;
}

}  // namespace

std::vector<Command> cost_commands() {
  return {{.path = {"cost"},
           .summary = "What agents used and cost",
           .details = "Summed over attempts from the journal. A cost is the agent's own figure, or "
                      "computed from a price table, or unknown; it is never guessed.",
           .options = {{.name = "by",
                        .kind = ValueKind::text,
                        .value_name = "WORD",
                        .default_value = "agent",
                        .allowed = {"agent", "mode", "schedule", "day"},
                        .meaning = "grouped by; days are UTC"},
                       {.name = "since",
                        .kind = ValueKind::time,
                        .value_name = "TIME",
                        .meaning = "ended since TIME: 2h, yesterday, 2025-11-01"},
                       {.name = "until",
                        .kind = ValueKind::time,
                        .value_name = "TIME",
                        .meaning = "ended before TIME"}},
           .handler = show_cost},
          {.path = {"budget"},
           .summary = "The limits of the day and what is used of them",
           .details = "Ends with 5 when a limit is used up.",
           .handler = show_budget}};
}

}  // namespace loopctl
