// SPDX-License-Identifier: MIT
// How long a person waits for `loopctl status`, against `git status` on the same folder.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

constexpr int kFiles = 200;

Result<std::string> make_repository(const Scene& scene, const std::string& git) {
  std::string folder = scene.scratch + "/repository";
  std::filesystem::create_directories(folder + "/src");
  for (int number = 0; number < kFiles; ++number) {
    std::ofstream(fmt::format("{}/src/file{}.txt", folder, number)) << "text " << number << "\n";
  }
  LOOP_TRY_VOID(output_of({scene.product_program("loopctl"), "-C", folder, "init"}));
  if (git.empty()) return folder;
  LOOP_TRY_VOID(output_of({git, "-C", folder, "init", "-q"}));
  LOOP_TRY_VOID(output_of({git, "-C", folder, "add", "-A"}));
  LOOP_TRY_VOID(output_of({git, "-C", folder, "-c", "user.name=bench", "-c",
                           "user.email=bench@localhost", "commit", "-qm", "all"}));
  return folder;
}

// The mean of some starts, in ms; what is printed has to hold a word.
Result<double> mean_ms(const std::vector<std::string>& argv, const std::string& folder,
                       const std::string& word, int starts) {
  const Stopwatch watch;
  for (int start = 0; start < starts; ++start) {
    LOOP_TRY(const std::string text, output_of(argv, {.directory = folder}));
    if (text.find(word) == std::string::npos) {
      return Error(Errc::invalid_data, fmt::format("{} printed {}", argv[0], text));
    }
  }
  return watch.seconds() / starts * 1000;
}

Result<std::vector<Contender>> contenders(const Scene& scene) {
  const std::string git = scene.find_program("git").value_or("");
  LOOP_TRY(const std::string folder, make_repository(scene, git));
  const int starts = scene.sized(2, 20, 100);
  const std::vector<std::string> ours{scene.product_program("loopctl"), "status"};
  std::vector<Contender> all{
      {"loopctl status", Role::ours, [=] { return mean_ms(ours, folder, "ngine", starts); }, {}},
      {"start of an empty program",
       Role::limit,
       [=] { return mean_ms({"/bin/true"}, folder, "", starts); },
       {}}};
  all.push_back(git.empty()
                    ? absent_contender("git status", Role::peer, "git is not installed")
                    : Contender{"git status",
                                Role::peer,
                                [=] { return mean_ms({git, "status"}, folder, "clean", starts); },
                                {}});
  return all;
}

}  // namespace

RowGroup status_rows() {
  RowGroup group;
  group.rows.push_back({"status.cold",
                        "start to end of a look at the workspace",
                        "ms",
                        Better::less,
                        {{"git status", 1.5}},
                        contenders});
  return group;
}

}  // namespace loop::bench
