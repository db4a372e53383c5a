// SPDX-License-Identifier: MIT
// The project's own sources as text, for the tests that hold them to their rules.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace loop::source {

struct SourceFile {
  std::string path;  // from the root of the project, with slashes
  std::string text;
  std::string code;  // `text` with comments, literals and directives blanked; same length and lines
};

SourceFile make_source(std::string path, std::string text);

// Every .h, .hpp and .cpp below these folders of the project, by path; a missing folder is empty.
std::vector<SourceFile> load_sources(const std::vector<std::string>& folders);

// What the rules for production code are held against: libloop and apps.
const std::vector<SourceFile>& production_sources();

std::size_t line_of(std::string_view text, std::size_t offset);  // from 1

// "path:line: message".
std::string finding(const SourceFile& file, std::size_t offset, std::string_view message);

// Offsets of all matches. Of a pattern with a group, the group's.
std::vector<std::size_t> find_all(std::string_view text, const RE2& pattern);

// The targets of #include, with their quotes or brackets.
struct Include {
  std::string target;
  std::size_t offset = 0;
};
std::vector<Include> includes_of(const SourceFile& file);

// An exception to a rule, with the reason why it stands.
struct Exemption {
  std::string path;  // a file, or a folder with its last slash
  std::string reason;
};

const Exemption* find_exemption(const std::vector<Exemption>& exemptions, const std::string& path);

}  // namespace loop::source
