// SPDX-License-Identifier: MIT
// SHA-256 with and without a key, by the published examples.
#include "loop/base/sha256.h"

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("sha256: the examples of FIPS 180-4") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hmac: example 2 of RFC 4231, and another key gives another text") {
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256_hex("a", "text") != hmac_sha256_hex("b", "text"));
}

TEST_CASE("comparing in constant time: equal, another byte, another length, empty") {
  CHECK(is_equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(is_equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(is_equal_in_constant_time("abc", "ab"));
  CHECK(is_equal_in_constant_time("", ""));
}
