// SPDX-License-Identifier: MIT
// Modes: the five built-in ones, and those of .roomodes (YAML, or JSON of the same shape).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/result.h"
#include "loop/store/file_system.h"

namespace loop {

enum class ModeSource { built_in, global, project };
std::string_view to_string(ModeSource source) noexcept;

struct ModeGroup {
  std::string name;        // read, edit, command, mcp, modes; browser is accepted and dropped
  std::string file_regex;  // limits `edit`; empty: no limit
  std::string description;
};

struct Mode {
  ModeSlug slug;
  std::string name;
  std::string role_definition;
  std::string when_to_use;
  std::string description;
  std::string custom_instructions;
  std::vector<ModeGroup> groups;
  ModeSource source = ModeSource::built_in;
};

struct ModeProblem {
  std::string message;      // names the mode (slug or index), the key and what is allowed
  bool is_warning = false;  // e.g. a fileRegex that RE2 cannot check; the mode is loaded
};

// architect (the default), code, ask, debug, orchestrator. Their texts are this project's own.
const std::vector<Mode>& built_in_modes();

// One file. All or nothing, as Roo does: one bad mode, duplicate slug or duplicate group and the
// file gives no modes. Roo's replacement of typographic characters is applied before YAML parsing.
struct ModeFile {
  std::vector<Mode> modes;
  std::vector<ModeProblem> problems;
};
ModeFile parse_modes(std::string_view text, ModeSource source);

// The modes in force: project over global over built-in by slug, whole objects.
class ModeBook {
 public:
  // Reads .roomodes of the workspace; an absent file is no problem. `global_text` is the operator's
  // file, empty for none.
  static Result<ModeBook> load(FileSystem& files, std::string_view global_text = {});

  const std::vector<Mode>& modes() const { return modes_; }
  const std::vector<ModeProblem>& problems() const { return problems_; }
  const Mode* find(const ModeSlug& slug) const;

  // not_found with a suggestion and the number of known modes.
  Result<const Mode*> require(const ModeSlug& slug) const;

 private:
  std::vector<Mode> modes_;
  std::vector<ModeProblem> problems_;
};

}  // namespace loop
