// SPDX-License-Identifier: MIT
// Replacing a file durably, by the store and by the bare system calls.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/random.h"
#include "loop/store/file_content.h"
#include "loop/store/file_system.h"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

constexpr std::size_t kMemoryBytes = 30'000;  // of a memory file of 300 lines

std::string content_of(std::size_t number) {
  std::string content(kMemoryBytes, 'm');
  const std::string head = std::to_string(number);
  content.replace(0, head.size(), head);
  return content;
}

Status check_content(const std::string& file, const std::string& expected) {
  std::ifstream stream(file, std::ios::binary);
  if (std::string(std::istreambuf_iterator<char>(stream), {}) == expected) return {};
  return Error(Errc::invalid_data, file + " has other content than was written last");
}

// A step that writes the content of a number; the last one is looked at.
template <class Replace>
Result<double> replace_rate(const Scene& scene, const std::string& file, Replace&& replace) {
  std::size_t number = 0;
  auto rate = rate_of(scene.round, [&] { return replace(content_of(++number)); });
  LOOP_TRY_VOID(check_content(file, content_of(number)));
  return rate;
}

Result<double> replace_ours(const Scene& scene) {
  LOOP_TRY(const auto files, open_posix_files(scene.scratch));
  SystemRandom random;
  return replace_rate(scene, scene.scratch + "/ours.md", [&](const std::string& content) {
    auto stamp = replace_file(*files, random, RelativePath::of("ours.md"), content);
    return stamp ? Status{} : Status(std::move(stamp).error());
  });
}

Status failed(const char* call) { return Error::from_errno(errno, call); }

// New file, write, fdatasync, rename, fsync of the folder: what a durable replacement needs.
Status replace_bare(const std::string& folder, const std::string& content) {
  const std::string temporary = folder + "/bare.tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return failed("open");
  LOOP_TRY_VOID(write_fully(file, content));
  if (::fdatasync(file) != 0) return failed("fdatasync");
  ::close(file);
  if (std::rename(temporary.c_str(), (folder + "/bare.md").c_str()) != 0) return failed("rename");
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int synced = ::fsync(directory);
  ::close(directory);
  return synced == 0 ? Status{} : failed("fsync");
}

const char* const kNodeScript = R"(
const fs = require('fs/promises');
const [folder, ms, bytes] = [process.argv[1], Number(process.argv[2]), Number(process.argv[3])];
(async () => {
  const begun = process.hrtime.bigint();
  let count = 0, seconds = 0;
  while (seconds < ms / 1000) {
    const content = String(++count).padEnd(bytes, 'm');
    await fs.writeFile(folder + '/node.tmp', content, 'utf8');
    await fs.rename(folder + '/node.tmp', folder + '/node.md');
    seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  }
  console.log(count / seconds, (await fs.readFile(folder + '/node.md')).length);
})();
)";

Result<double> replace_node(const Scene& scene, const std::string& node) {
  LOOP_TRY(const std::string text,
           output_of({node, "-e", kNodeScript, scene.scratch, std::to_string(scene.round.count()),
                      std::to_string(kMemoryBytes)}));
  double rate = 0;
  std::size_t bytes = 0;
  if (std::sscanf(text.c_str(), "%lf %zu", &rate, &bytes) != 2 || bytes != kMemoryBytes) {
    return Error(Errc::invalid_data, "node wrote " + text);
  }
  return rate;
}

Result<std::vector<Contender>> contenders(const Scene& scene) {
  std::vector<Contender> all{
      {"replace_file", Role::ours, [scene] { return replace_ours(scene); }, {}},
      {"bare system calls",
       Role::limit,
       [scene] {
         return replace_rate(scene, scene.scratch + "/bare.md", [&](const std::string& content) {
           return replace_bare(scene.scratch, content);
         });
       },
       {}}};
  const std::string name = "node writeFile + rename, not durable";
  const auto node = scene.find_program("node");
  all.push_back(
      node ? Contender{name, Role::peer, [scene, node] { return replace_node(scene, *node); }, {}}
           : absent_contender(name, Role::peer, "node is not installed"));
  return all;
}

// One durable replace, in us, of files of growing size.
Result<std::function<Result<double>()>> replace_growth(const Scene& scene, std::size_t bytes) {
  LOOP_TRY(auto opened, open_posix_files(scene.scratch));
  const std::shared_ptr<FileSystem> files = std::move(opened);
  const auto random = std::make_shared<SystemRandom>();
  return std::function<Result<double>()>([=]() -> Result<double> {
    const std::string content(bytes, 'm');
    constexpr int kTimes = 20;
    const Stopwatch watch;
    for (int time = 0; time < kTimes; ++time) {
      LOOP_TRY_VOID(replace_file(*files, *random, RelativePath::of("grown.md"), content));
    }
    const double us = watch.seconds() / kTimes * 1e6;
    LOOP_TRY_VOID(check_content(scene.scratch + "/grown.md", content));
    return us;
  });
}

}  // namespace

RowGroup replace_rows() {
  RowGroup group;
  group.rows.push_back(
      {"replace.memory",
       "durable replace of a file of 30 kB",
       "files/s",
       Better::more,
       {{"bare system calls", 0.95}, {"node writeFile + rename, not durable", 0.9}},
       contenders});
  group.growths.push_back({"replace.growth",
                           "durable replace of a file",
                           "bytes",
                           "us",
                           {3'000, 30'000, 300'000, 3'000'000},
                           replace_growth});
  return group;
}

}  // namespace loop::bench
