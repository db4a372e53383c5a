// SPDX-License-Identifier: MIT
// Searching a tree of sources: loopctl against ripgrep, each as a whole process.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
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
  std::string name;
  std::string what;
  std::string pattern;
  std::vector<std::string> ours;  // options that mean the same
  std::vector<std::string> theirs;
  bool is_for_old = false;  // seconds are enough to show one
};

// How much of the machine a search may use.
struct Share {
  std::string name;
  std::string threads;  // ripgrep's option
  Processors processors = Processors::all;
};

struct Expected {
  std::string folder;
  std::size_t lines = 0;
  Processors processors = Processors::all;
};

std::vector<std::string> joined(std::vector<std::string> argv,
                                const std::vector<std::string>& options) {
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

// Milliseconds of one process; its lines are counted before the time counts.
Result<double> time_of(const std::vector<std::string>& argv, const Expected& expected) {
  const Stopwatch watch;
  LOOP_TRY(const std::string printed, output_of(argv, {.directory = expected.folder,
                                                       .other_code = expected.lines == 0 ? 1 : 0,
                                                       .processors = expected.processors}));
  const double ms = watch.seconds() * 1000;
  const auto found = static_cast<std::size_t>(std::ranges::count(printed, '\n'));
  if (found == expected.lines) return ms;
  return Error(Errc::io,
               fmt::format("{} found {} lines in place of {}", argv[0], found, expected.lines));
}

Contender loopctl(const Scene& scene, const Search& search, const Expected& expected) {
  const auto argv = joined(
      {scene.product_program("loopctl"), "search", search.pattern, "--max-matches", "100000"},
      search.ours);
  return {"loopctl search", Role::ours, [argv, expected] { return time_of(argv, expected); }, {}};
}

Contender ripgrep(const Scene& scene, const Search& search, const Share& share,
                  const Expected& expected) {
  const auto program = scene.find_peer(kRipgrep);
  if (!program) return absent_contender("ripgrep", Role::peer, "bench/install-peers.sh puts it");
  const auto options =
      joined({*program, share.threads, "-n", "--no-heading", "--no-require-git"}, search.theirs);
  const auto argv = joined(options, {"-e", search.pattern, "."});
  return {"ripgrep", Role::peer, [argv, expected] { return time_of(argv, expected); }, {}};
}

// Each file in which a line matches is read by Python's re, line by line: the search of the Python
// system before this one, without its limit of ten files.
Contender old_search(const Scene& scene, const Search& search, const Expected& expected) {
  const std::string name = "old search (Python)";
  const auto python = scene.find_program("python3");
  if (!python) return absent_contender(name, Role::peer, "python3 is not installed");
  const char* const script =
      "import pathlib, re, sys\n"
      "pattern = re.compile(sys.argv[1])\n"
      "for file in pathlib.Path('.').glob('**/*.c'):\n"
      "    with open(file, encoding='utf-8') as f:\n"
      "        for number, line in enumerate(f.read().split('\\n'), 1):\n"
      "            if pattern.search(line): print(f'{file}:{number}:{line}')\n";
  const std::vector<std::string> argv{*python, "-c", script, search.pattern};
  return {name, Role::peer, [argv, expected] { return time_of(argv, expected); }, {}};
}

Row row_of(const Search& search, const Share& share) {
  Row row;
  row.id = fmt::format("search.{}.{}", search.name, share.name);
  row.what = search.what;
  row.unit = "ms";
  row.better = Better::less;
  row.goals = {{"ripgrep", 1.3}};
  row.prepare = [search, share](const Scene& scene) -> Result<std::vector<Contender>> {
    const SourceFolders folders{.count = scene.sized<std::size_t>(2, 60, 200)};
    LOOP_TRY_VOID(write_source_folders(scene.scratch, folders));
    const Expected expected{.folder = scene.scratch,
                            .lines = search.name == "absent" ? 0 : folders.files(),
                            .processors = share.processors};
    std::vector<Contender> all{loopctl(scene, search, expected),
                               ripgrep(scene, search, share, expected)};
    if (search.is_for_old) all.push_back(old_search(scene, search, expected));
    return all;
  };
  return row;
}

constexpr std::size_t kAbsent = 1;

std::vector<Search> searches() {
  return {{"literal",
           "a text that one line of each file holds",
           "EXPORT_PART_GPL",
           {"--literal", "--case-sensitive"},
           {"-F"}},
          {"absent",
           "a text that no file holds",
           "NoSuchWord",
           {"--literal", "--case-sensitive"},
           {"-F"}},
          {"ignored-case",
           "a text in which upper and lower case are the same",
           "export_part_gpl",
           {"--literal"},
           {"-F", "-i"}},
          {"word", "a whole word", "panic", {"--whole-word", "--case-sensitive"}, {"-w"}},
          {"alternatives",
           "one of three words, and what follows",
           R"((kmalloc|kzalloc|vmalloc)\([a-z_]+->)",
           {"--case-sensitive"},
           {}},
          {"classes",
           "a pattern of classes of letters",
           R"([A-Z]{3}_\w+\s*=\s*0x[0-9a-f]{4},)",
           {"--case-sensitive"},
           {},
           true}};
}

// Out of memory with one file; an error when the kernel keeps it.
Status forget(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error(Errc::io, "open " + path.string(), errno);
  const auto size = std::filesystem::file_size(path);
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  unsigned char first = 0;
  const bool is_known = mapped != MAP_FAILED && ::mincore(mapped, 1, &first) == 0;
  if (mapped != MAP_FAILED) ::munmap(mapped, size);
  ::close(file);
  if (is_known && (first & 1) == 0) return {};
  return Error(Errc::io, path.string() + " stays in memory");
}

Status forget_all(const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) LOOP_TRY_VOID(forget(entry.path()));
  }
  return {};
}

