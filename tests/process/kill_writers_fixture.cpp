// SPDX-License-Identifier: MIT
// What each writer of the kill loop does, over and over.
#include "process/kill_writers.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/domain/memory_book.h"
#include "loop/domain/schedule_store.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop::test {

namespace {

Status track(RealWorkspace& workspace, const std::string& mark) {
  TimeLedger ledger(*workspace.files, workspace.clock, workspace.log);
  LOOP_TRY_VOID(ledger.start(
      {TaskId(mark), ModeSlug("code"), "a task", Priority::normal, workspace.clock.now()}));
  return {};
}

Status note(RealWorkspace& workspace, const std::string& mark) {
  MemoryNote text;
  text.mode = ModeSlug("code");
  text.category = "kill";
  text.finding = mark;
  text.content = "one\ntwo\nthree\n";
  text.time = workspace.clock.now();
  MemoryBook book(*workspace.files, workspace.clock, workspace.random, workspace.log);
  LOOP_TRY_VOID(book.append(text));
  return {};
}

Status rename(RealWorkspace& workspace, std::size_t writer, const std::string& mark) {
  ScheduleStore store(*workspace.files, workspace.clock, workspace.random, workspace.log);
  return store.update([&](const ScheduleBook& present) {
    return present.with_changes(ScheduleId(schedule_of(writer)),
                                std::vector<FieldChange>{{"name", mark}});
  });
}

Status save(RealWorkspace& workspace, std::size_t writer, const std::string& mark) {
  const RelativePath path = RelativePath::of(project_path(writer));
  BackupStore store(*workspace.files, workspace.clock, workspace.random, {3});
  const auto backup = store.make(path);
  if (!backup && backup.error().code() != Errc::not_found) return backup.error();
  LOOP_TRY_VOID(replace_file(*workspace.files, workspace.random, path, project_text(mark)));
  return {};
}

Status record(RealWorkspace& workspace, const std::string& mark) {
  JournalEntry entry;
  entry.time = workspace.clock.now();
  entry.event = JournalEvent::note;
  entry.reason = mark;
  Journal journal(*workspace.files, workspace.clock, workspace.log);
  return journal.append(entry);
}

Result<std::string> trigger(RealWorkspace& workspace, std::size_t writer) {
  LOOP_TRY(const auto engine, Engine::open({*workspace.files, workspace.clock, workspace.random,
                                            *workspace.processes, workspace.log},
                                           workspace.options, EngineRole::visitor));
  LOOP_TRY(const RunId run,
           engine->trigger(ScheduleId(schedule_of(writer)), workspace.clock.now()));
  return run.str();
}

Result<std::string> write_once(RealWorkspace& workspace, std::size_t writer,
                               const std::string& mark) {
  Status done;
  switch (kind_of(writer)) {
    case WriterKind::time: done = track(workspace, mark); break;
    case WriterKind::memory: done = note(workspace, mark); break;
    case WriterKind::schedules: done = rename(workspace, writer, mark); break;
    case WriterKind::project: done = save(workspace, writer, mark); break;
    case WriterKind::journal: done = record(workspace, mark); break;
    case WriterKind::trigger: return trigger(workspace, writer);
    case WriterKind::server:
    case WriterKind::engine: break;
  }
  if (!done) return std::move(done).error();
  return std::string();
}

[[noreturn]] void write_until_killed(RealWorkspace& workspace, KillLedger& ledger,
                                     std::size_t writer) {
  while (const std::uint32_t operation = ledger.begin(writer)) {
    const auto done = write_once(workspace, writer, mark_of(writer, operation));
    if (done) ledger.acknowledge(writer, operation, *done);
    // Runners and the engine need the same files: writers that never rest would keep them out.
    const bool starts_runs = kind_of(writer) == WriterKind::trigger;
    workspace.clock.sleep(std::chrono::milliseconds{starts_runs ? 200 : 30});
  }
  while (true) ::pause();
}

[[noreturn]] void run_engine_until_killed(RealWorkspace& workspace) {
  const auto opened = Engine::open(
      {*workspace.files, workspace.clock, workspace.random, *workspace.processes, workspace.log},
      workspace.options, EngineRole::engine);
  if (!opened) ::_exit(2);
  while (true) {
    static_cast<void>((*opened)->step(workspace.clock.now()).has_value());
    workspace.clock.sleep(std::chrono::milliseconds{20});
  }
}

std::string request_to_track(const std::string& mark) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"track_task_time",)"
      R"("arguments":{{"task_description":"{}","mode":"code"}},"_meta":{{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
      R"("io.modelcontextprotocol/clientCapabilities":{{}}}}}}}})",
      mark);
}

bool has_succeeded(const std::string& answer) {
  return answer.find("\"result\"") != std::string::npos &&
         answer.find("\"isError\":true") == std::string::npos;
}

