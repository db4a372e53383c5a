// SPDX-License-Identifier: MIT
// The fields of `[prices.<model>]`.
#include "domain/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kModelNameBytesMax = 128;
constexpr double kPriceUsdMax = 100'000;

const std::array<PriceField, 4> kFields{{
    {"input", "", "Dollars for a million tokens of input.", &ModelPrice::input},
    {"cached", "", "The same for input read from the cache; when not given, that of input.",
     &ModelPrice::cached},
    {"cache_write", "", "The same for input written to the cache; when not given, that of input.",
     &ModelPrice::cache_write},
    {"output", "", "The same for output, reasoning included.", &ModelPrice::output},
}};

}  // namespace

std::span<const PriceField> price_fields() { return kFields; }

Status set_price_field(PriceDraft& draft, std::string_view field, const ConfigRaw& value) {
  std::vector<std::string> names;
  names.reserve(kFields.size());
  for (const PriceField& known : kFields) names.emplace_back(known.name);
  if (std::find(names.begin(), names.end(), field) == names.end()) {
    return Error(Errc::invalid_data,
                 fmt::format("unknown key{}; a price has {}", did_you_mean(field, names),
                             fmt::join(names, ", ")));
  }
  const auto usd = as_number(value);
  if (!usd || !(*usd >= 0 && *usd <= kPriceUsdMax)) {
    return Error(Errc::invalid_data,
                 fmt::format("{} is not allowed here; allowed: dollars from 0 to {}",
                             ellipsize(to_toml(value), 80), kPriceUsdMax));
  }
  draft[std::string(field)] = std::llround(*usd * 1e6);
  return {};
}

Result<ModelPrice> complete_price(const std::string& model, const PriceDraft& draft) {
  for (const char* needed : {"input", "output"}) {
    if (draft.count(needed) > 0) continue;
    return Error(Errc::invalid_data,
                 fmt::format("the price of \"{}\" lacks {}", ellipsize(model, 80), needed));
  }
  ModelPrice price;
  for (const PriceField& field : kFields) {
    const auto given = draft.find(std::string(field.name));
    price.*field.member = given == draft.end() ? draft.at("input") : given->second;
  }
  return price;
}

std::string price_text(std::int64_t usd_micros) {
  return fmt::to_string(static_cast<double>(usd_micros) / 1e6);
}

bool is_model_name(std::string_view name) {
  const auto is_allowed = [](char c) { return c > ' ' && c < 0x7f && c != '"'; };
  return !name.empty() && name.size() <= kModelNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

}  // namespace loop
