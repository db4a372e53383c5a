// SPDX-License-Identifier: MIT
// Strong types for the identifiers that travel through the program.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace loop {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

// `id` of a schedule; opaque text chosen by whoever wrote schedules.json.
using ScheduleId = Id<struct ScheduleIdTag>;
// `<schedule>@<slot>`: safe as one path component (see run_id.h).
using RunId = Id<struct RunIdTag>;
// `task_id` of a time row.
using TaskId = Id<struct TaskIdTag>;
// `slug` of a mode, [a-zA-Z0-9-]+.
using ModeSlug = Id<struct ModeSlugTag>;

}  // namespace loop

template <class Tag>
struct std::hash<loop::Id<Tag>> {
  std::size_t operator()(const loop::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
