// SPDX-License-Identifier: MIT
// Checking figures, and summing those that pass.
#include "figures.hpp"

#include <algorithm>
#include <cmath>

#include "loop/base/text.h"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::size_t kModelNameBytesMax = 128;
constexpr std::size_t kModelsMax = 64;  // more is damage, not a run; further ones share a place

const json::value* figure_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::int64_t sum(std::int64_t a, std::int64_t b) { return std::min(kTokensMax, a + b); }

}  // namespace

std::int64_t FigureReader::tokens(const json::object& object, std::string_view key) {
  const json::value* value = figure_at(object, key);
  if (value == nullptr) return 0;
  boost::system::error_code problem;
  const auto count = value->is_number() ? value->to_number<std::int64_t>(problem) : -1;
  if (!problem && count >= 0 && count <= kTokensMax) return count;
  ++outcome_.refused_figures;
  return 0;
}

std::optional<std::int64_t> FigureReader::usd_micros(const json::object& object,
                                                     std::string_view key) {
  const json::value* value = figure_at(object, key);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code problem;
  const double usd = value->is_number() ? value->to_number<double>(problem) : -1;
  if (!problem && std::isfinite(usd) && usd >= 0 && usd <= kUsdMax) return std::llround(usd * 1e6);
  ++outcome_.refused_figures;
  return std::nullopt;
}

std::int64_t FigureReader::without(std::int64_t whole, std::int64_t& part) {
  if (part > whole) {
    ++outcome_.refused_figures;
    part = 0;
  }
  return whole - part;
}

void add_usage(TokenUsage& total, const TokenUsage& more) {
  total.input_uncached = sum(total.input_uncached, more.input_uncached);
  total.cache_read = sum(total.cache_read, more.cache_read);
  total.cache_write = sum(total.cache_write, more.cache_write);
  total.output = sum(total.output, more.output);
  total.reasoning = sum(total.reasoning, more.reasoning);
}

void add_usage(AgentOutcome& outcome, std::string_view model, const TokenUsage& more) {
  if (more.total() == 0) return;
  add_usage(outcome.usage, more);
  std::string name = ellipsize(to_single_line(to_valid_utf8(model)), kModelNameBytesMax);
  const bool is_new = outcome.usage_by_model.count(name) == 0;
  if (is_new && outcome.usage_by_model.size() >= kModelsMax) name.clear();
  add_usage(outcome.usage_by_model[name], more);
}

void add_cost(AgentOutcome& outcome, std::int64_t usd_micros) {
  constexpr auto kMicrosMax = static_cast<std::int64_t>(kUsdMax * 1e6);
  set_cost(outcome, std::min(kMicrosMax, outcome.cost.usd_micros + usd_micros));
}

void set_cost(AgentOutcome& outcome, std::int64_t usd_micros) {
  outcome.cost.basis = AgentCost::Basis::reported;
  outcome.cost.usd_micros = usd_micros;
}

void clear_usage(AgentOutcome& outcome) {
  outcome.usage = TokenUsage{};
  outcome.usage_by_model.clear();
}

}  // namespace loop
