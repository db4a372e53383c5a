// SPDX-License-Identifier: MIT
// What only the real file system shows: the outside, races, devices, modes, umask, types of disks.
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "loop/store/append_log.h"
#include "loop/store/file_content.h"
#include "sim/sim_random.hpp"
#include "store/disk_fixture.hpp"
#include "store/posix_root.hpp"
#include "store/posix_space.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;
namespace fs = std::filesystem;

namespace {

// A workspace with a sibling whose name begins with its own.
struct Fixture {
  TemporaryDirectory directory;
  std::string root = directory.path() + "/ws";
  std::string evil = directory.path() + "/ws-evil";
  std::unique_ptr<FileSystem> files;
  sim::SimRandom random{7};

  Fixture() {
    fs::create_directories(root);
    fs::create_directories(evil);
    std::ofstream(evil + "/secret") << "canary";
    auto opened = open_posix_files(root, {.without_openat2 = GENERATE(false, true)});
    REQUIRE(opened);
    files = std::move(*opened);
  }
  void link(const std::string& target, const std::string& name) const {
    fs::create_symlink(target, root + "/" + name);
  }
  std::string secret() const {
    std::string text;
    std::ifstream(evil + "/secret") >> text;
    return text;
  }
};

}  // namespace

TEST_CASE("a sibling directory whose name begins with the root's is outside") {
  Fixture fixture;
  fixture.link("../ws-evil", "relative");
  fixture.link(fixture.evil, "absolute");
  fixture.link("../ws/../ws-evil/secret", "around");
  // Leads back inside, but by way of the outside.
  fixture.link("../ws", "self");

  for (const char* path : {"relative/secret", "absolute/secret", "around", "self/around"}) {
    CAPTURE(path);
    CHECK(read_file(*fixture.files, at(path)).error().code() == Errc::outside_root);
    const auto written = replace_file(*fixture.files, fixture.random, at(path), "overwritten");
    CHECK(written.error().code() == Errc::outside_root);
    CHECK(make_directories(*fixture.files, at(path)).error().code() == Errc::outside_root);
  }
  CHECK(fixture.secret() == "canary");
}

TEST_CASE("a dangling link to the outside creates nothing there") {
  Fixture fixture;
  fixture.link("../ws-evil/new", "link");

  const auto written = replace_file(*fixture.files, fixture.random, at("link"), "x");
  const auto opened = fixture.files->open(at("link"), {Access::append, Creation::if_absent, 0644});

  CHECK(written.error().code() == Errc::outside_root);
  CHECK(opened.error().code() == Errc::outside_root);
  CHECK_FALSE(fs::exists(fixture.evil + "/new"));
}

TEST_CASE("replacing a hard link leaves the other name's content alone") {
  Fixture fixture;
  fs::create_hard_link(fixture.evil + "/secret", fixture.root + "/hard");

  REQUIRE(replace_file(*fixture.files, fixture.random, at("hard"), "new"));

  CHECK(fixture.secret() == "canary");
  CHECK(content_of(*fixture.files, "hard") == "new");
}

