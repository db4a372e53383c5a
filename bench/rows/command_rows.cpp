// SPDX-License-Identifier: MIT
// Running a program to its end with its output captured: ours against bare posix_spawn and Python.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/file_system.h"
#include "ops/captured_command.hpp"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

constexpr const char* kProgram = "/bin/true";

// Two pipes, a group of its own, read to their ends, waited for.
Status spawn_bare() {
  std::array<int, 2> out{}, error{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(error.data(), O_CLOEXEC) != 0) {
    return Error::from_errno(errno, "pipe2");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, error[1], 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::array<char*, 2> argv{const_cast<char*>(kProgram), nullptr};
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, kProgram, &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(error[1]);
  std::array<char, 4096> bytes{};
  for (const int pipe : {out[0], error[0]}) {
    while (problem == 0 && ::read(pipe, bytes.data(), bytes.size()) > 0) {
    }
    ::close(pipe);
  }
  if (problem != 0) return Error::from_errno(problem, "posix_spawn");
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0 ? Status{} : Status(Error(Errc::io, "the program failed"));
}

// The rate of all workers together; each has a step of its own.
template <class MakeStep>
Result<double> rate_of_workers(const Scene& scene, int workers, const MakeStep& make_step) {
  std::vector<Result<double>> rates(static_cast<std::size_t>(workers), Result<double>(0.0));
  std::vector<std::thread> threads;
  for (auto& rate : rates) {
    threads.emplace_back([&] { rate = rate_of(scene.round, make_step()); });
  }
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  for (auto& rate : rates) {
    LOOP_TRY(const double one, std::move(rate));
    sum += one;
  }
  return sum;
}

Result<double> run_ours(const Scene& scene, int workers) {
  LOOP_TRY(const auto files, open_posix_files(scene.scratch));
  const auto processes = make_posix_process_launcher();
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  const EngineOptions engine;
  TimeLedger time(*files, clock, log);
  const OperationContext context{
      .services = {*files, clock, random, *processes, log}, .engine = engine, .time = time};
  const ops::CommandRequest request{
      .argv = {kProgram}, .directory = scene.scratch, .timeout = std::chrono::seconds{20}};
  return rate_of_workers(scene, workers, [&] {
    return [&]() -> Status {
      LOOP_TRY(const auto outcome, ops::run_captured(context, request));
      if (outcome.ok() && outcome.output.empty()) return {};
      return Error(Errc::io, "the program failed, or printed something");
    };
  });
}

Result<double> run_python(const Scene& scene) {
  const std::string script = fmt::format(
      "import subprocess,time\n"
      "n=0; begin=time.perf_counter()\n"
      "while time.perf_counter()-begin<{}:\n"
      "  done=subprocess.run(['{}'],capture_output=True,timeout=20,start_new_session=True)\n"
      "  assert done.returncode==0; n+=1\n"
      "print(n/(time.perf_counter()-begin))\n",
      std::chrono::duration<double>(scene.round).count(), kProgram);
  LOOP_TRY(const std::string printed, output_of({"python3", "-c", script}));
  return std::strtod(printed.c_str(), nullptr);
}

Contender python(const Scene& scene) {
  if (!scene.find_program("python3")) {
    return absent_contender("subprocess.run", Role::peer, "python3 is not installed");
  }
  return {"subprocess.run", Role::peer, [scene] { return run_python(scene); }, {}};
}

Row captured(std::string id, std::string what, int workers, std::vector<Goal> goals,
             std::size_t ballast_mb) {
  Row row;
  row.id = std::move(id);
  row.what = std::move(what);
  row.unit = "runs/s";
  row.goals = std::move(goals);
  row.prepare = [workers, ballast_mb](const Scene& scene) -> Result<std::vector<Contender>> {
    const std::size_t bytes = scene.sized<std::size_t>(0, ballast_mb, ballast_mb) << 20;
    const auto ballast = std::make_shared<std::vector<char>>(bytes, 'x');  // touched
    return std::vector<Contender>{
        {"run_captured",
         Role::ours,
         [scene, workers, ballast] { return run_ours(scene, workers); },
         {}},
        {"posix_spawn with pipes",
         Role::limit,
         [scene, workers, ballast] {
           return rate_of_workers(scene, workers, [] { return spawn_bare; });
         },
         {}},
        python(scene),
    };
  };
  return row;
}

}  // namespace

RowGroup command_rows() {
  const Goal bare{"posix_spawn with pipes", 0.9};
  return {{captured("command.one", "/bin/true, captured, with a timeout, and nothing left of it", 1,
                    {bare, {"subprocess.run", 1.05}}, 0),
           captured("command.two", "the same from two threads, against one of Python", 2,
                    {{"subprocess.run", 2}}, 0),
           captured("command.large", "the same from a process of 2 GB", 1, {bare}, 2048)},
          {}};
}

}  // namespace loop::bench
