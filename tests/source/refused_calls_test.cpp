// SPDX-License-Identifier: MIT
// Clocks, files, processes and randomness are touched by the real seams only; some calls by nobody.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <set>

using namespace loop::source;

namespace {

struct Rule {
  std::string name;
  std::string pattern;  // RE2, on code without comments and literals
  std::vector<Exemption> exemptions;
  std::vector<std::string> refused;  // samples, of which each must be found
  std::vector<std::string> allowed;  // samples that look alike
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> table{
      {.name = "time comes from Clock",
       .pattern =
           R"(\b(?:system_clock|steady_clock|high_resolution_clock)::now\b)"
           R"(|\bclock_gettime\s*\(|\bgettimeofday\s*\(|\bstd::time\s*\(|(?:^|[^\w])::time\s*\()"
           R"(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\))",
       .exemptions = {{"libloop/src/base/clock.cpp", "SystemClock"}},
       .refused = {"auto t = std::chrono::system_clock::now();", "steady_clock::now()",
                   "clock_gettime(CLOCK_REALTIME, &t);", "time(nullptr)", "::time(&t)"},
       .allowed = {"clock.now()", "time(row.timestamp)", "start_time(0)", "Reader::time(key)"}},
      {.name = "waiting goes through Clock",
       .pattern = R"(\bsleep_for\b|\bsleep_until\b|\busleep\s*\(|\bnanosleep\s*\()"
                  R"(|\bclock_nanosleep\s*\(|(?:^|[^\w])::sleep\s*\()",
       .exemptions = {{"libloop/src/base/clock.cpp", "SystemClock"}},
       .refused = {"std::this_thread::sleep_for(1s);", "usleep(3);", " ::sleep(3);"},
       .allowed = {"clock_.sleep(wait);", "void SystemClock::sleep(Duration d) {"}},
      {.name = "files are opened through FileSystem",
       .pattern =
           R"((?:^|[^\w>])::open\s*\(|\bopen\s*\([^;]*\bO_[A-Z]|\bopendir\s*\(|\bopenat2?\s*\(|\bcreat\s*\(|\bfopen\s*\(|\bfdopen\s*\()"
           R"(|\bmkstemp\s*\(|\b[io]?fstream\b|\bSYS_openat2?\b)",
       .exemptions = {{"libloop/src/store/posix_walk.cpp", "the real FileSystem"},
                      {"libloop/src/store/posix_root.cpp", "the real FileSystem"},
                      {"libloop/src/store/posix_directory.cpp", "the real FileSystem"},
                      {"libloop/src/store/posix_files.cpp", "the real FileSystem"},
                      {"libloop/src/base/process_image.cpp", "standard streams of a child"},
                      {"libloop/src/base/process_confinement.cpp", "places that rules name"},
                      {"libloop/src/base/process_cgroup.cpp", "files of control groups"},
                      {"libloop/src/base/process_table.cpp", "reads /proc"},
                      {"apps/mcp/stdio/stdio_server.cpp", "/dev/null for standard streams"},
                      {"apps/mcp/stdio/output_end.cpp",
                       "the pipe once more, with flags of its own"},
                      {"apps/front/surroundings.cpp", "files named on the command line"}},
       .refused = {" ::open(path);", "open(path.c_str(), O_RDONLY)", "opendir(path)",
                   "openat(fd, path, 0)", "std::ofstream out(path);", "fopen(path, mode)",
                   "syscall(SYS_openat2, 1)", "std::fstream f;"},
       .allowed = {"files_.open(path, options)", "Engine::open(context)", "reopen(path)"}},
      {.name = "files are changed through FileSystem",
       .pattern =
           R"((?:^|[^\w>])::(?:rename|unlink|remove|mkdir|rmdir|link|symlink|truncate|chmod|chown)\s*\()"
           R"(|\b(?:renameat2?|unlinkat|mkdirat|linkat|symlinkat|ftruncate|fchmod|fchown|)"
           R"(fsync|fdatasync|flock)\s*\(|\bstd::(?:rename|remove)\s*\(\s*\w+\.c_str)",
       .exemptions = {{"libloop/src/store/posix_files.cpp", "the real FileSystem"},
                      {"libloop/src/store/posix_open_file.cpp", "the real OpenFile"},
                      {"libloop/src/base/process_cgroup.cpp", "folders of control groups"},
                      {"apps/front/surroundings.cpp", "the operator's folders"}},
       .refused = {" ::rename(a, b);", "unlinkat(fd, name, 0)", "fsync(fd)", "flock(fd, LOCK_EX)",
                   " ::mkdir(path, 0700)", "std::remove(path.c_str())"},
       .allowed = {"files_.rename(a, b)", "files.remove(path)", "std::remove_if(a, b, c)"}},
      {.name = "std::filesystem is for folders outside of a workspace",
       .pattern = R"(\bstd::filesystem\b)",
       .exemptions = {{"apps/front/surroundings.cpp", "the operator's folders"}},
       .refused = {"std::filesystem::remove_all(path);"},
       .allowed = {"filesystem.list(path)"}},
      {.name = "processes are started and signalled through ProcessLauncher",
       .pattern =
           R"(\bv?fork\s*\(|\bposix_spawnp?\s*\(|\bclone3?\s*\(|\bexec(?:v|ve|vp|vpe|l|lp|le)\s*\()"
           R"(|\bfexecve\s*\(|\bpopen\s*\(|(?:^|[^\w.>])(?:std::)?system\s*\(|\bkill(?:pg)?\s*\()"
           R"(|\bpidfd_send_signal\b|\bwaitpid\s*\(|\bwaitid\s*\()",
       .exemptions = {{"libloop/src/base/process.cpp", "the real ProcessLauncher"},
                      {"libloop/src/base/process_detached.cpp", "the real ProcessLauncher"},
                      {"libloop/src/base/process_held.cpp", "the real ProcessLauncher"},
                      {"libloop/src/base/process_reaper.cpp", "the real ProcessLauncher"}},
       .refused = {"if (fork() == 0)", "vfork()", "posix_spawn(&pid, path)", "popen(command, mode)",
                   " system(command);", "std::system(command);", "execve(path, argv, envp);",
                   "kill(pid, SIGTERM)", "waitpid(pid, &status, 0)"},
       .allowed = {"processes_.signal(agent, SIGTERM)", "file.system(x)", "kill_grace(x)"}},
      {.name = "randomness comes from RandomSource",
       .pattern = R"(\bs?rand\s*\(|\brandom_device\b|\bmt19937\b|\bgetrandom\s*\()"
                  R"(|\barc4random\w*\s*\(|\bRAND_bytes\b|\bdefault_random_engine\b)",
       .exemptions = {{"libloop/src/base/random.cpp", "SystemRandom"}},
       .refused = {"rand()", "srand(1)", "std::random_device device;", "std::mt19937 engine;",
                   "getrandom(p, n, 0)"},
       .allowed = {"random_.fill(bytes)", "operand(x)", "session.random()"}},
      {.name = "the environment is read by programs, and handed in",
       .pattern = R"(\b(?:secure_)?getenv\s*\(|\bsetenv\s*\(|\bputenv\s*\(|\benviron\b)",
       .exemptions = {{"apps/", "programs hand it in"}},
       .refused = {"std::getenv(name)", "setenv(a, b, 1)", "extern char** environ;"},
       .allowed = {"request.environment", "environment_of(x)"}},
      {.name = "a library prints nothing",
       .pattern = R"(\bstd::c(?:out|err|log)\b|\bf?printf\s*\(|\bfmt::print\s*\(|\bputs\s*\()",
       .exemptions = {{"apps/", "programs print"},
                      {"libloop/include/loop/base/result.h",
                       "the last words of a broken invariant"}},
       .refused = {"std::cout << x;", "printf(text)", "fmt::print(x)", "std::fprintf(stderr, x)"},
       .allowed = {"log_.warning(text)", "std::snprintf(buffer, size, format)"}},
      {.name = "no thread is left to itself",
       .pattern = R"(\.detach\s*\(|\bpthread_detach\b)",
       .exemptions = {},
       .refused = {"worker.detach();"},
       .allowed = {"launch_detached(spec)"}},
      {.name = "std::regex crashes on long lines; RE2 is here",
       .pattern = R"(\bstd::regex\b|\bstd::basic_regex\b|\bregcomp\s*\()",
       .exemptions = {},
       .refused = {"std::regex pattern(text);"},
       .allowed = {"mode_regex(x)"}},
      {.name = "what swallows everything hides bugs",
       .pattern = R"(\bcatch\s*\(\s*\.\.\.\s*\))",
       .exemptions = {},
       .refused = {"try { f(); } catch (...) {}", "catch( ... )"},
       .allowed = {"catch (const std::exception& error)"}},
      {.name = "no singletons",
       .pattern = R"(\b(?:get_)?instance\s*\(\s*\))",
       .exemptions = {},
       .refused = {"Registry::instance().add(x)"},
       .allowed = {"instance_of(x)"}},
  };
  return table;
}

bool matches(const Rule& rule, const std::string& sample) {
  return !find_all(make_source("x.cpp", sample).code, RE2("(?m)" + rule.pattern)).empty();
}

}  // namespace

