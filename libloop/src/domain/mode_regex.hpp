// SPDX-License-Identifier: MIT
// The check of a mode's fileRegex, which is a JavaScript expression.
#pragma once

#include <string>
#include <string_view>

namespace loop {

enum class FileRegexVerdict {
  checked,      // RE2 compiles it
  not_checked,  // valid JavaScript for all we know, but RE2 lacks what it uses
  invalid,      // no dialect takes it: the mode's file is refused, as Roo Code does
};

struct FileRegexCheck {
  FileRegexVerdict verdict = FileRegexVerdict::checked;
  std::string reason;  // RE2's words, when it did not compile
};

FileRegexCheck check_file_regex(std::string_view pattern);

}  // namespace loop
