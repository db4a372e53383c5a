// SPDX-License-Identifier: MIT
// One try to put a new text in the place of the file that was read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/domain/schedule_book.h"
#include "loop/store/file_content.h"
#include "loop/store/file_system.h"

namespace loop {

struct ReplaceOutcome {
  bool is_replaced = false;        // false: another program was faster, nothing was written
  std::optional<FileStamp> stamp;  // of the new file
  // Set when another program wrote into the old file while ours took its place.
  std::unique_ptr<OpenFile> old_file;
};

// Replaces `path`, which held `seen` (nothing: did not exist), with `text`. Compares the bytes, not
// only the stamp: two quick edits may have one stamp.
Result<ReplaceOutcome> replace_seen(FileSystem& files, RandomSource& random,
                                    const RelativePath& path,
                                    const std::optional<std::string>& seen, std::string_view text);

// The text that a program is writing into `old_file`, once it is a whole book. Nothing when it is
// none after a second.
Result<std::optional<ScheduleBook>> await_writer(Clock& clock, OpenFile& old_file);

}  // namespace loop
