// SPDX-License-Identifier: MIT
// Durable appends by many clients of one server: ours over HTTP against Redis, and against SQLite
// with as many connections.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include "harness/child.hpp"
#include "harness/http_load.hpp"
#include "harness/stopwatch.hpp"
#include "rows/all_rows.hpp"
#include "rows/http_servers.hpp"
#include "rows/sqlite_table.hpp"

namespace loop::bench {

namespace {

const std::string kMissing = "bench/install-peers.sh adds it";
// About as long as a row of ours with its times and its id.
const std::string kRow(150, 'r');

Error wrong(std::string what) { return Error(Errc::invalid_data, std::move(what)); }

// Only the number of rows that stand in the file.
std::size_t lines_of(const std::string& file) {
  std::ifstream stream(file);
  return static_cast<std::size_t>(
      std::count(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>(), '\n'));
}

// Calls of track_task_time, each of which begins a task of its own.
class OurWriters {
 public:
  OurWriters(const Scene& scene, int writers, int count)
      : program_(scene.product_program("loop-mcp")),
        folder_(scene.scratch + "/workspace"),
        load_{.expected = "\\\"success\\\":true", .connections = writers, .count = count} {}

  Result<double> measure() {
    if (!server_) LOOP_TRY_VOID(start());
    const std::string file = folder_ + "/task_timing.tsv";
    const std::size_t before = std::max<std::size_t>(lines_of(file), 1);  // with the header
    LOOP_TRY(const HttpLoadResult result, run_load(load_));
    const std::size_t rows = lines_of(file) - before;
    if (rows == static_cast<std::size_t>(load_.count)) return result.rate;
    return wrong(fmt::format("{} rows after {} calls", rows, load_.count));
  }

 private:
  Status start() {
    std::filesystem::create_directories(folder_ + "/.roo");
    LOOP_TRY(HttpServer started,
             printing_server({program_, "-C", folder_, "--http", "127.0.0.1:0"})());
    load_.port = started.port;
    LOOP_TRY(const std::string fields, begin_session(started.port));
    for (int writer = 1; writer <= load_.connections; ++writer) {
      load_.requests.push_back(
          post("/mcp", fields,
               fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{)"
                           R"("name":"track_task_time","arguments":{{"start_tracking":true,)"
                           R"("task_description":"nightly validation run"}}}}}})",
                           writer)));
    }
    server_.emplace(std::move(started));
    return {};
  }

  const std::string program_, folder_;
  HttpLoad load_;
  std::optional<HttpServer> server_;
};

// A server that answers after its append-only file is synced, driven by its own benchmark.
class RedisWriters {
 public:
  RedisWriters(const Scene& scene, int writers, int count)
      : folder_(scene.scratch), writers_(writers), count_(count) {}

  Result<double> measure() {
    if (!server_) LOOP_TRY_VOID(start());
    const std::string port = std::to_string(port_);
    LOOP_TRY(const std::string text,
             output_of({"redis-benchmark", "-p", port, "-c", std::to_string(writers_), "-n",
                        std::to_string(count_), "--csv", "RPUSH", "rows", kRow}));
    appended_ += count_;
    LOOP_TRY(const std::string length, output_of({"redis-cli", "-p", port, "LLEN", "rows"}));
    if (length != std::to_string(appended_) + "\n") return wrong("redis has " + length + " rows");
    return rate_in(text);
  }

 private:
  Status start() {
    LOOP_TRY(port_, free_port());
    LOOP_TRY(Child child, Child::start({{"redis-server", "--port", std::to_string(port_), "--bind",
                                         "127.0.0.1", "--save", "", "--appendonly", "yes",
                                         "--appendfsync", "always", "--dir", folder_},
                                        {},
                                        {},
                                        false}));
    LOOP_TRY_VOID(wait_for_port(port_));
    server_.emplace(std::move(child));
    return {};
  }

  // Of the last line: "RPUSH rows …","rate","latency",…
  static Result<double> rate_in(const std::string& csv) {
    const std::size_t line = csv.rfind("\"RPUSH");
    const std::size_t at = line == std::string::npos ? line : csv.find("\",\"", line);
    double rate = 0;
    if (at != std::string::npos) {
      std::from_chars(csv.data() + at + 3, csv.data() + csv.size(), rate);
    }
    if (rate > 0) return rate;
    return wrong("redis-benchmark printed " + csv);
  }

  const std::string folder_;
  const int writers_, count_;
  std::uint16_t port_ = 0;
  int appended_ = 0;
  std::optional<Child> server_;
};

Contender redis_contender(const Scene& scene, int writers, int count) {
  const std::string name = "Redis, appendfsync always";
  if (!scene.find_program("redis-server") || !scene.find_program("redis-benchmark")) {
    return absent_contender(name, Role::peer, kMissing);
  }
  auto redis = std::make_shared<RedisWriters>(scene, writers, count);
  return {name, Role::peer, [redis] { return redis->measure(); }, {}};
}

#ifdef BENCH_HAS_SQLITE
Result<double> insert_at_once(const Scene& scene, int writers) {
  const std::string file = scene.scratch + "/writers.db";
  LOOP_TRY(SqliteTable table, SqliteTable::create(file, "FULL"));
  std::vector<Result<double>> rates(static_cast<std::size_t>(writers), 0.0);
  std::vector<std::thread> threads;
  for (Result<double>& rate : rates) {
    threads.emplace_back([&] {
      auto own = SqliteTable::open(file, "FULL");
      rate = own ? rate_of(scene.round, [&] { return own->insert(kRow); })
                 : Result<double>(std::move(own).error());
    });
  }
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  for (Result<double>& rate : rates) {
    LOOP_TRY(const double one, std::move(rate));
    sum += one;
  }
  LOOP_TRY(const std::size_t rows, table.count());
  return rows > 0 ? Result<double>(sum) : wrong(file + " is empty");
}
#endif

Contender sqlite_contender(const Scene& scene, int writers) {
  const std::string name = "SQLite WAL FULL";
#ifdef BENCH_HAS_SQLITE
  return {name, Role::peer, [=] { return insert_at_once(scene, writers); }, {}};
#else
  static_cast<void>(scene);
  static_cast<void>(writers);
  return absent_contender(name, Role::peer, "built without libsqlite3-dev");
#endif
}

Row row_of(int writers, std::vector<Goal> goals) {
  return {fmt::format("writers.durable_{}", writers),
          fmt::format("durable append of a time row, {} clients of one server", writers),
          "rows/s",
          Better::more,
          std::move(goals),
          [=](const Scene& scene) -> Result<std::vector<Contender>> {
            const int count = scene.sized(2 * writers, 100 * writers, 400 * writers);
            auto ours = std::make_shared<OurWriters>(scene, writers, count);
            return std::vector<Contender>{
                {"loop-mcp over HTTP", Role::ours, [ours] { return ours->measure(); }, {}},
                redis_contender(scene, writers, count),
                sqlite_contender(scene, writers)};
          }};
}

}  // namespace

RowGroup writers_rows() {
  RowGroup group;
  group.rows.push_back(row_of(11, {{"Redis, appendfsync always", 1}, {"SQLite WAL FULL", 8}}));
  group.rows.push_back(row_of(64, {{"Redis, appendfsync always", 1}}));
  return group;
}

}  // namespace loop::bench
