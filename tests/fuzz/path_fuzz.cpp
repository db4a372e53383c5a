// SPDX-License-Identifier: MIT
// Paths on a live tree with links of all kinds: what opens lies inside, by either way of resolving.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "loop/base/result.h"
#include "loop/store/file_system.h"
#include "loop/store/relative_path.h"

namespace {

namespace fs = std::filesystem;
using loop::FileSystem;

constexpr std::string_view kInside = "inside";

// A tree that is read only by the target; removed at the end of the program.
class Tree {
 public:
  Tree() : top_((fs::temp_directory_path() / "loop-fuzz-XXXXXX").string()) {
    LOOP_CHECK(::mkdtemp(top_.data()) != nullptr);
    fs::create_directories(top_ + "/r/d/e");
    fs::create_directories(top_ + "/out");
    for (const char* file : {"/r/f", "/r/d/f", "/r/d/e/f"}) std::ofstream(top_ + file) << kInside;
    for (const char* file : {"/out/f", "/f"}) std::ofstream(top_ + file) << "CANARY";
    const auto link = [&](const std::string& target, const char* name) {
      fs::create_symlink(target, top_ + "/r/" + name);
    };
    link("d", "i");
    link("..", "u");
    link("../out", "o");
    link("../out/f", "x");
    link(top_ + "/out", "a");
    link("/proc/self/root", "p");
    link("l", "l");
    link("d/../f", "g");
    link("i/e", "c");
    link("none", "n");
    link("../../../../../..", "d/u");
    for (const bool without : {false, true}) {
      auto opened = loop::open_posix_files(top_ + "/r", {.without_openat2 = without});
      LOOP_CHECK(opened.has_value());
      (without ? walked : files) = std::move(*opened);
    }
  }
  ~Tree() { fs::remove_all(top_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  std::unique_ptr<FileSystem> files, walked;

 private:
  std::string top_;
};

// Whether it opens; what does has the content of the files inside.
bool opens(FileSystem& files, const loop::RelativePath& path) {
  const auto file = files.open(path, {});
  if (!file) return false;
  std::string bytes(kInside.size() + 1, '\0');
  const auto got = (*file)->read_at(0, {bytes.data(), bytes.size()});
  LOOP_CHECK(got.has_value());
  LOOP_CHECK(std::string_view(bytes).substr(0, *got) == kInside);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Tree tree;
  const auto path = loop::RelativePath::parse({reinterpret_cast<const char*>(data), size});
  if (!path) return 0;
  const auto info = tree.files->info(*path);
  if (info && *info && (*info)->kind == loop::FileKind::directory) return 0;
  LOOP_CHECK(opens(*tree.files, *path) == opens(*tree.walked, *path));
  return 0;
}
