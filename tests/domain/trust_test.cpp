// SPDX-License-Identifier: MIT
// Approvals, bound to the text that was approved.
#include "loop/domain/trust.h"

#include "loop/store/file_content.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{7};
  sim::SimFiles files{clock};
  TrustStore store{files, clock, random};
};

const RelativePath kFile = RelativePath::of("trust.json");

}  // namespace

TEST_CASE("a workspace is trusted while its configuration is what was approved") {
  Fixture fixture;
  CHECK_FALSE(*fixture.store.is_trusted("/w", "a = 1"));

  REQUIRE(fixture.store.trust("/w", "a = 1"));

  CHECK(*fixture.store.is_trusted("/w", "a = 1"));
  CHECK_FALSE(*fixture.store.is_trusted("/w", "a = 2"));
  CHECK_FALSE(*fixture.store.is_trusted("/w/", "a = 1"));
  CHECK_FALSE(*fixture.store.is_trusted("/other", "a = 1"));
}

TEST_CASE("a workspace without a configuration can be trusted until it gets one") {
  Fixture fixture;
  REQUIRE(fixture.store.trust("/w", ""));

  CHECK(*fixture.store.is_trusted("/w", ""));
  CHECK_FALSE(*fixture.store.is_trusted("/w", "[agents.a]"));
}

TEST_CASE("a later approval replaces the earlier one and leaves the others alone") {
  Fixture fixture;
  REQUIRE(fixture.store.trust("/a", "1"));
  REQUIRE(fixture.store.trust("/b", "1"));
  REQUIRE(fixture.store.trust("/a", "2"));

  CHECK_FALSE(*fixture.store.is_trusted("/a", "1"));
  CHECK(*fixture.store.is_trusted("/a", "2"));
  CHECK(*fixture.store.is_trusted("/b", "1"));
}

TEST_CASE("a revoked approval is gone, and revoking twice is harmless") {
  Fixture fixture;
  REQUIRE(fixture.store.trust("/w", ""));
  REQUIRE(fixture.store.revoke("/w"));
  REQUIRE(fixture.store.revoke("/w"));

  CHECK_FALSE(*fixture.store.is_trusted("/w", ""));
}

TEST_CASE("a damaged file trusts nobody and is not overwritten") {
  for (const char* text : {"", "{", "[]", "{\"workspaces\":3}", "{\"workspaces\":{\"/w\":{}}}"}) {
    INFO(text);
    Fixture fixture;
    REQUIRE(replace_file(fixture.files, fixture.random, kFile, text));

    const auto trusted = fixture.store.is_trusted("/w", "");
    REQUIRE_FALSE(trusted);
    CHECK(trusted.error().code() == Errc::invalid_data);
    CHECK_THAT(trusted.error().message(), Catch::Contains("trust.json"));
  }
  Fixture fixture;
  REQUIRE(replace_file(fixture.files, fixture.random, kFile, "{"));
  CHECK_FALSE(fixture.store.trust("/w", ""));
  CHECK(read_file(fixture.files, kFile)->bytes == "{");
}
