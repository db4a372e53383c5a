// SPDX-License-Identifier: MIT
// Editing the members of objects and the elements of arrays as replacements of byte ranges.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/schedule_book.h"

#include "domain/schedule_book_layout.hpp"

namespace loop {

// The bytes [begin, end) become `text`.
struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

// Splices may touch but not overlap; at one position they keep their order.
std::string apply_splices(std::string_view text, std::vector<Splice> splices);

// What shall become of one member: set to `value`, removed (nullopt), or, when `inner` is not
// empty, an object whose members are edited.
struct MemberEdit {
  std::string key;   // as it is spelled in this object
  std::string twin;  // the same key in the other case style; goes with it
  std::optional<FieldValue> value;
  std::vector<MemberEdit> inner;
};

// The value as compact JSON.
std::string to_json_text(const FieldValue& value);

// Adds the splices for `edits` in `object`. Nothing is added for a member that has its value
// already. New members stand last, in the order of the edits. invalid_data when the members of
// something that is no object are to be edited.
Status splice_members(const JsonSource& source, std::uint32_t object, const JsonLayout& file,
                      std::string_view outer_indent, std::span<const MemberEdit> edits,
                      std::vector<Splice>& splices);

// Removes the items of a container for which `is_removed` is set and appends texts.
struct ItemEdit {
  std::vector<std::uint32_t> items;
  std::vector<bool> is_removed;
  std::vector<std::string> appended;
  std::string separator;
};
void splice_items(const JsonSource& source, std::uint32_t container, const ItemEdit& edit,
                  std::vector<Splice>& splices);

}  // namespace loop
