// SPDX-License-Identifier: MIT
// .roomodes, in YAML or JSON: a file gives modes that can be used, or problems that say why not.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "loop/base/result.h"
#include "loop/base/text.h"
#include "loop/domain/modes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const loop::ModeFile file = loop::parse_modes(text, loop::ModeSource::project);
  std::set<std::string> slugs;
  for (const loop::Mode& mode : file.modes) {
    LOOP_CHECK(!mode.slug.str().empty());
    LOOP_CHECK(slugs.insert(mode.slug.str()).second);
    LOOP_CHECK(!mode.name.empty());
    LOOP_CHECK(!loop::find_invalid_utf8(mode.role_definition));
  }
  for (const loop::ModeProblem& problem : file.problems) {
    LOOP_CHECK(!problem.message.empty());
    LOOP_CHECK(problem.is_warning || file.modes.empty());
  }
  return 0;
}
