// SPDX-License-Identifier: MIT
// From the tree of a modes file to modes: the rules of Roo Code's schema, all or nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "domain/mode_document.hpp"
#include "domain/mode_regex.hpp"
#include "loop/base/text.h"
#include "loop/domain/modes.h"

namespace loop {

namespace {

using Kind = ModeNode::Kind;

constexpr std::size_t kModesMax = 1000;
constexpr std::size_t kProblemsMax = 100;
// Aliases may repeat a text: what is copied is bounded, whatever the file's size.
constexpr std::size_t kCopiedBytesMax = 2 * kModeFileBytesMax;

constexpr std::array<std::string_view, 5> kGroupNames{"read", "edit", "command", "mcp", "modes"};
constexpr std::string_view kDroppedGroup = "browser";

// rulesFiles stands in exported files only and is not ours to load.
const std::vector<std::string>& mode_keys() {
  static const std::vector<std::string> keys{"slug",      "name",        "roleDefinition",
                                             "whenToUse", "description", "customInstructions",
                                             "groups",    "source",      "rulesFiles"};
  return keys;
}

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::null: return "nothing";
    case Kind::text: return "a text";
    case Kind::other: return "a number or a boolean";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return {};
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                              "WXYZ0123456789-") == std::string_view::npos;
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", ellipsize(text, 80)); }

// Collects what is wrong with one file.
class Problems {
 public:
  void error(std::string_view where, std::string_view what) { add(where, what, false); }
  void warning(std::string_view where, std::string_view what) { add(where, what, true); }
  bool has_error() const { return has_error_; }
  // Nothing that comes can change the verdict or be reported.
  bool is_settled() const { return has_error_ && is_full(); }
  std::vector<ModeProblem> take() && { return std::move(list_); }

 private:
  bool is_full() const { return list_.size() >= kProblemsMax; }

  void add(std::string_view where, std::string_view what, bool is_warning) {
    has_error_ = has_error_ || !is_warning;
    // The first error is always kept: it says why there are no modes.
    if (is_full() && (is_warning || has_kept_error_)) return;
    has_kept_error_ = has_kept_error_ || !is_warning;
    list_.push_back({fmt::format("{}{}", where, what), is_warning});
  }

  std::vector<ModeProblem> list_;
  bool has_error_ = false;
  bool has_kept_error_ = false;
};

class ModeReader {
 public:
  ModeReader(const ModeDocument& document, ModeSource source, Problems& problems)
      : document_(document), source_(source), problems_(problems) {}

  std::vector<Mode> read_list(const ModeNode& list) {
    std::vector<Mode> modes;
    if (list.items.size() > kModesMax) {
      problems_.error("customModes: ", fmt::format("{} modes; at most {} are allowed",
                                                   list.items.size(), kModesMax));
      return modes;
    }
    std::set<std::string> slugs;
    for (std::size_t i = 0; i < list.items.size() && !problems_.is_settled(); ++i) {
      Mode mode = read_mode(document_[list.items[i]], i);
      if (!mode.slug.empty() && !slugs.insert(mode.slug.str()).second) {
        problems_.error(where_, "slug: stands twice in this file");
      }
      modes.push_back(std::move(mode));
    }
    return modes;
  }

 private:
  Mode read_mode(const ModeNode& node, std::size_t index) {
    Mode mode;
    mode.source = source_;
    where_ = name_mode(node, index);
    if (node.kind != Kind::map) {
      problems_.error(where_, fmt::format("must be a map, not {}", describe(node.kind)));
      return mode;
    }
    mode.slug = read_slug(node);
    mode.name = read_required(node, "name");
    mode.role_definition = read_required(node, "roleDefinition");
    mode.when_to_use = read_optional(node, "whenToUse");
    mode.description = read_optional(node, "description");
    mode.custom_instructions = read_optional(node, "customInstructions");
    mode.groups = read_groups(node);
    check_source(node);
    check_keys(node, mode_keys(), "");
    return mode;
  }

  // 'mode "code" (line 3): ', or its number where it has no slug.
  std::string name_mode(const ModeNode& node, std::size_t index) const {
    const ModeNode* slug = document_.find(node, "slug");
    const bool is_named = slug != nullptr && slug->kind == Kind::text && !slug->text.empty();
    const std::string name = is_named ? quoted(slug->text) : fmt::format("number {}", index + 1);
    if (node.line == 0) return fmt::format("mode {}: ", name);
    return fmt::format("mode {} (line {}): ", name, node.line);
  }

  ModeSlug read_slug(const ModeNode& node) {
    std::string text = read_required(node, "slug");
    if (text.empty()) return {};
    if (!is_slug(text)) {
      problems_.error(where_, "slug: only letters, digits and \"-\" are allowed");
      return {};
    }
    return ModeSlug(std::move(text));
  }

  std::string read_required(const ModeNode& node, std::string_view key) {
    const ModeNode* member = document_.find(node, key);
    if (member == nullptr) {
      problems_.error(where_, fmt::format("{}: is missing; a text is needed", key));
      return {};
    }
    std::string text = read_text(*member, key);
    if (text.empty() && member->kind == Kind::text) {
      problems_.error(where_, fmt::format("{}: must not be empty", key));
    }
    return text;
  }

  std::string read_optional(const ModeNode& node, std::string_view key) {
    const ModeNode* member = document_.find(node, key);
    if (member == nullptr) return {};
    if (member->kind == Kind::null) {
      problems_.warning(where_, fmt::format("{}: is empty and taken as absent; Roo Code refuses "
                                            "the file for it",
                                            key));
      return {};
    }
    return read_text(*member, key);
  }

