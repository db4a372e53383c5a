// SPDX-License-Identifier: MIT
// Reading a schedules file, and looking schedules up in it.
#include "loop/domain/schedule_book.h"

#include "loop/base/text.h"

#include "domain/schedule_book_tree.hpp"
#include "domain/schedule_codec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>

namespace loop {

namespace {

Error bad_file(std::string_view text, std::size_t offset, std::string_view problem) {
  return Error(Errc::invalid_data, fmt::format("{}: {}", describe_position(text, offset), problem));
}

// The array that counts: the last one named "schedules", as in JavaScript.
Result<std::uint32_t> find_schedules(const JsonSource& source) {
  const JsonNode& root = source.tokens[0];
  if (root.kind != JsonKind::object) {
    return bad_file(source.text, root.begin,
                    fmt::format("expected an object with the key \"schedules\", found {}",
                                to_string(root.kind)));
  }
  std::optional<std::uint32_t> found;
  for (const std::uint32_t member : source.tokens.children(0)) {
    if (decode_json_string(source.key(member)) == "schedules") found = member;
  }
  if (!found) return bad_file(source.text, root.begin, "the object has no key \"schedules\"");
  if (source.tokens[*found].kind != JsonKind::array) {
    return bad_file(
        source.text, source.tokens[*found].begin,
        fmt::format("\"schedules\" is {}, not an array", to_string(source.tokens[*found].kind)));
  }
  return *found;
}

Schedule read_schedule(const JsonSource& source, std::uint32_t element) {
  const JsonKind kind = source.tokens[element].kind;
  if (kind == JsonKind::object) {
    return decode_schedule(RawObject::read(source.text, source.tokens, element));
  }
  Schedule schedule;
  schedule.invalid = fmt::format("it is {}, not an object", to_string(kind));
  return schedule;
}

}  // namespace

ScheduleBook::ScheduleBook() = default;

Result<ScheduleBook> ScheduleBook::parse(std::string bytes) {
  LOOP_TRY(auto tokens, JsonTokens::scan(bytes));
  const JsonSource source{bytes, tokens};
  LOOP_TRY(const auto array, find_schedules(source));

  ScheduleBook book;
  std::unordered_set<std::string_view> seen;
  const auto elements = tokens.children(array);
  book.schedules_.reserve(elements.size());
  for (const std::uint32_t element : elements) {
    Schedule& schedule = book.schedules_.emplace_back(read_schedule(source, element));
    schedule.position = book.schedules_.size() - 1;
    const bool is_new = schedule.id.empty() || seen.insert(schedule.id.str()).second;
    if (!is_new) schedule.invalid = "duplicate id";
  }
  book.tree_ = std::make_shared<Tree>(Tree{std::move(tokens), array, elements});
  book.bytes_ = std::move(bytes);
  return book;
}

std::string ScheduleBook::empty_text() { return "{\n  \"schedules\": []\n}"; }

const Schedule* ScheduleBook::find(const ScheduleId& id) const {
  if (id.empty()) return nullptr;
  const auto found = std::find_if(schedules_.begin(), schedules_.end(),
                                  [&](const Schedule& schedule) { return schedule.id == id; });
  return found == schedules_.end() ? nullptr : &*found;
}

Result<const Schedule*> ScheduleBook::find_by_id_or_name(std::string_view id_or_name) const {
  if (const Schedule* schedule = find(ScheduleId(std::string(id_or_name)))) return schedule;

  const Schedule* found = nullptr;
  std::vector<std::string> ids;
  for (const Schedule& schedule : schedules_) {
    // The second of two with one id cannot be addressed, so it makes nothing ambiguous.
    if (schedule.name != id_or_name || find(schedule.id) != &schedule) continue;
    if (found == nullptr) found = &schedule;
    ids.push_back(schedule.id.str());
  }
  if (ids.size() > 1) {
    return Error(Errc::conflict,
                 fmt::format("{} schedules are named \"{}\"; name one by its id: {}", ids.size(),
                             id_or_name, fmt::join(ids, ", ")));
  }
  return found;
}

Result<std::uint32_t> ScheduleBook::Tree::element_of(const ScheduleBook& book,
                                                     const ScheduleId& id) {
  const Schedule* schedule = book.find(id);
  if (schedule == nullptr) {
    return Error(Errc::not_found, fmt::format("no schedule has the id \"{}\"", id.str()));
  }
  return book.tree_->elements[schedule->position];
}

Result<std::string> ScheduleBook::object_text(const ScheduleId& id) const {
  LOOP_TRY(const auto element, Tree::element_of(*this, id));
  return std::string(tree_->source(*this).token(element));
}

std::string ScheduleBook::object_text(const Schedule& schedule) const {
  LOOP_CHECK(schedule.position < tree_->elements.size());
  return std::string(tree_->source(*this).token(tree_->elements[schedule.position]));
}

std::size_t ScheduleBook::line_of(const Schedule& schedule) const {
  LOOP_CHECK(schedule.position < tree_->elements.size());
  const std::string_view object = tree_->source(*this).token(tree_->elements[schedule.position]);
  return 1 + static_cast<std::size_t>(std::count(bytes_.data(), object.data(), '\n'));
}

}  // namespace loop
