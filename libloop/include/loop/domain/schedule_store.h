// SPDX-License-Identifier: MIT
// schedules.json on disk: read again when it changed, and changed without losing edits of others.
#pragma once

#include <functional>
#include <optional>

#include "loop/base/log.h"
#include "loop/domain/schedule_book.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_lock.h"

namespace loop {

enum class BackupBefore {
  yes,
  no
};  // no: for the engine's mirror fields, written many times a day

class ScheduleStore {
 public:
  ScheduleStore(FileSystem& files, Clock& clock, RandomSource& random, Log& log);

  // The last good version. Reads the file only when its stamp changed. An absent file is an empty
  // book. When the present bytes do not parse, or cannot be read, the last good version stays and
  // `problem()` says what is wrong; without any good version the error is returned. The book is
  // valid until the next call of load or update.
  Result<const ScheduleBook*> load();

  // Grows whenever load() returns a book that was read anew; from 1.
  std::uint64_t version() const { return version_; }

  // Set while the file on disk is not what load() returned; empty otherwise.
  const std::optional<Error>& problem() const { return problem_; }

  // Takes the lock, reads the file, hands the present book to `change`, which returns the new text,
  // and replaces the file durably. Writes nothing when the text is the same. Refuses while the
  // present bytes do not parse (invalid_data), and merges again, up to 5 times, when another
  // program without our lock changed or replaced the file meanwhile; then `conflict`. So `change`
  // may be called several times, each time with a newer book. What an editor writes into the old
  // file while it is being replaced is merged too, if the editor ends within a second.
  using Change = std::function<Result<std::string>(const ScheduleBook& present)>;
  Status update(const Change& change, BackupBefore backup = BackupBefore::yes);

  // The copy of the old file that the last update relied on; empty when it made none.
  const std::optional<Backup>& last_backup() const { return last_backup_; }

 private:
  Status update_locked(const Change& change, BackupBefore backup);
  Result<const ScheduleBook*> fail_or_keep(Error error);
  void keep(ScheduleBook book, const std::optional<FileStamp>& stamp);

  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  Log& log_;
  std::optional<ScheduleBook> book_;
  std::optional<FileStamp> stamp_;  // of the bytes last read; empty: read them again
  std::optional<Error> problem_;
  std::optional<Backup> last_backup_;
  std::uint64_t version_ = 0;
};

}  // namespace loop
