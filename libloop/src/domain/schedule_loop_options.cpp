// SPDX-License-Identifier: MIT
// Decoding the extension object "loop" of a schedule. It is ours alone, so a bad value is refused,
// not guessed at.
#include "loop/base/text.h"
#include "loop/domain/workflow.h"
#include "loop/store/relative_path.h"

#include "domain/json_tokens.hpp"
#include "domain/schedule_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace loop {

namespace {

constexpr std::int64_t kRetriesMax = 9;
constexpr std::int64_t kRunsMax = 1'000'000;
constexpr Duration kTimeoutMin = std::chrono::seconds{1};
constexpr Duration kTimeoutMax = std::chrono::days{7};
constexpr Duration kWindowMax = std::chrono::days{3650};

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> kKeys{
      "timezone", "cron",       "catchup",   "catchupWindow", "retries", "timeoutSeconds",
      "agent",    "model",      "env",       "cwd",           "after",   "idleTimeoutSeconds",
      "maxRuns",  "onEscalate", "onAbandon", "note",          "paused",  "workflow",
      "sandbox"};
  return kKeys;
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// All of the text, as a string or a number; "2x" is nothing.
std::optional<std::int64_t> whole_number(const RawField& field) {
  const bool is_scalar =
      field.kind == RawField::Kind::number || field.kind == RawField::Kind::string;
  std::int64_t value = 0;
  const char* end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (!is_scalar || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<Duration> duration_of(const RawField& field) {
  const bool is_scalar =
      field.kind == RawField::Kind::number || field.kind == RawField::Kind::string;
  const auto duration = is_scalar ? parse_duration(field.text) : Result<Duration>(Duration{-1});
  return duration && *duration >= Duration{0} ? std::optional{*duration} : std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const RawField& field) {
  if (field.kind != RawField::Kind::array) return std::nullopt;
  const auto tokens = JsonTokens::scan(field.text);
  if (!tokens) return std::nullopt;
  std::vector<std::string> texts;
  for (const std::uint32_t element : tokens->children(0)) {
    const JsonNode& node = (*tokens)[element];
    if (node.kind != JsonKind::string) return std::nullopt;
    texts.push_back(decode_json_string(field.text.substr(node.begin, node.end - node.begin)));
  }
  return texts;
}

class OptionDecoder {
 public:
  OptionDecoder(const RawObject& fields, ScheduleReader& reader)
      : fields_(fields), reader_(reader) {}

  void decode(Schedule& schedule);

 private:
  void refuse(std::string_view key, const RawField& field, std::string_view allowed) {
    reader_.refuse(
        fmt::format("loop.{}: {} is not allowed; allowed: {}", key, show_field(field), allowed));
  }

  // The value by `read`, which gives an optional; a refusal when it gives nothing.
  template <class Read>
  auto value(std::string_view key, std::string_view allowed, Read read)
      -> decltype(read(std::declval<const RawField&>())) {
    const RawField* field = fields_.find(key);
    if (field == nullptr) return std::nullopt;
    auto found = read(*field);
    if (!found) refuse(key, *field, allowed);
    return found;
  }

  std::string text(std::string_view key, std::string_view allowed = "a text");
  std::optional<int> count(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<Duration> duration(std::string_view key, Duration min, Duration max);
  std::vector<std::string> texts(std::string_view key, std::string_view allowed);

  template <class Choice>
  std::optional<Choice> choice(std::string_view key, std::initializer_list<Choice> choices);

  void decode_timezone(Timing& timing);
  void decode_cron(Timing& timing);
  void decode_env(std::map<std::string, std::string>& env);
  void decode_cwd(std::string& cwd);
  void decode_after(Schedule& schedule);
  void decode_workflow(std::vector<std::string>& workflow);
  void warn_of_unknown_keys();

  const RawObject& fields_;
  ScheduleReader& reader_;
};

std::string OptionDecoder::text(std::string_view key, std::string_view allowed) {
  const auto read = [](const RawField& field) -> std::optional<std::string> {
    if (field.kind != RawField::Kind::string || has_nul(field.text)) return std::nullopt;
    return std::string(field.text);
  };
  return value(key, allowed, read).value_or("");
}

std::optional<int> OptionDecoder::count(std::string_view key, std::int64_t min, std::int64_t max) {
  const auto read = [&](const RawField& field) -> std::optional<int> {
    const auto number = whole_number(field);
    if (!number || *number < min || *number > max) return std::nullopt;
    return static_cast<int>(*number);
  };
  return value(key, fmt::format("a whole number from {} to {}", min, max), read);
}

std::optional<Duration> OptionDecoder::duration(std::string_view key, Duration min, Duration max) {
  const auto read = [&](const RawField& field) -> std::optional<Duration> {
    const auto found = duration_of(field);
    return found && *found >= min && *found <= max ? found : std::nullopt;
  };
  const auto days_max = std::chrono::floor<std::chrono::days>(max).count();
  return value(key,
               fmt::format("seconds, or a duration such as \"90s\" and \"24h\", from {}s to {}d",
                           min / std::chrono::seconds{1}, days_max),
               read);
}

std::vector<std::string> OptionDecoder::texts(std::string_view key, std::string_view allowed) {
  const auto read = [](const RawField& field) { return texts_of(field); };
  return value(key, allowed, read).value_or(std::vector<std::string>{});
}

template <class Choice>
std::optional<Choice> OptionDecoder::choice(std::string_view key,
                                            std::initializer_list<Choice> choices) {
  std::string words;
  for (const Choice one : choices) {
    words += words.empty() ? "" : ", ";
    words += to_string(one);
  }
  const auto read = [&](const RawField& field) -> std::optional<Choice> {
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [&](Choice one) { return to_string(one) == field.text; });
    if (field.kind != RawField::Kind::string || found == choices.end()) return std::nullopt;
    return *found;
  };
  return value(key, words, read);
}

void OptionDecoder::decode_timezone(Timing& timing) {
  timing.timezone = text("timezone", "an IANA name such as \"Europe/Warsaw\"");
  if (timing.timezone.empty()) return;
  const auto zone = Zone::find(timing.timezone);
  if (!zone) reader_.refuse(fmt::format("loop.{}", zone.error().message()));
}

// Checked for every kind, so that a bad expression shows before the type is switched to cron.
void OptionDecoder::decode_cron(Timing& timing) {
  const std::string expression = text("cron", "a cron expression such as \"0 9 * * 1-5\"");
  if (expression.empty()) return;
  auto cron = CronExpression::parse(expression);
  if (!cron) return reader_.refuse(fmt::format("loop.cron: {}", cron.error().message()));
  if (timing.kind == ScheduleKind::cron) {
    timing.cron = std::move(*cron);
  } else {
    reader_.warn(fmt::format("loop.cron: has no effect with scheduleType \"{}\"; allowed: cron",
                             to_string(timing.kind)));
  }
}

void OptionDecoder::decode_env(std::map<std::string, std::string>& env) {
  using Variables = std::map<std::string, std::string>;
  const auto read = [](const RawField& field) -> std::optional<Variables> {
    if (field.kind != RawField::Kind::object) return std::nullopt;
    const auto members = read_raw_object(field.text);
    if (!members) return std::nullopt;
    Variables variables;
    for (const auto& [name, value] : *members) {
      const bool is_text = value.kind == RawField::Kind::string && !has_nul(value.text);
      if (!is_text || !is_variable_name(name)) return std::nullopt;
      variables[std::string(name)] = value.text;
    }
    return variables;
  };
  env = value("env", "an object of variable names and texts", read).value_or(Variables{});
}

void OptionDecoder::decode_cwd(std::string& cwd) {
  const std::string given = text("cwd", "a directory inside the workspace");
  if (given.empty() || given == "." || given == "./") return;
  const auto path = RelativePath::parse(given);
  if (!path) return reader_.refuse(fmt::format("loop.cwd: {}", path.error().message()));
  cwd = path->str();
}

void OptionDecoder::decode_after(Schedule& schedule) {
  for (std::string& id : texts("after", "an array of schedule ids")) {
    if (is_blank(id)) return reader_.refuse("loop.after: an id is blank; allowed: schedule ids");
    schedule.loop.after.emplace_back(std::move(id));
    if (schedule.loop.after.back() != schedule.id) continue;
    return reader_.refuse(fmt::format("loop.after: \"{}\" is this schedule; allowed: others",
                                      ellipsize(schedule.id.str(), 60)));
  }
}

void OptionDecoder::decode_workflow(std::vector<std::string>& workflow) {
  const RawField* field = fields_.find("workflow");
  if (field == nullptr) return;
  if (field->kind == RawField::Kind::boolean) {
    if (field->text == "true") {
      workflow = {"Implementation", "Validation", "Quality", "Integration", "Planning"};
    }
    return;
  }
  const std::vector<std::string> names =
      texts("workflow",
            "true, or an array of stages: Implementation, Validation, Quality, "
            "Integration, Planning");
  if (names.empty()) return;
  const auto stages = parse_workflow(names);
  if (!stages) return reader_.refuse(fmt::format("loop.workflow: {}", stages.error().message()));
  for (const Stage stage : *stages) workflow.emplace_back(to_string(stage));
}

void OptionDecoder::warn_of_unknown_keys() {
  const auto& known = known_keys();
  for (const auto& [key, field] : fields_) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string shown = show_field({RawField::Kind::string, key});
    reader_.warn(fmt::format("loop: {} is no known key and has no effect{}", shown,
                             did_you_mean(key.substr(0, 60), known)));
  }
}

void OptionDecoder::decode(Schedule& schedule) {
  LoopOptions& loop = schedule.loop;
  decode_timezone(schedule.timing);
  decode_cron(schedule.timing);
  loop.catchup = choice("catchup", {CatchUp::one, CatchUp::none, CatchUp::all});
  loop.catchup_window = duration("catchupWindow", Duration{0}, kWindowMax);
  if (const auto retries = count("retries", 0, kRetriesMax)) loop.attempts_max = *retries + 1;
  loop.timeout = duration("timeoutSeconds", kTimeoutMin, kTimeoutMax);
  loop.idle_timeout = duration("idleTimeoutSeconds", kTimeoutMin, kTimeoutMax);
  loop.agent = text("agent");
  loop.model = text("model");
  decode_env(loop.env);
  decode_cwd(loop.cwd);
  decode_after(schedule);
  loop.max_runs = count("maxRuns", 1, kRunsMax);
  loop.on_escalate =
      choice("onEscalate", {OnEscalate::cooldown, OnEscalate::pause, OnEscalate::resume});
  loop.on_abandon = choice("onAbandon", {OnAbandon::report, OnAbandon::retry});
  loop.sandbox =
      choice("sandbox", {SandboxProfile::none, SandboxProfile::workspace, SandboxProfile::offline});
  loop.note = text("note");
  const auto read_flag = [](const RawField& field) -> std::optional<bool> {
    if (field.kind != RawField::Kind::boolean) return std::nullopt;
    return field.text == "true";
  };
  loop.paused = value("paused", "true, false", read_flag).value_or(false);
  decode_workflow(loop.workflow);
  warn_of_unknown_keys();
}

}  // namespace

void decode_loop_options(const RawField& extension, ScheduleReader& reader, Schedule& schedule) {
  const bool is_object = extension.kind == RawField::Kind::object;
  const auto fields = read_raw_object(is_object ? extension.text : "");
  if (!fields) {
    return reader.refuse(
        fmt::format("loop: {} is not allowed; allowed: an object such as "
                    "{{\"catchup\": \"one\"}}",
                    show_field(extension)));
  }
  OptionDecoder(*fields, reader).decode(schedule);
}

}  // namespace loop