Contender colder(Contender contender, const std::string& folder) {
  if (!contender.measure) return contender;
  contender.measure = [folder, measure = std::move(contender.measure)]() -> Result<double> {
    LOOP_TRY_VOID(forget_all(folder));
    return measure();
  };
  return contender;
}

// Files that have to be read from the disk first; names stay in memory.
Row cold_row() {
  Row row;
  row.id = "search.cold";
  row.what = "a text that no file holds, in files that are not in memory";
  row.unit = "ms";
  row.better = Better::less;
  row.goals = {{"ripgrep", 1.2}};
  row.prepare = [](const Scene& scene) -> Result<std::vector<Contender>> {
    const SourceFolders folders{.count = scene.sized<std::size_t>(2, 60, 200)};
    LOOP_TRY_VOID(write_source_folders(scene.scratch, folders));
    const Search search = searches().at(kAbsent);
    const Expected expected{.folder = scene.scratch};
    return std::vector<Contender>{
        colder(loopctl(scene, search, expected), scene.scratch),
        colder(ripgrep(scene, search, {.name = {}, .threads = "-j8"}, expected), scene.scratch)};
  };
  return row;
}

// How long a search takes that looks at all files and finds nothing, in ms, over growing trees.
Result<std::function<Result<double>()>> search_growth(const Scene& scene, std::size_t files) {
  SourceFolders folders;
  folders.count = files / folders.files_each;
  const Expected expected{.folder = fmt::format("{}/{}", scene.scratch, files), .lines = 0};
  std::filesystem::create_directories(expected.folder);
  LOOP_TRY_VOID(write_source_folders(expected.folder, folders));
  return std::function<Result<double>()>(
      [measured = loopctl(scene, searches().at(kAbsent), expected)] { return measured.measure(); });
}

}  // namespace

RowGroup search_rows() {
  const std::vector<Share> shares{{"one-processor", "-j1", Processors::one},
                                  {"two-threads", "-j2", Processors::all}};
  RowGroup group;
  for (const Share& share : shares) {
    for (const Search& search : searches()) group.rows.push_back(row_of(search, share));
  }
  group.rows.push_back(cold_row());
  group.growths.push_back(
      {"search.growth", "a search", "files", "ms", {40, 400, 4'000, 40'000}, search_growth});
  return group;
}

}  // namespace loop::bench
