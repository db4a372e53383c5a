// SPDX-License-Identifier: MIT
// Backing up a file.
#include "loop/ops/backup_file.h"

#include "loop/base/text.h"
#include "loop/store/layout.h"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/named_backup.hpp"

#include <fmt/format.h>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, BackupFileRequest& request) {
  using ops::field;
  visit(field("file_path", request.file_path, "the file").required().path());
  visit(field("backup_name", request.backup_name, "of a further copy; no path")
            .told()
            .range(1, kBackupNameMax));
  visit(field("include_timestamp", request.include_timestamp, "in the copy's name"));
  visit(field("backup_directory", request.backup_directory, "of a further copy").path());
}

template <class Visitor>
void describe(Visitor& visit, BackupFileAnswer& answer) {
  using ops::field;
  visit(field("file_path", answer.file_path, "without links").required());
  visit(field("backup_path", answer.backup_path).required());
  visit(field("size", answer.size_bytes, "bytes").required());
  visit(field("sha256", answer.sha256).required());
  visit(field("made", answer.made).required());
  visit(field("created", answer.is_new, "false: the newest backup has this content already")
            .required());
}

namespace {

Error wrong_name(const std::string& name, std::string_view why) {
  return Error(Errc::invalid_argument, fmt::format("argument \"backup_name\" is \"{}\"; {}",
                                                   ellipsize(to_single_line(name), 80), why));
}

Status check_name(const std::string& name) {
  const auto path = RelativePath::parse(name);
  if (!path || path->str() != name || name.find('/') != std::string::npos) {
    return wrong_name(name, "it has to be one name, without slashes and control characters");
  }
  if (name.size() > static_cast<std::size_t>(kBackupNameMax)) {
    return wrong_name(name,
                      fmt::format("it has {} bytes, allowed are {}", name.size(), kBackupNameMax));
  }
  if (name.ends_with(".sha256")) return wrong_name(name, "such names are of hash files");
  return {};
}

bool is_named(const BackupFileRequest& request) {
  return request.backup_name || request.backup_directory || !request.include_timestamp;
}

// A name of the file's own may be too long for what is appended.
std::string default_name(const RelativePath& source) {
  std::string_view name = source.name().substr(0, static_cast<std::size_t>(kBackupNameMax));
  while (find_invalid_utf8(name) && !find_invalid_utf8(source.name())) name.remove_suffix(1);
  return std::string(name);
}

// Where the further copy goes; below the store's own backups unless a directory was given.
Result<ops::BackupPlace> place_of(const OperationContext& context, const ops::FileGuard& guard,
                                  const BackupFileRequest& request, const RelativePath& source) {
  const std::string name = request.backup_name.value_or(default_name(source));
  if (!request.backup_directory) {
    // No encoded name of a file begins so: a percent sign there is followed by two digits.
    return ops::BackupPlace{layout::backups() / "%named", name, request.include_timestamp};
  }
  LOOP_TRY(const RelativePath directory,
           ops::path_argument("backup_directory", *request.backup_directory));
  LOOP_TRY(RelativePath real, ops::resolve_new(context.services.files, directory));
  LOOP_TRY(const RelativePath copy, RelativePath::parse(fmt::format("{}/{}", real.str(), name)));
  LOOP_TRY_VOID(guard.check_writing(copy));
  return ops::BackupPlace{std::move(real), name, request.include_timestamp};
}

Result<RelativePath> readable_source(const ops::FileGuard& guard, const std::string& file_path) {
  LOOP_TRY(const RelativePath path, ops::path_argument("file_path", file_path));
  LOOP_TRY(ops::OpenedFile opened, guard.open(path));
  return std::move(opened.path);
}

}  // namespace

Result<BackupFileAnswer> backup_file(const OperationContext& context,
                                     const BackupFileRequest& request) {
  const EngineContext& services = context.services;
  if (request.backup_name) LOOP_TRY_VOID(check_name(*request.backup_name));
  const ops::FileGuard guard(context);
  LOOP_TRY(const RelativePath source, readable_source(guard, request.file_path));
  // Before anything is written: a bad place leaves nothing behind.
  LOOP_TRY(const ops::BackupPlace place, place_of(context, guard, request, source));

  BackupStore store(services.files, services.clock, services.random, {.keep_count = kBackupsKept});
  LOOP_TRY(const auto before, store.list(source));
  LOOP_TRY(Backup backup, store.make(source));
  bool is_new = before.empty() || before.front().path != backup.path;
  if (is_named(request)) {
    LOOP_TRY(const std::string content, store.read(backup));
    LOOP_TRY(backup, ops::make_named_backup(context, source, content, place, kBackupsKept));
    is_new = true;
  }
  return BackupFileAnswer{.file_path = source.str(),
                          .backup_path = backup.path.str(),
                          .size_bytes = backup.size_bytes,
                          .sha256 = backup.sha256,
                          .made = backup.made,
                          .is_new = is_new};
}

namespace {

constexpr OperationInfo kInfo{
    .name = "backup_file",
    .title = "Back up a file",
    .meaning =
        "Makes a verified copy that restore_file finds, before work that write_project_file does "
        "not do (it backs up itself). The newest 20 copies stay.",
    .group = OperationGroup::files,
    .hints = {.is_destructive = false},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(backup_file, loop::kInfo)
