// SPDX-License-Identifier: MIT
// The queue of what is due, against the plainest model: a map from item to instant.
#include "engine/due_queue.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace loop;

namespace {

Instant at(std::int64_t milliseconds) { return Instant{Duration{milliseconds}}; }

std::optional<Instant> earliest(const std::map<std::size_t, Instant>& model) {
  std::optional<Instant> first;
  for (const auto& [item, when] : model) {
    if (!first || when < *first) first = when;
  }
  return first;
}

}  // namespace

TEST_CASE("an empty queue has nothing due") {
  DueQueue queue;
  CHECK_FALSE(queue.next());
  CHECK_FALSE(queue.take_due(Instant::max()));
  queue.reset(3);
  CHECK(queue.size() == 3);
  CHECK(queue.count() == 0);
  CHECK_FALSE(queue.when(2));
  queue.erase(2);
  CHECK_FALSE(queue.next());
}

TEST_CASE("what is due comes in its order, up to now and no further") {
  DueQueue queue;
  queue.reset(4);
  queue.set(0, at(30));
  queue.set(3, at(10));
  queue.set(1, at(20));
  queue.set(1, at(40));  // moved back
  queue.set(0, at(5));   // moved forward

  CHECK(queue.next()->item == 0);
  CHECK(queue.take_due(at(10))->item == 0);
  CHECK(queue.take_due(at(10))->item == 3);
  CHECK_FALSE(queue.take_due(at(39)));
  CHECK(queue.when(1) == at(40));
  queue.erase(1);
  CHECK_FALSE(queue.next());
}

TEST_CASE("instants at both ends of time and before 1970 are ordered") {
  DueQueue queue;
  queue.reset(3);
  queue.set(0, Instant::max());
  queue.set(1, Instant::min());
  queue.set(2, at(-1));
  CHECK(queue.take_due(at(0))->item == 1);
  CHECK(queue.take_due(at(0))->item == 2);
  CHECK_FALSE(queue.take_due(at(0)));
  CHECK(queue.next()->when == Instant::max());
}

TEST_CASE("a queue that is built at once holds what was given") {
  for (const std::size_t size : {0u, 1u, 2u, 4u, 5u, 6u, 21u, 22u, 1000u}) {
    INFO(size);
    std::mt19937 random(static_cast<unsigned>(size));
    std::vector<std::optional<Instant>> instants(size);
    std::vector<Instant> expected;
    for (auto& instant : instants) {
      if (random() % 4 == 0) continue;
      instant = at(random() % 50);  // many are equal
      expected.push_back(*instant);
    }
    std::sort(expected.begin(), expected.end());
    DueQueue queue;
    queue.reset(7);
    queue.set(6, at(1));  // forgotten by the next line

    queue.reset(instants);

    for (std::size_t item = 0; item < size; ++item) CHECK(queue.when(item) == instants[item]);
    std::vector<Instant> taken;
    while (const auto due = queue.take_due(Instant::max())) {
      CHECK(due->when == instants[due->item]);
      taken.push_back(due->when);
    }
    CHECK(taken == expected);
  }
}

TEST_CASE("after any changes the queue agrees with a map") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr std::size_t kItems = 60;
  DueQueue queue;
  queue.reset(kItems);
  std::map<std::size_t, Instant> model;
  for (int change = 0; change < 20'000; ++change) {
    const std::size_t item = random() % kItems;
    switch (random() % 4) {
      case 0:
        queue.erase(item);
        model.erase(item);
        break;
      case 1:
        if (const auto due = queue.take_due(at(random() % 200))) {
          REQUIRE(model.at(due->item) == due->when);
          REQUIRE(earliest(model) == due->when);
          model.erase(due->item);
        }
        break;
      default: queue.set(item, at(random() % 200)); model[item] = *queue.when(item);
    }
    REQUIRE(queue.count() == model.size());
    REQUIRE((queue.next() ? std::optional(queue.next()->when) : std::nullopt) == earliest(model));
  }
  for (std::size_t item = 0; item < kItems; ++item) {
    const auto known = model.find(item);
    CHECK(queue.when(item) == (known == model.end() ? std::nullopt : std::optional(known->second)));
  }
}
