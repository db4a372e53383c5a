// SPDX-License-Identifier: MIT
// Reading and printing the value of each kind of key.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr double kUsdMax = 1e9;
constexpr std::int64_t kLimitMax = 1'000'000'000'000'000;

Error refused(const ConfigRaw& value, std::string_view allowed) {
  return Error(Errc::invalid_data, fmt::format("{} is not allowed here; allowed: {}",
                                               ellipsize(to_toml(value), 80), allowed));
}

// A duration is given as text with a unit, or as whole seconds.
Result<Duration> as_duration(const ConfigRaw& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    auto duration = parse_duration(*text);
    if (!duration) return Error(Errc::invalid_data, duration.error().message());
    return duration;
  }
  const auto* count = std::get_if<std::int64_t>(&value);
  if (count == nullptr) return refused(value, "a duration as \"90s\", \"10m\", \"24h\"");
  auto duration = parse_duration(fmt::to_string(*count));
  if (!duration) return Error(Errc::invalid_data, duration.error().message());
  return duration;
}

// The shortest exact form that parse_duration reads.
std::string duration_text(Duration duration) {
  const std::int64_t ms = duration.count();
  if (ms == 0) return "0s";
  if (ms % 86'400'000 == 0) return fmt::format("{}d", ms / 86'400'000);
  if (ms % 3'600'000 == 0) return fmt::format("{}h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{}m", ms / 60'000);
  if (ms % 1000 == 0) return fmt::format("{}s", ms / 1000);
  return fmt::format("{}ms", ms);
}

Result<std::int64_t> as_usd_micros(const ConfigRaw& value) {
  const double usd = as_number(value).value_or(-1);
  if (!(usd >= 0 && usd <= kUsdMax)) return refused(value, "dollars from 0 to 1000000000");
  return static_cast<std::int64_t>(std::llround(usd * 1e6));
}

struct Setter {
  Config& config;
  const ConfigRaw& value;

  Status operator()(const TextKey& key) const {
    LOOP_TRY(std::string text, as_text(value));
    if (key.check != nullptr) LOOP_TRY_VOID(key.check(text));
    key.at(config) = std::move(text);
    return {};
  }
  Status operator()(const CountKey& key) const {
    const auto* count = std::get_if<std::int64_t>(&value);
    if (count == nullptr || *count < key.least || *count > key.most) {
      return refused(value, fmt::format("an integer from {} to {}", key.least, key.most));
    }
    key.at(config) = static_cast<int>(*count);
    return {};
  }
  Status operator()(const SwitchKey& key) const {
    const auto* flag = std::get_if<bool>(&value);
    if (flag == nullptr) return refused(value, "true, false");
    key.at(config) = *flag;
    return {};
  }
  Status operator()(const SpanKey& key) const {
    LOOP_TRY(const Duration duration, as_duration(value));
    if (duration < key.least || duration > key.most) {
      return refused(value, fmt::format("a duration from {} to {}", duration_text(key.least),
                                        duration_text(key.most)));
    }
    key.at(config) = duration;
    return {};
  }
  Status operator()(const WordKey& key) const {
    LOOP_TRY(const std::string text, as_text(value));
    const auto found = std::find(key.words.begin(), key.words.end(), text);
    if (found == key.words.end()) {
      return Error(Errc::invalid_data,
                   fmt::format("\"{}\" is not allowed here{}; allowed: {}", ellipsize(text, 80),
                               did_you_mean(text, key.words), fmt::join(key.words, ", ")));
    }
    key.set(config, static_cast<std::size_t>(found - key.words.begin()));
    return {};
  }
  Status operator()(const ListKey& key) const {
    LOOP_TRY(std::vector<std::string> list, as_list(value));
    for (const std::string& item : list) {
      if (key.check != nullptr) LOOP_TRY_VOID(key.check(item));
    }
    key.at(config) = std::move(list);
    return {};
  }
  Status operator()(const LimitKey& key) const {
    switch (key.unit) {
      case LimitKey::Unit::usd: {
        LOOP_TRY(const std::int64_t micros, as_usd_micros(value));
        key.set(config, micros);
        return {};
      }
      case LimitKey::Unit::duration: {
        LOOP_TRY(const Duration duration, as_duration(value));
        key.set(config, duration.count());
        return {};
      }
      case LimitKey::Unit::count: break;
    }
    const auto* count = std::get_if<std::int64_t>(&value);
    if (count == nullptr || *count < 0 || *count > kLimitMax) {
      return refused(value, fmt::format("an integer from 0 to {}", kLimitMax));
    }
    key.set(config, *count);
    return {};
  }
};

struct Printer {
  Config config;  // a copy: the accessors hand out references that may be written to

  std::string operator()(const TextKey& key) { return toml_string(key.at(config)); }
  std::string operator()(const CountKey& key) { return fmt::to_string(key.at(config)); }
  std::string operator()(const SwitchKey& key) { return key.at(config) ? "true" : "false"; }
  std::string operator()(const SpanKey& key) { return toml_string(duration_text(key.at(config))); }
  std::string operator()(const WordKey& key) { return toml_string(key.words[key.index(config)]); }
  std::string operator()(const ListKey& key) { return to_toml(key.at(config)); }
  std::string operator()(const LimitKey& key) {
    const auto limit = key.get(config);
    if (!limit) return {};
    switch (key.unit) {
      case LimitKey::Unit::count: return fmt::to_string(*limit);
      case LimitKey::Unit::duration: return toml_string(duration_text(Duration{*limit}));
      case LimitKey::Unit::usd: break;
    }
    return fmt::format("{}.{:06}", *limit / 1'000'000, *limit % 1'000'000);
  }
};

struct TypeName {
  std::string operator()(const TextKey&) const { return "string"; }
  std::string operator()(const CountKey& key) const {
    return fmt::format("integer {}..{}", key.least, key.most);
  }
  std::string operator()(const SwitchKey&) const { return "true or false"; }
  std::string operator()(const SpanKey& key) const {
    return fmt::format("duration {}..{}", duration_text(key.least), duration_text(key.most));
  }
  std::string operator()(const WordKey& key) const {
    return fmt::format("{}", fmt::join(key.words, ", "));
  }
  std::string operator()(const ListKey&) const { return "list of strings"; }
  std::string operator()(const LimitKey& key) const {
    switch (key.unit) {
      case LimitKey::Unit::count: return "integer";
      case LimitKey::Unit::duration: return "duration";
      case LimitKey::Unit::usd: break;
    }
    return "dollars";
  }
};

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "a, b" or a TOML list.
Result<ConfigRaw> read_list(const std::string& text) {
  if (text.starts_with('[')) {
    LOOP_TRY(auto entries, parse_config_toml("value = " + text, "value"));
    if (entries.size() == 1) return entries.front().value;
    return Error(Errc::invalid_data, "more than one TOML value was given");
  }
  std::vector<std::string> items;
  for (const std::string_view part : split(text, ',')) {
    if (!is_blank(part)) items.emplace_back(trim(part));
  }
  return ConfigRaw(std::move(items));
}

}  // namespace

