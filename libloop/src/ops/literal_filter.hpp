// SPDX-License-Identifier: MIT
// Bytes in a row of which every match of a pattern holds some: where they are not, nobody need
// look.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/byte_window.hpp"

namespace re2 {
class RE2;
}

namespace loop::ops {

class LiteralFilter {
 public:
  // That every line passes.
  LiteralFilter() = default;

  // What RE2 itself says that every match of the pattern needs, or what the pattern shows, where
  // that is seen more seldom.
  static LiteralFilter of_pattern(const re2::RE2& pattern);
  static LiteralFilter of_text(const std::string& text, LetterCase letter_case);

  bool passes_all() const { return windows_.empty(); }

  // Places in one text, asked for from its begin to its end.
  class Places {
   public:
    Places(const LiteralFilter& filter, std::string_view text);
    // The first one that is not before `at`; the text's size when there is none.
    std::size_t next(std::size_t at);

   private:
    const LiteralFilter& filter_;
    std::string_view text_;
    std::vector<std::optional<std::size_t>> found_;  // of each window, once looked for
  };

 private:
  std::vector<ByteWindow> windows_;
};

}  // namespace loop::ops