TEST_CASE("a directory that is swapped for a link at full speed never lets anyone out") {
  Fixture fixture;
  fs::create_directories(fixture.root + "/inside");
  std::ofstream(fixture.root + "/inside/secret") << "harmless";
  fixture.link("../ws-evil", "swap");
  std::atomic<bool> is_over{false};
  std::thread attacker([&] {
    const Fd root(open(fixture.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    while (!is_over) {
      renameat2(root.number(), "inside", root.number(), "swap", RENAME_EXCHANGE);
    }
  });

  int reads_inside = 0;
  int canaries = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto content = read_file(*fixture.files, at("inside/secret"));
    if (content && content->bytes == "harmless") ++reads_inside;
    if (content && content->bytes == "canary") ++canaries;
  }
  for (int round = 0; round < 3'000; ++round) {
    const OpenOptions options{Access::append, Creation::if_absent, 0644};
    const auto file = fixture.files->open(at("inside/" + std::to_string(round)), options);
    static_cast<void>(fixture.files->remove(at("inside/" + std::to_string(round))).has_value());
    static_cast<void>(fixture.files->make_directory(at("inside/d")).has_value());
    static_cast<void>(fixture.files->rename(at("inside/secret"), at("inside/secret")).has_value());
  }
  is_over = true;
  attacker.join();

  CHECK(canaries == 0);
  CHECK(reads_inside > 0);
  CHECK(fixture.secret() == "canary");
  CHECK(std::distance(fs::directory_iterator(fixture.evil), fs::directory_iterator()) == 1);
}

TEST_CASE("a device and a socket are named and not touched") {
  Fixture fixture;
  if (mknod((fixture.root + "/null").c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0) {
    WARN("skipped: devices cannot be made here");
    return;
  }
  REQUIRE(mknod((fixture.root + "/socket").c_str(), S_IFSOCK | 0666, 0) == 0);

  CHECK(read_file(*fixture.files, at("null")).error().message() ==
        "open null: is a device; only regular files are allowed");
  CHECK(read_file(*fixture.files, at("socket")).error().message() ==
        "open socket: is a socket; only regular files are allowed");
  CHECK_FALSE(replace_file(*fixture.files, fixture.random, at("null"), "x"));
}

TEST_CASE("a replaced file keeps its mode, and its owner where that is allowed") {
  Fixture fixture;
  const std::string path = fixture.root + "/f";
  std::ofstream(path) << "old";
  REQUIRE(chmod(path.c_str(), 0751) == 0);
  const bool is_root = geteuid() == 0;
  if (is_root) REQUIRE(chown(path.c_str(), 1234, 1235) == 0);
  const auto before = *fixture.files->info(at("f"));

  REQUIRE(replace_file(*fixture.files, fixture.random, at("f"), "new"));

  const auto after = *fixture.files->info(at("f"));
  CHECK(after->permissions == 0751);
  CHECK(after->owner == before->owner);
  CHECK(after->group == before->group);
  CHECK(after->inode != before->inode);
  if (is_root) CHECK(after->owner == 1234);
}

TEST_CASE("a replaced link stays a link and its target is replaced") {
  Fixture fixture;
  fs::create_directories(fixture.root + "/d");
  std::ofstream(fixture.root + "/d/f") << "old";
  fixture.link("d/f", "link");

  REQUIRE(replace_file(*fixture.files, fixture.random, at("link"), "new"));

  CHECK(fs::is_symlink(fixture.root + "/link"));
  CHECK(content_of(*fixture.files, "d/f") == "new");
  CHECK(names_in(*fixture.files, "d") == std::vector<std::string>{"f"});
}

TEST_CASE("open files are not handed to children and do not stay non-blocking") {
  Fixture fixture;
  const auto file = fixture.files->open(at("f"), {Access::append, Creation::if_absent, 0644});
  REQUIRE(file);

  bool is_found = false;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone) != fixture.root + "/f") continue;
    const int number = std::stoi(entry.path().filename().string());
    is_found = true;
    CHECK((fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((fcntl(number, F_GETFL) & O_NONBLOCK) == 0);
    CHECK((fcntl(number, F_GETFL) & O_APPEND) != 0);
  }
  CHECK(is_found);
}

TEST_CASE("names that are not UTF-8 are listed as they are and shown escaped") {
  Fixture fixture;
  std::ofstream(fixture.root + "/\xff\xfe") << "x";
  std::ofstream(fixture.root + "/a\nb") << "x";

  CHECK(names_in(*fixture.files) == std::vector<std::string>{"a\nb", "\xff\xfe"});
  CHECK(content_of(*fixture.files, "\xff\xfe") == "x");
  const auto missing = read_file(*fixture.files, at("\xff"));
  CHECK(missing.error().message().find("\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE(
    "a file that is over the limit is refused, also when its directory entry says otherwise") {
  Fixture fixture;
  std::ofstream(fixture.root + "/f") << "12345";

  CHECK(read_file(*fixture.files, at("f"), 6));
  CHECK(read_file(*fixture.files, at("f"), 5));
  const auto refused = read_file(*fixture.files, at("f"), 4);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::too_large);
  CHECK(refused.error().message() == "f has 5 bytes; the limit is 4");

  const auto proc = open_posix_files("/proc/self");
  REQUIRE(proc);
  CHECK(read_file(**proc, at("status"))->bytes.size() > 100);
  CHECK(read_file(**proc, at("status"), 10).error().code() == Errc::too_large);
}

TEST_CASE("a workspace must be an existing directory") {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() + "/f") << "x";
  fs::create_directory_symlink(directory.path(), directory.path() + "/link");

  CHECK(open_posix_files(directory.path() + "/none").error().code() == Errc::not_found);
  CHECK(open_posix_files(directory.path() + "/f").error().code() == Errc::invalid_argument);
  CHECK(open_posix_files("").error().code() == Errc::not_found);
  CHECK((*open_posix_files(directory.path() + "/link/."))->root() == directory.path());
}

TEST_CASE("this kernel's own resolution is used where it exists") {
  const Fd directory(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  CHECK(PosixRoot::best_method(directory) == PosixRoot::Method::openat2);
}

TEST_CASE("types of file systems are told apart by their numbers") {
  struct statfs status{};
  status.f_bsize = 4096;
  status.f_frsize = 1024;
  status.f_bavail = 10;

  for (const auto& [magic, name, is_network] :
       std::initializer_list<std::tuple<unsigned, const char*, bool>>{
           {0xef53, "ext4", false},
           {0x58465342, "xfs", false},
           {0x9123683e, "btrfs", false},
           {0x2fc12fc1, "zfs", false},
           {0x01021994, "tmpfs", false},
           {0x794c7630, "overlayfs", false},
           {0x6969, "nfs", true},
           {0xff534d42, "cifs", true},
           {0xfe534d42, "smb2", true},
           {0x01021997, "9p", true},
           {0x65735546, "fuse", true},
           {0x12345678, "0x12345678", false}}) {
    status.f_type = static_cast<decltype(status.f_type)>(magic);
    const SpaceInfo space = space_of(status);
    CHECK(space.type_name == name);
    CHECK(space.is_network == is_network);
    CHECK(space.free_bytes == 10'240);
  }
}