TEST_CASE("each rule finds what it refuses and passes what only looks alike") {
  for (const auto& rule : rules()) {
    INFO(rule.name);
    REQUIRE(RE2("(?m)" + rule.pattern).ok());
    CHECK_FALSE(rule.refused.empty());
    for (const auto& sample : rule.refused) {
      INFO(sample);
      CHECK(matches(rule, sample));
      CHECK_FALSE(matches(rule, "// " + sample + "\n"));
    }
    for (const auto& sample : rule.allowed) {
      INFO(sample);
      CHECK_FALSE(matches(rule, sample));
    }
  }
}

TEST_CASE("refused calls stand only where a rule lets them") {
  std::vector<std::string> findings;
  for (const auto& rule : rules()) {
    const RE2 pattern("(?m)" + rule.pattern);
    for (const auto& file : production_sources()) {
      if (find_exemption(rule.exemptions, file.path) != nullptr) continue;
      for (const auto offset : find_all(file.code, pattern)) {
        findings.push_back(finding(file, offset, rule.name));
      }
    }
  }

  CHECK(findings == std::vector<std::string>{});
}

TEST_CASE("each exemption from a rule is needed") {
  std::vector<std::string> unneeded;
  for (const auto& rule : rules()) {
    std::set<std::string> used;
    const RE2 pattern("(?m)" + rule.pattern);
    for (const auto& file : production_sources()) {
      const auto* exemption = find_exemption(rule.exemptions, file.path);
      if (exemption != nullptr && !find_all(file.code, pattern).empty())
        used.insert(exemption->path);
    }
    for (const auto& exemption : rule.exemptions) {
      if (!used.contains(exemption.path)) unneeded.push_back(rule.name + ": " + exemption.path);
    }
  }

  CHECK(unneeded == std::vector<std::string>{});
}
