// SPDX-License-Identifier: MIT
// Columns, contexts and limits of matches.
#include "ops/match_report.hpp"

#include "loop/base/text.h"

#include <algorithm>

namespace loop::ops {

namespace {

// Of a long line: what is shown in front of the first match.
constexpr std::size_t kLeadBytes = 100;

bool continues_character(char c) { return (c & '\xC0') == '\x80'; }

std::uint64_t count_characters(std::string_view text) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

std::string context_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return ellipsize(line, kShownLineBytesMax);
}

std::string shown_part(std::string_view line, std::size_t match_at) {
  if (line.size() <= kShownLineBytesMax || match_at <= kLeadBytes) {
    return ellipsize(line, kShownLineBytesMax);
  }
  std::size_t from = match_at - kLeadBytes;
  while (from > 0 && continues_character(line[from])) --from;
  return "…" + ellipsize(line.substr(from), kShownLineBytesMax);
}

// The lines of one file with their contexts.
class FileDescription {
 public:
  FileDescription(const SearchInFilesRequest& request, std::string_view text)
      : request_(request), text_(text) {}

  // `limit`: where the next matched line begins.
  MatchedLine describe(const std::string& path, const FoundLine& line, std::size_t limit) {
    MatchedLine match = describe_match(line);
    match.file_path = path;
    add_context_before(line, match);
    shown_to_ = add_context_after(line, limit, match);
    return match;
  }

 private:
  MatchedLine describe_match(const FoundLine& line) const;
  void add_context_before(const FoundLine& line, MatchedLine& match) const;
  std::size_t add_context_after(const FoundLine& line, std::size_t limit, MatchedLine& match) const;

  const SearchInFilesRequest& request_;
  std::string_view text_;
  std::size_t shown_to_ = 0;  // where the lines begin that were not shown
};

MatchedLine FileDescription::describe_match(const FoundLine& line) const {
  MatchedLine match;
  if (request_.include_line_numbers) match.line_number = line.number;
  match.text = shown_part(text_.substr(line.begin, line.end - line.begin),
                          line.matches.front() - line.begin);
  std::size_t counted_to = line.begin;
  std::uint64_t column = 1;
  for (const std::size_t at : line.matches) {
    column += count_characters(text_.substr(counted_to, at - counted_to));
    counted_to = at;
    match.columns.push_back(column);
    match.byte_offsets.push_back(at);
  }
  return match;
}

void FileDescription::add_context_before(const FoundLine& line, MatchedLine& match) const {
  std::size_t begin = line.begin;
  for (std::int64_t i = 0; i < request_.context_lines && begin > shown_to_; ++i) {
    const std::size_t end = begin - 1;  // of the line before, its newline
    const std::size_t newline = end == 0 ? std::string_view::npos : text_.rfind('\n', end - 1);
    begin = newline == std::string_view::npos ? 0 : newline + 1;
    match.context_before.push_back(context_line(text_.substr(begin, end - begin)));
  }
  std::ranges::reverse(match.context_before);
}

std::size_t FileDescription::add_context_after(const FoundLine& line, std::size_t limit,
                                               MatchedLine& match) const {
  std::size_t begin = std::min(text_.find('\n', line.end), text_.size() - 1) + 1;
  for (std::int64_t i = 0; i < request_.context_lines && begin < limit; ++i) {
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    match.context_after.push_back(context_line(text_.substr(begin, end - begin)));
    begin = std::min(end + 1, text_.size());
  }
  return begin;
}

// About what it takes in an answer.
std::size_t shown_bytes(const MatchedLine& match) {
  constexpr std::size_t kFrameBytes = 40;
  constexpr std::size_t kNumberBytes = 10;
  std::size_t bytes = 3 * kFrameBytes + match.file_path.size() + match.text.size() +
                      2 * kNumberBytes * match.columns.size();
  for (const auto* context : {&match.context_before, &match.context_after}) {
    for (const std::string& line : *context) bytes += kNumberBytes + line.size();
  }
  return bytes;
}

}  // namespace

FileMatches describe_matches(const SearchInFilesRequest& request, const std::string& path,
                             std::string_view text, const FoundLines& found) {
  FileMatches matches;
  matches.match_count = found.match_count;
  matches.has_more = found.has_more;
  FileDescription description(request, text);
  for (std::size_t i = 0; i < found.lines.size() && matches.more_bytes <= kShownBytesMax; ++i) {
    const std::size_t limit = i + 1 < found.lines.size() ? found.lines[i + 1].begin : text.size();
    matches.lines.push_back(description.describe(path, found.lines[i], limit));
    if (i > 0) matches.more_bytes += shown_bytes(matches.lines.back());
  }
  return matches;
}

std::uint64_t MatchReport::matches_left() const {
  return static_cast<std::uint64_t>(request_.max_matches) - answer_.match_count;
}

void MatchReport::add(FileMatches matches) {
  if (!matches.lines.empty()) ++answer_.files_matched;
  for (MatchedLine& match : matches.lines) {
    shown_bytes_ += shown_bytes(match);
    if (shown_bytes_ > kShownBytesMax && !answer_.matches.empty()) {
      answer_.is_truncated = true;
      return;
    }
    answer_.match_count += match.columns.size();
    answer_.matches.push_back(std::move(match));
  }
  if (matches.has_more) answer_.is_truncated = true;
}

}  // namespace loop::ops
