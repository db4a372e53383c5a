// SPDX-License-Identifier: MIT
// Giving the workspace's MCP server to the clients that people use.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "loop/ops/write_project_file.h"
#include "loop/store/file_content.h"
#include "front/mcp_program.hpp"
#include "invocation.hpp"
#include "mcp_clients.hpp"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::RelativePath;
using loop::Result;

namespace {

constexpr std::uint64_t kClientFileBytesMax = 4 * 1024 * 1024;

struct ClientFile {
  RelativePath path;
  std::string content;  // empty when there is none
};

Result<ClientFile> find_file(loop::FileSystem& files, const McpClient& client) {
  for (const std::string& name : client.files) {
    LOOP_TRY(const auto content,
             read_file_if_exists(files, RelativePath::of(name), kClientFileBytesMax));
    if (content) return ClientFile{RelativePath::of(name), content->bytes};
  }
  return ClientFile{RelativePath::of(client.files.front()), {}};
}

loop::Status write(front::Session& session, const ClientFile& file, const std::string& content) {
  LOOP_TRY_VOID(session.prepare());
  LOOP_TRY(const auto options, session.operation_options());
  loop::OperationMeter meter;
  LOOP_TRY(const auto context, session.operation_context(options, meter));
  LOOP_TRY_VOID(write_project_file(context, {.file_path = file.path.str(), .content = content}));
  return {};
}

Result<ExitCode> install(Invocation& call) {
  const McpClient* client = find_mcp_client(call.arguments.text("client").value_or(""));
  if (client == nullptr) {
    std::vector<std::string_view> known;
    for (const McpClient& one : mcp_clients()) known.push_back(one.name);
    return Error(Errc::invalid_argument,
                 fmt::format("--client takes one of {}; none was given", fmt::join(known, ", ")));
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const auto command, front::require_mcp_command(call.surroundings, session->root()));
  if (call.arguments.has("print")) {
    call.output.text(client_snippet(*client, command));
    return ExitCode::ok;
  }
  LOOP_TRY(const ClientFile file, find_file(session->files(), *client));
  const auto when = call.arguments.has("force") ? WhenDifferent::replace : WhenDifferent::refuse;
  auto change = change_client_file(*client, file.content, command, when);
  if (!change) return std::move(change).error().with_context(file.path.str());
  if (change->is_change && !call.is_dry_run()) {
    LOOP_TRY_VOID(write(*session, file, change->content));
  }
  if (call.output.wants_json()) {
    call.output.json({{"client", client->name},
                      {"file", file.path.str()},
                      {"changed", change->is_change && !call.is_dry_run()}});
    return ExitCode::ok;
  }
  const char* const what = !change->is_change  ? "has it already"
                           : call.is_dry_run() ? "would be changed"
                                               : "was changed";
  call.output.line(fmt::format("{} {}", file.path.str(), what));
  if (!client->note.empty()) call.output.note(client->note);
  return ExitCode::ok;
}

std::vector<std::string> client_names() {
  std::vector<std::string> names;
  for (const McpClient& client : mcp_clients()) names.emplace_back(client.name);
  return names;
}

}  // namespace

std::vector<Command> mcp_commands() {
  return {
      {.path = {"mcp", "install"},
       .summary = "Give the workspace's MCP server to a client",
       .details = "Puts an entry \"loop\" that starts loop-mcp in this workspace into the client's "
                  "file of this folder. Everything else in the file stays, comments too; the file "
                  "of before is backed up.",
       .options = {{.name = "client",
                    .kind = ValueKind::text,
                    .value_name = "NAME",
                    .allowed = client_names(),
                    .meaning = "whose file is changed"},
                   {.name = "print",
                    .meaning = "print what would go into an empty file, and "
                               "change nothing"},
                   {.name = "force", .meaning = "replace another entry of this name"}},
       .examples = {{"loopctl mcp install --client claude", ""},
                    {"loopctl mcp install --client codex --print", ""}},
       .effect = Effect::writes,
       .handler = install},
  };
}

}  // namespace loopctl
