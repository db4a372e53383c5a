// SPDX-License-Identifier: MIT
// Scenarios: what is said, and then what happens to it on its way.
#include "fake_agent/performance.hpp"

#include "fake_agent/damage.hpp"

namespace fake_agent {

namespace {

constexpr std::size_t kLongLineBytes = 20'000'000;
constexpr std::size_t kFloodBytes = 4'000'000;

void append(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

std::string joined(const Lines& lines, const std::string& end) {
  std::string text;
  for (const std::string& line : lines) text += line + end;
  return text;
}

std::string flood() {
  std::string text;
  while (text.size() < kFloodBytes) text += "warning: this is noise, and there is more of it\n";
  return text;
}

// What a run says from its start to its final event.
Lines whole(const Dialect& dialect, const Part& part, const Lines& between, int tools) {
  Lines lines = dialect.open();
  append(lines, between);
  Figures last = part.figures;
  for (int tool = 0; tool < tools; ++tool) {
    append(lines, dialect.use_tool("tool\n"));
    if (!dialect.counts_by_step()) continue;
    append(lines, dialect.close({}, part.figures.part(tool + 1, tools + 1)));
    append(lines, dialect.open());
    last = part.figures.part(0, tools + 1);
  }
  append(lines, dialect.say(part.answer));
  append(lines, dialect.close(part.answer, last));
  return lines;
}

Lines without_end(const Dialect& dialect, const Part& part) {
  Lines lines = dialect.open();
  append(lines, dialect.say(part.answer));
  return lines;
}

Performance said(const Lines& lines, const std::string& end = "\n") {
  return {{{Step::Kind::out, joined(lines, end)}}, 0};
}

Performance failed(const Dialect& dialect, const Part& part, Failure failure) {
  Ending ending = dialect.fail(failure, part.message, part.figures);
  Lines lines = dialect.open();
  append(lines, ending.lines);
  return {{{Step::Kind::out, joined(lines, "\n")}, {Step::Kind::err, ending.err}},
          ending.exit_code};
}

Performance cut_in_character(const std::string& text) {
  std::size_t cut = 0;
  while (cut < text.size() && static_cast<unsigned char>(text[cut]) < 0xf0) ++cut;
  cut = std::min(text.size(), cut + 2);
  return {{{Step::Kind::out, text.substr(0, cut)},
           {Step::Kind::pause, {}},
           {Step::Kind::out, text.substr(cut)}},
          0};
}

Performance hanging(const Dialect& dialect, bool ignores_term) {
  Performance play;
  if (ignores_term) play.steps.push_back({Step::Kind::ignore_term, {}});
  play.steps.push_back({Step::Kind::out, joined(dialect.open(), "\n")});
  play.steps.push_back({Step::Kind::wait, {}});
  return play;
}

Performance flooding(const Lines& lines) {
  return {{{Step::Kind::err, flood()},
           {Step::Kind::out, joined(lines, "\n")},
           {Step::Kind::err, flood()}},
          0};
}

Performance with_exit(Performance play, int code, const std::string& err) {
  play.exit_code = code;
  play.steps.push_back({Step::Kind::err, err});
  return play;
}

Performance with_grandchild(Performance play) {
  play.steps.insert(play.steps.begin(), {Step::Kind::grandchild, {}});
  return play;
}

std::string without_last_half(const Lines& lines) {
  const std::string text = joined(lines, "\n");
  return text.substr(0, text.size() - 1 - lines.back().size() / 2);
}

}  // namespace

Performance perform(const Dialect& dialect, const Part& part) {
  const Lines plain = whole(dialect, part, {}, 0);
  switch (part.scenario) {
    case Scenario::ok:
    case Scenario::calls_back: return said(plain);
    case Scenario::ok_tools: return said(whole(dialect, part, {}, 2));
    case Scenario::api_400: return failed(dialect, part, Failure::bad_request);
    case Scenario::api_401: return failed(dialect, part, Failure::unauthorized);
    case Scenario::api_429: return failed(dialect, part, Failure::rate_limited);
    case Scenario::api_529: return failed(dialect, part, Failure::overloaded);
    case Scenario::not_logged_in: return failed(dialect, part, Failure::not_logged_in);
    case Scenario::max_turns: return failed(dialect, part, Failure::turns);
    case Scenario::budget: return failed(dialect, part, Failure::budget);
    case Scenario::error_then_ok: return said(whole(dialect, part, dialect.passing_error(), 0));
    case Scenario::no_final: return said(without_end(dialect, part));
    case Scenario::final_then_exit1: return with_exit(said(plain), 1, "fatal: cleanup failed\n");
    case Scenario::garbage_line:
      return said(whole(dialect, part, {"{not json", "\xff\xfe\x01 noise", "42", ""}, 0));
    case Scenario::half_line_at_eof: return {{{Step::Kind::out, without_last_half(plain)}}, 0};
    case Scenario::no_newline_at_end: {
      const std::string text = joined(plain, "\n");
      return {{{Step::Kind::out, text.substr(0, text.size() - 1)}}, 0};
    }
    case Scenario::line_20MB:
      return said(whole(dialect, part, dialect.use_tool(std::string(kLongLineBytes, 'x')), 0));
    case Scenario::utf8_split: return cut_in_character(joined(plain, "\n"));
    case Scenario::bom: return {{{Step::Kind::out, "\xef\xbb\xbf" + joined(plain, "\n")}}, 0};
    case Scenario::crlf: return said(plain, "\r\n");
    case Scenario::unknown_event: return said(whole(dialect, part, dialect.unknown(), 0));
    case Scenario::reordered_keys: return said(with_reversed_keys(plain));
    case Scenario::stderr_flood: return flooding(plain);
    case Scenario::hang: return hanging(dialect, false);
    case Scenario::hang_ignore_term: return hanging(dialect, true);
    case Scenario::fork_grandchild_holding_stdout: return with_grandchild(said(plain));
    case Scenario::double_final: {
      Lines lines = plain;
      lines.push_back(plain.back());
      return said(lines);
    }
    case Scenario::negative_or_huge_tokens: return said(with_absurd_tokens(plain));
    case Scenario::cost_nan: return said(with_absurd_costs(plain));
  }
  return {};
}

}  // namespace fake_agent
