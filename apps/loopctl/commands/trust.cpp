// SPDX-License-Identifier: MIT
// Approving what a workspace's configuration executes.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <iostream>

#include "commands/groups.hpp"
#include "loop/domain/trust.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

constexpr std::uint64_t kConfigBytesMax = 1024 * 1024;

Result<bool> confirm(const Invocation& call, std::string_view root) {
  if (call.arguments.has("yes")) return true;
  if (call.arguments.has("no-input") || !call.surroundings.stdin_is_terminal) {
    return Error(Errc::invalid_argument,
                 "trust asks for confirmation, and there is nobody to ask; look at the file, then "
                 "give --yes");
  }
  call.output.note(fmt::format("Trust {}? Type yes:", root));
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

// What is approved is shown before it is: all of the file, safe for a terminal.
void show_what(const Invocation& call, const std::optional<loop::FileContent>& config) {
  if (!config) {
    call.output.note(
        "The workspace has no .loop/config.toml; trust lets its schedules use the "
        "agent \"shell\".");
    return;
  }
  call.output.note(
      fmt::format("{}:\n{}", loop::layout::config().str(), shown_lines(config->bytes)));
}

Result<ExitCode> trust(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  const bool revokes = call.arguments.has("revoke");
  LOOP_TRY(const auto config,
           read_file_if_exists(session->files(), loop::layout::config(), kConfigBytesMax));
  if (!revokes) show_what(call, config);
  if (!revokes && !call.is_dry_run()) {
    LOOP_TRY(const bool is_confirmed, confirm(call, session->root()));
    if (!is_confirmed) return Error(Errc::cancelled, "not trusted: the answer was not \"yes\"");
  }
  if (!call.is_dry_run()) {
    LOOP_TRY(const auto state, open_operator_state(call.surroundings, front::WhenAbsent::make));
    loop::TrustStore store(*state, session->clock(), session->random());
    LOOP_TRY_VOID(revokes ? store.revoke(session->root())
                          : store.trust(session->root(), config ? config->bytes : std::string{}));
  }
  call.output.note(fmt::format("{} {}{}", session->root(), call.is_dry_run() ? "would be " : "is ",
                               revokes ? "not trusted" : "trusted"));
  if (call.output.wants_json()) {
    call.output.json({{"root", json_text(session->root())},
                      {"trusted", !revokes},
                      {"dry_run", call.is_dry_run()}});
  }
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> trust_commands() {
  return {
      {.path = {"trust"},
       .summary = "Approve what this workspace's configuration executes",
       .details =
           "Agents, notify commands and environment variables of .loop/config.toml count only "
           "after this. The approval is bound to the file's present content: a changed file "
           "has to be approved again.",
       .options = {{.name = "yes", .letter = 'y', .meaning = "do not ask"},
                   {.name = "revoke", .meaning = "take the approval back"}},
       .examples = {{"loopctl trust --yes", ""}},
       .effect = Effect::writes,
       .handler = trust},
  };
}

}  // namespace loopctl
