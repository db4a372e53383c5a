// SPDX-License-Identifier: MIT
// Writing and reading intent.json, started.json, result.json and stop.json.
#include "run_record_json.hpp"

#include <boost/json.hpp>

#include "run_record_agent.hpp"
#include "run_record_fields.hpp"

namespace loop {

namespace {

namespace json = boost::json;

json::value instant_value(const std::optional<Instant>& instant) {
  if (!instant) return nullptr;
  return text_value(format_instant(*instant));
}

json::object map_value(const std::map<std::string, std::string>& texts) {
  json::object map;
  for (const auto& [name, text] : texts) map[text_value(name)] = text_value(text);
  return map;
}

std::string to_text(const json::object& object) {
  std::string text = json::serialize(object);
  text += '\n';
  return text;
}

json::object with_schema() { return json::object{{"schema", kRunRecordSchema}}; }

json::object prices_value(const std::map<std::string, ModelPrice>& prices) {
  json::object object;
  for (const auto& [model, price] : prices) {
    object[text_value(model)] = json::object{{"input", price.input},
                                             {"cached", price.cached},
                                             {"cache_write", price.cache_write},
                                             {"output", price.output}};
  }
  return object;
}

std::map<std::string, ModelPrice> read_prices(JsonFields& parent) {
  std::map<std::string, ModelPrice> prices;
  if (!parent.has("prices")) return prices;
  JsonFields models = parent.object("prices");
  for (const std::string& model : models.names()) {
    JsonFields fields = models.object(model);
    ModelPrice price;
    price.input = fields.number("input");
    price.cached = fields.number("cached");
    price.cache_write = fields.number("cache_write");
    price.output = fields.number("output");
    models.take_problem(model, fields);
    prices[model] = price;
  }
  parent.take_problem("prices", models);
  return prices;
}

json::object process_value(const ProcessIdentity& process) {
  return json::object{{"pid", process.pid},
                      {"start_ticks", process.start_ticks},
                      {"boot_id", text_value(process.boot_id)}};
}

ProcessIdentity read_process(JsonFields& parent, std::string_view key) {
  JsonFields fields = parent.object(key);
  ProcessIdentity process;
  process.pid = static_cast<int>(fields.number("pid"));
  process.start_ticks = static_cast<std::uint64_t>(fields.number("start_ticks"));
  process.boot_id = fields.text("boot_id");
  parent.take_problem(key, fields);
  return process;
}

json::object usage_value(const TokenUsage& usage) {
  return json::object{{"input_uncached", usage.input_uncached},
                      {"cache_read", usage.cache_read},
                      {"cache_write", usage.cache_write},
                      {"output", usage.output},
                      {"reasoning", usage.reasoning}};
}

TokenUsage read_usage(JsonFields& parent) {
  JsonFields fields = parent.object("usage");
  TokenUsage usage;
  usage.input_uncached = fields.number("input_uncached");
  usage.cache_read = fields.number("cache_read");
  usage.cache_write = fields.number("cache_write");
  usage.output = fields.number("output");
  usage.reasoning = fields.number("reasoning");
  parent.take_problem("usage", fields);
  return usage;
}

json::object cost_value(const AgentCost& cost) {
  return json::object{{"basis", text_value(to_string(cost.basis))},
                      {"usd_micros", cost.usd_micros},
                      {"is_partial", cost.is_partial}};
}

AgentCost read_cost(JsonFields& parent) {
  JsonFields fields = parent.object("cost");
  AgentCost cost;
  const std::string basis = fields.text("basis");
  bool is_known = false;
  for (const auto candidate :
       {AgentCost::Basis::unknown, AgentCost::Basis::reported, AgentCost::Basis::price_table}) {
    if (basis != to_string(candidate)) continue;
    cost.basis = candidate;
    is_known = true;
  }
  if (!is_known) fields.refuse("basis", "is not unknown, reported or price_table");
  cost.usd_micros = fields.number("usd_micros");
  cost.is_partial = fields.flag("is_partial");
  parent.take_problem("cost", fields);
  return cost;
}

Priority read_priority(JsonFields& fields) {
  const std::string word = fields.text_or("priority", std::string(to_string(Priority::schedule)));
  for (const Priority priority : {Priority::normal, Priority::schedule, Priority::todo}) {
    if (word == to_string(priority)) return priority;
  }
  fields.refuse("priority", "is not normal, schedule or todo");
  return Priority::schedule;
}

AttemptEnd read_end(JsonFields& fields, std::string_view key) {
  const auto end = parse_attempt_end(fields.text(key));
  if (!end) fields.refuse(key, "is not a known end of an attempt");
  return end.value_or(AttemptEnd::failed);
}

AgentOutcome read_outcome(JsonFields& fields) {
  AgentOutcome outcome;
  const auto word = parse_outcome_class(fields.text("outcome"));
  if (!word) fields.refuse("outcome", "is not a known outcome");
  outcome.outcome = word.value_or(OutcomeClass::protocol);
  outcome.reason = fields.text("reason");
  outcome.limit_reset = fields.instant_if_any("limit_reset");
  outcome.usage = read_usage(fields);
  outcome.cost = read_cost(fields);
  outcome.answer = fields.text("answer");
  outcome.session = fields.text_or("session", "");
  outcome.unknown_events = fields.number("unknown_events");
  outcome.unknown_fields = fields.number_or("unknown_fields", 0);
  outcome.garbage_lines = fields.number_or("garbage_lines", 0);
  outcome.cut_lines = fields.number_or("cut_lines", 0);
  outcome.refused_figures = fields.number_or("refused_figures", 0);
  return outcome;
}

std::optional<ExitStatus> read_exit(JsonFields& fields) {
  if (fields.has("exit_signal"))
    return ExitStatus{true, static_cast<int>(fields.number("exit_signal"))};
  if (fields.has("exit_code"))
    return ExitStatus{false, static_cast<int>(fields.number("exit_code"))};
  return std::nullopt;
}

}  // namespace

std::string format_intent(const RunIntent& intent) {
  json::object object = with_schema();
  object["run"] = text_value(intent.run.str());
  object["schedule"] = text_value(intent.schedule.str());
  object["schedule_name"] = text_value(intent.schedule_name);
  object["slot"] = instant_value(intent.slot);
  object["claimed"] = instant_value(intent.claimed);
  object["mode"] = text_value(intent.mode.str());
  object["task"] = text_value(intent.task);
  object["parent"] = text_value(intent.parent.str());
  object["depth"] = intent.depth;
  object["priority"] = text_value(to_string(intent.priority));
  object["agent"] = agent_value(intent.agent);
  object["model"] = text_value(intent.model);
  object["session"] = text_value(intent.session);
  object["sandbox"] = text_value(to_string(intent.sandbox));
  object["cwd"] = text_value(intent.cwd);
  object["env"] = map_value(intent.env);
  object["env_allow"] = list_value(intent.env_allow);
  object["mcp_command"] = list_value(intent.mcp_command);
  object["prices"] = prices_value(intent.prices);
  object["zone"] = text_value(intent.zone);
  object["timeout_total_ms"] = intent.timeout_total.count();
  object["timeout_idle_ms"] = intent.timeout_idle.count();
  object["timeout_startup_ms"] = intent.timeout_startup.count();
  object["kill_grace_ms"] = intent.kill_grace.count();
  object["schedule_sha256"] = text_value(intent.schedule_sha256);
  object["stage"] = text_value(intent.stage);
  object["findings"] = text_value(intent.findings);
  object["findings_from"] = text_value(intent.findings_from);
  return to_text(object);
}

Result<RunIntent> parse_intent(std::string_view text) {
  LOOP_TRY(auto fields, JsonFields::open(text));
  RunIntent intent;
  intent.run = RunId(fields.text("run"));
  intent.schedule = ScheduleId(fields.text("schedule"));
  intent.schedule_name = fields.text("schedule_name");
  intent.slot = fields.instant_if_any("slot");
  intent.claimed = fields.instant("claimed");
  intent.mode = ModeSlug(fields.text("mode"));
  intent.task = fields.text_or("task", "");
  intent.parent = RunId(fields.text_or("parent", ""));
  intent.depth = static_cast<int>(fields.number_or("depth", 1));
  intent.priority = read_priority(fields);
  JsonFields agent = fields.object("agent");
  intent.agent = read_agent(agent);
  fields.take_problem("agent", agent);
  intent.model = fields.text("model");
  intent.session = fields.text("session");
  if (fields.has("sandbox")) intent.sandbox = read_profile(fields, "sandbox");
  intent.cwd = fields.text("cwd");
  intent.env = fields.text_map("env");
  intent.env_allow = fields.texts("env_allow");
  if (fields.has("mcp_command")) intent.mcp_command = fields.texts("mcp_command");
  intent.prices = read_prices(fields);
  intent.zone = fields.text("zone");
  intent.timeout_total = fields.duration_ms("timeout_total_ms");
  intent.timeout_idle = fields.duration_ms("timeout_idle_ms");
  intent.timeout_startup = fields.duration_ms("timeout_startup_ms");
  intent.kill_grace = fields.duration_ms("kill_grace_ms");
  intent.schedule_sha256 = fields.text("schedule_sha256");
  intent.stage = fields.text_or("stage", "");
  intent.findings = fields.text_or("findings", "");
  intent.findings_from = fields.text_or("findings_from", "");
  LOOP_TRY_VOID(fields.problem());
  return intent;
}

std::string format_started(const AttemptStart& start) {
  json::object object = with_schema();
  object["time"] = instant_value(start.time);
  object["runner"] = process_value(start.runner);
  object["agent"] = process_value(start.agent);
  object["sandbox"] = text_value(start.sandbox);
  object["limits"] = text_value(start.limits);
  object["cgroup"] = text_value(start.group);
  return to_text(object);
}

Result<AttemptStart> parse_started(std::string_view text) {
  LOOP_TRY(auto fields, JsonFields::open(text));
  AttemptStart start;
  start.time = fields.instant("time");
  start.runner = read_process(fields, "runner");
  start.agent = read_process(fields, "agent");
  start.sandbox = fields.text_or("sandbox", "");
  start.limits = fields.text_or("limits", "");
  start.group = fields.text_or("cgroup", "");
  LOOP_TRY_VOID(fields.problem());
  return start;
}

std::string format_result(const AttemptResult& result) {
  const AgentOutcome& outcome = result.outcome;
  json::object object = with_schema();
  object["end"] = text_value(to_string(result.end));
  object["outcome"] = text_value(to_string(outcome.outcome));
  object["reason"] = text_value(outcome.reason);
  if (result.exit) object[result.exit->signalled ? "exit_signal" : "exit_code"] = result.exit->code;
  object["started"] = instant_value(result.started);
  object["ended"] = instant_value(result.ended);
  object["limit_reset"] = instant_value(outcome.limit_reset);
  object["usage"] = usage_value(outcome.usage);
  object["cost"] = cost_value(outcome.cost);
  object["answer"] = text_value(outcome.answer);
  object["session"] = text_value(outcome.session);
  object["unknown_events"] = outcome.unknown_events;
  object["unknown_fields"] = outcome.unknown_fields;
  object["garbage_lines"] = outcome.garbage_lines;
  object["cut_lines"] = outcome.cut_lines;
  object["refused_figures"] = outcome.refused_figures;
  object["note"] = text_value(result.note);
  return to_text(object);
}

Result<AttemptResult> parse_result(std::string_view text) {
  LOOP_TRY(auto fields, JsonFields::open(text));
  AttemptResult result;
  result.end = read_end(fields, "end");
  result.outcome = read_outcome(fields);
  result.exit = read_exit(fields);
  result.started = fields.instant("started");
  result.ended = fields.instant("ended");
  result.note = fields.text_or("note", "");
  LOOP_TRY_VOID(fields.problem());
  return result;
}

std::string format_stop(const StopRequest& request) {
  json::object object = with_schema();
  object["as"] = text_value(to_string(request.as));
  object["reason"] = text_value(request.reason);
  object["time"] = instant_value(request.time);
  return to_text(object);
}

Result<StopRequest> parse_stop(std::string_view text) {
  LOOP_TRY(auto fields, JsonFields::open(text));
  StopRequest request;
  request.as = read_end(fields, "as");
  request.reason = fields.text("reason");
  request.time = fields.instant("time");
  LOOP_TRY_VOID(fields.problem());
  return request;
}

}  // namespace loop
