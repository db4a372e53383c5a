// SPDX-License-Identifier: MIT
// URIs are skill://<path of the skill>/<path of the file>; digests are of the bytes as served.
#include "mcp/server/skill_files.hpp"

#include <algorithm>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "loop/base/text.h"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr const char* kManifest = "SKILL.md";
constexpr const char* kDirectoryType = "inode/directory";

std::string last_segment(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string directory_uri(const Skill& skill) { return std::string(kSkillScheme) + skill.path; }

// What follows the directory in the URI; nothing when it lies elsewhere.
std::optional<std::string_view> path_within(std::string_view directory, std::string_view uri) {
  if (uri.size() <= directory.size() || !uri.starts_with(directory)) return std::nullopt;
  return uri[directory.size()] == '/' ? std::optional(uri.substr(directory.size() + 1))
                                      : std::nullopt;
}

Resource resource_of(std::string uri, std::string_view bytes, const std::string& mime_type) {
  std::string name = last_segment(uri);
  return {.uri = std::move(uri),
          .name = std::move(name),
          .mime_type = mime_type,
          .size_bytes = static_cast<std::int64_t>(bytes.size())};
}

}  // namespace

json::object frontmatter_of(const Skill& skill) {
  json::object all{{"name", last_segment(skill.path)}, {"description", skill.description}};
  for (const auto& member : skill.frontmatter) all.emplace(member.key(), member.value());
  return all;
}

// A JSON value on one line is YAML as well.
std::string skill_text(const Skill& skill) {
  std::string text = "---\n";
  for (const auto& member : frontmatter_of(skill)) {
    text +=
        fmt::format("{}: {}\n", std::string_view(member.key()), json::serialize(member.value()));
  }
  return text + "---\n\n" + skill.instructions;
}

std::string skill_uri(const Skill& skill) { return directory_uri(skill) + "/" + kManifest; }

SkillFiles::SkillFiles(const std::vector<Skill>& skills) {
  for (const Skill& skill : skills) {
    std::string text = skill_text(skill);
    Resource manifest = resource_of(skill_uri(skill), text, "text/markdown");
    manifest.name = last_segment(skill.path);
    manifest.description = skill.description;
    files_.push_back({std::move(manifest), std::move(text)});
    for (const SkillFile& file : skill.files) {
      files_.push_back(
          {resource_of(directory_uri(skill) + "/" + file.path, file.bytes, file.mime_type),
           file.bytes});
    }
  }
}

std::vector<Resource> SkillFiles::resources() const {
  std::vector<Resource> all;
  for (const File& file : files_) all.push_back(file.resource);
  return all;
}

std::optional<ResourceContents> SkillFiles::read(std::string_view uri) const {
  const auto found = std::ranges::find(
      files_, uri, [](const File& file) -> const auto& { return file.resource.uri; });
  if (found == files_.end()) return std::nullopt;
  ResourceContents contents{.uri = found->resource.uri, .mime_type = found->resource.mime_type};
  if (loop::find_invalid_utf8(found->bytes)) {
    contents.blob_base64 = loop::to_base64(found->bytes);
  } else {
    contents.text = found->bytes;
  }
  return contents;
}

std::optional<std::vector<Resource>> SkillFiles::children(std::string_view directory) const {
  std::map<std::string, Resource> found;
  for (const File& file : files_) {
    const auto path = path_within(directory, file.resource.uri);
    if (!path) continue;
    const std::size_t slash = path->find('/');
    if (slash == std::string_view::npos) {
      found.emplace(file.resource.uri, file.resource);
      continue;
    }
    std::string name(path->substr(0, slash));
    std::string uri = fmt::format("{}/{}", directory, name);
    found.emplace(uri, Resource{.uri = uri, .name = std::move(name), .mime_type = kDirectoryType});
  }
  if (found.empty()) return std::nullopt;
  std::vector<Resource> children;
  for (auto& [uri, resource] : found) children.push_back(std::move(resource));
  return children;
}

json::object SkillFiles::entry(const Skill& skill) const {
  json::array files;
  for (const File& file : files_) {
    if (!path_within(directory_uri(skill), file.resource.uri)) continue;
    files.push_back({{"uri", file.resource.uri},
                     {"digest", "sha256:" + loop::sha256_hex(file.bytes)},
                     {"size", file.bytes.size()}});
  }
  return {{"uri", skill_uri(skill)},
          {"frontmatter", frontmatter_of(skill)},
          {"resources", std::move(files)}};
}

}  // namespace mcp
