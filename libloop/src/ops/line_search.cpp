// SPDX-License-Identifier: MIT
// Searching a whole text at once and finding the lines afterwards.
#include "ops/line_search.hpp"

#include "loop/base/text.h"
#include "ops/newline_count.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>

namespace loop::ops {

namespace {

constexpr std::int64_t kPatternMemoryBytes = 16 * 1024 * 1024;
// Searched in one call, up to the end of its last line; then cancellation is asked for.
constexpr std::size_t kBlockBytes = 1024 * 1024;
constexpr std::uint64_t kMatchesBetweenChecks = 256;
constexpr std::size_t kBinaryBytes = 8000;

// What is no part of a word. RE2's \W knows ASCII only.
constexpr std::string_view kNoWord = R"([^\pL\pN\pM_])";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

Error refused(std::string_view pattern, std::string_view reason) {
  return Error(Errc::invalid_argument,
               fmt::format("argument \"pattern\" is \"{}\": {}",
                           ellipsize(to_single_line(pattern), 200), reason));
}

// What RE2 lacks is named; its own words are of little use for that.
std::optional<std::string> lacking(std::string_view pattern) {
  bool is_in_set = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const auto rest = pattern.substr(at);
    if (rest.front() == '\\') {
      const char escaped = rest.size() > 1 ? rest[1] : '\0';
      ++at;
      if (is_in_set) continue;
      if ((escaped >= '1' && escaped <= '9') || escaped == 'k') {
        return "back-references are not supported, so that every search takes linear time";
      }
      if (escaped == 'C') return "\\C is not supported; it could match a part of a character";
      if (escaped == 'n') return "a match lies within one line; it cannot hold a line break";
    } else if (is_in_set) {
      is_in_set = rest.front() != ']';
    } else if (rest.front() == '[') {
      is_in_set = true;
      // A "]" that comes first stands for itself.
      if (rest.starts_with("[^]"))
        at += 2;
      else if (rest.starts_with("[]"))
        ++at;
    } else if (rest.starts_with("(?=") || rest.starts_with("(?!") || rest.starts_with("(?<=") ||
               rest.starts_with("(?<!")) {
      return "look-around is not supported, so that every search takes linear time";
    } else if (rest.starts_with("(?<")) {
      return "a named group is written (?P<name>...)";
    }
  }
  return std::nullopt;
}

std::string whole_pattern(const std::string& pattern, const LineSearchOptions& options) {
  std::string text = options.kind == PatternKind::literal ? re2::RE2::QuoteMeta(pattern) : pattern;
  if (options.is_whole_word) text = fmt::format("(?:^|{0})({1})(?:{0}|$)", kNoWord, text);
  return fmt::format("(?m:{})", text);
}

Result<std::unique_ptr<re2::RE2>> compile_text(const std::string& text, bool is_case_sensitive,
                                               const std::string& shown) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytes);
  options.set_case_sensitive(is_case_sensitive);
  options.set_never_nl(true);
  auto compiled = std::make_unique<re2::RE2>(piece(text), options);
  if (!compiled->ok()) {
    return refused(shown, fmt::format("it is no RE2 pattern ({})", compiled->error()));
  }
  return compiled;
}

}  // namespace

LineSearch::LineSearch(std::unique_ptr<re2::RE2> pattern, LiteralFilter filter, bool is_whole_word)
    : pattern_(std::move(pattern)), filter_(std::move(filter)), is_whole_word_(is_whole_word) {}
LineSearch::~LineSearch() = default;
LineSearch::LineSearch(LineSearch&&) noexcept = default;

Result<LineSearch> LineSearch::compile(const std::string& pattern,
                                       const LineSearchOptions& options) {
  if (pattern.empty()) return refused(pattern, "it is empty");
  if (pattern.size() > kSearchPatternBytesMax) {
    return refused(pattern, fmt::format("it has {} bytes; the limit is {}", pattern.size(),
                                        kSearchPatternBytesMax));
  }
  if (pattern.find('\n') != std::string::npos) {
    return refused(pattern, "a match lies within one line; it cannot hold a line break");
  }
  LiteralFilter filter;
  if (options.kind == PatternKind::regular_expression) {
    if (const auto reason = lacking(pattern)) return refused(pattern, *reason);
    // By itself first: "a)(b" must not become whole by what is put around it.
    LOOP_TRY(const auto alone, compile_text(pattern, options.is_case_sensitive, pattern));
    filter = LiteralFilter::of_pattern(*alone);
  } else {
    filter = LiteralFilter::of_text(
        pattern, options.is_case_sensitive ? LetterCase::counts : LetterCase::ignored);
  }
  LOOP_TRY(auto compiled,
           compile_text(whole_pattern(pattern, options), options.is_case_sensitive, pattern));
  return LineSearch(std::move(compiled), std::move(filter), options.is_whole_word);
}

class LineSearch::Scan {
 public:
  Scan(const LineSearch& search, const OperationContext& context, std::string_view text,
       std::uint64_t matches_max)
      : search_(search), context_(context), text_(text), matches_max_(matches_max) {
    blank_carriage_returns();
  }

