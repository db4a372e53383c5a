// SPDX-License-Identifier: MIT
// Bytes in a row, each one of a set: what a text is looked through for before an engine is asked.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace loop::ops {

enum class LetterCase { counts, ignored };

using ByteSet = std::bitset<256>;

ByteSet set_of(char c, LetterCase letter_case);  // of the letters only those of ASCII have a case

class ByteWindow {
 public:
  // `sets` is not empty.
  explicit ByteWindow(std::vector<ByteSet> sets);
  // `text` is not empty.
  static ByteWindow of_text(std::string_view text, LetterCase letter_case);

  // Where it begins, from `from` on; the size of `text` when it is not there.
  std::size_t find(std::string_view text, std::size_t from) const;

  // How often it is to be expected at a place of a text or a program: a rough guess.
  double frequency() const { return frequency_; }
  const std::vector<ByteSet>& sets() const { return sets_; }

 private:
  // One or two ranges of bytes, after the bits of `folded` were set.
  struct Probe {
    std::size_t at = 0;
    bool is_one_byte = false;
    std::uint8_t folded = 0;
    std::uint8_t first = 0, first_span = 0;
    std::uint8_t second = 0, second_span = 0;
  };
  class Stride;

  static bool make_probe(const ByteSet& set, Probe& probe);
  bool is_at(std::string_view text, std::size_t at) const;

  std::vector<ByteSet> sets_;
  // Of the rarest places, compared with many places of the text at once. None where no set has so
  // few ranges.
  std::vector<Probe> probes_;
  double frequency_ = 1;
};

}  // namespace loop::ops
