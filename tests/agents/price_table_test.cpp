// SPDX-License-Identifier: MIT
// A cost is told, counted by price, or unknown; it is never invented.
#include "loop/agents/price_table.h"

#include "support/catch.hpp"

using namespace loop;
using Basis = AgentCost::Basis;

namespace {

const ModelPrices kOwn = {{"house-model", {1'000'000, 100'000, 2'000'000, 10'000'000}}};

AgentOutcome used(const std::string& model, const TokenUsage& usage) {
  AgentOutcome outcome;
  outcome.usage = usage;
  outcome.usage_by_model[model] = usage;
  return outcome;
}

}  // namespace

TEST_CASE("each kind of token has its price, and reasoning is output") {
  AgentOutcome outcome = used("house-model", {1'000'000, 2'000'000, 500'000, 100'000, 50'000});
  price_outcome(outcome, "", kOwn);
  CHECK(outcome.cost.basis == Basis::price_table);
  CHECK(outcome.cost.usd_micros == 1'000'000 + 200'000 + 1'000'000 + 1'000'000 + 500'000);

  AgentOutcome small = used("house-model", {1, 0, 0, 0, 0});
  price_outcome(small, "", kOwn);
  CHECK(small.cost.usd_micros == 1);
}

TEST_CASE("a cost that the agent told is left alone") {
  AgentOutcome outcome = used("house-model", {1000, 0, 0, 0, 0});
  outcome.cost = {Basis::reported, 0, false};
  price_outcome(outcome, "", kOwn);
  CHECK(outcome.cost.basis == Basis::reported);
  CHECK(outcome.cost.usd_micros == 0);
}

TEST_CASE("one model without a price makes the whole cost unknown") {
  AgentOutcome outcome = used("house-model", {1000, 0, 0, 0, 0});
  outcome.usage_by_model["nobody-knows"] = {1, 0, 0, 0, 0};
  price_outcome(outcome, "house-model", kOwn);
  CHECK(outcome.cost.basis == Basis::unknown);
  CHECK(outcome.cost.usd_micros == 0);
}

TEST_CASE("without any use there is no cost, and partial stays partial") {
  AgentOutcome nothing;
  price_outcome(nothing, "house-model", kOwn);
  CHECK(nothing.cost.basis == Basis::unknown);

  AgentOutcome killed = used("house-model", {1'000'000, 0, 0, 0, 0});
  killed.cost.is_partial = true;
  price_outcome(killed, "", kOwn);
  CHECK(killed.cost.usd_micros == 1'000'000);
  CHECK(killed.cost.is_partial);
}

TEST_CASE("a model that the agent did not name is the one it was started with") {
  AgentOutcome outcome = used("", {1'000'000, 0, 0, 0, 0});
  price_outcome(outcome, "", kOwn);
  CHECK(outcome.cost.basis == Basis::unknown);
  price_outcome(outcome, "openai/house-model", kOwn);
  CHECK(outcome.cost.usd_micros == 1'000'000);
}

TEST_CASE("the operator's price is before the table's, and names may be longer than its own") {
  CHECK(find_price("claude-opus-4-5", {})->output == 25'000'000);
  CHECK(find_price("claude-opus-4-5-20251101", {})->input == 5'000'000);
  CHECK(find_price("anthropic/claude-opus-4-5-20251101[1m]", {})->input == 5'000'000);
  CHECK(find_price("gpt-5-2025-08-07", {})->cached == 125'000);
  CHECK(find_price("openrouter/openai/gpt-5", {})->input == 1'250'000);
  CHECK(find_price("gpt-5", {{"gpt-5", {1, 2, 3, 4}}}) == ModelPrice{1, 2, 3, 4});
  CHECK(find_price("openai/gpt-5", {{"openai/gpt-5", {1, 2, 3, 4}}})->input == 1);
  CHECK(find_price("openai/gpt-5", {{"gpt-5", {1, 2, 3, 4}}})->input == 1);
  for (const char* name :
       {"", "gpt", "gpt-5x", "gpt-5-20250", "xgpt-5", "[1m]", "/", "-20251101"}) {
    INFO(name);
    CHECK_FALSE(find_price(name, {}));
  }
}

TEST_CASE("the table is dated, and its prices are plausible") {
  CHECK(parse_instant(std::string(kPriceTableDate) + "T00:00:00Z"));
  for (const char* name :
       {"claude-haiku-4-5", "claude-sonnet-4-5", "gpt-5.1-codex", "gpt-5-mini"}) {
    const auto price = find_price(name, {});
    REQUIRE(price);
    CHECK(price->cached < price->input);
    CHECK(price->input <= price->cache_write);
    CHECK(price->cache_write < price->output);
  }
}

TEST_CASE("damaged sums have no price") {
  AgentOutcome outcome = used("gpt-5", {1'000'000'000'000, 0, 0, 1'000'000'000'000, 0});
  price_outcome(outcome, "", {});
  CHECK(outcome.cost.basis == Basis::unknown);
}
