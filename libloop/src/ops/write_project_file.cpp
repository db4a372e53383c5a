// SPDX-License-Identifier: MIT
// Writing a file: replacing it, or appending to it.
#include "loop/ops/write_project_file.h"

#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/write_target.hpp"

#include <fmt/format.h>

namespace loop {

template <>
struct ops::Words<WriteEncoding> {
  static constexpr std::array<std::pair<WriteEncoding, std::string_view>, 2> all{
      {{WriteEncoding::utf8, "utf-8"}, {WriteEncoding::base64, "base64"}}};
};

template <class Visitor>
void describe(Visitor& visit, WriteProjectFileRequest& request) {
  using ops::field;
  visit(field("file_path", request.file_path, "the file").required().path());
  visit(field("content", request.content, "what is written").required());
  visit(field("encoding", request.encoding, "of content"));
  visit(field("create_backup", request.create_backup, "of the present file"));
  visit(field("append", request.append, "to the end, instead of replacing"));
  visit(field("ensure_directory", request.ensure_directory, "makes missing directories"));
  visit(
      field("expected_sha256", request.expected_sha256, "refused if the file has changed").told());
}

template <class Visitor>
void describe(Visitor& visit, WriteProjectFileAnswer& answer) {
  using ops::field;
  visit(field("file_path", answer.file_path, "without links").required());
  visit(field("size", answer.size_bytes, "bytes of the whole file").required());
  visit(field("sha256", answer.sha256, "of the whole file"));
  visit(field("created", answer.is_new, "there was no such file").required());
  visit(
      field("backup_created", answer.backup_created, "the old content can be restored").required());
  visit(field("backup_path", answer.backup_path));
}

namespace {

Result<std::string> decode_content(const WriteProjectFileRequest& request) {
  std::string bytes = request.content;
  if (request.encoding == WriteEncoding::base64) {
    auto decoded = from_base64(request.content);
    if (!decoded) return Error(Errc::invalid_argument, "argument \"content\" is no base64");
    bytes = std::move(*decoded);
  }
  if (bytes.size() <= kWriteBytesMax) return bytes;
  return Error(Errc::too_large, fmt::format("argument \"content\" has {} bytes; the limit is {}",
                                            bytes.size(), kWriteBytesMax));
}

Result<std::optional<std::string>> expected_hash(const WriteProjectFileRequest& request) {
  if (!request.expected_sha256) return std::optional<std::string>();
  constexpr std::size_t kDigits = 64;
  const std::string hash = to_lower(*request.expected_sha256);
  if (hash.size() == kDigits && hash.find_first_not_of("0123456789abcdef") == std::string::npos) {
    return std::optional(hash);
  }
  return Error(Errc::invalid_argument,
               fmt::format("argument \"expected_sha256\" is \"{}\"; it has to be 64 hexadecimal "
                           "digits",
                           ellipsize(to_single_line(*request.expected_sha256), 80)));
}

Status check_expected(const RelativePath& path, const std::optional<std::string>& present,
                      const std::string& expected) {
  if (!present) {
    return Error(Errc::conflict, fmt::format("{} does not exist; its SHA-256 was expected to be {}",
                                             ops::shown(path), expected));
  }
  const std::string hash = sha256_hex(*present);
  if (hash == expected) return {};
  return Error(Errc::conflict,
               fmt::format("{} was changed since it was read: its SHA-256 is {}, expected was {}",
                           ops::shown(path), hash, expected));
}

Status check_parent(const OperationContext& context, const RelativePath& path) {
  if (path.parent().empty()) return {};
  LOOP_TRY(const RelativePath parent, RelativePath::parse(path.parent()));
  LOOP_TRY(const auto info, context.services.files.info(parent));
  if (info) return {};
  return Error(Errc::not_found, fmt::format("there is no directory {}; ensure_directory makes it",
                                            ops::shown(parent)));
}

Status append_content(const OperationContext& context, ops::WriteTarget& target,
                      std::string_view content, WriteProjectFileAnswer& answer) {
  LOOP_TRY(answer.size_bytes, target.append(content));
  if (answer.size_bytes > kHashedBytesMax) return {};
  LOOP_TRY(const FileContent whole, read_file(context.services.files, target.path()));
  answer.size_bytes = whole.bytes.size();
  answer.sha256 = sha256_hex(whole.bytes);
  return {};
}

}  // namespace

Result<WriteProjectFileAnswer> write_project_file(const OperationContext& context,
                                                  const WriteProjectFileRequest& request) {
  LOOP_TRY(const RelativePath path, ops::path_argument("file_path", request.file_path));
  LOOP_TRY(const std::string content, decode_content(request));
  LOOP_TRY(const auto expected, expected_hash(request));
  const ops::FileGuard guard(context);
  LOOP_TRY(ops::WriteTarget target, ops::WriteTarget::open(context, guard, path));

  LOOP_TRY(const auto info, context.services.files.info(target.path()));
  WriteProjectFileAnswer answer{.file_path = target.path().str(), .is_new = !info};
  if (expected) {
    LOOP_TRY(const auto present, target.look());
    LOOP_TRY_VOID(check_expected(target.path(), present, *expected));
  } else if (!request.append) {
    LOOP_TRY_VOID(target.notice());
  }
  LOOP_TRY_VOID(request.ensure_directory ? target.make_parent()
                                         : check_parent(context, target.path()));
  if (request.create_backup) {
    LOOP_TRY(const auto backup, target.back_up());
    answer.backup_created = backup.has_value();
    if (backup) answer.backup_path = backup->path.str();
  }
  if (request.append) {
    LOOP_TRY_VOID(append_content(context, target, content, answer));
  } else {
    LOOP_TRY_VOID(target.replace(content));
    answer.size_bytes = content.size();
    answer.sha256 = sha256_hex(content);
  }
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "write_project_file",
    .title = "Write a file",
    .meaning =
        "Replaces a file, or appends to it, after a backup. Not for schedules, memory and times, "
        "which have their tools, nor for files of git, of .loop/, or denied ones.",
    .group = OperationGroup::files,
    .hints = {.is_destructive = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(write_project_file, loop::kInfo)
