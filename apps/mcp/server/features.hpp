// SPDX-License-Identifier: MIT
// What a server offers: tools, resources, prompts, skills. A product fills in a ServerDefinition.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "loop/base/time.h"
#include "mcp/protocol/rpc_error.hpp"
#include "mcp/server/call.hpp"
#include "mcp/server/content.hpp"

namespace mcp {

// The outcome of a handler. An RpcError is an error of the protocol (unknown name, bad arguments of
// a prompt); a tool that fails in its own terms gives a ToolResult with `is_error`.
template <class T>
using Reply = std::variant<T, RpcError, InputRequired>;

struct Implementation {
  std::string name, version;
  std::string title{}, description{}, website_url{};
  std::vector<Icon> icons{};
};

struct ToolAnnotations {
  std::optional<bool> read_only{}, destructive{}, idempotent{}, open_world{};
};

struct ToolResult {
  std::vector<Content> content;
  std::optional<boost::json::object> structured{};
  bool is_error = false;
  // Of the definition's TaskSource: for a client that knows tasks the call goes on as this one.
  std::string task_id{};
};

// When a call of a tool becomes a task of this process, for clients that know tasks: never, when it
// takes longer than kPatience, or always (other clients are refused then).
enum class TaskUse { none, when_slow, always };
inline constexpr std::chrono::milliseconds kPatience{1000};

// Where a request is answered.
enum class WorkPlace {
  reader,  // at once, by who read it: it takes microseconds
  queue,   // by the work queue's threads
};

struct Tool {
  std::string name;
  std::string title{};
  std::string description{};
  boost::json::object input_schema{};
  std::optional<boost::json::object> output_schema{};
  ToolAnnotations annotations{};
  std::vector<Icon> icons{};
  boost::json::object meta{};
  TaskUse tasks = TaskUse::none;
  // For the reader: handlers that never wait; no other request is looked at meanwhile.
  WorkPlace place = WorkPlace::queue;
  // The arguments are as they came: the handler checks them.
  std::function<Reply<ToolResult>(Call& call, const boost::json::object& arguments)> run;
};

struct ResourceTemplate {
  std::string uri_template;  // RFC 6570, level 1
  std::string name;
  std::string title{}, description{}, mime_type{};
};

struct Completion {
  std::vector<std::string> values;     // at most 100 are sent
  std::optional<std::size_t> total{};  // of all that match
};

// Arguments that have values already, by name.
using CompletionContext = std::map<std::string, std::string>;

// Resources come and go, so they are asked for.
class ResourceSource {
 public:
  virtual ~ResourceSource() = default;
  virtual std::vector<Resource> list() = 0;
  virtual std::vector<ResourceTemplate> templates() = 0;
  // Nothing when there is no such resource.
  virtual Reply<std::optional<std::vector<ResourceContents>>> read(Call& call,
                                                                   const std::string& uri) = 0;
  virtual Completion complete(const std::string& uri_template, const std::string& argument,
                              const std::string& begun, const CompletionContext& context) = 0;
};

struct PromptArgument {
  std::string name;
  std::string title{}, description{};
  bool is_required = false;
};

struct PromptMessage {
  enum class Role { user, assistant } role = Role::user;
  Content content;
};

struct PromptResult {
  std::string description;
  std::vector<PromptMessage> messages;
};

struct Prompt {
  std::string name;
  std::string title{}, description{};
  std::vector<PromptArgument> arguments{};
  std::vector<Icon> icons{};
  std::function<Reply<PromptResult>(Call& call, const std::map<std::string, std::string>& given)>
      get;
  std::function<Completion(const std::string& argument, const std::string& begun,
                           const CompletionContext& context)>
      complete{};
};

// A file of a skill besides its SKILL.md.
struct SkillFile {
  std::string path;  // below the skill's directory: "templates/letter.md"
  std::string bytes;
  std::string mime_type{};
};

// Instructions for an agent, with files: a directory with SKILL.md at its root, as the Agent Skills
// specification has it. Clients need not take more than 512 files or 16 MiB of one.
struct Skill {
  std::string path;  // "kitchen/tea", of characters that a URI can hold; its end is the name
  std::string description;
  std::string instructions;           // Markdown
  boost::json::object frontmatter{};  // besides name and description; its keys are words
  std::vector<SkillFile> files{};
};

// Skills come and go, so they are asked for. Their files are resources, skill://<path>/<file>.
class SkillSource {
 public:
  virtual ~SkillSource() = default;
  virtual std::vector<Skill> list() = 0;
};

// A piece of work that outlives its request.
struct TaskState {
  enum class Status { working, input_required, completed, failed, cancelled };
  std::string id;
  Status status = Status::working;
  std::string message{};
  loop::Instant created{}, updated{};
  std::map<std::string, InputRequest> questions{};  // open ones, when input_required
  std::optional<boost::json::object> result{};      // when completed: of the call, as JSON
  std::optional<RpcError> error{};                  // when failed
};

// Tasks that the product keeps itself. They are durable before their ids are given out.
class TaskSource {
 public:
  virtual ~TaskSource() = default;
  virtual std::optional<TaskState> find(const std::string& id) = 0;  // nothing: there is none
  virtual void cancel(const std::string& id) = 0;                    // nothing to do when over
};

struct ServerDefinition {
  Implementation implementation;
  std::string instructions{};
  std::vector<Tool> tools{};
  std::shared_ptr<ResourceSource> resources{};
  std::vector<Prompt> prompts{};
  std::shared_ptr<TaskSource> tasks{};
  std::shared_ptr<SkillSource> skills{};
  std::size_t page_size = 200;  // entries of a list
};

}  // namespace mcp