// Asks the server on these pipes until it is gone.
[[noreturn]] void ask_until_closed(KillLedger& ledger, std::size_t writer, int to, int from) {
  ::signal(SIGPIPE, SIG_IGN);
  std::string heard;
  while (const std::uint32_t operation = ledger.begin(writer)) {
    const std::string line = request_to_track(mark_of(writer, operation)) + "\n";
    if (::write(to, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(0);
    while (heard.find('\n') == std::string::npos) {
      std::array<char, 4096> bytes{};
      const ssize_t got = ::read(from, bytes.data(), bytes.size());
      if (got <= 0) ::_exit(0);
      heard.append(bytes.data(), static_cast<std::size_t>(got));
    }
    const std::size_t end = heard.find('\n') + 1;
    if (has_succeeded(heard.substr(0, end))) ledger.acknowledge(writer, operation);
    heard.erase(0, end);
  }
  ::_exit(0);
}

template <class Child>
pid_t fork_child(const Child& child) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    // Whatever handlers the test program has are not for this one.
    for (const int number : {SIGTERM, SIGINT, SIGSEGV, SIGABRT}) ::signal(number, SIG_DFL);
    child();
  }
  return pid;
}

Writer start_server(const RealWorkspace& workspace, KillLedger& ledger, std::size_t writer) {
  std::array<int, 2> requests{};
  std::array<int, 2> answers{};
  REQUIRE(::pipe2(requests.data(), O_CLOEXEC) == 0);
  REQUIRE(::pipe2(answers.data(), O_CLOEXEC) == 0);
  Writer started;
  started.victim = fork_child([&] {
    ::dup2(requests[0], STDIN_FILENO);
    ::dup2(answers[1], STDOUT_FILENO);
    const int silence = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(silence, STDERR_FILENO);
    ::execl(LOOP_MCP, "loop-mcp", "-C", workspace.root.c_str(), nullptr);
    ::_exit(127);
  });
  started.client = fork_child([&] {
    ::close(requests[0]);
    ::close(answers[1]);
    ask_until_closed(ledger, writer, requests[1], answers[0]);
  });
  for (const int fd : {requests[0], requests[1], answers[0], answers[1]}) ::close(fd);
  return started;
}

}  // namespace

WriterKind kind_of(std::size_t writer) {
  if (writer + 1 == KillLedger::kWriters) return WriterKind::engine;
  static constexpr std::array kKinds{
      WriterKind::time,    WriterKind::memory, WriterKind::schedules, WriterKind::project,
      WriterKind::journal, WriterKind::server, WriterKind::time,      WriterKind::trigger};
  return kKinds[writer % kKinds.size()];
}

std::string project_path(std::size_t writer) { return fmt::format("file{}.txt", writer); }

std::string project_text(const std::string& mark) {
  std::string text;
  for (int line = 0; line < 400; ++line) text += mark + "\n";
  return text;
}

std::string schedule_of(std::size_t writer) { return fmt::format("s{}", writer); }

void write_schedules(RealWorkspace& workspace) {
  std::string text;
  for (std::size_t writer = 0; writer < KillLedger::kWriters; ++writer) {
    const WriterKind kind = kind_of(writer);
    if (kind != WriterKind::schedules && kind != WriterKind::trigger) continue;
    text += fmt::format(
        R"({}{{"id": "{}", "name": "none", "mode": "code", "taskInstructions":
        "printf '%s\\n' \"$LOOP_ATTEMPT\" >> starts.txt", "scheduleType": "time",
        "timeInterval": "3000", "timeUnit": "day", "active": true, "taskInteraction": "wait",
        "inactivityDelay": "600"}})",
        text.empty() ? "" : ",\n", schedule_of(writer));
  }
  REQUIRE(replace_file(*workspace.files, workspace.random, layout::schedules(),
                       "{\"schedules\": [" + text + "]}\n"));
}

Writer start_writer(RealWorkspace& workspace, KillLedger& ledger, std::size_t writer) {
  switch (kind_of(writer)) {
    case WriterKind::server: return start_server(workspace, ledger, writer);
    case WriterKind::engine: return {fork_child([&] { run_engine_until_killed(workspace); }), 0};
    default: return {fork_child([&] { write_until_killed(workspace, ledger, writer); }), 0};
  }
}

bool kill_writer(const Writer& writer) {
  REQUIRE(::kill(writer.victim, SIGKILL) == 0);
  int status = 0;
  REQUIRE(::waitpid(writer.victim, &status, 0) == writer.victim);
  const bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (writer.client == 0) return was_killed;
  // It ends when the server's pipes close; but not before it has written down what it heard.
  REQUIRE(::waitpid(writer.client, &status, 0) == writer.client);
  return was_killed;
}

}  // namespace loop::test
