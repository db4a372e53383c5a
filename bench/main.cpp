// SPDX-License-Identifier: MIT
// loop-bench: measures the rows of the table, or compares two builds.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "harness/comparison.hpp"
#include "harness/machine.hpp"
#include "harness/report.hpp"
#include "harness/rounds.hpp"
#include "rows/all_rows.hpp"

namespace po = boost::program_options;
namespace fs = std::filesystem;
using namespace loop;
using namespace loop::bench;

namespace {

constexpr int kExitMissed = 1, kExitUsage = 2, kExitFailed = 3;

po::options_description described_options() {
  po::options_description options(
      "loop-bench [OPTIONS] [ROW...]: rows are named by the start of their id");
  options.add_options()("help,h", "show this")("list", "name the rows and end")(
      "rows", po::value<std::vector<std::string>>()->composing(), "rows to measure (default: all)")(
      "exact", "rows are named by their whole id")(
      "scale", po::value<std::string>()->default_value("full"), "smoke, quick or full")(
      "rounds", po::value<int>()->default_value(5), "rounds of each row")(
      "round-ms", po::value<int>()->default_value(500), "length of a round of a rate")(
      "ours", "measure ours alone")("growth", "measure the growths too")(
      "json", po::value<std::string>(), "write results here; - for standard output")(
      "markdown", po::value<std::string>(), "write the table here; - for standard output")(
      "svg", po::value<std::string>(), "write plots into this folder")(
      "scratch", po::value<std::string>(), "folder on the disk under test (default: here)")(
      "product", po::value<std::string>(), "folder of loopctl and loop-mcp (default: beside this)")(
      "peers", po::value<std::string>(), "folder that bench/install-peers.sh filled")(
      "compare", po::value<std::vector<std::string>>()->multitoken(), "two files of results")(
      "versus", po::value<std::string>(), "another build's loop-bench, measured in turns")(
      "limit", po::value<double>()->default_value(10), "per cent that a row may lose")(
      "goals", "end with 1 when a goal is missed");
  return options;
}

std::vector<std::string> wanted_rows(const po::variables_map& given) {
  return given.contains("rows") ? given["rows"].as<std::vector<std::string>>()
                                : std::vector<std::string>{};
}

bool is_wanted(const std::string& id, const po::variables_map& given) {
  const auto wanted = wanted_rows(given);
  if (wanted.empty()) return true;
  return std::ranges::any_of(wanted, [&](const std::string& name) {
    return given.contains("exact") ? id == name : id.starts_with(name);
  });
}

bool is_known(const std::string& id) {
  const auto table = all_rows();
  return std::ranges::find(table.rows, id, &Row::id) != table.rows.end();
}

Result<std::string> read_text(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error(Errc::not_found, "cannot read " + file);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Status write_text(const std::string& file, const std::string& text) {
  if (file == "-") {
    std::fputs(text.c_str(), stdout);
    return {};
  }
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  return stream ? Status{} : Status(Error(Errc::io, "cannot write " + file));
}

Result<Scene> scene_of(const po::variables_map& given) {
  Scene scene;
  const std::string scale = given["scale"].as<std::string>();
  if (scale != "smoke" && scale != "quick" && scale != "full") {
    return Error(Errc::invalid_argument,
                 fmt::format("--scale {}: smoke, quick or full are allowed", scale));
  }
  scene.scale = scale == "smoke" ? Scale::smoke : scale == "quick" ? Scale::quick : Scale::full;
  scene.round = std::chrono::milliseconds(given["round-ms"].as<int>());
  scene.only_ours = given.contains("ours");
  scene.scratch =
      fs::absolute(given.contains("scratch") ? given["scratch"].as<std::string>() : ".");
  scene.product = given.contains("product")
                      ? fs::absolute(given["product"].as<std::string>()).string()
                      : fs::read_symlink("/proc/self/exe").parent_path().string();
  if (given.contains("peers")) scene.peers = fs::absolute(given["peers"].as<std::string>());
  return scene;
}

// A folder of its own in the scratch folder, gone with the row.
class RowFolder {
 public:
  explicit RowFolder(Scene& scene)
      : path_(fmt::format("{}/loop-bench-{}", scene.scratch, ::getpid())) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    scene.scratch = path_;
  }
  ~RowFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  RowFolder(const RowFolder&) = delete;
  RowFolder& operator=(const RowFolder&) = delete;

 private:
  std::string path_;
};

Result<RunResult> measure(const po::variables_map& given) {
  LOOP_TRY(const Scene scene, scene_of(given));
  const int rounds = given["rounds"].as<int>();
  RunResult run{machine_text(), build_text(), {}, {}, {}};
  const RowGroup table = all_rows();
  for (const Row& row : table.rows) {
    if (!is_wanted(row.id, given)) continue;
    std::fprintf(stderr, "%s\n", row.id.c_str());
    Scene own = scene;
    const RowFolder folder(own);
    auto result = measure_row(row, own, rounds);
    if (result) {
      run.rows.push_back(std::move(*result));
    } else {
      run.failures.push_back(result.error().message());
    }
  }
  for (const Growth& growth : table.growths) {
    if (!given.contains("growth") || !is_wanted(growth.id, given)) continue;
    std::fprintf(stderr, "%s\n", growth.id.c_str());
    Scene own = scene;
    const RowFolder folder(own);
    auto result = measure_growth(growth, own, rounds);
    if (result) {
      run.growths.push_back(std::move(*result));
    } else {
      run.failures.push_back(result.error().message());
    }
  }
  return run;
}

Status write_plots(const RunResult& run, const std::string& folder) {
  fs::create_directories(folder);
  if (!run.rows.empty()) LOOP_TRY_VOID(write_text(folder + "/ratios.svg", ratios_svg(run)));
  for (const GrowthResult& growth : run.growths) {
    LOOP_TRY_VOID(write_text(fmt::format("{}/{}.svg", folder, growth.id), growth_svg(growth)));
  }
  return {};
}

bool misses_goal(const RunResult& run) {
  for (const RowResult& row : run.rows) {
    for (const Goal& goal : row.goals) {
      const GoalResult result = judge(row, goal);
      if (result.ratio && !result.is_reached) return true;
    }
  }
  return false;
}

Result<int> run_table(const po::variables_map& given) {
  LOOP_TRY(const RunResult run, measure(given));
  for (const std::string& failure : run.failures) {
    fmt::print(stderr, "loop-bench: {}\n", failure);
  }
  if (run.rows.empty() && run.growths.empty() && run.failures.empty()) {
    return Error(Errc::not_found, "no row is named like that; --list names them");
  }
  const std::string json = given.contains("json") ? given["json"].as<std::string>() : "";
  if (!json.empty()) LOOP_TRY_VOID(write_text(json, to_json(run)));
  const std::string markdown =
      given.contains("markdown") ? given["markdown"].as<std::string>() : "";
  if (!markdown.empty()) LOOP_TRY_VOID(write_text(markdown, to_markdown(run)));
  if (json != "-" && markdown != "-") LOOP_TRY_VOID(write_text("-", to_text(run)));
  if (!run.failures.empty()) return kExitFailed;
  if (given.contains("svg")) LOOP_TRY_VOID(write_plots(run, given["svg"].as<std::string>()));
  return given.contains("goals") && misses_goal(run) ? kExitMissed : 0;
}

Result<int> tell_comparison(const RunResult& before, const RunResult& after,
                            const po::variables_map& given) {
  const double limit = given["limit"].as<double>() / 100;
  const Comparison comparison = compare(before, after, limit);
  LOOP_TRY_VOID(write_text("-", to_text(comparison, limit)));
  return comparison.is_slower() ? kExitMissed : 0;
}

Result<int> run_compare(const po::variables_map& given) {
  const auto names = given["compare"].as<std::vector<std::string>>();
  if (names.size() != 2) {
    return Error(Errc::invalid_argument, "--compare wants two files: before and after");
  }
  LOOP_TRY(const std::string before, read_text(names[0]));
  LOOP_TRY(const std::string after, read_text(names[1]));
  LOOP_TRY(const RunResult old, parse_run(before));
  LOOP_TRY(const RunResult now, parse_run(after));
  return tell_comparison(old, now, given);
}

// Rows that the older build does not have are not measured.
Result<int> run_versus(const po::variables_map& given) {
  Versus versus;
  versus.before = given["versus"].as<std::string>();
  versus.after = fs::read_symlink("/proc/self/exe");
  versus.rounds = given["rounds"].as<int>();
  for (const char* option : {"scale", "scratch"}) {
    if (!given.contains(option)) continue;
    versus.arguments.insert(versus.arguments.end(),
                            {fmt::format("--{}", option), given[option].as<std::string>()});
  }
  versus.arguments.insert(versus.arguments.end(),
                          {"--round-ms", std::to_string(given["round-ms"].as<int>())});
  LOOP_TRY(versus.rows, rows_of(versus.before, [&](const std::string& id) {
             return is_known(id) && is_wanted(id, given);
           }));
  LOOP_TRY(const VersusResult result, measure_versus(versus));
  return tell_comparison(result.before, result.after, given);
}

Result<int> run(const po::variables_map& given) {
  if (given.contains("help")) {
    std::cout << described_options() << "\n";
    return 0;
  }
  if (given.contains("list")) {
    for (const Row& row : all_rows().rows) fmt::print("{}\n", row.id);
    return 0;
  }
  if (given.contains("compare")) return run_compare(given);
  if (given.contains("versus")) return run_versus(given);
  return run_table(given);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    po::positional_options_description positional;
    positional.add("rows", -1);
    po::variables_map given;
    po::store(
        po::command_line_parser(argc, argv)
            .options(described_options())
            .positional(positional)
            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
            .run(),
        given);
    po::notify(given);
    const auto code = run(given);
    if (code) return *code;
    fmt::print(stderr, "loop-bench: {}\n", code.error().message());
    return code.error().code() == Errc::invalid_argument ? kExitUsage : kExitFailed;
  } catch (const po::error& wrong) {
    fmt::print(stderr, "loop-bench: {}\n", wrong.what());
    return kExitUsage;
  } catch (const std::exception& wrong) {
    fmt::print(stderr, "loop-bench: {}\n", wrong.what());
    return kExitFailed;
  }
}
