// SPDX-License-Identifier: MIT
// Base64 both ways.
#include "loop/base/base64.h"

#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("bytes come back from base64 as they were, at every length around a group") {
  std::string bytes;
  for (int length = 0; length <= 260; ++length) {
    CAPTURE(length);
    CHECK(from_base64(to_base64(bytes)) == bytes);
    bytes += static_cast<char>(length);
  }
}

TEST_CASE("the examples of RFC 4648 hold") {
  const std::vector<std::pair<std::string, std::string>> examples{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) CHECK(to_base64(bytes) == text);
}

TEST_CASE("what is no base64 gives nothing") {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "Z g=", " Zg==", "Zg==\n",
                           "Zm9v=", "Zg==Zg==", "Zm9-", "Zm9_"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}
