// SPDX-License-Identifier: MIT
// Comparing sixty-four places at a time.
#include "ops/byte_window.hpp"

#include "loop/base/result.h"
#include "ops/byte_block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

namespace loop::ops {

namespace {

constexpr std::size_t kProbesMax = 3;
// More probes cost more than the places that they would save.
constexpr double kRareEnough = 2e-3;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Of the bytes of texts and programs.
double frequency_of(std::uint8_t byte) {
  constexpr std::string_view kFrequent = " etaroinslcdp_umfhg0b,;)(y.v*/w->\tkx=1&2\"q";
  constexpr double kMost = 0.08;
  constexpr double kStep = 0.93;
  constexpr double kOthers = 0.002;
  const std::size_t rank = kFrequent.find(static_cast<char>(byte));
  return rank == std::string_view::npos ? kOthers
                                        : kMost * std::pow(kStep, static_cast<double>(rank));
}

double frequency_of(const ByteSet& set) {
  double sum = 0;
  for (std::size_t byte = 0; byte < set.size(); ++byte) {
    if (set[byte]) sum += frequency_of(static_cast<std::uint8_t>(byte));
  }
  return std::min(sum, 1.0);
}

using Range = std::pair<std::uint8_t, std::uint8_t>;

std::vector<Range> ranges_of(const ByteSet& set) {
  std::vector<Range> ranges;
  for (std::size_t byte = 0; byte < set.size(); ++byte) {
    if (!set[byte]) continue;
    const auto value = static_cast<std::uint8_t>(byte);
    if (byte > 0 && set[byte - 1])
      ranges.back().second = value;
    else
      ranges.emplace_back(value, value);
  }
  return ranges;
}

using Block = ByteBlock;
constexpr std::size_t kBlocks = 4;
constexpr std::size_t kStride = kBlocks * sizeof(Block);

}  // namespace

// Which of the places from one on may be the window's begin.
class ByteWindow::Stride {
 public:
  Stride(const std::vector<Probe>& probes, const char* from) {
    hits_.fill(~Block{});
    for (const Probe& probe : probes) {
      const char* first = from + probe.at;
      if (probe.is_one_byte)
        keep([&](const Block& bytes) { return (bytes | probe.folded) == probe.first; }, first);
      else
        keep([&](const Block& bytes) { return is_in(probe, bytes); }, first);
    }
  }

  bool has_any() const {
    const Block any = (hits_[0] | hits_[1]) | (hits_[2] | hits_[3]);
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), &any, sizeof any);
    return (words[0] | words[1]) != 0;
  }
  bool has(std::size_t place) const {
    return hits_[place / sizeof(Block)][place % sizeof(Block)] != 0;
  }

 private:
  template <class Test>
  void keep(const Test& test, const char* from) {
    for (std::size_t i = 0; i < kBlocks; ++i) {
      hits_[i] &= Block(test(load_block(from + i * sizeof(Block))));
    }
  }

  static Block is_in(const Probe& probe, const Block& bytes) {
    const Block folded = bytes | probe.folded;
    const Block first = Block(Block(folded - probe.first) <= probe.first_span);
    return first | Block(Block(folded - probe.second) <= probe.second_span);
  }

  std::array<Block, kBlocks> hits_;
};

ByteSet set_of(char c, LetterCase letter_case) {
  constexpr std::uint8_t kCaseBit = 0x20;
  ByteSet set;
  const auto byte = static_cast<std::uint8_t>(c);
  set.set(byte);
  if (letter_case == LetterCase::ignored && is_letter(c)) set.set(byte ^ kCaseBit);
  return set;
}

bool ByteWindow::make_probe(const ByteSet& set, Probe& probe) {
  constexpr std::uint8_t kCaseBit = 0x20;
  std::vector<Range> ranges = ranges_of(set);
  if (ranges.size() == 2 && ranges[0].second < ranges[1].first &&
      (ranges[0].first | kCaseBit) == ranges[1].first &&
      (ranges[0].second | kCaseBit) == ranges[1].second &&
      is_letter(static_cast<char>(ranges[0].first)) &&
      is_letter(static_cast<char>(ranges[0].second))) {
    probe.folded = kCaseBit;
    ranges.erase(ranges.begin());
  }
  if (ranges.empty() || ranges.size() > 2) return false;
  probe.first = ranges.front().first;
  probe.first_span = static_cast<std::uint8_t>(ranges.front().second - ranges.front().first);
  probe.second = ranges.back().first;
  probe.second_span = static_cast<std::uint8_t>(ranges.back().second - ranges.back().first);
  probe.is_one_byte = ranges.size() == 1 && probe.first_span == 0;
  return true;
}

ByteWindow::ByteWindow(std::vector<ByteSet> sets) : sets_(std::move(sets)) {
  LOOP_CHECK(!sets_.empty());
  std::vector<double> frequencies;
  for (const ByteSet& set : sets_) frequencies.push_back(frequency_of(set));
  std::vector<std::size_t> order(sets_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return frequencies[i]; });
  double probed = 1;
  for (const std::size_t i : order) {
    frequency_ *= frequencies[i];
    Probe probe{.at = i};
    if (probes_.size() == kProbesMax || probed < kRareEnough) continue;
    if (!make_probe(sets_[i], probe)) continue;
    probes_.push_back(probe);
    probed *= frequencies[i];
  }
}

ByteWindow ByteWindow::of_text(std::string_view text, LetterCase letter_case) {
  std::vector<ByteSet> sets;
  for (const char c : text) sets.push_back(set_of(c, letter_case));
  return ByteWindow(std::move(sets));
}

bool ByteWindow::is_at(std::string_view text, std::size_t at) const {
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    if (!sets_[i][static_cast<std::uint8_t>(text[at + i])]) return false;
  }
  return true;
}

std::size_t ByteWindow::find(std::string_view text, std::size_t from) const {
  if (text.size() < sets_.size()) return text.size();
  const std::size_t end = text.size() - sets_.size() + 1;  // of the places where it may begin
  std::size_t at = from;
  for (; at + kStride <= end; at += kStride) {
    const Stride stride(probes_, text.data() + at);
    if (!stride.has_any()) continue;
    for (std::size_t i = 0; i < kStride; ++i) {
      if (stride.has(i) && is_at(text, at + i)) return at + i;
    }
  }
  for (; at < end; ++at) {
    if (is_at(text, at)) return at;
  }
  return text.size();
}

}  // namespace loop::ops
