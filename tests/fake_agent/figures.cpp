// SPDX-License-Identifier: MIT
// Reading and dividing figures.
#include "fake_agent/figures.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

namespace fake_agent {

Figures Figures::part(std::int64_t n, std::int64_t parts) const {
  const auto share = [&](std::int64_t whole) {
    return n == 0 ? whole - whole / parts * (parts - 1) : whole / parts;
  };
  return {share(input),  share(cache_read), share(cache_write),
          share(output), share(reasoning),  cost_usd / static_cast<double>(parts)};
}

Figures parse_figures(const std::string& usage, const std::string& cost) {
  Figures figures;
  if (!usage.empty()) {
    std::array<std::int64_t, 5> counts{};
    std::istringstream in(usage);
    for (std::size_t index = 0; index < counts.size(); ++index) {
      char comma = ',';
      if (index > 0) in >> comma;
      if (!(in >> counts.at(index)) || comma != ',') {
        throw std::invalid_argument("usage is \"in,cache_read,cache_write,out,reasoning\"");
      }
    }
    figures = {counts[0], counts[1], counts[2], counts[3], counts[4], figures.cost_usd};
  }
  if (!cost.empty()) figures.cost_usd = std::stod(cost);
  return figures;
}

}  // namespace fake_agent
