// SPDX-License-Identifier: MIT
// Turns the description of a struct into FieldInfo values.
#pragma once

#include <boost/json.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

#include "ops/field.hpp"
#include "ops/field_encoder.hpp"

namespace loop::ops {

template <class T>
std::vector<FieldInfo> list_fields();

template <class T>
void list_type(FieldInfo& info) {
  if constexpr (is_optional<T> || is_list<T>) {
    if constexpr (is_list<T>) {
      info.kind = FieldKind::list;
      list_type<typename T::value_type>(info.items.emplace_back());
    } else {
      list_type<typename T::value_type>(info);
    }
  } else if constexpr (std::same_as<T, bool>) {
    info.kind = FieldKind::flag;
  } else if constexpr (std::is_enum_v<T>) {
    info.kind = FieldKind::choice;
    for (const auto& [value, word] : Words<T>::all) info.words.emplace_back(word);
  } else if constexpr (std::integral<T>) {
    info.kind = FieldKind::integer;
  } else if constexpr (std::floating_point<T>) {
    info.kind = FieldKind::number;
  } else if constexpr (std::same_as<T, Instant>) {
    info.format = TextFormat::instant;
  } else if constexpr (std::same_as<T, AnyObject>) {
    info.kind = FieldKind::object;
  } else if constexpr (!is_text<T>) {
    info.kind = FieldKind::object;
    info.fields = list_fields<T>();
  }
}

class FieldLister {
 public:
  template <class T>
  void operator()(const Field<T>& field) {
    FieldInfo info;
    info.name = field.name;
    info.meaning = field.meaning;
    info.is_required = field.is_required_;
    info.is_told_in_list = field.is_told_in_list_;
    info.is_always_given = !is_optional<T>;
    list_type<T>(info);
    if (field.format_ != TextFormat::plain) set_format(info, field.format_);
    info.least = field.least_;
    info.most = field.most_;
    if constexpr (!is_optional<T> && !is_list<T>) {
      if (!info.is_required && info.kind != FieldKind::object && info.format != TextFormat::instant)
        info.default_json = boost::json::serialize(encode_value(field.value));
    }
    fields_.push_back(std::move(info));
  }

  std::vector<FieldInfo> take() { return std::move(fields_); }

 private:
  static void set_format(FieldInfo& info, TextFormat format) {
    (info.kind == FieldKind::list ? info.items[0] : info).format = format;
  }
  std::vector<FieldInfo> fields_;
};

template <class T>
std::vector<FieldInfo> list_fields() {
  T value{};
  FieldLister lister;
  describe(lister, value);
  return lister.take();
}

}  // namespace loop::ops
