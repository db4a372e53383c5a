// SPDX-License-Identifier: MIT
// What every file system promises: the one in memory, and the real one with and without openat2.
#include <cerrno>

#include "loop/store/file_content.h"
#include "loop/store/open_directory.h"
#include "store/disk_fixture.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;

namespace {

constexpr OpenOptions kRead{};
constexpr OpenOptions kAppend{Access::append, Creation::if_absent, 0644};
constexpr OpenOptions kWrite{Access::read_write, Creation::if_absent, 0644};
constexpr OpenOptions kNew{Access::read_write, Creation::must_not_exist, 0640};

std::unique_ptr<Disk> any_disk() {
  return make_disk(GENERATE(DiskKind::simulated, DiskKind::openat2, DiskKind::walk));
}

std::unique_ptr<OpenFile> opened(FileSystem& files, std::string_view path,
                                 const OpenOptions& options) {
  auto file = files.open(at(path), options);
  REQUIRE(file);
  return std::move(*file);
}

template <class T>
Errc code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code();
}

}  // namespace

TEST_CASE("contract: opening says whether the file must exist") {
  const auto disk = any_disk();
  auto& files = disk->files();

  CHECK(code_of(files.open(at("f"), kRead)) == Errc::not_found);
  CHECK(code_of(files.open(at("no/f"), kWrite)) == Errc::not_found);
  CHECK(files.open(at("f"), kNew));
  CHECK(code_of(files.open(at("f"), kNew)) == Errc::already_exists);
  CHECK(files.open(at("f"), kWrite));
  CHECK(code_of(files.open(at("f/g"), kWrite)) == Errc::invalid_argument);
  const auto info = files.info(at("f"));
  REQUIRE((info && *info));
  CHECK((*info)->permissions == 0640);
  CHECK((*info)->kind == FileKind::regular);
  CHECK((*info)->link_count == 1);
}

TEST_CASE("contract: an error names the operation and the path") {
  const auto disk = any_disk();

  const auto opened = disk->files().open(at("some/file"), kRead);

  REQUIRE_FALSE(opened);
  CHECK(opened.error().cause() == ENOENT);
  CHECK(opened.error().message().starts_with("open some/file: "));
}

TEST_CASE("contract: anything but a regular file is refused at once, and named") {
  const auto disk = any_disk();
  auto& files = disk->files();
  disk->fifo("pipe");
  REQUIRE(files.make_directory(at("dir")));

  for (const OpenOptions& options : {kRead, kAppend, kWrite}) {
    const auto pipe = files.open(at("pipe"), options);
    CHECK(code_of(pipe) == Errc::invalid_argument);
    CHECK(pipe.error().message().find("a FIFO") != std::string::npos);
    const auto dir = files.open(at("dir"), options);
    CHECK(code_of(dir) == Errc::invalid_argument);
    CHECK(dir.error().message().find("a directory") != std::string::npos);
  }
}

TEST_CASE("contract: writes go on from the last one, appends to the end") {
  const auto disk = any_disk();
  auto& files = disk->files();
  {
    const auto file = opened(files, "f", kWrite);
    CHECK(*file->write("abc") == 3);
    CHECK(*file->write("def") == 3);
  }
  {
    const auto file = opened(files, "f", kWrite);
    CHECK(*file->write("X") == 1);
  }
  const auto first = opened(files, "f", kAppend);
  const auto second = opened(files, "f", kAppend);
  CHECK(*first->write("1") == 1);
  CHECK(*second->write("2") == 1);
  CHECK(*first->write("3") == 1);

  CHECK(content_of(files, "f") == "Xbcdef123");
}

TEST_CASE("contract: reading at an offset stops at the end") {
  const auto disk = any_disk();
  disk->put("f", "0123456789");
  const auto file = opened(disk->files(), "f", kRead);

  std::string buffer(4, '.');
  CHECK(*file->read_at(8, buffer) == 2);
  CHECK(buffer.substr(0, 2) == "89");
  CHECK(*file->read_at(10, buffer) == 0);
  CHECK(*file->read_at(1000, buffer) == 0);
}

TEST_CASE("contract: truncating cuts and extends with zeros; a reader's file cannot be changed") {
  const auto disk = any_disk();
  auto& files = disk->files();
  disk->put("f", "012345");
  const auto file = opened(files, "f", kWrite);

  REQUIRE(file->truncate(2));
  CHECK(content_of(files, "f") == "01");
  REQUIRE(file->truncate(4));
  CHECK(content_of(files, "f") == std::string("01\0\0", 4));
  CHECK(file->info()->size_bytes == 4);

  const auto reader = opened(files, "f", kRead);
  CHECK_FALSE(reader->write("x"));
  CHECK_FALSE(reader->truncate(0));
  CHECK(content_of(files, "f").size() == 4);
}

