// SPDX-License-Identifier: MIT
// Sessions by their ids: whose they are, who has to go, who stays.
#include "mcp/http/session_table.hpp"

#include <set>

#include "sim/sim_clock.hpp"
#include "support/catch.hpp"

using namespace mcp;
using loop::Duration;

namespace {

class NoQueue final : public WorkQueue {
 public:
  bool submit(std::function<void()>) override { return false; }
};

struct Fixture {
  loop::sim::SimClock clock{*loop::parse_instant("2026-01-01T00:00:00Z")};
  loop::SystemRandom random;
  loop::NullLog log;
  NoQueue queue;
  Server server{{.implementation = {.name = "t", .version = "1"}},
                {.work = queue, .clock = clock, .random = random, .log = log}};

  std::shared_ptr<HttpSession> session(const std::string& owner = "") {
    return std::make_shared<HttpSession>(server, Principal{owner});
  }
};

constexpr Duration kIdle{1000};

}  // namespace

TEST_CASE("session table: ids are 128 bits, never the same, and belong to their owner") {
  Fixture fixture;
  SessionTable table(fixture.clock, fixture.random, 100, kIdle);
  std::set<std::string> ids;
  for (int count = 0; count < 20'000; ++count) ids.insert(*table.add(fixture.session("a")));
  CHECK(ids.size() == 20'000);
  CHECK(table.size() == 100);
  CHECK(ids.begin()->size() == 32);

  const std::string mine = *table.add(fixture.session("a"));
  CHECK(table.find(mine, {"a"}));
  CHECK_FALSE(table.find(mine, {"b"}));
  CHECK_FALSE(table.find(mine, {}));
  CHECK_FALSE(table.remove(mine, {"b"}));
  CHECK(table.remove(mine, {"a"}));
  CHECK_FALSE(table.find(mine, {"a"}));
  CHECK_FALSE(table.remove(mine, {"a"}));
}

TEST_CASE("session table: room is made by those never used, then by those unused longest") {
  Fixture fixture;
  SessionTable table(fixture.clock, fixture.random, 3, kIdle);
  const std::string old = *table.add(fixture.session());
  const std::string never = *table.add(fixture.session());
  const std::string late = *table.add(fixture.session());
  REQUIRE(table.find(old, {}));
  REQUIRE(table.find(late, {}));

  const std::string first = *table.add(fixture.session());
  CHECK_FALSE(table.find(never, {}));
  REQUIRE(table.find(first, {}));  // all are used now; `old` longest ago
  REQUIRE(table.add(fixture.session()));
  CHECK_FALSE(table.find(old, {}));
  CHECK(table.find(late, {}));
  CHECK(table.find(first, {}));
}

TEST_CASE("session table: who has a stream never goes, and when all have there is no room") {
  Fixture fixture;
  SessionTable table(fixture.clock, fixture.random, 2, kIdle);
  const auto busy = fixture.session();
  const auto reader = busy->own_stream()->attach([] {});
  const std::string kept = *table.add(busy);
  for (int count = 0; count < 1000; ++count) REQUIRE(table.add(fixture.session()));
  CHECK(table.find(kept, {}) == busy);

  const auto other = fixture.session();
  other->own_stream()->attach([] {});
  REQUIRE(table.add(other));
  CHECK_FALSE(table.add(fixture.session()));
  busy->own_stream()->release(reader);
  CHECK(table.add(fixture.session()));
  CHECK_FALSE(table.find(kept, {}));
}

TEST_CASE("session table: what is idle too long ends, its streams with it") {
  Fixture fixture;
  SessionTable table(fixture.clock, fixture.random, 10, kIdle);
  const auto idle = fixture.session(), used = fixture.session(), streamed = fixture.session();
  const std::string idle_id = *table.add(idle);
  const std::string used_id = *table.add(used);
  const std::string streamed_id = *table.add(streamed);
  streamed->own_stream()->attach([] {});
  fixture.clock.advance(kIdle / 2);
  REQUIRE(table.find(used_id, {}));
  fixture.clock.advance(kIdle / 2);
  table.expire();
  CHECK_FALSE(table.find(idle_id, {}));
  CHECK(idle->own_stream()->is_ended());
  CHECK(table.find(used_id, {}));
  CHECK(table.find(streamed_id, {}));
  fixture.clock.advance(kIdle);
  table.expire();
  CHECK_FALSE(table.find(used_id, {}));
  CHECK(table.find(streamed_id, {}));
}

TEST_CASE("http session: a last event id names a stream and a place in it") {
  Fixture fixture;
  const auto session = fixture.session();
  const auto stream = session->open_stream();
  CHECK(session->find(event_id(*stream, 3))->stream == stream);
  CHECK(session->find(event_id(*stream, 3))->after == 3);
  CHECK(session->find(event_id(*session->own_stream(), 0))->stream == session->own_stream());
  for (const char* wrong :
       {"", "-", "1", "1-", "-1", "1-x", "9-1", "1--1", "1-99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(session->find(wrong));
  }
}

TEST_CASE("http session: finished streams that nobody can come back to are forgotten") {
  Fixture fixture;
  const auto session = fixture.session();
  const boost::json::object answer{{"id", 1}};
  const auto plain = session->open_stream();
  plain->send(answer);
  std::vector<std::shared_ptr<EventStream>> resumable;
  for (int count = 0; count < 20; ++count) {
    resumable.push_back(session->open_stream());
    resumable.back()->note_resumable();
    resumable.back()->send(answer);
  }
  const auto open = session->open_stream();
  session->leave_stream(*resumable.back());
  CHECK_FALSE(session->find(event_id(*plain, 0)));
  CHECK(session->find(event_id(*open, 0)));
  CHECK_FALSE(session->find(event_id(*resumable[3], 0)));
  CHECK(session->find(event_id(*resumable[4], 0)));
}
