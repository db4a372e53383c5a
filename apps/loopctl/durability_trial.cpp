// SPDX-License-Identifier: MIT
// Acknowledgements are lines in a file of each writer: "row ID" and "version N".
#include "durability_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "loop/base/text.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/file_content.h"

namespace loopctl {

using loop::RelativePath;
using loop::Result;
using loop::Status;

namespace {

constexpr int kWriters = 4;
constexpr loop::Duration kLivesLeast{10}, kLivesMost{120};  // of a writer, in ms
constexpr int kTimedAppends = 32;
constexpr std::size_t kVersionBytes = 16 * 1024;
constexpr std::uint64_t kAcknowledgementsBytesMax = 64 * 1024 * 1024;

std::string acknowledgements_of(int writer) { return fmt::format("acknowledged-{}.txt", writer); }
RelativePath version_file(const std::string& writer) {
  return RelativePath::of("version-" + writer + ".txt");
}

// The number at both ends of a text whose length shows when some of it is missing.
std::string version_text(std::uint64_t number) {
  const std::string mark = fmt::format("{:020}", number);
  return mark + std::string(kVersionBytes, '.') + mark;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  return is_number ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> version_of(std::string_view text) {
  const auto number = number_in(text.substr(0, 20));
  return number && text == version_text(*number) ? number : std::nullopt;
}

std::uint64_t random_below(loop::RandomSource& random, std::uint64_t bound) {
  std::array<std::byte, 8> bytes{};
  random.fill(bytes);
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number % bound;
}

// What writers have said that they did.
struct Acknowledged {
  std::vector<std::string> rows;
  std::uint64_t version = 0;  // the newest one
  std::uint64_t versions = 0;
};

// A last line without its end was not said: the writer was killed meanwhile.
Acknowledged acknowledged_in(std::string_view text) {
  Acknowledged said;
  for (std::size_t newline; (newline = text.find('\n')) != std::string_view::npos;
       text.remove_prefix(newline + 1)) {
    const std::string_view line = text.substr(0, newline);
    if (line.starts_with("row ")) said.rows.emplace_back(line.substr(4));
    if (!line.starts_with("version ")) continue;
    said.version = number_in(line.substr(8)).value_or(said.version);
    ++said.versions;
  }
  return said;
}

class Trial {
 public:
  Trial(const TrialServices& services, const TrialRequest& request, loop::FileSystem& files)
      : services_(services), request_(request), files_(files) {}

  Result<TrialReport> run() {
    LOOP_TRY(const loop::SpaceInfo space, files_.space());
    report_.file_system = space.type_name;
    report_.is_network = space.is_network;
    report_.is_memory = space.type_name == "tmpfs" || space.type_name == "ramfs";
    LOOP_TRY_VOID(time_syncs());
    LOOP_TRY_VOID(kill_writers());
    LOOP_TRY_VOID(compare());
    return report_;
  }

 private:
  Status time_syncs() {
    loop::AppendLog log(files_, services_.clock, services_.log, RelativePath::of("timed.txt"), {});
    std::vector<std::int64_t> times;
    for (int turn = 0; turn < kTimedAppends; ++turn) {
      const auto before = services_.clock.stopwatch();
      LOOP_TRY_VOID(log.append("a line of about the length that a row of the time file has\n"));
      times.push_back((services_.clock.stopwatch() - before).count());
    }
    std::ranges::nth_element(times, times.begin() + kTimedAppends / 2);
    report_.sync_us = times[kTimedAppends / 2];
    return {};
  }

  Status kill_writers() {
    const loop::Duration deadline = services_.clock.monotonic() + request_.length;
    for (int writer = 0; writer < kWriters; ++writer) LOOP_TRY_VOID(start(writer));
    while (services_.clock.monotonic() < deadline) {
      const auto span = static_cast<std::uint64_t>((kLivesMost - kLivesLeast).count());
      services_.clock.sleep((kLivesLeast + loop::Duration(random_below(services_.random, span))) /
                            kWriters);
      const int writer = static_cast<int>(random_below(services_.random, kWriters));
      LOOP_TRY_VOID(end(writer));
      LOOP_TRY_VOID(start(writer));
    }
    for (int writer = 0; writer < kWriters; ++writer) LOOP_TRY_VOID(end(writer));
    return {};
  }

  Status start(int writer) {
    loop::LaunchSpec spec;
    spec.argv = {services_.surroundings.program, "__selftest-writer", request_.directory,
                 std::to_string(writer)};
    spec.directory = request_.directory;
    spec.stdout_path = request_.directory + "/" + acknowledgements_of(writer);
    spec.stderr_path = request_.directory + "/problems.txt";
    LOOP_TRY(writers_[writer], services_.processes.launch(spec));
    return {};
  }

  Status end(int writer) {
    loop::ChildProcess& child = *writers_.at(writer);
    // A writer that has ended by itself met an error, which is told.
    if (child.poll()) return problem();
    LOOP_TRY_VOID(services_.processes.signal(child.identity(), SIGKILL));
    static_cast<void>(child.wait(std::chrono::seconds{30}));
    ++report_.kills;
    return {};
  }

  Status problem() {
    const auto told = loop::read_file_if_exists(files_, RelativePath::of("problems.txt"), 65536);
    const std::string text = told && *told ? (*told)->bytes : std::string();
    return loop::Error(loop::Errc::io, fmt::format("a writer ended: {}", loop::trim(text)));
  }

  Status compare() {
    std::unordered_map<std::string, int> rows;  // how often each stands in the file
    loop::TimeLedger ledger(files_, services_.clock, services_.log);
    // The first change of a file mends what the last kill left.
    LOOP_TRY_VOID(ledger.start({.task_id = loop::TaskId("last"),
                                .mode = loop::ModeSlug("code"),
                                .task = "after the kills",
                                .start = services_.clock.now()}));
    LOOP_TRY(const loop::TimeTable table, ledger.read());
    report_.torn_rows = table.unreadable.size();
    for (const loop::TimeRow& row : table.rows) ++rows[row.task_id.str()];
    for (const auto& [id, times] : rows) report_.doubled_rows += times > 1 ? 1 : 0;
    for (int writer = 0; writer < kWriters; ++writer) {
      LOOP_TRY(const Acknowledged said, acknowledged_by(writer));
      report_.acknowledged_rows += said.rows.size();
      report_.acknowledged_versions += said.versions;
      for (const std::string& id : said.rows) report_.lost_rows += rows.contains(id) ? 0 : 1;
      LOOP_TRY_VOID(compare_version(std::to_string(writer), said));
    }
    return {};
  }

  Result<Acknowledged> acknowledged_by(int writer) {
    LOOP_TRY(const auto content,
             loop::read_file_if_exists(files_, RelativePath::of(acknowledgements_of(writer)),
                                       kAcknowledgementsBytesMax));
    return acknowledged_in(content ? std::string_view(content->bytes) : std::string_view());
  }

  Status compare_version(const std::string& writer, const Acknowledged& said) {
    LOOP_TRY(const auto content, loop::read_file_if_exists(files_, version_file(writer)));
    if (!content) {
      report_.lost_versions += said.versions > 0 ? 1 : 0;
      return {};
    }
    const auto version = version_of(content->bytes);
    if (!version) ++report_.torn_versions;
    if (version && *version < said.version) ++report_.lost_versions;
    return {};
  }

  const TrialServices& services_;
  const TrialRequest& request_;
  loop::FileSystem& files_;
  std::map<int, std::unique_ptr<loop::ChildProcess>> writers_;
  TrialReport report_;
};

// A folder that is empty of everything that a trial makes.
void remove_all(loop::FileSystem& parent, const RelativePath& folder) {
  const auto entries = parent.list(folder);
  if (!entries) return;
  for (const loop::DirectoryEntry& entry : *entries) {
    static_cast<void>(parent.remove(folder / entry.name).has_value());
  }
  static_cast<void>(parent.remove_directory(folder).has_value());
}

// Numbers grow over the lives of a writer.
Result<std::uint64_t> last_version(loop::FileSystem& files, const std::string& writer) {
  LOOP_TRY(const auto content, loop::read_file_if_exists(files, version_file(writer)));
  if (!content) return std::uint64_t{0};
  if (const auto version = version_of(content->bytes)) return *version;
  return loop::Error(loop::Errc::invalid_data, version_file(writer).str() + " is torn");
}

}  // namespace

Result<TrialReport> try_durability(const TrialServices& services, const TrialRequest& request) {
  LOOP_TRY(const auto parent, loop::open_posix_files(request.directory));
  const RelativePath folder =
      RelativePath::of("loopctl-selftest-" + loop::make_uuid(services.random));
  LOOP_TRY_VOID(parent->make_directory(folder, 0700));
  const TrialRequest inside{request.directory + "/" + folder.str(), request.length};
  auto report = [&]() -> Result<TrialReport> {
    LOOP_TRY(const auto files, loop::open_posix_files(inside.directory));
    return Trial(services, inside, *files).run();
  }();
  remove_all(*parent, folder);
  return report;
}

Status write_until_killed(const TrialServices& services, const std::string& directory,
                          const std::string& writer) {
  LOOP_TRY(const auto files, loop::open_posix_files(directory));
  loop::TimeLedger ledger(*files, services.clock, services.log);
  loop::AppendLog said(*files, services.clock, services.log,
                       RelativePath::of(fmt::format("acknowledged-{}.txt", writer)),
                       {.durability = loop::Durability::os});
  LOOP_TRY(std::uint64_t version, last_version(*files, writer));
  for (;;) {
    const std::string id = loop::make_uuid(services.random);
    LOOP_TRY_VOID(ledger.start({.task_id = loop::TaskId(id),
                                .mode = loop::ModeSlug("code"),
                                .task = "a trial of the disk",
                                .start = services.clock.now()}));
    LOOP_TRY_VOID(said.append("row " + id + "\n"));
    ++version;
    LOOP_TRY_VOID(
        loop::replace_file(*files, services.random, version_file(writer), version_text(version)));
    LOOP_TRY_VOID(said.append(fmt::format("version {}\n", version)));
  }
}

}  // namespace loopctl
