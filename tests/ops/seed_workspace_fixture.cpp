// SPDX-License-Identifier: MIT
// Copying the files of the original system.
#include "ops/seed_workspace_fixture.hpp"

#include <fstream>
#include <iterator>

namespace loop::test {

bool put_seed_workspace(sim::World& world) {
  for (const char* path :
       {".roo/schedules.json", ".roomodes", "task_timing.tsv", "persistent-memory.md", "TODO.md"}) {
    std::ifstream file(std::string(LOOP_SHARED_DIR) + "/fixtures/seed-workspace/" + path,
                       std::ios::binary);
    if (!file) {
      WARN("skipped: no fixture of the original system");
      return false;
    }
    world.files.put(path, std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return true;
}

}  // namespace loop::test
