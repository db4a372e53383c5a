// SPDX-License-Identifier: MIT
// A path inside the workspace root that has been checked: the only kind that store accepts.
#pragma once

#include <string>
#include <string_view>

#include "loop/base/result.h"

namespace loop {

// Slash-separated, not empty, no leading slash, no "." or ".." or empty component, no NUL or other
// C0 control byte, at most 4095 bytes and 255 a component. "a/./b" and "a//b" are normalised.
// Being lexically inside says nothing about links: FileSystem::open enforces that.
class RelativePath {
 public:
  // outside_root for absolute paths and "..", invalid_argument for the rest; the message names the
  // path (escaped) and the rule.
  static Result<RelativePath> parse(std::string_view text);

  // For paths written in the program. Aborts when `text` would not parse.
  static RelativePath of(std::string_view text);

  const std::string& str() const noexcept { return text_; }
  std::string_view name() const;    // the last component
  std::string_view parent() const;  // empty for a path of one component: the root itself

  // `component` must be one valid component; aborts otherwise.
  RelativePath operator/(std::string_view component) const;

  friend bool operator==(const RelativePath&, const RelativePath&) = default;
  friend auto operator<=>(const RelativePath&, const RelativePath&) = default;

 private:
  explicit RelativePath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace loop
