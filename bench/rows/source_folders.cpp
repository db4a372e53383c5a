// SPDX-License-Identifier: MIT
// Writing the tree.
#include "rows/source_folders.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace loop::bench {

namespace {

std::string text_of(std::size_t number, const SourceFolders& folders) {
  std::string text = fmt::format("// Part {} of the tree.\n", number);
  for (std::size_t line = 0; line < folders.lines_each; ++line) {
    const std::size_t value = number * 7919 + line * 104729;
    text += fmt::format("  result_{} = compute(state->field_{}, 0x{:x}) + {};\n", value % 97,
                        value % 31, value % 4096, line);
    if (line == 40) text += fmt::format("EXPORT_PART_GPL(part_{});\n", number);
    if (line == 90) text += "  if (result < 0) panic(\"no way on\"); /* panicking */\n";
    if (line == 120) text += "  table = kzalloc(state->size);\n";
    if (line == 200) text += fmt::format("  REG_control = 0x{:04x},\n", value % 65536);
  }
  return text;
}

Status write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return Error(Errc::io, fmt::format("cannot write {}", path.string()));
}

}  // namespace

Status write_source_folders(const std::string& root, const SourceFolders& folders) {
  LOOP_TRY_VOID(write(std::filesystem::path(root) / ".gitignore", "*.o\n*.mod.c\n!keep.o\n"));
  std::filesystem::create_directory(std::filesystem::path(root) / ".roo");
  for (std::size_t folder = 0; folder < folders.count; ++folder) {
    const auto path = std::filesystem::path(root) / fmt::format("group_{}", folder % 10) /
                      fmt::format("folder_{}", folder);
    std::filesystem::create_directories(path);
    LOOP_TRY_VOID(write(path / "left_out.o", text_of(folder, folders)));
    for (std::size_t file = 0; file < folders.files_each; ++file) {
      const std::size_t number = folder * folders.files_each + file;
      LOOP_TRY_VOID(write(path / fmt::format("part_{}.c", file), text_of(number, folders)));
    }
  }
  return {};
}

}  // namespace loop::bench
