// SPDX-License-Identifier: MIT
// Comparing the shared files with what was last seen, and running the sync commands.
#include "loop/ops/sync_environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "ops/captured_command.hpp"
#include "ops/described_operation.hpp"
#include "ops/file_damage.hpp"
#include "ops/schedule_mirror.hpp"
#include "ops/sync_record.hpp"

namespace loop {

namespace ops {

template <>
struct Words<SyncType> {
  static constexpr std::array<std::pair<SyncType, std::string_view>, 6> all{
      {{SyncType::full, "full"},
       {SyncType::files, "files"},
       {SyncType::config, "config"},
       {SyncType::modes, "modes"},
       {SyncType::schedules, "schedules"},
       {SyncType::commands, "commands"}}};
};

}  // namespace ops

template <class Visitor>
void describe(Visitor& visit, SyncEnvironmentRequest& request) {
  using ops::field;
  visit(field("sync_type", request.sync_type, "what is looked at"));
  visit(field("target_components", request.target_components,
              "only these: schedules, modes, timing, memory, todo, config, or sync commands")
            .range(0, 100));
  visit(field("verify_sync", request.verify_sync, "read the files again at the end"));
}

template <class Visitor>
void describe(Visitor& visit, SyncFileAnswer& file) {
  using ops::field;
  visit(field("component", file.component, "its name"));
  visit(field("file", file.file, "relative to the root").path());
  visit(field("change", file.change, "added, changed, removed, unchanged, absent or unreadable"));
  visit(field("problem", file.problem, "why it could not be read or understood"));
}

template <class Visitor>
void describe(Visitor& visit, SyncCommandAnswer& command) {
  using ops::field;
  visit(field("name", command.name, "of the configuration"));
  visit(field("status", command.status, "succeeded, failed or not_run"));
  visit(field("reason", command.reason, "why it failed"));
  visit(field("duration_ms", command.duration_ms, "milliseconds"));
  visit(field("output", command.output, "the end of what it printed"));
}

template <class Visitor>
void describe(Visitor& visit, SyncEnvironmentAnswer& answer) {
  using ops::field;
  visit(field("files", answer.files, "each file that was looked at"));
  visit(field("commands", answer.commands, "in their order"));
  visit(field("changed", answer.changed, "files that are not as last seen"));
  visit(field("schedules_updated", answer.schedules_updated,
              "whose next and last times were wrong in the file"));
  visit(field("verified", answer.verified, "the files are still those that were compared"));
}

namespace {

struct Component {
  std::string_view name;
  RelativePath path;
  bool is_shared;  // with people, editors and other programs
};

std::vector<Component> components() {
  return {{"schedules", layout::schedules(), true}, {"modes", layout::modes(), true},
          {"timing", layout::timing(), true},       {"memory", layout::memory(), true},
          {"todo", layout::todo(), true},           {"config", layout::config(), false}};
}

bool has_component(SyncType type, const Component& component) {
  switch (type) {
    case SyncType::full: return true;
    case SyncType::files: return component.is_shared;
    case SyncType::config: return component.name == "config";
    case SyncType::modes: return component.name == "modes";
    case SyncType::schedules: return component.name == "schedules";
    case SyncType::commands: return false;
  }
  return false;
}

// The sync commands in the order in which they run.
std::vector<const CommandDefinition*> sync_commands(const Config& config) {
  std::vector<const CommandDefinition*> commands;
  for (const auto& [name, command] : config.commands) {
    if (command.use == CommandUse::sync) commands.push_back(&command);
  }
  std::ranges::stable_sort(commands, {}, [](const auto* command) { return command->order; });
  return commands;
}

class Sync {
 public:
  Sync(const OperationContext& context, const SyncEnvironmentRequest& request)
      : context_(context), request_(request) {
    for (Component& component : components()) {
      if (has_component(request.sync_type, component) && is_wanted(component.name)) {
        components_.push_back(std::move(component));
      }
    }
    if (request.sync_type != SyncType::full && request.sync_type != SyncType::commands) return;
    for (const CommandDefinition* command : sync_commands(context.engine.config)) {
      if (is_wanted(command->name)) commands_.push_back(command);
    }
  }

  // Every target has to be something that this type looks at.
  Status check_targets() const {
    std::vector<std::string> allowed;
    for (const Component& component : components()) {
      if (has_component(request_.sync_type, component)) allowed.emplace_back(component.name);
    }
    if (request_.sync_type == SyncType::full || request_.sync_type == SyncType::commands) {
      for (const auto* command : sync_commands(context_.engine.config)) {
        allowed.push_back(command->name);
      }
    }
    for (const std::string& target : request_.target_components) {
      if (std::ranges::find(allowed, target) != allowed.end()) continue;
      return Error(
          Errc::invalid_argument,
          fmt::format("target_components: \"{}\" is no part of sync_type {}{}; allowed: {}",
                      ellipsize(to_single_line(target), 80), ops::word_of(request_.sync_type),
                      did_you_mean(target, allowed),
                      allowed.empty() ? "nothing" : fmt::format("{}", fmt::join(allowed, ", "))));
    }
    return {};
  }

