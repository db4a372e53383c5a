// SPDX-License-Identifier: MIT
// UTF-8 among words of ASCII.
#include "loop/base/text.h"

#include <string>

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("what is wrong in UTF-8 is found wherever it stands among words of ASCII") {
  const std::string pieces[] = {"\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf5\x80\x80\x80"};
  for (const std::string& bad : pieces) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text = std::string(before, 'a') + bad + std::string(20, 'b');
      CAPTURE(before, bad);
      CHECK(find_invalid_utf8(text) == before);
      CHECK_FALSE(find_invalid_utf8(to_valid_utf8(text)));
      CHECK(to_valid_utf8(text).starts_with(std::string(before, 'a') + "\xef\xbf\xbd"));
      CHECK(to_valid_utf8(text).ends_with(std::string(20, 'b')));
    }
  }
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string text =
        std::string(before, 'a') + "\xe2\x82\xac\xc3\xa4" + std::string(9, 'b');
    CHECK_FALSE(find_invalid_utf8(text));
    CHECK(to_valid_utf8(text) == text);
  }
}
