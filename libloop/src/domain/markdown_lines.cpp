// SPDX-License-Identifier: MIT
// CommonMark's rules for fenced code and ATX headings, as far as our files need them.
#include "domain/markdown_lines.hpp"

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

struct Fence {
  char mark = 0;
  std::size_t length = 0;
  bool can_close = false;  // nothing but white space behind it
};

std::optional<Fence> parse_fence(std::string_view line, FenceIndent indent) {
  const std::string_view blank = indent == FenceIndent::any ? " \t" : " ";
  const std::size_t first = line.find_first_not_of(blank);
  if (first == kNone) return std::nullopt;
  if (indent == FenceIndent::at_most_three && first > 3) return std::nullopt;
  const char mark = line[first];
  if (mark != '`' && mark != '~') return std::nullopt;

  const std::size_t end = line.find_first_not_of(mark, first);
  const std::size_t length = (end == kNone ? line.size() : end) - first;
  if (length < 3) return std::nullopt;
  const std::string_view info = end == kNone ? std::string_view{} : line.substr(end);
  // "```a```" is code within a line, not a fence.
  if (mark == '`' && info.find('`') != kNone) return std::nullopt;
  return Fence{mark, length, is_blank(info)};
}

void cut(std::string_view text, std::vector<MarkdownLine>& lines) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end = newline == kNone ? text.size() : newline + 1;
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (begin == 0 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    lines.push_back({.begin = begin, .end = end, .text = line});
    begin = end;
  }
}

// For each line that may open a fence: the line that would close it, or kNone. Walking backwards
// with the nearest closing fence of each length keeps it linear: a fence of length n is closed by
// the next one of at least n, so shorter entries behind a longer one are dropped.
class ClosingFences {
 public:
  void add(const Fence& fence, std::size_t line) {
    if (!fence.can_close) return;
    auto& stack = fence.mark == '`' ? backticks_ : tildes_;
    while (!stack.empty() && stack.back().length <= fence.length) stack.pop_back();
    stack.push_back({fence.length, line});
  }

  std::size_t find(const Fence& open) const {
    const auto& stack = open.mark == '`' ? backticks_ : tildes_;
    // From the nearest on they grow longer: the first that is long enough, by bisection.
    std::size_t low = 0;
    std::size_t high = stack.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (stack[middle].length >= open.length) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? kNone : stack[low - 1].line;
  }

 private:
  struct Closing {
    std::size_t length;
    std::size_t line;
  };
  std::vector<Closing> backticks_;
  std::vector<Closing> tildes_;
};

struct FenceLine {
  std::size_t line;
  Fence fence;
  std::size_t closed_by = kNone;
};

std::vector<FenceLine> find_fences(const std::vector<MarkdownLine>& lines, FenceIndent indent) {
  std::vector<FenceLine> fences;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto fence = parse_fence(lines[i].text, indent)) fences.push_back({i, *fence, kNone});
  }
  ClosingFences closing;
  for (std::size_t i = fences.size(); i-- > 0;) {
    fences[i].closed_by = closing.find(fences[i].fence);
    closing.add(fences[i].fence, fences[i].line);
  }
  return fences;
}

}  // namespace

MarkdownLines cut_markdown(std::string_view text, UnclosedFence unclosed, FenceIndent indent) {
  MarkdownLines result;
  cut(text, result.lines);

  std::size_t next_line = 0;  // lines before it are decided
  for (const FenceLine& open : find_fences(result.lines, indent)) {
    if (open.line < next_line) continue;
    std::size_t last = open.closed_by;
    if (last == kNone) {
      if (result.unclosed_fence_line == 0) result.unclosed_fence_line = open.line + 1;
      if (unclosed == UnclosedFence::is_plain_text) continue;
      last = result.lines.size() - 1;
    }
    for (std::size_t i = open.line; i <= last; ++i) result.lines[i].is_fenced = true;
    next_line = last + 1;
  }
  return result;
}

std::optional<MarkdownHeading> parse_heading(std::string_view line) {
  const std::size_t first = line.find_first_not_of(' ');
  if (first == kNone || first > 3 || line[first] != '#') return std::nullopt;
  line.remove_prefix(first);
  const std::size_t end = line.find_first_not_of('#');
  const std::size_t level = end == kNone ? line.size() : end;
  if (level > 6) return std::nullopt;
  if (end != kNone && line[end] != ' ' && line[end] != '\t') return std::nullopt;

  std::string_view title = trim(line.substr(level));
  const std::size_t last = title.find_last_not_of('#');
  if (last == kNone) return MarkdownHeading{level, {}};
  const bool is_closed = last + 1 < title.size() && (title[last] == ' ' || title[last] == '\t');
  if (is_closed) title = trim(title.substr(0, last));
  return MarkdownHeading{level, title};
}

}  // namespace loop