TEST_CASE("contract: a mode is kept, and open and named file are the same") {
  const auto disk = any_disk();
  auto& files = disk->files();
  const auto file = opened(files, "f", kNew);

  REQUIRE(file->set_permissions(0604));
  REQUIRE(file->sync());
  REQUIRE(file->sync_data());

  const auto by_name = files.info(at("f"));
  const auto by_file = file->info();
  REQUIRE((by_name && *by_name && by_file));
  CHECK((*by_name)->permissions == 0604);
  CHECK(stamp_of(**by_name) == stamp_of(*by_file));
}

TEST_CASE("contract: locks exclude other open files of the same file, not other files") {
  const auto disk = any_disk();
  auto& files = disk->files();
  auto first = opened(files, "f", kWrite);
  const auto second = opened(files, "f", kWrite);
  const auto other = opened(files, "g", kWrite);

  CHECK(*first->try_lock(LockMode::exclusive));
  CHECK(*first->try_lock(LockMode::exclusive));
  CHECK_FALSE(*second->try_lock(LockMode::exclusive));
  CHECK_FALSE(*second->try_lock(LockMode::shared));
  CHECK(*other->try_lock(LockMode::exclusive));

  REQUIRE(first->unlock());
  CHECK(*second->try_lock(LockMode::shared));
  CHECK(*first->try_lock(LockMode::shared));
  CHECK_FALSE(*first->try_lock(LockMode::exclusive));
  // The failed conversion gave up what was held.
  CHECK(*second->try_lock(LockMode::exclusive));
  CHECK_FALSE(*first->try_lock(LockMode::shared));
}

TEST_CASE("contract: a lock ends with its open file, and stays with a renamed one") {
  const auto disk = any_disk();
  auto& files = disk->files();
  auto first = opened(files, "f", kWrite);
  REQUIRE(*first->try_lock(LockMode::exclusive));
  REQUIRE(files.rename(at("f"), at("g")));
  const auto fresh = opened(files, "f", kWrite);
  const auto moved = opened(files, "g", kWrite);

  CHECK(*fresh->try_lock(LockMode::exclusive));
  CHECK_FALSE(*moved->try_lock(LockMode::exclusive));
  first.reset();
  CHECK(*moved->try_lock(LockMode::exclusive));
}

TEST_CASE("contract: renaming replaces a file, keeps its inode, and refuses what makes no sense") {
  const auto disk = any_disk();
  auto& files = disk->files();
  disk->put("from", "new");
  disk->put("to", "old");
  REQUIRE(files.make_directory(at("dir")));
  const auto before = *files.info(at("from"));

  CHECK(code_of(files.rename_new(at("from"), at("to"))) == Errc::already_exists);
  REQUIRE(files.rename(at("from"), at("to")));

  CHECK(content_of(files, "to") == "new");
  CHECK((*files.info(at("to")))->inode == before->inode);
  CHECK_FALSE(*files.info(at("from")));
  CHECK(code_of(files.rename(at("from"), at("to"))) == Errc::not_found);
  CHECK(code_of(files.rename(at("to"), at("none/to"))) == Errc::not_found);
  CHECK(code_of(files.rename(at("to"), at("dir"))) == Errc::invalid_argument);
  CHECK(code_of(files.rename(at("dir"), at("to"))) == Errc::invalid_argument);
  CHECK_FALSE(files.rename(at("dir"), at("dir/sub")));
  REQUIRE(files.rename_new(at("to"), at("dir/f")));
  CHECK(content_of(files, "dir/f") == "new");
}

TEST_CASE("contract: a removed file lives on for those who have it open") {
  const auto disk = any_disk();
  auto& files = disk->files();
  const auto file = opened(files, "f", kWrite);

  REQUIRE(files.remove(at("f")));

  CHECK(file->write("x"));
  CHECK(file->info()->link_count == 0);
  CHECK_FALSE(*files.info(at("f")));
  CHECK(code_of(files.remove(at("f"))) == Errc::not_found);
}

TEST_CASE("contract: directories are made once and removed when empty") {
  const auto disk = any_disk();
  auto& files = disk->files();

  REQUIRE(files.make_directory(at("d")));
  CHECK(code_of(files.make_directory(at("d"))) == Errc::already_exists);
  CHECK(code_of(files.make_directory(at("no/d"))) == Errc::not_found);
  disk->put("d/f", "");
  CHECK(code_of(files.remove(at("d"))) == Errc::invalid_argument);
  CHECK_FALSE(files.remove_directory(at("d")));
  CHECK(code_of(files.remove_directory(at("d/f"))) == Errc::invalid_argument);
  REQUIRE(files.remove(at("d/f")));
  REQUIRE(files.remove_directory(at("d")));
  CHECK(code_of(files.remove_directory(at("d"))) == Errc::not_found);
}

