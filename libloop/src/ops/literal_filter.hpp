// SPDX-License-Identifier: MIT
// Texts of which every match of a pattern holds one: where none of them is, nobody need look.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace loop::ops {

enum class LetterCase { counts, ignored };

// A text to be found in others. Two of its bytes, the ones seldom seen, are compared with many
// places at once.
class Literal {
 public:
  // `text` is not empty. Of the letters only those of ASCII have a case here.
  Literal(std::string text, LetterCase letter_case);

  // From `from` on; the size of `text` when it is not there.
  std::size_t find(std::string_view text, std::size_t from) const;

 private:
  bool is_at(std::string_view text, std::size_t at) const;

  std::string text_;
  LetterCase letter_case_;
  std::size_t first_ = 0;  // of the two bytes, where they are in text_
  std::size_t second_ = 0;
};

class LiteralFilter {
 public:
  // That every line passes.
  LiteralFilter() = default;

  // What RE2 itself says that every match of the pattern needs.
  static LiteralFilter of_pattern(const re2::RE2& pattern);
  static LiteralFilter of_text(const std::string& text, LetterCase letter_case);

  bool passes_all() const { return literals_.empty(); }

  // Places in one text, asked for from its begin to its end.
  class Places {
   public:
    Places(const LiteralFilter& filter, std::string_view text);
    // The first one that is not before `at`; the text's size when there is none.
    std::size_t next(std::size_t at);

   private:
    const LiteralFilter& filter_;
    std::string_view text_;
    std::vector<std::optional<std::size_t>> found_;  // of each literal, once looked for
  };

 private:
  std::vector<Literal> literals_;
};

}  // namespace loop::ops
