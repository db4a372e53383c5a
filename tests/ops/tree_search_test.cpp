// SPDX-License-Identifier: MIT
// A search with several threads beside the same search with one.
#include <boost/json.hpp>

#include <atomic>

#include "loop/base/spare_threads.h"
#include "loop/ops/search_in_files.h"
#include "ops/operations_fixture.hpp"
#include "sim/sim_random.hpp"

using namespace loop;
using namespace loop::test;
namespace json = boost::json;

namespace {

constexpr std::size_t kHelpers = 3;

// Files with no match, some and many, long lines, empty and binary ones, in folders that nest.
void put_tree(sim::World& world, sim::SimRandom& random, std::uint64_t files) {
  for (std::uint64_t i = 0; i < files; ++i) {
    std::string text;
    for (std::uint64_t line = random.below(12); line > 0; --line) {
      text += std::string(random.below(20) == 0 ? 3000 : random.below(30), '-');
      if (random.below(4) == 0) text += random.below(2) == 0 ? "foo" : "foo foo";
      text += '\n';
    }
    if (random.below(40) == 0) text += '\0';
    std::string path = "d" + std::to_string(random.below(9));
    if (random.below(3) == 0) path += "/e" + std::to_string(random.below(3));
    world.files.put(path + "/f" + std::to_string(i), text);
  }
}

std::string answer_of(const OperationContext& context, const json::object& arguments) {
  const auto parsed = parse_arguments(json::serialize(arguments));
  const auto answer = find_operation("search_in_files")->call(context, parsed.value());
  REQUIRE(answer);
  return json::serialize(*answer);
}

}  // namespace

TEST_CASE("threads that help change nothing in an answer") {
  SystemSpareThreads helpers(kHelpers);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    sim::SimRandom random(seed);
    OperationsFixture fixture;
    put_tree(fixture.world, random, 50 + random.below(500));
    const OperationContext alone = fixture.context();
    OperationContext helped = fixture.context();
    helped.spare_threads = &helpers;
    for (const std::uint64_t limit :
         {std::uint64_t{1}, 1 + random.below(1500), std::uint64_t{100'000}}) {
      const json::object arguments{
          {"pattern", "foo"}, {"max_matches", limit}, {"context_lines", random.below(3)}};
      INFO("seed " << seed << ", limit " << limit);
      CHECK(answer_of(helped, arguments) == answer_of(alone, arguments));
    }
  }
}

TEST_CASE("a full answer is the same with helpers when it is full of bytes") {
  SystemSpareThreads helpers(kHelpers);
  OperationsFixture fixture;
  for (int file = 0; file < 400; ++file) {
    std::string text;
    for (int line = 0; line < 40; ++line) text += "foo " + std::string(400, 'x') + "\n";
    fixture.world.files.put("f" + std::to_string(file), text);
  }
  const OperationContext alone = fixture.context();
  OperationContext helped = fixture.context();
  helped.spare_threads = &helpers;
  const json::object arguments{{"pattern", "foo"}, {"max_matches", 100'000}};

  const std::string answer = answer_of(alone, arguments);

  CHECK(answer.find(R"("truncated":true)") != std::string::npos);
  CHECK(answer_of(helped, arguments) == answer);
}

TEST_CASE("a search with helpers ends when it is cancelled, wherever that is noticed") {
  SystemSpareThreads helpers(kHelpers);
  OperationsFixture fixture;
  for (int i = 0; i < 400; ++i) fixture.world.files.put("f" + std::to_string(i), "foo\n");
  for (const int asked_max : {0, 1, 70, 200, 300, 600}) {
    std::atomic<int> asked = 0;
    OperationContext context = fixture.context();
    context.spare_threads = &helpers;
    context.is_cancelled = [&] { return asked++ >= asked_max; };
    const auto answer = search_in_files(context, {.pattern = "foo"});
    INFO(asked_max);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == Errc::cancelled);
  }
}
