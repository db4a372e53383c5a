// SPDX-License-Identifier: MIT
// Restoring a file.
#include "loop/ops/restore_file.h"

#include "loop/base/sha256.h"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/named_backup.hpp"
#include "ops/write_target.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, RestoreFileRequest& request) {
  using ops::field;
  visit(field("file_path", request.file_path, "the file").required().path());
  visit(field("backup_path", request.backup_path, "the newest sound one when not given").path());
  visit(field("create_backup_before_restore", request.create_backup_before_restore,
              "of the present file"));
}

template <class Visitor>
void describe(Visitor& visit, RestoreFileAnswer& answer) {
  using ops::field;
  visit(field("file_path", answer.file_path, "without links").required());
  visit(field("restored_from", answer.restored_from, "path of the backup").required());
  visit(field("size", answer.size_bytes, "bytes").required());
  visit(field("sha256", answer.sha256, "verified before anything changed").required());
  visit(field("created", answer.is_new, "there was no such file").required());
  visit(field("backup_created", answer.backup_created, "of what was there before").required());
  visit(field("backup_path", answer.backup_path));
  visit(field("damaged", answer.damaged, "newer backups that were passed over").required());
}

namespace {

struct Found {
  RelativePath path;
  std::string content;
};

Result<Found> newest_sound(BackupStore& store, const RelativePath& source,
                           std::vector<std::string>& damaged) {
  LOOP_TRY(const auto backups, store.list(source));
  for (const Backup& backup : backups) {
    auto content = store.read(backup);
    if (content) return Found{backup.path, std::move(*content)};
    damaged.push_back(backup.path.str());
  }
  return Error(Errc::not_found, damaged.empty()
                                    ? fmt::format("there is no backup of {}", ops::shown(source))
                                    : fmt::format("none of the {} backups of {} is sound",
                                                  damaged.size(), ops::shown(source)));
}

Result<Found> named(const OperationContext& context, BackupStore& store,
                    const ops::FileGuard& guard, const RelativePath& source,
                    const std::string& given) {
  LOOP_TRY(const RelativePath path, ops::path_argument("backup_path", given));
  LOOP_TRY(const RelativePath real, context.services.files.resolve(path));
  LOOP_TRY_VOID(guard.check_reading(real));
  LOOP_TRY(const auto backups, store.list(source));
  const auto stored = std::ranges::find(backups, real, &Backup::path);
  if (stored != backups.end()) {
    LOOP_TRY(std::string content, store.read(*stored));
    return Found{real, std::move(content)};
  }
  LOOP_TRY(std::string content, ops::read_named_backup(context, guard, source, real));
  return Found{real, std::move(content)};
}

}  // namespace

Result<RestoreFileAnswer> restore_file(const OperationContext& context,
                                       const RestoreFileRequest& request) {
  const EngineContext& services = context.services;
  LOOP_TRY(const RelativePath path, ops::path_argument("file_path", request.file_path));
  const ops::FileGuard guard(context);
  LOOP_TRY(ops::WriteTarget target, ops::WriteTarget::open(context, guard, path));
  BackupStore store(services.files, services.clock, services.random);
  RestoreFileAnswer answer{.file_path = target.path().str()};
  LOOP_TRY(const Found found,
           request.backup_path ? named(context, store, guard, target.path(), *request.backup_path)
                               : newest_sound(store, target.path(), answer.damaged));
  answer.restored_from = found.path.str();
  answer.size_bytes = found.content.size();
  answer.sha256 = sha256_hex(found.content);

  LOOP_TRY(const auto info, services.files.info(target.path()));
  answer.is_new = !info;
  LOOP_TRY_VOID(target.notice());
  if (request.create_backup_before_restore) {
    LOOP_TRY(const auto saved, target.back_up());
    answer.backup_created = saved.has_value();
    if (saved) answer.backup_path = saved->path.str();
  }
  LOOP_TRY_VOID(target.make_parent());
  LOOP_TRY_VOID(target.replace(found.content));
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "restore_file",
    .title = "Restore a file",
    .meaning =
        "Puts back the newest backup of this very file, or the one named, verified first; what is "
        "there now is backed "
        "up before.",
    .group = OperationGroup::files,
    .hints = {.is_destructive = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(restore_file, loop::kInfo)