  Result<SyncEnvironmentAnswer> run() {
    LOOP_TRY_VOID(make_directories(context_.services.files, layout::locks()));
    LOOP_TRY(const FileLock lock, FileLock::acquire(context_.services.files,
                                                    context_.services.clock, layout::sync_lock()));
    LOOP_TRY(record_, ops::read_sync_record(context_));
    LOOP_TRY_VOID(run_commands());
    for (const Component& component : components_) {
      LOOP_TRY_VOID(step(component.name));
      LOOP_TRY_VOID(compare(component));
    }
    record_.synced = context_.now();
    LOOP_TRY_VOID(ops::write_sync_record(context_, record_));
    if (request_.verify_sync) verify();
    return std::move(answer_);
  }

 private:
  bool is_wanted(std::string_view name) const {
    const auto& targets = request_.target_components;
    return targets.empty() || std::ranges::find(targets, name) != targets.end();
  }

  Status step(std::string_view what) {
    LOOP_TRY_VOID(context_.check_cancelled());
    context_.report(done_++, commands_.size() + components_.size(), what);
    return {};
  }

  // First, as they may bring new files.
  Status run_commands() {
    bool has_failed = false;
    for (const CommandDefinition* command : commands_) {
      LOOP_TRY_VOID(step(command->name));
      SyncCommandAnswer& shown = answer_.commands.emplace_back();
      shown.name = command->name;
      shown.status = "not_run";
      if (has_failed) continue;
      const auto outcome = ops::run_command(context_, *command);
      if (!outcome && outcome.error().code() == Errc::cancelled) return outcome.error();
      has_failed = !outcome || !outcome->ok();
      shown.status = has_failed ? "failed" : "succeeded";
      if (!outcome) {
        shown.reason = outcome.error().message();
        continue;
      }
      shown.duration_ms = outcome->duration.count();
      shown.output = outcome->output;
      if (has_failed) shown.reason = ops::failure_of(*outcome);
    }
    if (has_failed) answer_.is_success = false;
    return {};
  }

  Status compare(const Component& component) {
    SyncFileAnswer& shown = answer_.files.emplace_back();
    shown.component = component.name;
    shown.file = component.path.str();
    LOOP_TRY_VOID(mend(component, shown));
    const auto content = read_file_if_exists(context_.services.files, component.path);
    if (!content) {
      shown.change = "unreadable";
      set_problem(shown, content.error().message());
      return {};
    }
    const ops::SeenFile* before = record_.find(shown.file);
    if (!*content) {
      shown.change = before == nullptr ? "absent" : "removed";
      record_.drop(shown.file);
    } else {
      ops::SeenFile now{.path = shown.file,
                        .sha256 = sha256_hex((*content)->bytes),
                        .size_bytes = static_cast<std::int64_t>((*content)->bytes.size())};
      shown.change = before == nullptr              ? "added"
                     : before->sha256 == now.sha256 ? "unchanged"
                                                    : "changed";
      record_.put(std::move(now));
      if (auto damage = ops::damage_in(component.path, (*content)->bytes)) {
        set_problem(shown, std::move(*damage));
      }
    }
    const bool is_news = shown.change != "unchanged" && shown.change != "absent";
    if (is_news) ++answer_.changed;
    return {};
  }

  // Before the file is compared, so that our own change is not news the next time.
  Status mend(const Component& component, SyncFileAnswer& shown) {
    if (component.name == "config" && context_.configuration_problem) {
      set_problem(shown, context_.configuration_problem->message());
    }
    if (component.name != "schedules") return {};
    const auto info = context_.services.files.info(component.path);
    if (info && !*info) return {};  // nothing to mend, and none is made
    const auto updated = ops::refresh_mirror(context_);
    if (updated) answer_.schedules_updated = *updated;
    if (!updated) set_problem(shown, updated.error().message());
    return {};
  }

  void set_problem(SyncFileAnswer& shown, std::string problem) {
    if (!shown.problem) shown.problem = std::move(problem);
    answer_.is_success = false;
  }

  void verify() {
    answer_.verified = std::ranges::all_of(components_, [&](const Component& component) {
      const auto content = read_file_if_exists(context_.services.files, component.path);
      const ops::SeenFile* seen = record_.find(component.path.str());
      if (!content || !*content) return seen == nullptr;
      return seen != nullptr && seen->sha256 == sha256_hex((*content)->bytes);
    });
    if (!*answer_.verified) answer_.is_success = false;
  }

  const OperationContext& context_;
  const SyncEnvironmentRequest& request_;
  std::vector<Component> components_;
  std::vector<const CommandDefinition*> commands_;
  ops::SyncRecord record_;
  SyncEnvironmentAnswer answer_;
  std::size_t done_ = 0;
};

}  // namespace

Result<SyncEnvironmentAnswer> sync_environment(const OperationContext& context,
                                               const SyncEnvironmentRequest& request) {
  Sync sync(context, request);
  LOOP_TRY_VOID(sync.check_targets());
  return sync.run();
}

namespace {

constexpr OperationInfo kInfo{
    .name = "sync_environment",
    .title = "Synchronise the environment",
    .meaning =
        "Tells which of the orchestrator's files changed since the last sync, whether they "
        "still parse, puts the schedules' times right, and runs the operator's sync "
        "commands. Only to look, use get_system_status.",
    .group = OperationGroup::development,
    .hints = {.is_open_world = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(sync_environment, loop::kInfo)
