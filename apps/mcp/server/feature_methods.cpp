// SPDX-License-Identifier: MIT
// From parameters to the product's handlers and back to results.
#include "mcp/server/feature_methods.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"
#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/list_page.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/skill_files.hpp"
#include "mcp/server/skill_methods.hpp"
#include "mcp/server/task_methods.hpp"

namespace mcp {

namespace json = boost::json;

using Answer = Reply<json::object>;

namespace {

// What a handler gave instead of a result; nothing when it gave one.
template <class T>
std::optional<Answer> not_done(Reply<T>& outcome) {
  if (auto* error = std::get_if<RpcError>(&outcome)) return Answer(std::move(*error));
  if (auto* needed = std::get_if<InputRequired>(&outcome)) return Answer(std::move(*needed));
  return std::nullopt;
}

Answer list_tools(Server& server, Call& call, const json::object& params) {
  const ServerDefinition& definition = server.definition();
  return list_page("tools", definition.tools, definition.page_size, call.revision(), params);
}

Answer call_tool(Server& server, Call& call, const json::object& params) {
  const auto name = text_param(params, "name");
  if (const auto* error = std::get_if<RpcError>(&name)) return *error;
  const Tool* tool = server.find_tool(std::get<std::string>(name));
  if (tool == nullptr) {
    std::vector<std::string> known;
    for (const Tool& one : server.definition().tools) known.push_back(one.name);
    const std::string& given = std::get<std::string>(name);
    return invalid_params(
        fmt::format("unknown tool {}{}", quoted(given), loop::did_you_mean(given, known)));
  }
  json::object arguments;
  if (const json::value* value = params.if_contains("arguments")) {
    if (!value->is_object()) return invalid_params("params.arguments is no object");
    arguments = value->get_object();
  }
  auto outcome = tool->run(call, arguments);
  if (auto other = not_done<ToolResult>(outcome)) return std::move(*other);
  const auto& result = std::get<ToolResult>(outcome);
  if (!result.task_id.empty() && call.capabilities().tasks) {
    if (const auto task = server.find_task(result.task_id)) {
      json::object created = created_task_json(*task);
      created["resultType"] = "task";
      return created;
    }
  }
  return to_json(result, call.revision());
}

Answer no_resources() { return RpcError{ErrorCode::method_not_found, "there are no resources"}; }

// Of the product, then the files of skills.
Answer list_resources(Server& server, Call& call, const json::object& params) {
  const ServerDefinition& definition = server.definition();
  if (!server.has_resources()) return no_resources();
  std::vector<Resource> all;
  if (definition.resources) all = definition.resources->list();
  if (definition.skills) {
    for (Resource& file : SkillFiles(definition.skills->list()).resources()) {
      all.push_back(std::move(file));
    }
  }
  return list_page("resources", all, definition.page_size, call.revision(), params);
}

Answer list_templates(Server& server, Call& call, const json::object& params) {
  const ServerDefinition& definition = server.definition();
  if (!server.has_resources()) return no_resources();
  std::vector<ResourceTemplate> all;
  if (definition.resources) all = definition.resources->templates();
  return list_page("resourceTemplates", all, definition.page_size, call.revision(), params);
}

using Found = std::optional<std::vector<ResourceContents>>;

Reply<Found> contents_of(const ServerDefinition& definition, Call& call, const std::string& uri) {
  if (definition.skills && uri.starts_with(kSkillScheme)) {
    if (auto file = SkillFiles(definition.skills->list()).read(uri)) {
      return Found{{std::move(*file)}};
    }
  }
  return definition.resources ? definition.resources->read(call, uri) : Found{};
}

Answer read_resource(Server& server, Call& call, const json::object& params) {
  if (!server.has_resources()) return no_resources();
  const auto uri = text_param(params, "uri");
  if (const auto* error = std::get_if<RpcError>(&uri)) return *error;
  auto outcome = contents_of(server.definition(), call, std::get<std::string>(uri));
  if (auto other = not_done<Found>(outcome)) return std::move(*other);
  const auto& contents = std::get<Found>(outcome);
  if (!contents) {
    const ErrorCode code =
        is_modern(call.revision()) ? ErrorCode::invalid_params : ErrorCode::resource_not_found;
    return RpcError{code,
                    fmt::format("there is no resource {}", quoted(std::get<std::string>(uri))),
                    json::object{{"uri", std::get<std::string>(uri)}}};
  }
  json::array list;
  for (const ResourceContents& one : *contents) list.push_back(to_json(one));
  return json::object{{"contents", std::move(list)}};
}

Answer list_prompts(Server& server, Call& call, const json::object& params) {
  const ServerDefinition& definition = server.definition();
  return list_page("prompts", definition.prompts, definition.page_size, call.revision(), params);
}

std::optional<RpcError> check_arguments(const Prompt& prompt,
                                        const std::map<std::string, std::string>& given) {
  for (const PromptArgument& argument : prompt.arguments) {
    if (argument.is_required && !given.contains(argument.name)) {
      return invalid_params(
          fmt::format("prompt {} needs the argument {}", quoted(prompt.name), argument.name));
    }
  }
  for (const auto& [name, value] : given) {
    if (std::ranges::find(prompt.arguments, name, &PromptArgument::name) ==
        prompt.arguments.end()) {
      return invalid_params(
          fmt::format("prompt {} has no argument {}", quoted(prompt.name), quoted(name)));
    }
  }
  return std::nullopt;
}

Answer get_prompt(Server& server, Call& call, const json::object& params) {
  const auto name = text_param(params, "name");
  if (const auto* error = std::get_if<RpcError>(&name)) return *error;
  const Prompt* prompt = server.find_prompt(std::get<std::string>(name));
  if (prompt == nullptr) {
    return invalid_params(fmt::format("unknown prompt {}", quoted(std::get<std::string>(name))));
  }
  const auto given = text_map(params, "arguments");
  if (const auto* error = std::get_if<RpcError>(&given)) return *error;
  const auto& arguments = std::get<std::map<std::string, std::string>>(given);
  if (auto error = check_arguments(*prompt, arguments)) return std::move(*error);
  auto outcome = prompt->get(call, arguments);
  if (auto other = not_done<PromptResult>(outcome)) return std::move(*other);
  return to_json(std::get<PromptResult>(outcome), call.revision());
}

struct CompletionQuestion {
  std::string type, name;  // "ref/prompt" and its name, or "ref/resource" and its template
  std::string argument, begun;
  CompletionContext context;
};

std::variant<CompletionQuestion, RpcError> read_question(const json::object& params) {
  const json::value* ref = params.if_contains("ref");
  const json::value* argument = params.if_contains("argument");
  if (ref == nullptr || !ref->is_object()) return invalid_params("params.ref is no object");
  if (argument == nullptr || !argument->is_object()) {
    return invalid_params("params.argument is no object");
  }
  CompletionQuestion question;
  const auto take = [](const json::object& from, std::string_view key, std::string& to) {
    const json::value* value = from.if_contains(key);
    if (value == nullptr || !value->is_string()) return false;
    to = std::string(value->get_string());
    return true;
  };
  const bool has_type = take(ref->get_object(), "type", question.type);
  const bool is_prompt = has_type && question.type == "ref/prompt";
  const bool is_resource = has_type && question.type == "ref/resource";
  if (!is_prompt && !is_resource) {
    return invalid_params("params.ref.type has to be ref/prompt or ref/resource");
  }
  if (!take(ref->get_object(), is_prompt ? "name" : "uri", question.name)) {
    return invalid_params(fmt::format("params.ref.{} is no string", is_prompt ? "name" : "uri"));
  }
  if (!take(argument->get_object(), "name", question.argument) ||
      !take(argument->get_object(), "value", question.begun)) {
    return invalid_params("params.argument needs the strings name and value");
  }
  if (const json::value* context = params.if_contains("context")) {
    if (!context->is_object()) return invalid_params("params.context is no object");
    auto given = text_map(context->get_object(), "arguments");
    if (auto* error = std::get_if<RpcError>(&given)) return std::move(*error);
    question.context = std::move(std::get<CompletionContext>(given));
  }
  return question;
}

Answer complete(Server& server, Call&, const json::object& params) {
  if (server.definition().prompts.empty() && !server.definition().resources) {
    return RpcError{ErrorCode::method_not_found, "there is nothing to complete"};
  }
  const auto read = read_question(params);
  if (const auto* error = std::get_if<RpcError>(&read)) return *error;
  const auto& question = std::get<CompletionQuestion>(read);
  Completion completion;
  if (question.type == "ref/prompt") {
    const Prompt* prompt = server.find_prompt(question.name);
    if (prompt == nullptr) {
      return invalid_params(fmt::format("unknown prompt {}", quoted(question.name)));
    }
    if (prompt->complete) {
      completion = prompt->complete(question.argument, question.begun, question.context);
    }
  } else if (const auto& source = server.definition().resources) {
    completion =
        source->complete(question.name, question.argument, question.begun, question.context);
  }
  return json::object{{"completion", to_json(completion)}};
}

constexpr std::array kMethods{
    FeatureMethod{method::kToolsList, WorkPlace::reader, true, list_tools},
    FeatureMethod{method::kToolsCall, WorkPlace::queue, false, call_tool},
    FeatureMethod{method::kResourcesList, WorkPlace::queue, true, list_resources},
    FeatureMethod{method::kTemplatesList, WorkPlace::reader, true, list_templates},
    FeatureMethod{method::kResourcesRead, WorkPlace::queue, true, read_resource},
    FeatureMethod{method::kPromptsList, WorkPlace::reader, true, list_prompts},
    FeatureMethod{method::kPromptsGet, WorkPlace::queue, false, get_prompt},
    FeatureMethod{method::kComplete, WorkPlace::queue, false, complete},
    FeatureMethod{method::kTasksGet, WorkPlace::queue, false, get_task, kNewestModern},
    FeatureMethod{method::kTasksUpdate, WorkPlace::queue, false, update_task, kNewestModern},
    FeatureMethod{method::kTasksCancel, WorkPlace::queue, false, cancel_task, kNewestModern},
    FeatureMethod{method::kSkillsList, WorkPlace::queue, true, list_skills, kSkillsSince},
    FeatureMethod{method::kSkillsGet, WorkPlace::queue, true, get_skill, kSkillsSince},
    FeatureMethod{method::kDirectoryRead, WorkPlace::queue, false, read_directory, kSkillsSince},
};

}  // namespace

const FeatureMethod* find_feature_method(std::string_view name) {
  const auto found = std::ranges::find(kMethods, name, &FeatureMethod::name);
  return found == kMethods.end() ? nullptr : &*found;
}

}  // namespace mcp
