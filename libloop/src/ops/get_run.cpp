// SPDX-License-Identifier: MIT
// Showing one run.
#include "loop/ops/get_run.h"

#include <fmt/format.h>

#include "loop/engine/run_record.h"
#include "ops/described_operation.hpp"
#include "ops/run_answer.hpp"
#include "ops/run_lookup.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetRunRequest& request) {
  using ops::field;
  visit(field("run_id", request.run_id, "id of the run").required().range(1, 255));
  visit(field("output_lines", request.output_lines, "last lines of output to show")
            .range(0, kRunOutputLinesMax));
}

template <class Visitor>
void describe(Visitor& visit, GetRunAnswer& answer) {
  using ops::field;
  visit(field("run", answer.run, "its state"));
  visit(field("answer", answer.answer, "the last thing the agent said"));
  visit(field("output", answer.output, "last lines of standard output, 256 KiB at most"));
  visit(field("sandbox", answer.sandbox, "what confined its last attempt"));
  visit(field("limits", answer.limits, "limits of resources of its last attempt"));
  visit(field("cgroup", answer.cgroup, "its last attempt's control group; empty: none"));
  visit(field("directory", answer.directory, "the run's folder").path());
}

namespace {

// The end of a file that may be large and growing.
Result<std::string> read_tail(FileSystem& files, const RelativePath& path, std::size_t lines) {
  auto file = files.open(path, {});
  if (!file && file.error().code() == Errc::not_found) return std::string{};
  if (!file) return std::move(file).error();
  LOOP_TRY(const FileInfo info, (*file)->info());
  const std::uint64_t begin =
      info.size_bytes > kRunOutputBytesMax ? info.size_bytes - kRunOutputBytesMax : 0;
  std::string text(static_cast<std::size_t>(info.size_bytes - begin), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    LOOP_TRY(const std::size_t got,
             (*file)->read_at(begin + filled, std::span(text).subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  text.resize(filled);
  std::size_t at = text.size();
  const bool ends_line = text.ends_with('\n');
  for (std::size_t left = lines + (ends_line ? 1 : 0); left > 0 && at > 0; --left) {
    const std::size_t newline = text.rfind('\n', at - 1);
    if (newline == std::string::npos) return lines == 0 ? std::string{} : text;
    at = newline;
  }
  return lines == 0 ? std::string{} : text.substr(at < text.size() ? at + 1 : at);
}

}  // namespace

Result<GetRunAnswer> get_run(const OperationContext& context, const GetRunRequest& request) {
  LOOP_TRY(const RunSummary run, ops::find_run(context, request.run_id));
  GetRunAnswer answer;
  answer.run = run_answer(run);
  RunDirectory directory(context.services.files, context.services.random, run.id);
  answer.directory = directory.path().str();
  LOOP_TRY(const int launch, directory.last_launch());
  if (launch == 0) return answer;  // it waits, or was refused, or its folder was pruned
  LOOP_TRY(const auto result, directory.result(launch));
  if (result) answer.answer = result->outcome.answer;
  LOOP_TRY(const auto start, directory.started(launch));
  if (start) answer.sandbox = start->sandbox;
  if (start) answer.limits = start->limits;
  if (start) answer.cgroup = start->group;
  LOOP_TRY(answer.output, read_tail(context.services.files, directory.stdout_path(launch),
                                    static_cast<std::size_t>(request.output_lines)));
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_run",
    .title = "Show a run",
    .meaning =
        "One run: its state, times, use, what the agent said last and the end of its output.",
    .group = OperationGroup::runs,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_run, loop::kInfo)
