// SPDX-License-Identifier: MIT
// Results for people (text, Markdown, SVG) and for machines (JSON).
#pragma once

#include <string>
#include <string_view>

#include "harness/figures.hpp"

namespace loop::bench {

std::string to_text(const RunResult& run);
std::string to_markdown(const RunResult& run);  // a table of all rows and their contenders
std::string to_json(const RunResult& run);
Result<RunResult> parse_run(std::string_view json);

// Each goal as a bar from 0.1 to 1000 times, with its spread, and a mark where it has to be.
std::string ratios_svg(const RunResult& run);
// Cost over size, both axes logarithmic: a straight line is a power of the size.
std::string growth_svg(const GrowthResult& growth);

// Three significant digits, with k, M, G: "528 k".
std::string short_number(double value);

}  // namespace loop::bench
