// SPDX-License-Identifier: MIT
// TODO.md: listing items and ticking them off.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>

#include "commands/groups.hpp"
#include "loop/domain/todo_list.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;
using loop::TodoItem;

namespace {

json::object to_json(const TodoItem& item) {
  return {{"line", item.line},
          {"depth", item.depth},
          {"done", item.done},
          {"has_box", item.has_box},
          {"text", json_text(item.text)},
          {"section", json_text_or_null(item.section)},
          {"details", json_texts(item.details)}};
}

Result<loop::TodoList> read_list(front::Session& session) {
  LOOP_TRY(const auto content, read_file_if_exists(session.files(), loop::layout::todo()));
  return loop::parse_todo(content ? content->bytes : std::string{});
}

Result<ExitCode> list(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::TodoList todo, read_list(*session));
  const bool all = call.arguments.has("all");
  if (call.output.wants_json()) {
    json::array items;
    for (const TodoItem& item : todo.items) {
      if (all || !item.done) items.push_back(to_json(item));
    }
    call.output.json(
        {{"items", std::move(items)}, {"total", todo.items.size()}, {"completed", todo.completed}});
    return ExitCode::ok;
  }
  std::string section;
  for (const TodoItem& item : todo.items) {
    if (item.done && !all) continue;
    if (item.section != section) {
      section = item.section;
      call.output.line(call.output.paint(Tone::strong, shown(section)));
    }
    call.output.line(fmt::format("{:>5}  {:{}}[{}] {}", item.line, "", 2 * item.depth,
                                 item.done ? 'x' : ' ', shown(item.text)));
  }
  call.output.note(fmt::format("{} of {} done", todo.completed, todo.items.size()));
  return ExitCode::ok;
}

Result<std::size_t> line_of(const Invocation& call) {
  const std::string text = call.arguments.positional(0);
  std::size_t line = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line);
  if (error == std::errc{} && end == text.data() + text.size() && line > 0) return line;
  return Error(Errc::invalid_argument,
               fmt::format("LINE: \"{}\" is not allowed; allowed: the line number of an item, as "
                           "`loopctl todo list` shows it",
                           shown(text, 80)));
}

// Of an item with a box at the line; what set_todo_done would say, without a write.
Result<bool> would_change(front::Session& session, std::size_t line, bool done) {
  LOOP_TRY(const loop::TodoList todo, read_list(session));
  for (const TodoItem& item : todo.items) {
    if (item.line == line && item.has_box) return item.done != done;
  }
  return Error(Errc::not_found, fmt::format("{}:{}: no item with a box stands there",
                                            loop::layout::todo().str(), line));
}

Result<ExitCode> set_done(Invocation& call, bool done) {
  LOOP_TRY(const std::size_t line, line_of(call));
  LOOP_TRY(const auto session, call.open_session());
  bool changed = false;
  if (call.is_dry_run()) {
    LOOP_TRY(changed, would_change(*session, line, done));
  } else {
    LOOP_TRY_VOID(session->prepare());
    LOOP_TRY(changed, set_todo_done(session->files(), session->clock(), session->random(), line,
                                    done, call.arguments.text("text").value_or("")));
  }
  if (call.output.wants_json()) {
    call.output.json(
        {{"line", line}, {"done", done}, {"changed", changed}, {"dry_run", call.is_dry_run()}});
  } else {
    call.output.note(fmt::format("{}:{}: {}{}", loop::layout::todo().str(), line,
                                 done ? "done" : "not done", changed ? "" : " already"));
  }
  return ExitCode::ok;
}

Result<ExitCode> mark_done(Invocation& call) { return set_done(call, true); }
Result<ExitCode> mark_undone(Invocation& call) { return set_done(call, false); }

Command toggle_row(std::string verb, std::string summary,
                   Result<ExitCode> (*handler)(Invocation&)) {
  return {.path = {"todo", std::move(verb)},
          .summary = std::move(summary),
          .positionals = {{.name = "LINE", .meaning = "line of the item in TODO.md"}},
          .options = {{.name = "text",
                       .kind = ValueKind::text,
                       .value_name = "TEXT",
                       .meaning = "refuse unless the item's text is this"}},
          .effect = Effect::writes,
          .handler = handler};
}

}  // namespace

std::vector<Command> todo_commands() {
  return {
      {.path = {"todo", "list"},
       .summary = "List open items",
       .options = {{.name = "all", .letter = 'a', .meaning = "done ones too"}},
       .handler = list},
      toggle_row("done", "Tick an item off", mark_done),
      toggle_row("undone", "Open an item again", mark_undone),
  };
}

}  // namespace loopctl
