// SPDX-License-Identifier: MIT
// Reading a file: whole, or some of its lines.
#include "loop/ops/read_project_file.h"

#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "ops/described_operation.hpp"
#include "ops/file_guard.hpp"
#include "ops/file_lines.hpp"
#include "ops/file_times.hpp"

#include <fmt/format.h>

namespace loop {

template <>
struct ops::Words<ReadEncoding> {
  static constexpr std::array<std::pair<ReadEncoding, std::string_view>, 3> all{
      {{ReadEncoding::utf8, "utf-8"},
       {ReadEncoding::latin1, "latin-1"},
       {ReadEncoding::base64, "base64"}}};
};

template <class Visitor>
void describe(Visitor& visit, ReadProjectFileRequest& request) {
  using ops::field;
  visit(field("file_path", request.file_path, "the file").required().path());
  visit(field("encoding", request.encoding, "base64 reads any bytes"));
  visit(field("max_size_mb", request.max_size_mb, "of what is read").range(0, kReadMegabytesMax));
  visit(field("include_metadata", request.include_metadata, "adds time, permissions, SHA-256"));
  visit(field("offset", request.offset, "lines to leave out").told().range(0, kReadLinesMax));
  visit(field("limit", request.limit, "lines").told().range(1, kReadLinesMax));
}

template <class Visitor>
void describe(Visitor& visit, FileMetadata& metadata) {
  using ops::field;
  visit(field("real_path", metadata.real_path, "without links").required());
  visit(field("modified", metadata.modified).required());
  visit(field("permissions", metadata.permissions, "octal").required());
  visit(field("sha256", metadata.sha256, "of the whole file, if all of it was read"));
}

template <class Visitor>
void describe(Visitor& visit, ReadProjectFileAnswer& answer) {
  using ops::field;
  visit(field("file_path", answer.file_path).required());
  visit(field("content", answer.content).required());
  visit(field("encoding", answer.encoding).required());
  visit(field("size", answer.size_bytes, "bytes of the whole file").required());
  visit(field("first_line", answer.first_line, "of the content, from 1"));
  visit(field("line_count", answer.line_count, "lines of the content"));
  visit(field("total_lines", answer.total_lines, "lines of the file, if its end was reached"));
  visit(field("next_offset", answer.next_offset, "offset for the rest, if there is more"));
  visit(field("metadata", answer.metadata, "with include_metadata"));
}

namespace {

std::uint64_t bytes_max(const ReadProjectFileRequest& request) {
  constexpr double kMegabyte = 1024 * 1024;
  return static_cast<std::uint64_t>(request.max_size_mb * kMegabyte);
}

std::string from_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

// `first_byte` is where the bytes stand in the file.
Result<std::string> decode_text(ReadEncoding encoding, std::string bytes, std::uint64_t first_byte,
                                const RelativePath& path) {
  switch (encoding) {
    case ReadEncoding::base64: return to_base64(bytes);
    case ReadEncoding::latin1: return from_latin1(bytes);
    case ReadEncoding::utf8: break;
  }
  const auto wrong = find_invalid_utf8(bytes);
  if (!wrong) return bytes;
  return Error(
      Errc::invalid_data,
      fmt::format("{} is no UTF-8: byte 0x{:02x} at offset {} (from 0); read it as latin-1 "
                  "or base64",
                  ops::shown(path), static_cast<unsigned char>(bytes[*wrong]),
                  first_byte + *wrong));
}

Result<std::string> read_whole(const OperationContext& context, const ops::OpenedFile& opened,
                               std::uint64_t limit) {
  const auto too_large = [&](std::uint64_t size) {
    return Error(
        Errc::too_large,
        fmt::format("{} has {} bytes{}; max_size_mb allows {}. Read it by offset and limit",
                    ops::shown(opened.path), size, size > limit ? "" : " or more", limit));
  };
  if (opened.info.size_bytes > limit) return too_large(opened.info.size_bytes);
  // One more than allowed, to see a file that grows.
  LOOP_TRY(std::string bytes, ops::read_bytes(context, *opened.file, 0, limit + 1));
  if (bytes.size() > limit) return too_large(bytes.size());
  return bytes;
}

Status read_all(const OperationContext& context, const ReadProjectFileRequest& request,
                const ops::OpenedFile& opened, ReadProjectFileAnswer& answer) {
  LOOP_TRY(std::string bytes, read_whole(context, opened, bytes_max(request)));
  answer.size_bytes = bytes.size();
  if (answer.metadata) answer.metadata->sha256 = sha256_hex(bytes);
  if (request.encoding != ReadEncoding::base64) {
    answer.first_line = 1;
    answer.line_count = answer.total_lines = ops::count_lines(bytes);
  }
  LOOP_TRY(answer.content, decode_text(request.encoding, std::move(bytes), 0, opened.path));
  return {};
}

Status read_some(const OperationContext& context, const ReadProjectFileRequest& request,
                 const ops::OpenedFile& opened, ReadProjectFileAnswer& answer) {
  if (request.encoding == ReadEncoding::base64) {
    return Error(Errc::invalid_argument,
                 "arguments \"offset\" and \"limit\" count lines, which base64 does not have");
  }
  ops::LineRange range{.skipped = static_cast<std::uint64_t>(request.offset.value_or(0)),
                       .bytes_max = bytes_max(request)};
  if (request.limit) range.count = static_cast<std::uint64_t>(*request.limit);
  LOOP_TRY(ops::FileLines lines,
           ops::read_lines(context, *opened.file, ops::shown(opened.path), range));
  answer.first_line = range.skipped + 1;
  answer.line_count = lines.count;
  answer.total_lines = lines.total;
  if (!lines.total) answer.next_offset = range.skipped + lines.count;
  LOOP_TRY(answer.content,
           decode_text(request.encoding, std::move(lines.text), lines.first_byte, opened.path));
  return {};
}

}  // namespace

Result<ReadProjectFileAnswer> read_project_file(const OperationContext& context,
                                                const ReadProjectFileRequest& request) {
  LOOP_TRY(const RelativePath path, ops::path_argument("file_path", request.file_path));
  LOOP_TRY(const ops::OpenedFile opened, ops::FileGuard(context).open(path));
  ReadProjectFileAnswer answer{
      .file_path = path.str(), .encoding = request.encoding, .size_bytes = opened.info.size_bytes};
  if (request.include_metadata) {
    answer.metadata = FileMetadata{.real_path = opened.path.str(),
                                   .modified = ops::modified(opened.info),
                                   .permissions = fmt::format("{:04o}", opened.info.permissions)};
  }
  const bool is_part = request.offset || request.limit;
  LOOP_TRY_VOID(is_part ? read_some(context, request, opened, answer)
                        : read_all(context, request, opened, answer));
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "read_project_file",
    .title = "Read a file",
    .meaning =
        "Reads a file whose path is known: whole, or some lines of a large one. To find a place "
        "use search_in_files.",
    .group = OperationGroup::files,
    .hints = {.is_read_only = true, .is_idempotent = true, .is_quick = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(read_project_file, loop::kInfo)
