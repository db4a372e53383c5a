// SPDX-License-Identifier: MIT
// Printing.
#include "output.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "loop/base/result.h"
#include "loop/base/text.h"
#include "text_forms.hpp"

namespace loopctl {

namespace {

constexpr std::size_t kIdBytesMax = 4096;

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::good: return "\x1b[32m";
    case Tone::bad: return "\x1b[31m";
    case Tone::warning: return "\x1b[33m";
    case Tone::faint: return "\x1b[2m";
    case Tone::strong: return "\x1b[1m";
  }
  return "";
}

std::string painted(bool colour, Tone tone, std::string_view text) {
  if (!colour || tone == Tone::plain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(tone), text);
}

// Returns the errno, or 0.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Columns of characters, not bytes; escapes take no room.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = std::min(text.find('m', i), text.size() - 1);
      continue;
    }
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) ++width;
  }
  return width;
}

}  // namespace

void Output::line(std::string_view text) {
  buffer_ += text;
  buffer_ += '\n';
}

void Output::table(const TextTable& table) {
  if (style_.quiet && !table.ids.empty()) {
    for (const std::string& id : table.ids) line(shown(id, kIdBytesMax));
    return;
  }
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  };
  const auto print = [&](const std::vector<std::string>& row, Tone tone) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += paint(tone, row[i]);
      if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line(std::string_view(text).substr(0, text.find_last_not_of(' ') + 1));
  };
  measure(table.headings);
  for (const auto& row : table.rows) measure(row);
  print(table.headings, Tone::faint);
  for (const auto& row : table.rows) print(row, Tone::plain);
}

void Output::json(const boost::json::object& fields) {
  boost::json::object document;
  document["schema"] = 1;
  for (const auto& [key, value] : fields) document[key] = value;
  line(boost::json::serialize(document));
}

void Output::note(std::string_view text) {
  if (!style_.quiet && !style_.json) write_error_stream(shown_lines(text));
}

void Output::warning(std::string_view text) {
  write_error_stream(fmt::format("{} {}", painted(style_.colour_err, Tone::warning, "warning:"),
                                 shown_lines(text)));
}

void Output::error(const loop::Error& error) {
  if (style_.json) {
    const boost::json::object document{
        {"schema", 1},
        {"error",
         {{"code", to_string(error.code())}, {"message", loop::to_valid_utf8(error.message())}}}};
    write_error_stream(boost::json::serialize(document));
    return;
  }
  write_error_stream(fmt::format("{} {}", painted(style_.colour_err, Tone::bad, "loopctl:"),
                                 shown_lines(error.message())));
}

std::string Output::paint(Tone tone, std::string_view text) const {
  return painted(style_.colour_out, tone, text);
}

loop::Status Output::flush() {
  const int cause = write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (cause == 0 || cause == EPIPE) return {};
  return loop::Error::from_errno(cause, "write to standard output");
}

void Output::write_error_stream(std::string_view line) const {
  write_all(STDERR_FILENO, fmt::format("{}\n", line));  // nobody is left to hear of a failure
}

void StderrLog::write(loop::LogLevel level, std::string_view message) {
  switch (level) {
    case loop::LogLevel::debug: return;
    case loop::LogLevel::info:
      if (shows_info_) output_.note(message);
      return;
    case loop::LogLevel::warning:
      if (!output_.is_quiet()) output_.warning(message);
      return;
    case loop::LogLevel::error: output_.warning(message); return;
  }
}

std::string relative_time(loop::Instant instant, loop::Instant now) {
  const auto distance = std::chrono::abs(instant - now);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(distance).count();
  if (seconds < 1) return "now";
  std::string text;
  if (seconds < 90) {
    text = fmt::format("{} s", seconds);
  } else if (seconds < 90 * 60) {
    text = fmt::format("{} min", (seconds + 30) / 60);
  } else if (seconds < 36 * 3600) {
    text = fmt::format("{} h", (seconds + 1800) / 3600);
  } else {
    text = fmt::format("{} d", (seconds + 43200) / 86400);
  }
  return instant > now ? "in " + text : text + " ago";
}

}  // namespace loopctl
