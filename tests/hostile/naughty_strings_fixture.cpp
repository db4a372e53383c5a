// SPDX-License-Identifier: MIT
// By what they break: fields, lines, numbers, languages around them, eyes.
#include "hostile/naughty_strings.hpp"

namespace loop::test {

namespace {

std::vector<std::string> make_strings() {
  using namespace std::string_literals;
  std::vector<std::string> all{
      // Nothing, blanks, and ends of lines of every kind.
      "", " ", "   ", "\t", "\n", "\r", "\r\n", "\n\n\n", " a ", "\ta\t", "a\tb", "a\nb", "a\r\nb",
      "a\rb", "a\vb", "a\fb", "\xC2\x85", "a\xC2\x85z", "a\xE2\x80\xA8z", "a\xE2\x80\xA9z",
      "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x83", "\xE1\xA0\x8E",
      // Control characters.
      "a\0b"s, "\0"s, "\x01\x02\x03", "\x1B[2J\x1B[31mred", "\x1B]0;title\x07", "\x7F", "\b\b",
      "a\x1Az",
      "\xC2\x9B"
      "31m",
      // Eyes: direction, width, combination, look-alikes, pictures.
      "\xE2\x80\xAE"
      "gpj.exe",
      "\xE2\x80\x8B",
      "\xE2\x80\x8B"
      "a\xE2\x80\x8C"
      "b\xE2\x80\x8D",
      "\xEF\xBB\xBF"
      "bom",
      "\xE2\x81\xA6\xE2\x81\xA9", "\xD8\xA7\xD9\x84\xD8\xB9\xD8\xB1\xD8\xA8",
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
      "Z\xCC\xA7\xCC\x80\xCC\xB4\xCD\x96\xCC\xBE"
      "a",
      "e\xCC\x81 \xC3\xA9", "\xEF\xAC\x83", "\xF0\x9F\x98\x80",
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xF0\x9F\x87\xB5\xF0\x9F\x87\xB1",
      "\xEF\xBF\xBD", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xF0\xA0\x80\x80", "\xC4\xB0I\xC4\xB1i",
      "\xC3\x9F\xE1\xBA\x9E", "\xEF\xBC\x8F\xEF\xBC\x8E", "\xE4\xB8\xAD\xE6\x96\x87",
      "\xD0\xBF\xD0\xB0\xD1\x83", "\xE1\x9A\x80", "\xF3\xA0\x81\x81",
      // Numbers and words that are values elsewhere.
      "0", "-0", "00", "1", "-1", "1.0", "1e999", "1E+2", "0x1F", "0b1", "1_000", "1,5", "NaN",
      "Infinity", "-inf", "9223372036854775807", "9223372036854775808", "99999999999999999999",
      "null", "NULL", "nil", "None", "undefined", "true", "True", "false", "yes", "no", "on", "off",
      "~", "2025-02-30", "2025-11-01T06:38:00Z", "24:00",
      // Formats and templates.
      "%s%s%s%n", "%x", "%", "%%", "{}", "{0}", "{:>999999999}", "{{", "}}", "${HOME}", "$HOME",
      "$(id)", "`id`", "#{1+1}", "<%= 1 %>", "{{7*7}}", "${jndi:ldap://x/a}", "\\", "\\\\", "\\n",
      "\\u0000", "\\x00", "\\'", "&amp;", "%00", "%0a",
      // Other languages that are written around a text.
      "'; DROP TABLE runs; --", "' OR '1'='1", "\" OR \"\"=\"", "<script>alert(1)</script>", "<!--",
      "]]>", "<?xml version=\"1.0\"?>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
      "; rm -rf /", "| cat", "&& true", "> /dev/null", "-rf", "--help", "--", "-", "@file", "!!",
      "=1+1", "+1", "@SUM(1)", "=cmd|' /C calc'!A0",
      // The files of this product.
      "code\t2025-11-01T00:00:00Z\tt", "completed\tnormal", "timestamp\tmode\ttask_id", "# heading",
      "## [2025-11-01] [code] - [x]", "# System Updates & Status", "- Finding: x", "- Command: x",
      "```", "````\n# a", "~~~", "---", "***", "- [ ] item", "- [x] item", "> quote", "|a|b|",
      "[a](b)", "\"", "\"}", "\"}]}", "{\"a\":1}", "[1,2]", "// comment", "/* a */",
      "\",\"schedules\":[{\"", "key: value", "- a\n- b", "!!python/object:os.system", "&a *a",
      "<<: *a", "[section]", "a = \"b\"", "'''", "\"\"\"", "#", "# comment", "..", ".", "/", "//",
      "*", "?", "a,b", ",", ";", ":", "::", "a:b", "a/b", "a\\b", "a#b", "a@b"};
  all.emplace_back(100, ' ');
  all.emplace_back(255, 'a');
  all.emplace_back(256, 'a');
  all.emplace_back(4096, 'a');
  all.emplace_back(4097, 'a');
  all.emplace_back(70'000, 'x');
  std::string lines, wide;
  for (int i = 0; i < 400; ++i) lines += "line\n";
  for (int i = 0; i < 3000; ++i) wide += "\xF0\x9F\x98\x80";
  all.push_back(lines);
  all.push_back(wide);
  return all;
}

}  // namespace

const std::vector<std::string>& naughty_strings() {
  static const std::vector<std::string> all = make_strings();
  return all;
}

const std::vector<std::string>& ill_formed_strings() {
  static const std::vector<std::string> all{
      "\x80",         "\xBF",         "\xC0\x80",         "\xC1\xBF",
      "\xC3",         "a\xC3",        "\xE2\x82",         "\xF0\x9F\x98",
      "\xED\xA0\x80", "\xED\xBF\xBF", "\xE0\x80\xAF",     "\xFE",
      "\xFF",         "\xFF\xFE",     "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
      "ok\xC3(ok",    "caf\xE9"};
  return all;
}

}  // namespace loop::test
