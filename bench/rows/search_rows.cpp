// SPDX-License-Identifier: MIT
// Searching a tree of sources: loopctl against ripgrep, each as a whole process.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "rows/all_rows.hpp"
#include "rows/source_folders.hpp"

namespace loop::bench {

namespace {

constexpr const char* kRipgrep = "node_modules/@vscode/ripgrep-linux-x64/bin/rg";

struct Search {
  std::string id;
  std::string what;
  std::string pattern;
  std::vector<std::string> ours;  // options that mean the same
  std::vector<std::string> theirs;
};

std::vector<std::string> searches_with(std::vector<std::string> argv,
                                       const std::vector<std::string>& options) {
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

// Milliseconds of one process; its lines are counted before the time counts.
Result<double> time_of(const std::vector<std::string>& argv, const std::string& folder,
                       std::size_t lines) {
  const Stopwatch watch;
  LOOP_TRY(const std::string printed, output_of(argv, {}, folder));
  const double ms = watch.seconds() * 1000;
  const auto found = static_cast<std::size_t>(std::ranges::count(printed, '\n'));
  if (found == lines) return ms;
  return Error(Errc::io, fmt::format("{} found {} lines in place of {}", argv[0], found, lines));
}

Contender ripgrep(const Scene& scene, const Search& search, const std::string& folder,
                  std::size_t lines) {
  const auto program = scene.find_peer(kRipgrep);
  if (!program) return absent_contender("ripgrep", Role::peer, "bench/install-peers.sh puts it");
  const auto argv =
      searches_with({*program, "-j1", "-n", "--no-heading", "--no-require-git"}, search.theirs);
  return {"ripgrep",
          Role::peer,
          [argv = searches_with(argv, {"-e", search.pattern, "."}), folder, lines] {
            return time_of(argv, folder, lines);
          },
          {}};
}

Row row_of(const Search& search) {
  Row row;
  row.id = search.id;
  row.what = search.what;
  row.unit = "ms";
  row.better = Better::less;
  row.goals = {{"ripgrep", 1.3}};
  row.prepare = [search](const Scene& scene) -> Result<std::vector<Contender>> {
    const SourceFolders folders{.count = scene.sized<std::size_t>(2, 60, 200)};
    LOOP_TRY_VOID(write_source_folders(scene.scratch, folders));
    const std::size_t lines = search.id == "search.absent" ? 0 : folders.files();
    const auto argv = searches_with({scene.product_program("loopctl"), "search", search.pattern,
                                     "--case-sensitive", "--max-matches", "100000"},
                                    search.ours);
    return std::vector<Contender>{
        {"loopctl search",
         Role::ours,
         [argv, scene, lines] { return time_of(argv, scene.scratch, lines); },
         {}},
        ripgrep(scene, search, scene.scratch, lines)};
  };
  return row;
}

}  // namespace

RowGroup search_rows() {
  return {
      {row_of({"search.literal",
               "a text that one line of each file holds",
               "EXPORT_PART_GPL",
               {"--literal"},
               {"-F"}}),
       row_of({"search.absent", "a text that no file holds", "NoSuchWord", {"--literal"}, {"-F"}}),
       row_of({"search.word", "a whole word", "panic", {"--whole-word"}, {"-w"}}),
       row_of({"search.alternatives",
               "one of three words, and what follows",
               R"((kmalloc|kzalloc|vmalloc)\([a-z_]+->)",
               {},
               {}}),
       row_of({"search.classes",
               "a pattern of classes of letters",
               R"([A-Z]{3}_\w+\s*=\s*0x[0-9a-f]{4},)",
               {},
               {}})},
      {}};
}

}  // namespace loop::bench
