// SPDX-License-Identifier: MIT
// Fields are left out for revisions that did not have them yet.
#include "mcp/server/feature_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "mcp/protocol/methods.hpp"
#include "mcp/server/skill_methods.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::size_t kCompletionsMax = 100;  // the protocol's limit

void put_unless_empty(json::object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

void put_hint(json::object& object, std::string_view key, std::optional<bool> value) {
  if (value) object[key] = *value;
}

// Name, title and description, which nearly everything has.
template <class T>
json::object named(const T& thing, Revision revision) {
  json::object object{{"name", thing.name}};
  if (revision >= Revision::v2025_06_18) put_unless_empty(object, "title", thing.title);
  put_unless_empty(object, "description", thing.description);
  return object;
}

void put_icons(json::object& object, const std::vector<Icon>& icons, Revision revision) {
  if (icons.empty() || revision < Revision::v2025_11_25) return;
  json::array list;
  for (const Icon& icon : icons) {
    json::object item{{"src", icon.src}};
    put_unless_empty(item, "mimeType", icon.mime_type);
    if (!icon.sizes.empty()) item["sizes"] = json::array(icon.sizes.begin(), icon.sizes.end());
    list.push_back(std::move(item));
  }
  object["icons"] = std::move(list);
}

}  // namespace

json::object to_json(const Implementation& implementation, Revision revision) {
  json::object object{{"name", implementation.name}, {"version", implementation.version}};
  if (revision >= Revision::v2025_06_18) put_unless_empty(object, "title", implementation.title);
  if (revision >= Revision::v2025_11_25) {
    put_unless_empty(object, "description", implementation.description);
    put_unless_empty(object, "websiteUrl", implementation.website_url);
  }
  put_icons(object, implementation.icons, revision);
  return object;
}

json::object to_json(const Tool& tool, Revision revision) {
  json::object object = named(tool, revision);
  object["inputSchema"] = tool.input_schema;
  if (tool.output_schema && revision >= Revision::v2025_06_18) {
    object["outputSchema"] = *tool.output_schema;
  }
  if (revision >= Revision::v2025_03_26) {
    json::object annotations;
    put_hint(annotations, "readOnlyHint", tool.annotations.read_only);
    put_hint(annotations, "destructiveHint", tool.annotations.destructive);
    put_hint(annotations, "idempotentHint", tool.annotations.idempotent);
    put_hint(annotations, "openWorldHint", tool.annotations.open_world);
    if (!annotations.empty()) object["annotations"] = std::move(annotations);
  }
  put_icons(object, tool.icons, revision);
  if (!tool.meta.empty() && revision >= Revision::v2025_06_18) object["_meta"] = tool.meta;
  return object;
}

json::object to_json(const ToolResult& result, Revision revision) {
  json::array content;
  for (const Content& block : result.content) content.push_back(to_json(block, revision));
  json::object object{{"content", std::move(content)}};
  // Clients of the first SDKs hold the structure of an error against the schema of a success.
  const bool has_structure =
      result.structured && !result.is_error && revision >= Revision::v2025_06_18;
  if (has_structure) object["structuredContent"] = *result.structured;
  if (result.is_error) object["isError"] = true;
  return object;
}

json::object to_json(const ResourceTemplate& resource, Revision revision) {
  json::object object = named(resource, revision);
  object["uriTemplate"] = resource.uri_template;
  put_unless_empty(object, "mimeType", resource.mime_type);
  return object;
}

json::object to_json(const Prompt& prompt, Revision revision) {
  json::object object = named(prompt, revision);
  json::array arguments;
  for (const PromptArgument& argument : prompt.arguments) {
    json::object item = named(argument, revision);
    if (argument.is_required) item["required"] = true;
    arguments.push_back(std::move(item));
  }
  if (!arguments.empty()) object["arguments"] = std::move(arguments);
  put_icons(object, prompt.icons, revision);
  return object;
}

json::object to_json(const PromptResult& result, Revision revision) {
  json::array messages;
  for (const PromptMessage& message : result.messages) {
    const bool is_user = message.role == PromptMessage::Role::user;
    messages.push_back({{"role", is_user ? "user" : "assistant"},
                        {"content", to_json(message.content, revision)}});
  }
  json::object object{{"messages", std::move(messages)}};
  put_unless_empty(object, "description", result.description);
  return object;
}

json::object to_json(const Completion& completion) {
  const std::size_t count = std::min(completion.values.size(), kCompletionsMax);
  json::array values(completion.values.begin(),
                     completion.values.begin() + static_cast<std::ptrdiff_t>(count));
  const std::size_t total = std::max(completion.total.value_or(0), completion.values.size());
  return {{"values", std::move(values)}, {"total", total}, {"hasMore", total > count}};
}

namespace {

constexpr std::int64_t kTaskPollMs = 1000;

std::string_view to_string(TaskState::Status status) {
  switch (status) {
    case TaskState::Status::working: return "working";
    case TaskState::Status::input_required: return "input_required";
    case TaskState::Status::completed: return "completed";
    case TaskState::Status::failed: return "failed";
    case TaskState::Status::cancelled: return "cancelled";
  }
  return {};
}

}  // namespace

json::object created_task_json(const TaskState& task) {
  json::object object{{"taskId", task.id},
                      {"status", to_string(task.status)},
                      {"createdAt", loop::format_instant(task.created)},
                      {"lastUpdatedAt", loop::format_instant(task.updated)},
                      {"ttlMs", nullptr},
                      {"pollIntervalMs", kTaskPollMs}};
  put_unless_empty(object, "statusMessage", task.message);
  return object;
}

json::object detailed_task_json(const TaskState& task) {
  json::object object = created_task_json(task);
  if (task.status == TaskState::Status::input_required) {
    object["inputRequests"] = to_json(task.questions);
  }
  if (task.result) object["result"] = *task.result;
  if (task.error) object["error"] = to_json(*task.error);
  return object;
}

json::object to_json(const std::map<std::string, InputRequest>& questions) {
  json::object object;
  for (const auto& [key, question] : questions) {
    object[key] = json::object{{"method", question.method}, {"params", question.params}};
  }
  return object;
}

json::object capabilities_json(const Server& server, Revision revision) {
  const ServerDefinition& definition = server.definition();
  json::object capabilities{{"logging", json::object()}};
  const bool completes = !definition.prompts.empty() || definition.resources;
  if (completes && revision >= Revision::v2025_03_26) capabilities["completions"] = json::object();
  if (!definition.tools.empty()) capabilities["tools"] = {{"listChanged", true}};
  if (!definition.prompts.empty()) capabilities["prompts"] = {{"listChanged", true}};
  if (server.has_resources()) {
    capabilities["resources"] = {{"subscribe", true}, {"listChanged", true}};
  }
  json::object extensions;
  if (server.has_tasks() && is_modern(revision)) extensions[extension::kTasks] = json::object();
  if (definition.skills && revision >= kSkillsSince) {
    extensions[extension::kSkills] = json::object{{"directoryRead", true}};
  }
  if (!extensions.empty()) capabilities["extensions"] = std::move(extensions);
  return capabilities;
}

}  // namespace mcp
