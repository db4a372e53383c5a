// SPDX-License-Identifier: MIT
// One field of a request or an answer in the code that describes it: name, place, meaning, limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loop/ops/any_object.h"
#include "loop/ops/field_info.h"

namespace loop::ops {

// A struct is described once, by a function beside its operation:
//
//   template <class Visitor>
//   void describe(Visitor& visit, SearchRequest& request) {
//     visit(field("pattern", request.pattern, "what is looked for, in RE2 syntax").required());
//     visit(field("max_matches", request.max_matches, "where it stops").range(1, 100'000));
//   }
//
// A field that is not required has the value of a default-made struct when it is not given. The
// visitors are FieldLister (the description), FieldDecoder and FieldEncoder.
template <class T>
struct Field {
  std::string_view name;
  T& value;
  std::string_view meaning;
  TextFormat format_ = TextFormat::plain;
  bool is_required_ = false;
  bool is_told_in_list_ = false;
  std::optional<std::int64_t> least_{}, most_{};

  Field required() && {
    is_required_ = true;
    return *this;
  }
  // Its meaning stands in the list of all tools too, where room is short: for what name and type do
  // not say.
  Field told() && {
    is_told_in_list_ = true;
    return *this;
  }
  // Of a number its value, of a text its length in characters, of a list its length.
  Field range(std::int64_t least, std::int64_t most) && {
    least_ = least;
    most_ = most;
    return *this;
  }
  Field path() && {
    format_ = TextFormat::path;
    return *this;
  }
};

template <class T>
Field<T> field(std::string_view name, T& value, std::string_view meaning = {}) {
  return {name, value, meaning};
}

// The words of an enumeration on the wire; specialised beside the operation that uses it:
//   template <> struct Words<Encoding> {
//     static constexpr std::array<std::pair<Encoding, std::string_view>, 2> all{{...}};
//   };
template <class E>
struct Words;

}  // namespace loop::ops
