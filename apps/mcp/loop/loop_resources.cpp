// SPDX-License-Identifier: MIT
// From URIs to files and operations.
#include "loop_resources.hpp"

#include <boost/json.hpp>

#include "loop/base/text.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop_mcp {

namespace json = boost::json;
using Found = std::optional<std::vector<mcp::ResourceContents>>;
using FoundReply = mcp::Reply<Found>;

namespace {

constexpr std::uint64_t kFileBytesMax = 4 * 1024 * 1024;  // clients take little more in a message

struct SharedFile {
  std::string_view uri, name, title, mime_type;
  loop::RelativePath path;
};

std::vector<SharedFile> shared_files() {
  return {
      {uri::kSchedules, "schedules", "Schedules", "application/json", loop::layout::schedules()},
      {uri::kMemory, "memory", "Shared memory", "text/markdown", loop::layout::memory()},
      {uri::kTodo, "todo", "Planning", "text/markdown", loop::layout::todo()}};
}

mcp::RpcError read_error(const loop::Error& error) {
  return {mcp::ErrorCode::internal_error, error.message()};
}

Found text_of(const std::string& uri, std::string_view mime_type, std::string text) {
  return Found{{{.uri = uri, .mime_type = std::string(mime_type), .text = std::move(text)}}};
}

FoundReply file_contents(loop::FileSystem& files, const SharedFile& file) {
  const auto content = read_file_if_exists(files, file.path, kFileBytesMax);
  if (!content) return read_error(content.error());
  if (!*content) return Found{};
  return text_of(std::string(file.uri), file.mime_type, loop::to_valid_utf8((*content)->bytes));
}

// What an operation answers; nothing when it knows of no such thing.
FoundReply answer_contents(loop::Result<json::object> answer, const std::string& uri) {
  if (!answer && answer.error().code() == loop::Errc::not_found) return Found{};
  if (!answer) return read_error(answer.error());
  return text_of(uri, "application/json", json::serialize(*answer));
}

}  // namespace

mcp::Completion completion_of(const std::vector<std::string>& values, std::string_view begun) {
  mcp::Completion completion;
  for (const std::string& value : values) {
    if (value.starts_with(begun)) completion.values.push_back(value);
  }
  return completion;
}

std::vector<mcp::Resource> LoopResources::list() {
  std::vector<mcp::Resource> resources;
  for (const SharedFile& file : shared_files()) {
    const auto info = calls_.files().info(file.path);
    if (!info || !*info) continue;
    resources.push_back({.uri = std::string(file.uri),
                         .name = std::string(file.name),
                         .title = std::string(file.title),
                         .mime_type = std::string(file.mime_type),
                         .size_bytes = static_cast<std::int64_t>((*info)->size_bytes)});
  }
  resources.push_back({.uri = std::string(uri::kTimingToday),
                       .name = "timing-today",
                       .title = "Time tracked today (UTC)",
                       .mime_type = "application/json"});
  for (const std::string& slug : calls_.mode_slugs()) {
    resources.push_back({.uri = std::string(uri::kModes) + slug,
                         .name = "mode " + slug,
                         .mime_type = "application/json"});
  }
  for (const std::string& id : calls_.run_ids()) {
    resources.push_back({.uri = std::string(uri::kRuns) + id,
                         .name = "run " + id,
                         .mime_type = "application/json"});
  }
  return resources;
}

std::vector<mcp::ResourceTemplate> LoopResources::templates() {
  return {{.uri_template = "loop://modes/{slug}",
           .name = "mode",
           .title = "A mode with its instructions",
           .mime_type = "application/json"},
          {.uri_template = "loop://runs/{id}",
           .name = "run",
           .title = "A run: state, times, use, outcome",
           .mime_type = "application/json"},
          {.uri_template = "loop://runs/{id}/log",
           .name = "run-log",
           .title = "The end of what a run printed",
           .mime_type = "text/plain"}};
}

FoundReply LoopResources::read(mcp::Call& call, const std::string& uri) {
  for (const SharedFile& file : shared_files()) {
    if (uri == file.uri) return file_contents(calls_.files(), file);
  }
  if (uri == uri::kTimingToday) {
    const std::string today = loop::format_instant(calls_.now()).substr(0, 10);
    return answer_contents(calls_.run("get_time_tracking", call, {{"start_date", today}}), uri);
  }
  if (uri.starts_with(uri::kModes)) {
    return answer_contents(calls_.mode(uri.substr(uri::kModes.size())), uri);
  }
  if (!uri.starts_with(uri::kRuns)) return Found{};
  std::string id = uri.substr(uri::kRuns.size());
  const bool is_log = id.ends_with(uri::kLogEnding);
  if (is_log) id.resize(id.size() - uri::kLogEnding.size());
  if (id.empty()) return Found{};
  auto run = calls_.run("get_run", call, {{"run_id", id}, {"output_lines", is_log ? 1000 : 0}});
  if (!is_log || !run) return answer_contents(std::move(run), uri);
  return text_of(uri, "text/plain", std::string(run->at("output").as_string()));
}

mcp::Completion LoopResources::complete(const std::string& uri_template,
                                        const std::string& argument, const std::string& begun,
                                        const mcp::CompletionContext&) {
  if (uri_template == "loop://modes/{slug}" && argument == "slug") {
    return completion_of(calls_.mode_slugs(), begun);
  }
  const bool is_run = uri_template == "loop://runs/{id}" || uri_template == "loop://runs/{id}/log";
  if (is_run && argument == "id") return completion_of(calls_.run_ids(), begun);
  return {};
}

}  // namespace loop_mcp
