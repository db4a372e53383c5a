// SPDX-License-Identifier: MIT
// .loop/sync.json.
#include "ops/sync_record.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/field_decoder.hpp"

namespace loop::ops {

template <class Visitor>
void describe(Visitor& visit, SeenFile& file) {
  visit(field("path", file.path).required());
  visit(field("sha256", file.sha256).required());
  visit(field("size_bytes", file.size_bytes).required());
}

template <class Visitor>
void describe(Visitor& visit, SyncRecord& record) {
  visit(field("synced", record.synced).required());
  visit(field("files", record.files).required());
}

namespace {

constexpr std::uint64_t kRecordBytesMax = 1024 * 1024;

}  // namespace

const SeenFile* SyncRecord::find(std::string_view path) const {
  const auto found = std::ranges::find(files, path, &SeenFile::path);
  return found == files.end() ? nullptr : &*found;
}

void SyncRecord::put(SeenFile file) {
  drop(file.path);
  files.push_back(std::move(file));
}

void SyncRecord::drop(std::string_view path) {
  std::erase_if(files, [&](const SeenFile& file) { return file.path == path; });
}

Result<SyncRecord> read_sync_record(const OperationContext& context) {
  LOOP_TRY(const auto content,
           read_file_if_exists(context.services.files, layout::sync_record(), kRecordBytesMax));
  if (!content) return SyncRecord{};
  SyncRecord record;
  auto json = parse_arguments(content->bytes);
  const Status status = json ? decode(*json, "", record) : Status(std::move(json).error());
  if (status) return record;
  context.services.log.warning(fmt::format("{} is damaged and was begun anew: {}",
                                           layout::sync_record().str(), status.error().message()));
  return SyncRecord{};
}

Status write_sync_record(const OperationContext& context, const SyncRecord& record) {
  const std::string text = boost::json::serialize(encode(record)) + "\n";
  LOOP_TRY_VOID(
      replace_file(context.services.files, context.services.random, layout::sync_record(), text));
  return {};
}

}  // namespace loop::ops
