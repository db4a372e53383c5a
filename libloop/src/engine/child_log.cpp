// SPDX-License-Identifier: MIT
// Lines of children.jsonl.
#include "engine/child_log.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/run_record_fields.hpp"
#include "loop/base/text.h"
#include "loop/store/append_log.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::size_t kTaskLineBytesMax = 200;

bool has_end_of(std::string_view lines, const RunId& run) {
  for (const std::string_view line : split_lines(lines)) {
    const auto child = parse_child(line);
    if (child && child->run == run && !child->end.empty()) return true;
  }
  return false;
}

}  // namespace

RelativePath children_path(const RunId& parent) {
  return layout::runs() / parent.str() / "children.jsonl";
}

std::string format_child(const ChildRecord& child) {
  json::object object;
  object["schema"] = kRunRecordSchema;
  object["ts"] = format_instant(child.time);
  object["run"] = child.run.str();
  object["mode"] = child.mode.str();
  object["task"] = ellipsize(to_valid_utf8(to_single_line(child.task)), kTaskLineBytesMax);
  if (!child.end.empty()) {
    object["end"] = child.end;
    object["reason"] = to_valid_utf8(child.reason);
    object["answer"] = to_valid_utf8(child.answer);
    object["cost_usd_micros"] = child.cost_usd_micros;
    object["tokens"] = child.tokens;
    object["busy_ms"] = child.busy.count();
  }
  return json::serialize(object) + "\n";
}

Result<ChildRecord> parse_child(std::string_view line) {
  LOOP_TRY(auto fields, JsonFields::open(line));
  ChildRecord child;
  child.time = fields.instant("ts");
  child.run = RunId(fields.text("run"));
  child.mode = ModeSlug(fields.text("mode"));
  child.task = fields.text("task");
  child.end = fields.text_or("end", "");
  child.reason = fields.text_or("reason", "");
  child.answer = fields.text_or("answer", "");
  child.cost_usd_micros = fields.number_or("cost_usd_micros", 0);
  child.tokens = fields.number_or("tokens", 0);
  child.busy = Duration{fields.number_or("busy_ms", 0)};
  LOOP_TRY_VOID(fields.problem());
  return child;
}

Status add_child(FileSystem& files, Clock& clock, Log& log, const RunId& parent,
                 const ChildRecord& child) {
  AppendLog lines(files, clock, log, children_path(parent), {});
  const auto decide = [&](std::string_view present) -> Result<std::string> {
    if (!child.end.empty() && has_end_of(present, child.run)) return std::string{};
    return format_child(child);
  };
  LOOP_TRY_VOID(lines.append_after(0, decide));
  return {};
}

Result<std::vector<ChildRecord>> read_children(FileSystem& files, const RunId& parent) {
  std::vector<ChildRecord> children;
  LOOP_TRY(const auto info, files.info(children_path(parent)));
  if (!info) return children;
  LOOP_TRY(const std::string text, read_lines_from(files, children_path(parent), 0));
  for (const std::string_view line : split_lines(text)) {
    if (auto child = parse_child(line)) children.push_back(std::move(*child));
  }
  return children;
}

}  // namespace loop
