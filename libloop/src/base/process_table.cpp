// SPDX-License-Identifier: MIT
// Reading /proc: identity, parents and environment of processes.
#include "process_table.hpp"

#include <charconv>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "process_fd.hpp"

namespace loop::process_table {

namespace {

// execve accepts at most a quarter of the stack limit; a common 8 MiB stack gives 2 MiB.
constexpr std::size_t kEnvironmentBytesMax = 8 * 1024 * 1024;

std::optional<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return std::nullopt;
  std::string bytes;
  char chunk[8192];
  while (bytes.size() < bytes_max) {
    const ssize_t got = read(fd.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    bytes.append(chunk, static_cast<std::size_t>(got));
  }
  return bytes;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<ProcessRow> parse_stat(std::string_view line) {
  const std::size_t name_end = line.rfind(')');
  const std::size_t name_start = line.find('(');
  if (name_end == std::string_view::npos || name_start == std::string_view::npos) return {};
  if (name_start == 0 || name_end < name_start || line.size() < name_end + 3) return {};

  std::vector<std::string_view> fields;  // from field 3 on
  std::string_view rest = line.substr(name_end + 2);
  while (fields.size() < 20 && !rest.empty()) {
    const std::size_t end = rest.find_first_of(" \n");
    fields.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (fields.size() < 20 || fields[0].size() != 1) return {};

  const auto pid = parse_number<int>(line.substr(0, name_start - 1));
  const auto parent = parse_number<int>(fields[1]);
  const auto start = parse_number<std::uint64_t>(fields[19]);
  if (!pid || !parent || !start) return {};
  return ProcessRow{*pid, fields[0][0], *parent, *start};
}

std::optional<ProcessRow> read_row(int pid) {
  const auto text = read_small_file(fmt::format("/proc/{}/stat", pid), 8192);
  return text ? parse_stat(*text) : std::nullopt;
}

std::vector<ProcessRow> read_all() {
  std::vector<ProcessRow> rows;
  DIR* directory = opendir("/proc");
  if (directory == nullptr) return rows;
  while (const dirent* entry = readdir(directory)) {
    const auto pid = parse_number<int>(entry->d_name);
    if (!pid) continue;
    if (const auto row = read_row(*pid)) rows.push_back(*row);
  }
  closedir(directory);
  return rows;
}

namespace {

constexpr int kSinceMax = 128;  // looks that are cheaper than one at every process
constexpr std::int64_t kPidsReserved = 300;

// The pid that was given out last in this namespace: the last field of /proc/loadavg.
std::optional<int> last_pid() {
  const auto text = read_small_file("/proc/loadavg", 256);
  if (!text) return std::nullopt;
  const std::size_t end = text->find_last_not_of('\n');
  const std::size_t begin = text->rfind(' ');
  if (begin == std::string::npos || end == std::string::npos || end <= begin) return std::nullopt;
  return parse_number<int>(std::string_view(*text).substr(begin + 1, end - begin));
}

std::optional<std::int64_t> pids_max() {
  auto text = read_small_file("/proc/sys/kernel/pid_max", 64);
  while (text && !text->empty() && text->back() == '\n') text->pop_back();
  return text ? parse_number<std::int64_t>(*text) : std::nullopt;
}

// Since the boot, floored to 10 ms; ProcessIdentity's ticks are of the same clock.
std::optional<std::int64_t> uptime_ms() {
  const auto text = read_small_file("/proc/uptime", 128);
  if (!text) return std::nullopt;
  const std::size_t dot = text->find('.');
  if (dot == std::string::npos || text->size() < dot + 3) return std::nullopt;
  const auto seconds = parse_number<std::int64_t>(std::string_view(*text).substr(0, dot));
  const auto hundredths = parse_number<std::int64_t>(std::string_view(*text).substr(dot + 1, 2));
  if (!seconds || !hundredths) return std::nullopt;
  return *seconds * 1000 + *hundredths * 10;
}

// Pids are given out in order, so they have not gone round while there was no time for so many
// processes: a kernel makes none in less than a microsecond, for it locks them all to do so.
bool may_have_gone_round(std::uint64_t start_ticks) {
  constexpr std::int64_t kFloored = 10;
  const auto limit = pids_max();
  const auto now_ms = uptime_ms();
  const long ticks_a_second = sysconf(_SC_CLK_TCK);
  if (!limit || !now_ms || ticks_a_second <= 0) return true;
  const std::int64_t start_ms = static_cast<std::int64_t>(start_ticks) * 1000 / ticks_a_second;
  const std::int64_t age_ms = *now_ms - start_ms + kFloored;
  return age_ms < 0 || age_ms * 1000 >= *limit - kPidsReserved;
}

// A thread has a row too, though none in the listing.
bool is_thread(int pid) {
  const auto text = read_small_file(fmt::format("/proc/{}/status", pid), 8192);
  return text && text->find(fmt::format("\nTgid:\t{}\n", pid)) == std::string::npos;
}

}  // namespace

std::optional<std::vector<ProcessRow>> read_since(int pid, std::uint64_t start_ticks) {
  const auto last = last_pid();
  if (!last || *last < pid || *last - pid > kSinceMax) return std::nullopt;
  std::vector<ProcessRow> rows;
  for (int candidate = pid; candidate <= *last; ++candidate) {
    const auto row = read_row(candidate);
    if (row && !is_thread(candidate)) rows.push_back(*row);
  }
  if (may_have_gone_round(start_ticks)) return std::nullopt;
  return rows;
}

bool Patience::wait() {
  if (turns_ == 0) return false;
  --turns_;
  poll(nullptr, 0, 1);
  return true;
}

namespace {

// Between two programs: the new one's memory is there, its arguments and environment are not. A
// thread of the kernel has neither, nor a program.
bool is_in_exec(int pid) {
  char target = 0;
  if (readlink(fmt::format("/proc/{}/exe", pid).c_str(), &target, 1) < 0) return false;
  const auto arguments = read_small_file(fmt::format("/proc/{}/cmdline", pid), 1);
  return arguments && arguments->empty();
}

std::optional<std::string> read_environment(int pid, Patience& patience) {
  const std::string path = fmt::format("/proc/{}/environ", pid);
  auto text = read_small_file(path, kEnvironmentBytesMax);
  while (text && text->empty()) {
    const bool waits = is_in_exec(pid) && patience.wait();
    // In any case: the exec may have ended between the two looks.
    text = read_small_file(path, kEnvironmentBytesMax);
    if (!waits) break;
  }
  return text;
}

}  // namespace

std::optional<std::string> environment_value(int pid, std::string_view name, Patience& patience) {
  const auto text = read_environment(pid, patience);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\0');
    const std::string_view entry = rest.substr(0, end);
    const bool is_wanted =
        entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=';
    if (is_wanted) return std::string(entry.substr(name.size() + 1));
    if (end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::string read_boot_id() {
  std::string id = read_small_file("/proc/sys/kernel/random/boot_id", 128).value_or("");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

namespace {

// "MemAvailable:   123456 kB" of /proc/meminfo, in bytes.
std::optional<std::uint64_t> memory_field(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t begin = text.find_first_of("0123456789", at);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find_first_not_of("0123456789", begin);
  const auto kibibytes = parse_number<std::uint64_t>(text.substr(begin, end - begin));
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

}  // namespace

Result<MachineMemory> read_memory() {
  const auto text = read_small_file("/proc/meminfo", 64 * 1024);
  const auto total = text ? memory_field(*text, "MemTotal:") : std::nullopt;
  const auto available = text ? memory_field(*text, "MemAvailable:") : std::nullopt;
  if (!total || !available) {
    return Error(Errc::unsupported, "/proc/meminfo does not tell how much memory there is");
  }
  return MachineMemory{.total_bytes = *total, .available_bytes = *available};
}

std::vector<ProcessRow> descendants(const std::vector<ProcessRow>& rows,
                                    const std::vector<int>& roots) {
  std::multimap<int, const ProcessRow*> children;
  std::map<int, const ProcessRow*> by_pid;
  for (const ProcessRow& row : rows) {
    children.emplace(row.parent, &row);
    by_pid.emplace(row.pid, &row);
  }

  std::vector<ProcessRow> found;
  std::set<int> seen;
  std::vector<int> open(roots);
  while (!open.empty()) {
    const int pid = open.back();
    open.pop_back();
    if (!seen.insert(pid).second) continue;
    const auto row = by_pid.find(pid);
    if (row != by_pid.end() && row->second->is_live()) found.push_back(*row->second);
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) open.push_back(child->second->pid);
  }
  return found;
}

}  // namespace loop::process_table
