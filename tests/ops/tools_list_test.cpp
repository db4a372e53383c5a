// SPDX-License-Identifier: MIT
// How large the list of tools is that every client reads before it calls anything.
#include <fmt/format.h>

#include "ops/operations_fixture.hpp"

using namespace loop;
namespace json = boost::json;

namespace {

constexpr std::size_t kListBytesMax = 16'000;

}  // namespace

TEST_CASE("the list of all tools, with what goes in and out of them, is below 16,000 bytes") {
  json::array tools;
  std::string sizes;
  for (const Operation* operation : operations()) {
    json::object tool = listed_tool(*operation);
    const std::size_t size = json::serialize(tool).size();
    sizes += fmt::format("{} {}: description {}, input {}\n", size, operation->info().name,
                         operation->info().meaning.size(),
                         json::serialize(tool.at("inputSchema")).size());
    tools.push_back(std::move(tool));
  }
  INFO(sizes);
  CHECK(json::serialize(json::object{{"tools", std::move(tools)}}).size() < kListBytesMax);
}