  Result<FoundLines> run() {
    for (std::size_t begin = 0; begin < text_.size() && !is_done_;) {
      LOOP_TRY_VOID(context_.check_cancelled());
      const std::size_t end = end_of_block(begin);
      LOOP_TRY_VOID(search_block(begin, end));
      begin = end;
    }
    return std::move(found_);
  }

 private:
  // "$" is in front of "\n" only. A copy of the same length in which "\r\n" is "\n\n" has the same
  // lines and, behind each, an empty one that does not count.
  void blank_carriage_returns() {
    std::size_t at = text_.find("\r\n");
    if (at == std::string_view::npos) {
      searched_ = text_;
      return;
    }
    copy_ = text_;
    for (; at != std::string::npos; at = copy_.find("\r\n", at)) copy_[at] = '\n';
    searched_ = copy_;
  }

  std::size_t end_of_block(std::size_t begin) const {
    if (text_.size() - begin <= kBlockBytes) return text_.size();
    const std::size_t newline = searched_.find('\n', begin + kBlockBytes - 1);
    return newline == std::string_view::npos ? text_.size() : newline + 1;
  }

  Status search_block(std::size_t begin, std::size_t end) {
    if (search_.filter_.passes_all()) return search_part(begin, end);
    LiteralFilter::Places places(search_.filter_, searched_.substr(0, end));
    for (std::size_t at = places.next(begin); at < end && !is_done_; at = places.next(at)) {
      const std::size_t before = at == 0 ? std::string_view::npos : searched_.rfind('\n', at - 1);
      const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
      at = std::min(searched_.find('\n', at), end);
      LOOP_TRY_VOID(search_part(std::max(line, begin), at));
    }
    return {};
  }

  // Whole lines, the last one perhaps without its newline.
  Status search_part(std::size_t begin, std::size_t end) {
    std::size_t at = begin;
    while (!is_done_ && at <= end) {
      re2::StringPiece groups[2];
      const bool is_found = search_.pattern_->Match(piece(searched_), at, end, re2::RE2::UNANCHORED,
                                                    groups, search_.is_whole_word_ ? 2 : 1);
      if (!is_found) return {};
      const re2::StringPiece& match = groups[search_.is_whole_word_ ? 1 : 0];
      const auto match_begin = static_cast<std::size_t>(match.data() - searched_.data());
      if (++calls_ % kMatchesBetweenChecks == 0) LOOP_TRY_VOID(context_.check_cancelled());
      // The line behind the block's last newline belongs to the next block.
      if (match_begin == end && (end < text_.size() || ends_line(end))) return {};
      at = match_begin + std::max<std::size_t>(match.size(), 1);
      if (is_of_no_line(match_begin)) continue;
      at = take(match_begin, match.empty(), at);
    }
    return {};
  }

  bool ends_line(std::size_t at) const { return at > 0 && searched_[at - 1] == '\n'; }

  // The empty line between a blanked carriage return and its newline.
  bool is_of_no_line(std::size_t at) const {
    return at > 0 && at < text_.size() && text_[at] == '\n' && text_[at - 1] == '\r';
  }

  // Where the search goes on.
  std::size_t take(std::size_t at, bool is_empty, std::size_t next) {
    const bool is_same_line = !found_.lines.empty() && at <= found_.lines.back().end;
    // "x*" matches between any two characters: one such match ends the search of its line.
    if (is_same_line && is_empty) return std::max(next, found_.lines.back().end + 1);
    if (found_.match_count == matches_max_) {
      found_.has_more = is_done_ = true;
      return next;
    }
    if (!is_same_line) begin_line(at);
    FoundLine& line = found_.lines.back();
    line.matches.push_back(at);
    ++found_.match_count;
    const bool is_enough = is_empty || line.matches.size() == kMatchesOfLineMax;
    return is_enough ? std::max(next, line.end + 1) : next;
  }

  void begin_line(std::size_t at) {
    const std::size_t newline = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    FoundLine line;
    line.begin = newline == std::string_view::npos ? 0 : newline + 1;
    line.end = std::min(searched_.find('\n', at), text_.size());
    number_ += count_newlines(text_.substr(counted_to_, line.begin - counted_to_));
    counted_to_ = line.begin;
    line.number = number_;
    found_.lines.push_back(std::move(line));
  }

  const LineSearch& search_;
  const OperationContext& context_;
  std::string_view text_;
  std::string copy_;
  std::string_view searched_;
  std::uint64_t matches_max_;
  std::uint64_t number_ = 1;  // of the line at counted_to_
  std::size_t counted_to_ = 0;
  std::uint64_t calls_ = 0;
  bool is_done_ = false;
  FoundLines found_;
};

Result<FoundLines> LineSearch::find(const OperationContext& context, std::string_view text,
                                    std::uint64_t matches_max) const {
  return Scan(*this, context, text, matches_max).run();
}

bool is_binary(std::string_view text) {
  return text.substr(0, kBinaryBytes).find('\0') != std::string_view::npos;
}

}  // namespace loop::ops