  std::string read_text(const ModeNode& node, std::string_view key) {
    if (node.kind != Kind::text) {
      problems_.error(where_, fmt::format("{}: must be a text, not {}", key, describe(node.kind)));
      return {};
    }
    copied_bytes_ += node.text.size();
    if (copied_bytes_ > kCopiedBytesMax) {
      problems_.error(where_, fmt::format("{}: the texts of all modes together are over {} bytes",
                                          key, kCopiedBytesMax));
      return {};
    }
    return node.text;
  }

  std::vector<ModeGroup> read_groups(const ModeNode& node) {
    std::vector<ModeGroup> groups;
    const ModeNode* list = document_.find(node, "groups");
    if (list == nullptr || list->kind != Kind::list) {
      problems_.error(where_, list == nullptr ? "groups: is missing; a list is needed"
                                              : "groups: must be a list");
      return groups;
    }
    for (const std::size_t index : list->items) {
      auto group = read_group(document_[index]);
      if (!group) return groups;  // reported; the file is refused
      if (group->name == kDroppedGroup) continue;
      const bool is_repeated = std::any_of(groups.begin(), groups.end(), [&](const auto& other) {
        return other.name == group->name;
      });
      if (is_repeated) {
        problems_.error(where_, fmt::format("groups: {} stands twice", quoted(group->name)));
        return groups;
      }
      groups.push_back(std::move(*group));
    }
    return groups;
  }

  // A name, or a pair of a name and its options.
  std::optional<ModeGroup> read_group(const ModeNode& node) {
    if (node.kind == Kind::text) return named_group(node);
    const bool is_pair = node.kind == Kind::list && node.items.size() == 2 &&
                         document_[node.items[0]].kind == Kind::text &&
                         document_[node.items[1]].kind == Kind::map;
    if (!is_pair) {
      problems_.error(where_, "groups: each is a name, or a pair [name, {fileRegex, description}]");
      return std::nullopt;
    }
    auto group = named_group(document_[node.items[0]]);
    if (!group || group->name == kDroppedGroup) return group;
    const ModeNode& options = document_[node.items[1]];
    check_keys(options, {"fileRegex", "description"}, "groups: ");
    group->file_regex = read_optional(options, "fileRegex");
    group->description = read_optional(options, "description");
    check_regex(*group);
    return group;
  }

  std::optional<ModeGroup> named_group(const ModeNode& node) {
    const bool is_known =
        node.text == kDroppedGroup ||
        std::find(kGroupNames.begin(), kGroupNames.end(), node.text) != kGroupNames.end();
    if (!is_known) {
      problems_.error(where_, fmt::format("groups: {} is unknown; allowed are {}",
                                          quoted(node.text), fmt::join(kGroupNames, ", ")));
      return std::nullopt;
    }
    return ModeGroup{node.text, {}, {}};
  }

  void check_regex(const ModeGroup& group) {
    const FileRegexCheck check = check_file_regex(group.file_regex);
    const auto message = [&](std::string_view what) {
      return fmt::format("groups: fileRegex {} of \"{}\" {}: {}", quoted(group.file_regex),
                         group.name, what, check.reason);
    };
    switch (check.verdict) {
      case FileRegexVerdict::checked: return;
      case FileRegexVerdict::not_checked:
        return problems_.warning(where_, message("cannot be checked here"));
      case FileRegexVerdict::invalid: return problems_.error(where_, message("is not valid"));
    }
  }

  void check_source(const ModeNode& node) {
    const ModeNode* source = document_.find(node, "source");
    if (source == nullptr) return;
    const bool is_known =
        source->kind == Kind::text && (source->text == "project" || source->text == "global");
    if (!is_known) problems_.error(where_, "source: must be \"project\" or \"global\"");
  }

  void check_keys(const ModeNode& node, const std::vector<std::string>& known,
                  std::string_view prefix) {
    for (const auto& [key, index] : node.members) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      problems_.warning(where_, fmt::format("{}key {} is unknown and ignored{}", prefix,
                                            quoted(key), did_you_mean(ellipsize(key, 80), known)));
    }
  }

  const ModeDocument& document_;
  ModeSource source_;
  Problems& problems_;
  std::string where_;
  std::size_t copied_bytes_ = 0;
};

std::vector<Mode> read_document(const ModeDocument& document, ModeSource source,
                                Problems& problems) {
  const ModeNode& root = document[document.root];
  if (root.kind == Kind::null) return {};
  if (root.kind != Kind::map) {
    problems.error("", fmt::format("the file must be a map with the key \"customModes\", not {}",
                                   describe(root.kind)));
    return {};
  }
  for (const auto& [key, index] : root.members) {
    if (key == "customModes") continue;
    const std::vector<std::string> known{"customModes"};
    problems.warning("", fmt::format("key {} is unknown and ignored{}", quoted(key),
                                     did_you_mean(ellipsize(key, 80), known)));
  }
  const ModeNode* list = document.find(root, "customModes");
  if (list == nullptr || list->kind == Kind::null) return {};
  if (list->kind != Kind::list) {
    problems.error(
        "", fmt::format("customModes: must be a list of modes, not {}", describe(list->kind)));
    return {};
  }
  return ModeReader(document, source, problems).read_list(*list);
}

}  // namespace

ModeFile parse_modes(std::string_view text, ModeSource source) {
  ModeFile file;
  Problems problems;
  const auto document = read_mode_document(text);
  if (document) {
    file.modes = read_document(*document, source, problems);
  } else {
    problems.error("", document.error().message());
  }
  if (problems.has_error()) file.modes.clear();
  file.problems = std::move(problems).take();
  return file;
}

}  // namespace loop