Result<std::string> as_text(const ConfigRaw& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return refused(value, "a string");
  return *text;
}

Result<std::vector<std::string>> as_list(const ConfigRaw& value) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  if (list == nullptr) return refused(value, "a list of strings");
  return *list;
}

std::optional<double> as_number(const ConfigRaw& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  return std::nullopt;
}

Status set_config_value(Config& config, const ConfigKey& key, const ConfigRaw& value) {
  return std::visit(Setter{config, value}, key.kind);
}

Result<ConfigRaw> read_config_text(const ConfigKey& key, const std::string& text) {
  if (std::holds_alternative<ListKey>(key.kind)) return read_list(text);
  if (std::holds_alternative<SwitchKey>(key.kind) && (text == "true" || text == "false")) {
    return ConfigRaw(text == "true");
  }
  const auto* limit = std::get_if<LimitKey>(&key.kind);
  const bool is_usd = limit != nullptr && limit->unit == LimitKey::Unit::usd;
  const bool is_count = limit != nullptr && limit->unit == LimitKey::Unit::count;
  if (is_count || std::holds_alternative<CountKey>(key.kind)) {
    if (const auto number = parse_integer(text)) return ConfigRaw(*number);
  }
  if (is_usd) {
    if (const auto number = parse_number(text)) return ConfigRaw(*number);
  }
  return ConfigRaw(text);
}

std::string config_value_toml(const Config& config, const ConfigKey& key) {
  return std::visit(Printer{config}, key.kind);
}

std::string type_of(const ConfigKey& key) { return std::visit(TypeName{}, key.kind); }

bool lowers_sandbox(const Config& before, const Config& after) {
  return after.sandbox < before.sandbox;
}

bool raises_limit(const ConfigKey& key, const Config& before, const Config& after) {
  const auto* limit = std::get_if<LimitKey>(&key.kind);
  if (limit == nullptr) return false;
  const auto was = limit->get(before);
  const auto is = limit->get(after);
  return was && is && *is > *was;
}

}  // namespace loop
