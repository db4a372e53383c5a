// SPDX-License-Identifier: MIT
// The built-in prices, and counting with them.
#include "loop/agents/price_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace loop {

namespace {

struct TableEntry {
  std::string_view model;
  ModelPrice price;  // input, cached, cache_write, output
};

// Models with one price whatever the prompt's length: where that decides (Gemini, some of the
// newest), a sum of tokens does not tell the price. Claude's writes are those kept 5 minutes.
constexpr std::array<TableEntry, 9> kTable = {{
    {"claude-haiku-4-5", {1'000'000, 100'000, 1'250'000, 5'000'000}},
    {"claude-opus-4-5", {5'000'000, 500'000, 6'250'000, 25'000'000}},
    {"claude-sonnet-4-5", {3'000'000, 300'000, 3'750'000, 15'000'000}},
    {"gpt-5", {1'250'000, 125'000, 1'250'000, 10'000'000}},
    {"gpt-5-codex", {1'250'000, 125'000, 1'250'000, 10'000'000}},
    {"gpt-5-mini", {250'000, 25'000, 250'000, 2'000'000}},
    {"gpt-5.1", {1'250'000, 125'000, 1'250'000, 10'000'000}},
    {"gpt-5.1-codex", {1'250'000, 125'000, 1'250'000, 10'000'000}},
    {"gpt-5.2", {1'750'000, 175'000, 1'750'000, 14'000'000}},
}};

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "-20251101" or "-2025-11-01" at the end.
std::string_view without_date(std::string_view model) {
  if (model.size() > 9 && model[model.size() - 9] == '-' &&
      is_digits(model.substr(model.size() - 8))) {
    return model.substr(0, model.size() - 9);
  }
  if (model.size() <= 11) return model;
  const std::string_view date = model.substr(model.size() - 11);
  const bool is_date = date[0] == '-' && is_digits(date.substr(1, 4)) && date[5] == '-' &&
                       is_digits(date.substr(6, 2)) && date[8] == '-' && is_digits(date.substr(9));
  return is_date ? model.substr(0, model.size() - 11) : model;
}

std::optional<ModelPrice> find_exact(std::string_view model, const ModelPrices& own) {
  if (const auto found = own.find(std::string(model)); found != own.end()) return found->second;
  for (const TableEntry& entry : kTable) {
    if (entry.model == model) return entry.price;
  }
  return std::nullopt;
}

double usd_micros_of(const TokenUsage& usage, const ModelPrice& price) {
  const auto part = [](std::int64_t tokens, std::int64_t per_million) {
    return static_cast<double>(tokens) * static_cast<double>(per_million) / 1e6;
  };
  return part(usage.input_uncached, price.input) + part(usage.cache_read, price.cached) +
         part(usage.cache_write, price.cache_write) + part(usage.output, price.output) +
         part(usage.reasoning, price.output);
}

}  // namespace

std::optional<ModelPrice> find_price(std::string_view model, const ModelPrices& own) {
  std::vector<std::string_view> names{model};
  names.push_back(names.back().substr(0, names.back().find('[')));
  names.push_back(without_date(names.back()));
  const std::size_t slash = names.back().rfind('/');
  if (slash != std::string_view::npos) {
    for (std::size_t index = 0, count = names.size(); index < count; ++index) {
      names.push_back(names[index].substr(slash + 1));
    }
  }
  for (const std::string_view name : names) {
    if (auto price = find_exact(name, own)) return price;
  }
  return std::nullopt;
}

void price_outcome(AgentOutcome& outcome, const std::string& model, const ModelPrices& own) {
  if (outcome.cost.basis != AgentCost::Basis::unknown || outcome.usage_by_model.empty()) return;
  double usd_micros = 0;
  for (const auto& [name, usage] : outcome.usage_by_model) {
    const auto price = find_price(name.empty() ? model : name, own);
    if (!price) return;
    usd_micros += usd_micros_of(usage, *price);
  }
  constexpr double kUsdMicrosMax = 1e12;  // beyond it the figures are damage
  if (usd_micros > kUsdMicrosMax) return;
  outcome.cost.basis = AgentCost::Basis::price_table;
  outcome.cost.usd_micros = std::llround(usd_micros);
}

}  // namespace loop
