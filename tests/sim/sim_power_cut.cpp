// SPDX-License-Identifier: MIT
// Deciding power cuts.
#include "sim/sim_power_cut.hpp"

#include <array>
#include <functional>
#include <string_view>

namespace loop::sim {

ChanceFates::ChanceFates(std::uint64_t seed) : random_(seed) {
  constexpr std::array<std::array<std::uint64_t, 2>, 4> kMoods{{{0, 0}, {60, 0}, {0, 60}, {90, 0}}};
  const auto& mood = kMoods[random_.below(kMoods.size())];
  keep_percent_ = mood[0];
  lose_percent_ = mood[1];
}

std::size_t ChanceFates::choose(std::size_t choices) {
  const std::uint64_t chance = random_.below(100);
  if (chance < keep_percent_) return choices - 1;
  if (chance < lose_percent_) return 0;
  return random_.below(choices);
}

bool EveryFate::next() {
  asked_ = 0;
  if (!has_begun_) {
    has_begun_ = true;
    return true;
  }
  // As the wheels of a counter; what is asked behind the last turned one may be other questions.
  while (!questions_.empty() && questions_.back().answer + 1 == questions_.back().choices) {
    questions_.pop_back();
  }
  if (questions_.empty()) return false;
  ++questions_.back().answer;
  return true;
}

std::size_t EveryFate::choose(std::size_t choices) {
  if (asked_ == questions_.size()) questions_.push_back({0, choices});
  return questions_[asked_++].answer;
}

std::uint64_t DiskImage::hash() const {
  std::uint64_t value = 0;
  const auto mix = [&value](std::string_view bytes) {
    value = (value ^ std::hash<std::string_view>{}(bytes)) * 0x9e3779b97f4a7c15u;
    value ^= value >> 29;
  };
  for (const auto& [path, entry] : entries) {
    mix(path);
    mix(entry.data);
  }
  return value;
}

}  // namespace loop::sim