TEST_CASE("contract: a listing is sorted, says kinds, and is whole each time") {
  const auto disk = any_disk();
  auto& files = disk->files();
  disk->put("b", "");
  disk->link("a", "b");
  disk->fifo("c");
  REQUIRE(files.make_directory(at("B")));

  for (int round = 0; round < 2; ++round) {
    const auto entries = files.list(std::nullopt);
    REQUIRE(entries);
    REQUIRE(entries->size() == 4);
    CHECK((*entries)[0].name == "B");
    CHECK((*entries)[0].kind == FileKind::directory);
    CHECK((*entries)[1].kind == FileKind::symlink);
    CHECK((*entries)[2].kind == FileKind::regular);
    CHECK((*entries)[3].kind == FileKind::other);
  }
  CHECK(code_of(files.list(at("none"))) == Errc::not_found);
  CHECK(code_of(files.list(at("b"))) == Errc::invalid_argument);
}

TEST_CASE("contract: a directory can be synced, a file is none") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("d")));
  disk->put("f", "");

  CHECK(files.sync_directory(std::nullopt));
  CHECK(files.sync_directory(at("d")));
  CHECK(code_of(files.sync_directory(at("f"))) == Errc::invalid_argument);
  CHECK(code_of(files.sync_directory(at("none"))) == Errc::not_found);
}

TEST_CASE("contract: below a file there is nothing") {
  const auto disk = any_disk();
  disk->put("f", "");

  const auto info = disk->files().info(at("f/g/h"));

  REQUIRE(info);
  CHECK_FALSE(*info);
}

TEST_CASE("contract: links inside the root are followed, with .. in them, but not by info") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("a")));
  REQUIRE(files.make_directory(at("b")));
  disk->put("b/f", "target");
  disk->link("a/up", "../b/f");
  disk->link("dir", "a/../b");
  disk->link("chain", "dir/./../a/up");

  CHECK(content_of(files, "a/up") == "target");
  CHECK(content_of(files, "dir/f") == "target");
  CHECK(content_of(files, "chain") == "target");
  CHECK((*files.info(at("chain")))->kind == FileKind::symlink);
  CHECK((*files.info(at("dir/f")))->kind == FileKind::regular);
  CHECK(files.resolve(at("chain"))->str() == "b/f");
  CHECK(files.resolve(at("dir/f"))->str() == "b/f");
  CHECK(files.resolve(at("b/none"))->str() == "b/none");
  CHECK(code_of(files.resolve(at("none/f"))) == Errc::not_found);
  CHECK(names_in(files, "dir") == std::vector<std::string>{"f"});
}

TEST_CASE("contract: what identifies a file is what its information says") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("dir")));
  REQUIRE(opened(files, "dir/f", kWrite)->write("12345"));
  for (const std::string_view path : {"dir", "dir/f", "absent", "dir/absent", "dir/f/below"}) {
    CAPTURE(path);
    const auto identity = files.identify(at(path));
    const auto info = files.info(at(path));
    REQUIRE(identity);
    REQUIRE(identity->has_value() == info->has_value());
    if (!*identity) continue;
    CHECK((*identity)->kind == (*info)->kind);
    CHECK((*identity)->device == (*info)->device);
    CHECK((*identity)->inode == (*info)->inode);
    CHECK((*identity)->size_bytes == (*info)->size_bytes);
  }
}

TEST_CASE("contract: a dangling link leads to its target, and creating makes that") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("d")));
  disk->link("link", "d/new");

  CHECK(files.resolve(at("link"))->str() == "d/new");
  CHECK(code_of(files.open(at("link"), kRead)) == Errc::not_found);
  CHECK(code_of(files.open(at("link"), kNew)) == Errc::already_exists);
  CHECK(*opened(files, "link", kAppend)->write("x") == 1);
  CHECK(content_of(files, "d/new") == "x");
  REQUIRE(files.remove(at("link")));
  CHECK(content_of(files, "d/new") == "x");
}

TEST_CASE("contract: forty links are followed and no more") {
  const auto disk = any_disk();
  auto& files = disk->files();
  disk->put("l0", "end");
  for (int link = 1; link <= 41; ++link) {
    disk->link("l" + std::to_string(link), "l" + std::to_string(link - 1));
  }
  disk->link("loop", "loop");

  CHECK(content_of(files, "l39") == "end");
  CHECK(content_of(files, "l40") == "end");
  CHECK(code_of(files.open(at("l41"), kRead)) == Errc::invalid_argument);
  CHECK(code_of(files.open(at("loop"), kRead)) == Errc::invalid_argument);
}

