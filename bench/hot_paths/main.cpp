// SPDX-License-Identifier: MIT
// loop-hot-paths: counts what hot paths cost, under valgrind and strace, and holds it against a
// table. A cost above the table's by more than the limit fails.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <unistd.h>

#include "harness/child.hpp"
#include "hot_paths/hot_path.hpp"

namespace fs = std::filesystem;
using namespace loop;
using namespace loop::bench;

namespace {

constexpr double kLimit = 0.03;  // growth of a cost that is let through

struct Cost {
  double instructions = 0;
  double system_calls = 0;
};
using Costs = std::map<std::string, Cost>;

Result<std::string> fresh_folder(const std::string& scratch) {
  const std::string folder = scratch + "/hot-path";
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

Result<std::string> text_of(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return Error(Errc::not_found, "cannot read " + file);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// "summary: N" stands in what callgrind writes.
Result<double> instructions_of(const std::string& self, const std::string& scratch,
                               const HotPath& path, int times) {
  const std::string out = scratch + "/callgrind.out";
  LOOP_TRY(const std::string folder, fresh_folder(scratch));
  LOOP_TRY_VOID(output_of({"valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, self,
                           "--run", path.name, std::to_string(times), folder}));
  LOOP_TRY(const std::string text, text_of(out));
  const std::size_t at = text.find("\nsummary: ");
  const std::size_t totals = text.find("\ntotals: ");
  const std::size_t found = at != std::string::npos ? at + 10 : totals + 9;
  return std::strtod(text.c_str() + found, nullptr);
}

// One line a call, of all threads.
Result<double> system_calls_of(const std::string& self, const std::string& scratch,
                               const HotPath& path, int times) {
  const std::string out = scratch + "/strace.out";
  LOOP_TRY(const std::string folder, fresh_folder(scratch));
  LOOP_TRY_VOID(output_of({"strace", "-f", "-qq", "-e", "signal=none", "-o", out, self, "--run",
                           path.name, std::to_string(times), folder}));
  LOOP_TRY(const std::string text, text_of(out));
  return static_cast<double>(std::ranges::count(text, '\n'));
}

Result<Cost> cost_of(const std::string& self, const std::string& scratch, const HotPath& path) {
  const double difference = path.many - path.few;
  LOOP_TRY(const double few, instructions_of(self, scratch, path, path.few));
  LOOP_TRY(const double many, instructions_of(self, scratch, path, path.many));
  LOOP_TRY(const double few_calls, system_calls_of(self, scratch, path, path.few));
  LOOP_TRY(const double many_calls, system_calls_of(self, scratch, path, path.many));
  return Cost{(many - few) / difference, (many_calls - few_calls) / difference};
}

Result<Costs> read_table(const std::string& file) {
  LOOP_TRY(const std::string text, text_of(file));
  std::istringstream lines(text);
  Costs costs;
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    std::istringstream columns(line);
    std::string name;
    Cost cost;
    columns >> name >> cost.instructions >> cost.system_calls;
    if (!columns) return Error(Errc::invalid_data, fmt::format("{}: \"{}\"", file, line));
    costs[name] = cost;
  }
  return costs;
}

Status write_table(const std::string& file, const Costs& costs) {
  std::ofstream stream(file);
  stream << "path\tinstructions\tsystem_calls\n";
  for (const auto& [name, cost] : costs) {
    stream << fmt::format("{}\t{:.0f}\t{:.2f}\n", name, cost.instructions, cost.system_calls);
  }
  stream.close();
  return stream ? Status{} : Status(Error(Errc::io, "cannot write " + file));
}

bool is_more(double now, double before) {
  // Half a call: one in a hundred times may be a page fault's or a retried lock's.
  return now > before * (1 + kLimit) && now > before + 0.5;
}

// False when it costs more than it may.
bool tell(const HotPath& path, const Cost& now, const Costs& table) {
  const auto known = table.find(path.name);
  if (known == table.end()) {
    fmt::print("{:<16} {:>10.0f} instructions {:>7.2f} system calls  NOT IN THE TABLE\n", path.name,
               now.instructions, now.system_calls);
    return false;
  }
  const Cost& before = known->second;
  const bool is_over = is_more(now.instructions, before.instructions) ||
                       is_more(now.system_calls, before.system_calls);
  fmt::print("{:<16} {:>10.0f} instructions ({:+.1f} %) {:>7.2f} system calls ({:+.2f}){}\n",
             path.name, now.instructions, (now.instructions / before.instructions - 1) * 100,
             now.system_calls, now.system_calls - before.system_calls,
             is_over ? "  COSTS MORE: " + path.what : "");
  return !is_over;
}

Result<bool> check(const std::string& self, const std::string& table_file,
                   const std::string& scratch) {
  const bool wants_update = std::getenv("LOOP_UPDATE") != nullptr;
  Costs table;
  if (!wants_update) {
    LOOP_TRY(table, read_table(table_file));
  }
  Costs present;
  bool is_good = true;
  for (const HotPath& path : hot_paths()) {
    auto cost = cost_of(self, scratch, path);
    if (!cost) return std::move(cost).error().with_context(path.name);
    present[path.name] = *cost;
    if (!wants_update && !tell(path, *cost, table)) is_good = false;
  }
  if (wants_update) LOOP_TRY_VOID(write_table(table_file, present));
  return is_good;
}

Status run_once(const std::string& name, int times, const std::string& folder) {
  const auto paths = hot_paths();
  const auto found = std::ranges::find(paths, name, &HotPath::name);
  if (found == paths.end()) return Error(Errc::not_found, "no hot path " + name);
  return found->run(folder, times);
}

Result<int> run(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "--run") {
    LOOP_TRY_VOID(run_once(words[1], std::atoi(words[2].c_str()), words[3]));
    return 0;
  }
  if (words.size() == 3 && words[0] == "--check") {
    const std::string scratch =
        fmt::format("{}/loop-hot-paths-{}", fs::absolute(words[2]).string(), ::getpid());
    fs::create_directories(scratch);
    const auto is_good = check(fs::read_symlink("/proc/self/exe"), words[1], scratch);
    fs::remove_all(scratch);
    if (!is_good) return is_good.error();
    return *is_good ? 0 : 1;
  }
  fmt::print(stderr,
             "usage: loop-hot-paths --check TABLE SCRATCH_FOLDER | --run PATH TIMES FOLDER\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto code = run(std::vector<std::string>(argv + 1, argv + argc));
    if (code) return *code;
    fmt::print(stderr, "loop-hot-paths: {}\n", code.error().message());
  } catch (const std::exception& problem) {
    fmt::print(stderr, "loop-hot-paths: {}\n", problem.what());
  }
  return 3;
}
