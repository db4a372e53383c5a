// SPDX-License-Identifier: MIT
// schedules.json on disk: reading it again when it changed, and changing it without losing the edits of others.
#pragma once

#include <functional>
#include <optional>

#include "loop/base/log.h"
#include "loop/domain/schedule_book.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_lock.h"

namespace loop {

enum class BackupBefore { yes, no };  // no: for the engine's mirror fields, written many times a day

class ScheduleStore {
 public:
  ScheduleStore(FileSystem& files, Clock& clock, RandomSource& random, Log& log);

  // The last good version. Reads the file only when its stamp changed. An absent file is an empty
  // book. When the present bytes do not parse, the last good version stays and `problem()` says
  // what is wrong; without any good version the error is returned.
  Result<const ScheduleBook*> load();

  // Set while the file on disk is not what load() returned; empty otherwise.
  const std::optional<Error>& problem() const { return problem_; }

  // Takes the lock, reads the file, hands the present book to `change`, which returns the new text,
  // and replaces the file durably. Writes nothing when the text is the same. Refuses while the
  // present bytes do not parse (invalid_data), and merges again, up to 5 times, when another program
  // without our lock replaced the file meanwhile; then `conflict`.
  using Change = std::function<Result<std::string>(const ScheduleBook& present)>;
  Status update(const Change& change, BackupBefore backup = BackupBefore::yes);

 private:
  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  Log& log_;
  std::optional<ScheduleBook> book_;
  std::optional<FileStamp> stamp_;
  std::optional<Error> problem_;
};

}  // namespace loop
