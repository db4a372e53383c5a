// SPDX-License-Identifier: MIT
// Finding files by name in a tree of sources: by a server that runs, and by fd as a process.
#include <fmt/format.h>

#include <algorithm>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "rows/all_rows.hpp"
#include "rows/source_folders.hpp"
#include "rows/stdio_callers.hpp"

namespace loop::bench {

namespace {

const std::string kName = "part_7.c";  // one in each folder
const std::string kOne = "folder_1/part_7.c";

Contender by_fd(const Scene& scene, std::size_t folders) {
  const auto fd = scene.find_program("fdfind");
  if (!fd) return absent_contender("fd -uu -j2", Role::peer, "fdfind is not installed");
  return {"fd -uu -j2",
          Role::peer,
          [argv = std::vector<std::string>{*fd, "-uu", "-j2", "-g", kName, "."},
           folder = scene.scratch, folders]() -> Result<double> {
            constexpr int kTimes = 5;
            const Stopwatch watch;
            for (int time = 0; time < kTimes; ++time) {
              LOOP_TRY(const std::string text, output_of(argv, {.directory = folder}));
              const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
              if (lines == folders) continue;
              return Error(Errc::invalid_data, fmt::format("fd found {} of {}", lines, folders));
            }
            return kTimes / watch.seconds();
          },
          {}};
}

Result<std::vector<Contender>> contenders(const Scene& scene) {
  const SourceFolders folders{.count = scene.sized<std::size_t>(2, 60, 200)};
  LOOP_TRY_VOID(write_source_folders(scene.scratch, folders));
  const int times = scene.sized(2, 5, 20);
  return std::vector<Contender>{
      caller("list_project_structure", Role::ours,
             {{scene.product_program("loop-mcp"), "-C", scene.scratch}, {}, {}, true},
             {"list_project_structure",
              fmt::format(R"({{"file_pattern":"{}","include_directories":false,)"
                          R"("respect_gitignore":false}})",
                          kName),
              kOne, 1, times}),
      by_fd(scene, folders.count),
      npm_caller(
          scene, "server-filesystem search_files", kFilesystem, {scene.scratch},
          {"search_files",
           fmt::format(R"({{"path":"{}","pattern":"**/{}"}})", scene.scratch, kName), kOne, 1, 2})};
}

}  // namespace

RowGroup list_rows() {
  RowGroup group;
  group.rows.push_back({"list.names",
                        "files of one name in a tree of 200 folders",
                        "lists/s",
                        Better::more,
                        {{"fd -uu -j2", 1.5}, {"server-filesystem search_files", 80}},
                        contenders});
  return group;
}

}  // namespace loop::bench
