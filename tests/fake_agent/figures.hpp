// SPDX-License-Identifier: MIT
// What the played agent says that it used.
#pragma once

#include <cstdint>
#include <string>

namespace fake_agent {

// In the normalised sense: no part is counted in another one. Each dialect states them in the way
// of its program.
struct Figures {
  std::int64_t input = 240;
  std::int64_t cache_read = 100;
  std::int64_t cache_write = 30;
  std::int64_t output = 55;
  std::int64_t reasoning = 0;
  double cost_usd = 0.0028125;

  // The n-th of `parts` equal parts, so that all parts together are the whole.
  Figures part(std::int64_t n, std::int64_t parts) const;
};

// "in,cache_read,cache_write,out,reasoning"; empty: the default. Throws on anything else.
Figures parse_figures(const std::string& usage, const std::string& cost);

}  // namespace fake_agent
