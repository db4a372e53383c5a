// SPDX-License-Identifier: MIT
// Reading, playing and rewriting golden transcripts.
#include "agents/transcript.hpp"

#include "loop/base/text.h"
#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace loop::test {

namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(LOOP_SOURCE_DIR) / "tests/agents/transcripts";
constexpr std::string_view kExpected = "----- expected\n";

std::string value_of(std::string_view head, std::string_view key) {
  for (const std::string_view line : split_lines(head)) {
    if (line.substr(0, key.size()) == key) return std::string(trim(line.substr(key.size())));
  }
  return {};
}

std::string part_of(std::string_view head, std::string_view name) {
  const std::string mark = fmt::format("----- {}\n", name);
  const std::size_t start = head.find(mark);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = head.substr(start + mark.size());
  const std::size_t next = rest.find("----- ");
  return std::string(rest.substr(0, next));
}

ExitStatus exit_of(const std::string& text) {
  if (text.starts_with("signal ")) return {true, std::stoi(text.substr(7))};
  return {false, std::stoi(text)};
}

std::string with_bytes(std::string text, const std::string& wish) {
  if (wish.find("no-newline-at-end") != std::string::npos && !text.empty()) text.pop_back();
  if (wish.find("crlf") != std::string::npos) {
    std::string lines;
    for (const char byte : text) lines += byte == '\n' ? "\r\n" : std::string(1, byte);
    text = lines;
  }
  if (wish.find("bom") != std::string::npos) text.insert(0, "\xef\xbb\xbf");
  return text;
}

Transcript load(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t cut = text.find(kExpected);
  REQUIRE(cut != std::string::npos);
  Transcript transcript;
  transcript.path = path.lexically_relative(kFolder).generic_string();
  transcript.adapter = path.parent_path().filename().string();
  transcript.head = text.substr(0, cut);
  transcript.expected = text.substr(cut + kExpected.size());
  transcript.exit = exit_of(value_of(transcript.head, "exit:"));
  transcript.out =
      with_bytes(part_of(transcript.head, "stdout"), value_of(transcript.head, "bytes:"));
  transcript.error = part_of(transcript.head, "stderr");
  return transcript;
}

std::string usage_line(const TokenUsage& usage) {
  return fmt::format("input {} cache_read {} cache_write {} output {} reasoning {}",
                     usage.input_uncached, usage.cache_read, usage.cache_write, usage.output,
                     usage.reasoning);
}

std::string render(const AgentOutcome& outcome) {
  std::string text =
      fmt::format("outcome: {}\nreason: {}\n", to_string(outcome.outcome), outcome.reason);
  text += fmt::format("reset: {}\n",
                      outcome.limit_reset ? format_instant(*outcome.limit_reset) : "none");
  text += fmt::format("session: {}\nusage: {}\n", outcome.session, usage_line(outcome.usage));
  for (const auto& [model, usage] : outcome.usage_by_model) {
    text += fmt::format("usage of \"{}\": {}\n", model, usage_line(usage));
  }
  text += fmt::format("cost: {} {}{}\n", to_string(outcome.cost.basis), outcome.cost.usd_micros,
                      outcome.cost.is_partial ? " partial" : "");
  text += fmt::format(
      "counts: unknown_events {} unknown_fields {} garbage_lines {} cut_lines {} "
      "refused_figures {}\n",
      outcome.unknown_events, outcome.unknown_fields, outcome.garbage_lines, outcome.cut_lines,
      outcome.refused_figures);
  return text + fmt::format("answer: {}\n", to_single_line(outcome.answer));
}

}  // namespace

std::vector<Transcript> load_transcripts() {
  std::vector<Transcript> all;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() == ".txt") all.push_back(load(entry.path()));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return all;
}

const Transcript& find_transcript(const std::vector<Transcript>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Transcript& transcript) {
    return transcript.path == fmt::format("{}.txt", name);
  });
  REQUIRE(found != all.end());
  return *found;
}

std::string play(const Transcript& transcript, const std::vector<std::size_t>& cuts) {
  AgentDefinition definition;
  definition.name = definition.adapter = transcript.adapter;
  const auto adapter = make_adapter(definition, "Etc/UTC");
  REQUIRE(adapter);
  const auto stream = (*adapter)->open_stream();
  std::string events;
  std::size_t from = 0;
  const auto feed = [&](std::size_t to) {
    const auto bytes = std::string_view(transcript.out).substr(from, to - from);
    for (const AgentEvent& event : stream->read_stdout(bytes)) {
      events += fmt::format("event {}: {}{}\n", to_string(event.kind), to_single_line(event.text),
                            event.ends_run ? " (ends the run)" : "");
    }
    from = to;
  };
  for (const std::size_t cut : cuts) feed(cut);
  feed(transcript.out.size());
  const bool is_open = !transcript.out.empty() && transcript.out.back() != '\n';
  stream->read_stderr(transcript.error);
  const AgentOutcome outcome = stream->finish(transcript.exit, std::chrono::seconds{60},
                                              *parse_instant("2025-11-01T09:12:00Z"));
  return render(outcome) + events + (is_open ? "the last line had no newline\n" : "");
}

void rewrite(const Transcript& transcript, const std::string& expected) {
  std::ofstream out(kFolder / transcript.path, std::ios::binary);
  out << transcript.head << kExpected << expected;
}

}  // namespace loop::test
