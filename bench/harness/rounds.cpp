// SPDX-License-Identifier: MIT
// Rounds in turns.
#include "harness/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop::bench {

namespace {

Status measure_once(const Row& row, const Contender& contender, ContenderResult& result) {
  auto value = contender.measure();
  if (!value) {
    return std::move(value).error().with_context(fmt::format("{}, {}", row.id, contender.name));
  }
  if (!(*value > 0)) {
    return Error(Errc::invalid_data,
                 fmt::format("{}, {}: measured {} {}", row.id, contender.name, *value, row.unit));
  }
  result.samples.push_back(*value);
  return {};
}

}  // namespace

Result<RowResult> measure_row(const Row& row, const Scene& scene, int rounds) {
  auto prepared = row.prepare(scene);
  if (!prepared) return std::move(prepared).error().with_context(row.id);
  std::vector<Contender>& contenders = *prepared;
  if (std::ranges::count(contenders, Role::ours, &Contender::role) != 1) {
    return Error(Errc::invalid_data, row.id + ": exactly one contender is to be ours");
  }
  if (scene.only_ours) {
    std::erase_if(contenders, [](const Contender& one) { return one.role != Role::ours; });
  }
  RowResult result{row.id, row.what, row.unit, row.better, {}, row.goals};
  for (const Contender& one : contenders) {
    result.contenders.push_back({one.name, one.role, {}, one.absent});
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t turn = 0; turn < contenders.size(); ++turn) {
      const std::size_t index = (turn + static_cast<std::size_t>(round)) % contenders.size();
      if (!contenders[index].absent.empty()) continue;
      LOOP_TRY_VOID(measure_once(row, contenders[index], result.contenders[index]));
    }
  }
  return result;
}

Result<GrowthResult> measure_growth(const Growth& growth, const Scene& scene, int rounds) {
  GrowthResult result{growth.id, growth.what, growth.size_unit, growth.unit, {}};
  for (const std::size_t size : growth.sizes) {
    auto measure = growth.prepare(scene, size);
    if (!measure) return std::move(measure).error().with_context(growth.id);
    GrowthPoint point{size, {}};
    for (int round = 0; round < rounds; ++round) {
      auto value = (*measure)();
      if (!value) return std::move(value).error().with_context(growth.id);
      point.samples.push_back(*value);
    }
    result.points.push_back(std::move(point));
  }
  return result;
}

}  // namespace loop::bench
