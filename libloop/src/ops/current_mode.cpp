// SPDX-License-Identifier: MIT
// .loop/mode.json.
#include "ops/current_mode.hpp"

#include "loop/domain/modes.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/field_decoder.hpp"

#include <fmt/format.h>

namespace loop::ops {

template <class Visitor>
void describe(Visitor& visit, CurrentMode& current) {
  visit(field("mode", current.mode).required());
  visit(field("previous", current.previous));
  visit(field("context", current.context));
  visit(field("task_id", current.task_id));
  visit(field("since", current.since).required());
}

namespace {

constexpr std::uint64_t kModeFileBytesMax = 1024 * 1024;

}  // namespace

Result<std::optional<CurrentMode>> read_current_mode(FileSystem& files) {
  LOOP_TRY(const auto content,
           read_file_if_exists(files, layout::current_mode(), kModeFileBytesMax));
  if (!content) return std::optional<CurrentMode>{};
  CurrentMode current;
  auto json = parse_arguments(content->bytes);
  Status status = json ? decode(*json, "", current) : Status(std::move(json).error());
  if (status) return std::optional(std::move(current));
  return Error(Errc::invalid_data,
               fmt::format("{} is damaged ({}); remove it, or switch to a mode",
                           layout::current_mode().str(), status.error().message()));
}

Status write_current_mode(const OperationContext& context, const CurrentMode& current) {
  LOOP_TRY_VOID(make_directories(context.services.files, layout::state()));
  const std::string text = boost::json::serialize(encode(current)) + "\n";
  LOOP_TRY_VOID(
      replace_file(context.services.files, context.services.random, layout::current_mode(), text));
  return {};
}

Result<ModeSlug> mode_or_current(const OperationContext& context,
                                 const std::optional<ModeSlug>& given) {
  if (given) {
    LOOP_TRY(const ModeBook modes,
             ModeBook::load(context.services.files, context.engine.global_modes));
    LOOP_TRY_VOID(modes.require(*given));
    return *given;
  }
  LOOP_TRY(const auto current, read_current_mode(context.services.files));
  return current ? current->mode : ModeSlug("code");
}

}  // namespace loop::ops
