// SPDX-License-Identifier: MIT
// Golden transcripts: what an agent wrote, how it ended, and what the adapter makes of it.
#pragma once

#include "loop/agents/adapter.h"

#include <string>
#include <string_view>
#include <vector>

namespace loop::test {

// A file of tests/agents/transcripts/<adapter>/: a sentence on what it guards, "exit: 1" or
// "exit: signal 15", perhaps "bytes: bom crlf no-newline-at-end", and the parts stdout, stderr and
// expected, each after a line "----- <part>".
struct Transcript {
  std::string path;
  std::string adapter;
  std::string head;  // all before the expected part
  ExitStatus exit;
  std::string out;  // with the bytes as asked for
  std::string error;
  std::string expected;
};

std::vector<Transcript> load_transcripts();
const Transcript& find_transcript(const std::vector<Transcript>& all, std::string_view name);

// Outcome and events as text, one fact a line. `cuts` are the offsets at which stdout is cut.
std::string play(const Transcript& transcript, const std::vector<std::size_t>& cuts);

// Rewrites the expected part.
void rewrite(const Transcript& transcript, const std::string& expected);

}  // namespace loop::test
