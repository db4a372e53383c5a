// SPDX-License-Identifier: MIT
// No path in any argument of any tool on any transport reaches a file outside of the workspace.
#include <algorithm>

#include "hostile/path_payloads.hpp"
#include "hostile/real_folder.hpp"
#include "hostile/text_argument.hpp"
#include "hostile/tool_way.hpp"
#include "support/catch.hpp"
#include "support/long_form.hpp"

using namespace loop::test;

namespace {

// In the short form each argument meets another part of the list.
constexpr std::size_t kPathStride = 31;
constexpr std::size_t kTextStride = 400;

std::size_t stride_of(const TextArgument& argument) {
  if (argument.is_path()) return is_long_form() ? 1 : kPathStride;
  return is_long_form() ? kTextStride / 10 : kTextStride;
}

struct Attack {
  std::size_t calls = 0;
  std::size_t refusals = 0;
  std::vector<std::string> leaks;
};

void attack(ToolWay& way, const PathTraps& traps, std::size_t first, const TextArgument& argument,
            Attack& attack) {
  const auto& payloads = traps.payloads();
  const std::size_t stride = stride_of(argument);
  for (std::size_t at = first % stride; at < payloads.size(); at += stride) {
    INFO(argument.shown() << " = " << payloads[at]);
    const std::string answer = way.call(argument.tool(), argument.request_with(payloads[at]));
    ++attack.calls;
    if (answer.find("\"isError\":true") != std::string::npos) ++attack.refusals;
    const bool leaks = std::ranges::any_of(traps.canaries(), [&](const std::string& canary) {
      return answer.find(canary) != std::string::npos;
    });
    if (leaks) attack.leaks.push_back(argument.shown() + " = " + payloads[at] + ": " + answer);
  }
}

}  // namespace

TEST_CASE("every path argument of the tools is known") {
  std::size_t paths = 0;
  for (const TextArgument& argument : text_arguments()) {
    paths += argument.is_path() ? 1 : 0;
    INFO(argument.shown());
    const std::string& name = argument.field.name;
    // What is called a path or a directory is described as one.
    const bool sounds_like_path = name.find("path") != std::string::npos ||
                                  name.find("directory") != std::string::npos || name == "cwd";
    CHECK((!sounds_like_path || argument.is_path()));
  }
  CHECK(paths >= 10);
}

TEST_CASE("no path of any argument on any transport crosses the workspace's root") {
  const auto arguments = text_arguments();
  Attack sum;
  std::size_t first = 0;
  for (const Transport& transport : transports()) {
    const auto way = transport.open();
    const PathTraps traps(way->workspace().root());
    for (const TextArgument& argument : arguments) {
      attack(*way, traps, first, argument, sum);
      first += 7;
    }
    way->ping();
    INFO(transport.name);
    CHECK(traps.outside() == traps.outside_at_first());
    CHECK(way->log().find("CANARY") == std::string::npos);
  }
  CAPTURE(sum.leaks);
  CHECK(sum.leaks.empty());
  CHECK(sum.refusals > sum.calls / 4);
  WARN(sum.calls << " calls, " << sum.refusals << " refused, " << sum.leaks.size() << " leaks");
}

// A path of 2047 directories took over a minute of syncs in one call.
TEST_CASE("a write makes directories down to a depth of 100 and none of a deeper path") {
  RealFolder folder;
  const auto write_below = [&](int directories) {
    std::string path = "f";
    for (int i = 0; i < directories; ++i) path = "d/" + path;
    return folder.call("write_project_file", {{"file_path", path}, {"content", "x"}});
  };
  const auto refused = write_below(101);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == loop::Errc::limit_reached);
  CHECK_FALSE(std::filesystem::exists(folder.root() + "/d"));
  CHECK(write_below(100));
  CHECK(write_below(99));
}
