// SPDX-License-Identifier: MIT
// Plots that a browser shows, light or dark.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report.hpp"

namespace loop::bench {

namespace {

constexpr double kLabelWidth = 430, kPlotWidth = 420, kLineHeight = 20, kMargin = 40;
constexpr double kLeast = 0.1, kMost = 1000;

constexpr const char* kStyle =
    "<style>text{font:12px sans-serif;fill:#222}.axis{stroke:#999}.reached{stroke:#1a7f37}"
    ".missed{stroke:#cf222e}.goal{stroke:#222}.line{fill:none;stroke:#0969da;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.goal{stroke:#ddd}}</style>";

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string opening(double width, double height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\">{2}\n",
      width, height, kStyle);
}

std::string line(double x1, double y1, double x2, double y2, const char* style, double width) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\" "
      "stroke-width=\"{}\"/>\n",
      x1, y1, x2, y2, style, width);
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     escaped(text));
}

double ratio_x(double ratio) {
  const double bounded = std::clamp(ratio, kLeast, kMost);
  return kLabelWidth + kPlotWidth * std::log10(bounded / kLeast) / std::log10(kMost / kLeast);
}

std::string ratio_line(const RowResult& row, const GoalResult& result, double y) {
  const char* style = result.is_reached ? "reached" : "missed";
  std::string svg = label(kLabelWidth - 8, y + 4, "end",
                          fmt::format("{} against {}", row.id, result.goal.against));
  svg += line(ratio_x(kLeast), y, ratio_x(result.ratio->median), y, style, 8);
  svg += line(ratio_x(result.ratio->low), y, ratio_x(result.ratio->high), y, style, 2);
  svg += line(ratio_x(result.goal.factor), y - 8, ratio_x(result.goal.factor), y + 8, "goal", 2);
  return svg + label(kLabelWidth + kPlotWidth + 8, y + 4, "start",
                     fmt::format("{:.2f}x", result.ratio->median));
}

struct Axis {
  double least = 0, most = 1, begin = 0, end = 1;

  double at(double value) const {
    const double width = std::log10(most / least);
    return begin + (end - begin) * (width > 0 ? std::log10(value / least) / width : 0.5);
  }
};

}  // namespace

std::string ratios_svg(const RunResult& run) {
  std::string lines;
  double y = kMargin;
  for (const RowResult& row : run.rows) {
    for (const Goal& goal : row.goals) {
      const GoalResult result = judge(row, goal);
      if (goal.against.empty() || !result.ratio) continue;
      lines += ratio_line(row, result, y);
      y += kLineHeight;
    }
  }
  std::string svg = opening(kLabelWidth + kPlotWidth + 80, y + kMargin);
  for (double ratio = kLeast; ratio <= kMost; ratio *= 10) {
    svg += line(ratio_x(ratio), kMargin - 12, ratio_x(ratio), y, "axis", 0.5);
    svg += label(ratio_x(ratio), y + 16, "middle", fmt::format("{:g}x", ratio));
  }
  return svg + lines + "</svg>\n";
}

std::string growth_svg(const GrowthResult& growth) {
  std::vector<double> costs;
  for (const auto& point : growth.points) {
    const Spread spread = spread_of(point.samples);
    costs.insert(costs.end(), {spread.low, spread.high});
  }
  const auto [least, most] = std::ranges::minmax(costs);
  const Axis x{static_cast<double>(growth.points.front().size),
               static_cast<double>(growth.points.back().size), 80, 500};
  const Axis y{least, most, 260, 50};
  std::string svg = opening(560, 310);
  svg += label(80, 24, "start", fmt::format("{} ({})", growth.what, growth.unit));
  std::string path;
  for (const auto& point : growth.points) {
    const Spread spread = spread_of(point.samples);
    const double at = x.at(static_cast<double>(point.size));
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", at, y.at(spread.median));
    svg += line(at, y.at(spread.low), at, y.at(spread.high), "axis", 2);
    svg += label(at, y.at(spread.median) - 8, "middle", short_number(spread.median));
    svg += label(at, 280, "middle", short_number(static_cast<double>(point.size)));
  }
  svg += fmt::format("<path d=\"{}\" class=\"line\"/>\n", path);
  return svg + label(290, 300, "middle", growth.size_unit) + "</svg>\n";
}

}  // namespace loop::bench
