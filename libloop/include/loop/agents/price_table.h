// SPDX-License-Identifier: MIT
// What tokens cost, for agents that do not say it: the operator's prices, then a dated table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "loop/agents/outcome.h"
#include "loop/domain/config.h"

namespace loop {

// The built-in prices are those known on this day, of few models; an operator's own stand above
// them.
inline constexpr std::string_view kPriceTableDate = "2026-10-24";

using ModelPrices = std::map<std::string, ModelPrice>;

// `own` before the built-in table. A provider's prefix ("openai/"), a variant in brackets and a
// date at the end are left out when the full name is not found. Nothing for an unknown model.
std::optional<ModelPrice> find_price(std::string_view model, const ModelPrices& own);

// Gives an outcome whose agent named no cost one by price, when each of its models has a price;
// `model` stands for the one that the agent did not name. Otherwise the cost stays unknown: it is
// never invented. A reported cost is left alone.
void price_outcome(AgentOutcome& outcome, const std::string& model, const ModelPrices& own);

}  // namespace loop
