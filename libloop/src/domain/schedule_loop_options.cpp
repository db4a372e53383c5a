// SPDX-License-Identifier: MIT
// Decoding the extension object "loop" of a schedule.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "domain/schedule_reader.hpp"
#include "loop/base/text.h"
#include "loop/domain/workflow.h"

namespace loop {

namespace json = boost::json;

namespace {

constexpr std::int64_t kRetriesMax = 9;
constexpr std::int64_t kRunsMax = 1'000'000'000;
constexpr Duration kTimeoutMax = std::chrono::hours{7 * 24};

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> kKeys{
      "timezone", "cron",    "catchup", "catchupWindow", "retries",    "timeoutSeconds", "idleTimeoutSeconds",
      "agent",    "model",   "env",     "cwd",           "after",      "maxRuns",        "onEscalate",
      "onAbandon", "note",   "paused",  "workflow"};
  return kKeys;
}

std::string shown(const json::value& value) {
  return ellipsize(to_single_line(json::serialize(value)), 60);
}

std::string_view word_of(OnAbandon action) { return action == OnAbandon::retry ? "retry" : "report"; }
std::string_view word_of(CatchUp catchup) { return to_string(catchup); }
std::string_view word_of(OnEscalate action) { return to_string(action); }

// Reads members of the object, refusing what is not allowed with the key's full name.
class OptionReader {
 public:
  OptionReader(const json::object& object, ScheduleReader& reader) : object_(object), reader_(reader) {}

  const json::value* find(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  void refuse(std::string_view key, const json::value& value, std::string_view allowed) {
    reader_.refuse(fmt::format("loop.{}: {} is not {}", key, shown(value), allowed));
  }
  std::string text(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    refuse(key, *value, "a text");
    return {};
  }
  std::optional<std::int64_t> count(std::string_view key, std::int64_t min, std::int64_t max) {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::optional<std::int64_t> number;
    if (value->is_int64()) number = value->get_int64();
    if (value->is_string()) number = leading_integer(std::string_view(value->get_string()));
    if (number && *number >= min && *number <= max) return number;
    refuse(key, *value, fmt::format("a whole number from {} to {}", min, max));
    return std::nullopt;
  }
  // A number of seconds, or a duration such as "24h".
  std::optional<Duration> duration(std::string_view key, Duration max) {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::optional<Duration> found;
    if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= max.count() / 1000) {
      found = std::chrono::seconds{value->get_int64()};
    }
    if (value->is_string()) {
      const auto parsed = parse_duration(std::string_view(value->get_string()));
      if (parsed && *parsed <= max) found = *parsed;
    }
    if (!found) refuse(key, *value, fmt::format("a duration up to {} (\"90s\", \"24h\", or seconds)", format_duration(max)));
    return found;
  }
  template <class Enum>
  std::optional<Enum> choice(std::string_view key, std::initializer_list<Enum> allowed) {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::string words;
    for (const Enum one : allowed) {
      if (value->is_string() && std::string_view(value->get_string()) == word_of(one)) return one;
      words += (words.empty() ? "" : ", ") + std::string(word_of(one));
    }
    refuse(key, *value, "one of " + words);
    return std::nullopt;
  }
  std::vector<std::string> texts(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) return {};
    std::vector<std::string> list;
    bool is_fine = value->is_array();
    if (is_fine) {
      for (const json::value& one : value->get_array()) {
        is_fine = is_fine && one.is_string();
        if (one.is_string()) list.emplace_back(one.get_string());
      }
    }
    if (is_fine) return list;
    refuse(key, *value, "a list of texts");
    return {};
  }

 private:
  const json::object& object_;
  ScheduleReader& reader_;
};

void decode_timing_options(OptionReader& options, ScheduleReader& reader, Timing& timing) {
  timing.timezone = options.text("timezone");
  if (!timing.timezone.empty()) {
    const auto zone = Zone::find(timing.timezone);
    if (!zone) reader.refuse("loop." + zone.error().message());
  }
  const std::string cron = options.text("cron");
  if (cron.empty()) return;
  auto expression = CronExpression::parse(cron);
  if (!expression) {
    reader.refuse("loop.cron: " + expression.error().message());
    return;
  }
  timing.cron = std::move(*expression);
}

void decode_env(OptionReader& options, std::map<std::string, std::string>& env) {
  const json::value* value = options.find("env");
  if (value == nullptr) return;
  bool is_fine = value->is_object();
  if (is_fine) {
    for (const auto& member : value->get_object()) {
      const std::string name(member.key());
      const bool is_name = !name.empty() && name.find('=') == std::string::npos &&
                           name.find('\0') == std::string::npos && member.value().is_string();
      is_fine = is_fine && is_name;
      if (is_name) env[name] = std::string(member.value().get_string());
    }
  }
  if (!is_fine) options.refuse("env", *value, "an object of names and texts");
}

void decode_workflow(OptionReader& options, ScheduleReader& reader, std::vector<std::string>& workflow) {
  const json::value* value = options.find("workflow");
  if (value == nullptr || (value->is_bool() && !value->get_bool())) return;
  if (value->is_bool()) {
    workflow = {"Implementation", "Validation", "Quality", "Integration", "Planning"};
    return;
  }
  workflow = options.texts("workflow");
  const auto stages = parse_workflow(workflow);
  if (!stages) reader.refuse("loop.workflow: " + stages.error().message());
}

}  // namespace

void decode_loop_options(std::string_view text, ScheduleReader& reader, Schedule& schedule) {
  json::error_code code;
  json::parse_options parsing;
  parsing.max_depth = 64;
  const json::value root = json::parse(json::string_view(text.data(), text.size()), code, {}, parsing);
  if (code || !root.is_object()) {
    reader.refuse("loop: is not an object");
    return;
  }
  OptionReader options(root.get_object(), reader);
  LoopOptions& loop = schedule.loop;
  decode_timing_options(options, reader, schedule.timing);
  loop.catchup = options.choice("catchup", {CatchUp::one, CatchUp::none, CatchUp::all});
  loop.catchup_window = options.duration("catchupWindow", std::chrono::hours{3650 * 24});
  if (const auto retries = options.count("retries", 0, kRetriesMax)) loop.attempts_max = static_cast<int>(*retries) + 1;
  loop.timeout = options.duration("timeoutSeconds", kTimeoutMax);
  loop.idle_timeout = options.duration("idleTimeoutSeconds", kTimeoutMax);
  loop.agent = options.text("agent");
  loop.model = options.text("model");
  decode_env(options, loop.env);
  loop.cwd = options.text("cwd");
  for (std::string& id : options.texts("after")) loop.after.emplace_back(std::move(id));
  if (const auto runs = options.count("maxRuns", 1, kRunsMax)) loop.max_runs = static_cast<int>(*runs);
  loop.on_escalate = options.choice("onEscalate", {OnEscalate::cooldown, OnEscalate::pause, OnEscalate::resume});
  loop.on_abandon = options.choice("onAbandon", {OnAbandon::report, OnAbandon::retry});
  loop.note = options.text("note");
  if (const json::value* paused = options.find("paused")) {
    if (!paused->is_bool()) options.refuse("paused", *paused, "true or false");
    loop.paused = paused->is_bool() && paused->get_bool();
  }
  decode_workflow(options, reader, loop.workflow);
  for (const auto& member : root.get_object()) {
    const std::string key(member.key());
    const auto& keys = known_keys();
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    reader.warn(fmt::format("loop.{} is unknown and has no effect{}", ellipsize(key, 60), did_you_mean(key, keys)));
  }
}

}  // namespace loop