TEST_CASE("contract: no call crosses the root by a link") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("d")));
  disk->link("absolute", "/etc/passwd");
  disk->link("up", "../outside");
  disk->link("d/deep", "../../outside");
  disk->link("proc", "/proc/self/root/etc/passwd");
  disk->link("chain", "d/deep");
  disk->link("dir", "..");
  disk->link("slash", "/");
  disk->put("f", "inside");

  for (const char* path : {"absolute", "up", "d/deep", "proc", "chain", "slash", "dir", "dir/x",
                           "slash/etc/passwd", "up/x", "chain/x"}) {
    CAPTURE(path);
    CHECK(code_of(files.open(at(path), kRead)) == Errc::outside_root);
    CHECK(code_of(files.open(at(path), kAppend)) == Errc::outside_root);
    CHECK(code_of(files.resolve(at(path))) == Errc::outside_root);
    CHECK(code_of(files.list(at(path))) == Errc::outside_root);
    CHECK(code_of(files.sync_directory(at(path))) == Errc::outside_root);
  }
  for (const char* path : {"dir/x", "slash/etc", "up/x", "chain/x"}) {
    CAPTURE(path);
    CHECK(code_of(files.info(at(path))) == Errc::outside_root);
    CHECK(code_of(files.remove(at(path))) == Errc::outside_root);
    CHECK(code_of(files.remove_directory(at(path))) == Errc::outside_root);
    CHECK(code_of(files.make_directory(at(path))) == Errc::outside_root);
    CHECK(code_of(files.rename(at("f"), at(path))) == Errc::outside_root);
    CHECK(code_of(files.rename(at(path), at("f"))) == Errc::outside_root);
    CHECK(code_of(files.rename_new(at("f"), at(path))) == Errc::outside_root);
  }
  CHECK(content_of(files, "f") == "inside");
}

TEST_CASE("contract: an open directory gives what is in it by name, and follows no link") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("d")));
  REQUIRE(files.make_directory(at("d/below")));
  REQUIRE(opened(files, "d/file", kNew)->write("text"));
  disk->link("d/link", "file");
  disk->link("d/way", "below");
  disk->link("direct", "d");

  const auto directory = files.open_directory(at("d"));
  REQUIRE(directory);
  const auto entries = (*directory)->list();
  REQUIRE(entries);
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  CHECK(names == std::vector<std::string>{"below", "file", "link", "way"});

  const auto file = (*directory)->open_file("file");
  REQUIRE(file);
  std::string bytes(10, ' ');
  CHECK((*file)->read_at(0, bytes).value() == 4);
  CHECK(bytes.substr(0, 4) == "text");
  CHECK(code_of((*directory)->open_file("link")) == Errc::not_found);
  CHECK(code_of((*directory)->open_file("absent")) == Errc::not_found);
  CHECK(code_of((*directory)->open_file("below")) == Errc::invalid_argument);
  const auto below = (*directory)->open_directory("below");
  REQUIRE(below);
  CHECK((*below)->list()->empty());
  CHECK_FALSE((*directory)->open_directory("way"));
  CHECK((*directory)->info("link").value()->kind == FileKind::symlink);
  CHECK((*directory)->info("file").value()->size_bytes == 4);
  CHECK_FALSE((*directory)->info("absent").value());
  CHECK(files.open_directory(std::nullopt).value()->list()->size() == 2);
  const auto absent = files.open_directory(at("absent"));
  CHECK_FALSE((absent && (*absent)->list()));
}

TEST_CASE("contract: a file that is begun has all its bytes, whatever room there was at first") {
  const auto disk = any_disk();
  auto& files = disk->files();
  REQUIRE(files.make_directory(at("d")));
  disk->link("d/link", "file");
  const auto directory = files.open_directory(at("d"));
  REQUIRE(directory);
  for (const std::size_t size : {0u, 1u, 9u, 10u, 11u, 100u}) {
    const std::string name = "file" + std::to_string(size);
    if (size == 0)
      REQUIRE(opened(files, "d/" + name, kNew));
    else
      REQUIRE(opened(files, "d/" + name, kNew)->write(std::string(size, 'x')));
    std::string bytes(200, ' ');
    INFO(size);

    const auto begun = (*directory)->begin_file(name, std::span(bytes.data(), 10));

    REQUIRE(begun);
    std::size_t got = begun->size_bytes;
    CHECK(got <= 10);
    if (begun->file) got += begun->file->read_at(got, std::span(bytes).subspan(got)).value();
    CHECK(bytes == std::string(size, 'x') + std::string(200 - size, ' '));
    CHECK(got == size);
  }
  std::string room(10, ' ');
  CHECK(code_of((*directory)->begin_file("link", room)) == Errc::not_found);
  CHECK(code_of((*directory)->begin_file("absent", room)) == Errc::not_found);
  REQUIRE(files.make_directory(at("d/below")));
  CHECK(code_of((*directory)->begin_file("below", room)) == Errc::invalid_argument);
}
