// SPDX-License-Identifier: MIT
// The operator's patterns on output lines: the provider's limit, and the line that proves an end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"
#include "loop/domain/config.h"

namespace re2 {
class RE2;
}

namespace loop {

class LinePatterns {
 public:
  // invalid_argument naming the agent, the pattern and what is wrong with it.
  static Result<std::shared_ptr<const LinePatterns>> compile(const AgentDefinition& definition);
  ~LinePatterns();

  // The text that tells the reset time when the line says that a limit was hit: group 1 of the
  // pattern, or the whole line when it has no group.
  std::optional<std::string> find_limit(std::string_view line) const;

  bool has_final() const { return final_ != nullptr; }
  bool is_final(std::string_view line) const;

 private:
  LinePatterns();
  std::vector<std::unique_ptr<re2::RE2>> limits_;
  std::unique_ptr<re2::RE2> final_;
};

}  // namespace loop
