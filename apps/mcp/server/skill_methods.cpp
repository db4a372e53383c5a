// SPDX-License-Identifier: MIT
// Entries of skills with their files, and directories of them.
#include "mcp/server/skill_methods.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/server/list_page.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/skill_files.hpp"

namespace mcp {

namespace json = boost::json;

using Answer = Reply<json::object>;

namespace {

Answer no_skills() { return RpcError{ErrorCode::method_not_found, "there are no skills"}; }

// An entry is the same in every revision that knows skills.
struct SkillEntry {
  json::object fields;
};
json::object to_json(const SkillEntry& entry, Revision) { return entry.fields; }

}  // namespace

Answer list_skills(Server& server, Call& call, const json::object& params) {
  const auto& source = server.definition().skills;
  if (!source) return no_skills();
  const std::vector<Skill> skills = source->list();
  const SkillFiles files(skills);
  std::vector<SkillEntry> entries;
  for (const Skill& skill : skills) entries.push_back({files.entry(skill)});
  return list_page("skills", entries, server.definition().page_size, call.revision(), params);
}

Answer get_skill(Server& server, Call&, const json::object& params) {
  const auto& source = server.definition().skills;
  if (!source) return no_skills();
  const auto uri = text_param(params, "uri");
  if (const auto* error = std::get_if<RpcError>(&uri)) return *error;
  const std::vector<Skill> skills = source->list();
  const auto found = std::ranges::find(skills, std::get<std::string>(uri), skill_uri);
  if (found == skills.end()) {
    return invalid_params(fmt::format("there is no skill {}", quoted(std::get<std::string>(uri))));
  }
  return json::object{{"skill", SkillFiles(skills).entry(*found)}};
}

Answer read_directory(Server& server, Call& call, const json::object& params) {
  const auto& source = server.definition().skills;
  if (!source) return no_skills();
  const auto uri = text_param(params, "uri");
  if (const auto* error = std::get_if<RpcError>(&uri)) return *error;
  const auto children = SkillFiles(source->list()).children(std::get<std::string>(uri));
  if (!children) {
    return invalid_params(fmt::format("{} is no directory", quoted(std::get<std::string>(uri))));
  }
  return list_page("resources", *children, server.definition().page_size, call.revision(), params);
}

}  // namespace mcp
