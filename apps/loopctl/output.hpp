// SPDX-License-Identifier: MIT
// Where results and messages go: stdout for results, stderr for the rest, colours on terminals
// only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "loop/base/error.h"
#include "loop/base/log.h"
#include "loop/base/time.h"

namespace loopctl {

enum class Tone { plain, good, bad, warning, faint, strong };

struct OutputStyle {
  bool json = false;
  bool quiet = false;
  bool colour_out = false;  // on stdout
  bool colour_err = false;
};

// A table of text: columns are padded, nothing is cut but the last column on a terminal.
struct TextTable {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> ids{};  // one a row: all that --quiet shows
};

class Output {
 public:
  explicit Output(OutputStyle style) : style_(style) {}

  bool wants_json() const { return style_.json; }
  bool is_quiet() const { return style_.quiet; }

  void text(std::string_view text) { buffer_ += text; }
  void line(std::string_view text);
  void table(const TextTable& table);
  // {"schema":1, ...} on one line.
  void json(const boost::json::object& fields);

  // A message for a person, to stderr; nothing with --quiet or --json.
  void note(std::string_view text);
  // Always.
  void warning(std::string_view text);
  void error(const loop::Error& error);

  std::string paint(Tone tone, std::string_view text) const;

  // Writes what was gathered to stdout. io when stdout cannot be written to; a closed pipe is fine.
  loop::Result<void> flush();

 private:
  void write_error_stream(std::string_view line) const;

  OutputStyle style_;
  std::string buffer_;
};

// Diagnostics of the library, to stderr: warnings and errors, with --quiet errors only. `all` shows
// information too.
class StderrLog final : public loop::Log {
 public:
  StderrLog(Output& output, bool shows_info) : output_(output), shows_info_(shows_info) {}
  void write(loop::LogLevel level, std::string_view message) override;

 private:
  Output& output_;
  bool shows_info_;
};

// "in 4 min", "2 h ago", "now".
std::string relative_time(loop::Instant instant, loop::Instant now);

}  // namespace loopctl
