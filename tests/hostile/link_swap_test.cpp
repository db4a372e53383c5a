// SPDX-License-Identifier: MIT
// Links out of the workspace that change places with what is inside, at full speed, under every
// operation on files.
#include <array>
#include <atomic>
#include <thread>

#include "hostile/real_folder.hpp"
#include "support/long_form.hpp"

#include <fcntl.h>
#include <sys/stat.h>

using namespace loop;
using namespace loop::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kFlipsLong = 1'000'000;
constexpr std::uint64_t kFlipsShort = 60'000;
constexpr const char* kCanary = "CANARY-of-outside";

// A directory and a file inside; a link in place of each that leads out.
class Swapper {
 public:
  explicit Swapper(const RealFolder& folder) : root_(folder.root()) {
    folder.put("dir/file.txt", "inner\n");
    folder.put("lone.txt", "inner\n");
    folder.put("../outside/file.txt", kCanary);
    folder.put("../outside/canary_name.txt", kCanary);
    folder.put("../outside/copies/file.txt", kCanary);
    fs::create_directory_symlink(folder.outside(), root_ + "/dir_link");
    fs::create_symlink("../outside/file.txt", root_ + "/lone_link");
    thread_ = std::thread([this] { run(); });
  }
  ~Swapper() {
    is_over_ = true;
    thread_.join();
  }
  Swapper(const Swapper&) = delete;
  Swapper& operator=(const Swapper&) = delete;

  std::uint64_t flips() const { return flips_; }

 private:
  void run() {
    const std::array<std::array<std::string, 2>, 2> pairs{
        {{root_ + "/dir", root_ + "/dir_link"}, {root_ + "/lone.txt", root_ + "/lone_link"}}};
    while (!is_over_) {
      for (const auto& [one, other] : pairs) {
        if (renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) {
          ++flips_;
        }
      }
    }
  }

  std::string root_;
  std::atomic<bool> is_over_{false};
  std::atomic<std::uint64_t> flips_{0};
  std::thread thread_;
};

struct Attempt {
  const char* operation;
  const char* arguments;
};

constexpr std::array<Attempt, 13> kAttempts{{
    {"read_project_file", R"({"file_path":"dir/file.txt"})"},
    {"read_project_file", R"({"file_path":"lone.txt"})"},
    {"list_project_structure", R"({"directory":"dir"})"},
    {"search_in_files", R"({"pattern":"CANARY"})"},
    {"search_in_files", R"({"pattern":"CANARY","directory":"dir"})"},
    {"run_validation", R"({"validation_type":"file_integrity","target_path":"dir/file.txt"})"},
    {"write_project_file", R"({"file_path":"dir/file.txt","content":"written"})"},
    {"write_project_file", R"({"file_path":"lone.txt","content":"a","append":true})"},
    {"write_project_file", R"({"file_path":"dir/new/made.txt","content":"written"})"},
    {"backup_file", R"({"file_path":"dir/file.txt"})"},
    {"backup_file", R"({"file_path":"TODO.md","backup_name":"x","backup_directory":"dir/copies"})"},
    {"restore_file", R"({"file_path":"dir/file.txt"})"},
    {"restore_file", R"({"file_path":"lone.txt","backup_path":"dir/file.txt"})"},
}};

struct Race {
  std::uint64_t flips = 0;
  std::uint64_t calls = 0;
  std::uint64_t successes = 0;
  std::uint64_t leaks = 0;
};

bool holds_canary(const std::string& text) {
  return text.find(kCanary) != std::string::npos || text.find("canary_name") != std::string::npos;
}

Race race(RealFolder& folder, std::uint64_t flips_wanted) {
  folder.put("TODO.md", "- [ ] plan\n");
  Race race;
  Swapper swapper(folder);
  const auto before = folder.outside_files();
  // Every operation meets the race however fast the flips are.
  for (std::size_t turn = 0; swapper.flips() < flips_wanted || turn < 20 * kAttempts.size();
       ++turn) {
    // Reading is what can leak, and costs less than a write with its syncs.
    const std::size_t reads = 6;
    const std::size_t at = turn % 8 == 0 ? (turn / 8) % kAttempts.size() : turn % reads;
    const auto answer = folder.call(kAttempts[at].operation, kAttempts[at].arguments);
    ++race.calls;
    race.successes += answer ? 1 : 0;
    const bool leaks = answer ? holds_canary(boost::json::serialize(*answer))
                              : holds_canary(answer.error().message());
    race.leaks += leaks ? 1 : 0;
  }
  race.flips = swapper.flips();
  CHECK(folder.outside_files() == before);
  return race;
}

}  // namespace

TEST_CASE("nothing crosses the root while links out of it change places with what is inside") {
  const std::uint64_t flips = is_long_form() ? kFlipsLong : kFlipsShort;
  for (const bool without_openat2 : {false, true}) {
    RealFolder folder({.without_openat2 = without_openat2});
    const Race seen = race(folder, flips);
    CAPTURE(without_openat2);
    CHECK(seen.leaks == 0);
    CHECK(seen.successes > 0);
    CHECK(seen.successes < seen.calls);
    CHECK_FALSE(folder.holds_inside(kCanary));
    WARN(seen.flips << " flips, " << seen.calls << " calls, " << seen.successes << " succeeded, "
                    << seen.leaks << " leaks");
  }
}
