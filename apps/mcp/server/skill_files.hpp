// SPDX-License-Identifier: MIT
// Skills as files behind URIs: what each file holds, which files belong to a skill, and what lies
// in a directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "mcp/server/features.hpp"

namespace mcp {

inline constexpr std::string_view kSkillScheme = "skill://";

// The name, the description, and what the product added.
boost::json::object frontmatter_of(const Skill& skill);
// SKILL.md: the frontmatter as YAML, then the instructions.
std::string skill_text(const Skill& skill);

// A listing of all skills, and lookups in it.
class SkillFiles {
 public:
  explicit SkillFiles(const std::vector<Skill>& skills);

  // Every file once, the skills in their order, SKILL.md before its other files.
  std::vector<Resource> resources() const;
  // Nothing when there is no such file.
  std::optional<ResourceContents> read(std::string_view uri) const;
  // The direct children, by URI; nothing for what is no directory.
  std::optional<std::vector<Resource>> children(std::string_view directory_uri) const;
  // The entry of the skill whose SKILL.md has this URI; with the files of skills nested in it.
  boost::json::object entry(const Skill& skill) const;

 private:
  struct File {
    Resource resource;
    std::string bytes;
  };
  std::vector<File> files_;
};

std::string skill_uri(const Skill& skill);

}  // namespace mcp
