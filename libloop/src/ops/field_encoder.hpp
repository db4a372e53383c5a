// SPDX-License-Identifier: MIT
// Turns a described struct into JSON.
#pragma once

#include <boost/json.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/text.h"
#include "loop/base/time.h"
#include "ops/field.hpp"

namespace loop::ops {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;
template <class T>
inline constexpr bool is_text = std::same_as<T, std::string> || is_id<T>;

template <class T>
boost::json::object encode(const T& value);

template <class E>
std::string_view word_of(E value) {
  for (const auto& [known, word] : Words<E>::all) {
    if (known == value) return word;
  }
  return {};
}

template <class T>
boost::json::value encode_value(const T& value) {
  if constexpr (is_optional<T>) {
    return value ? encode_value(*value) : boost::json::value();
  } else if constexpr (is_list<T>) {
    boost::json::array list;
    list.reserve(value.size());
    for (const auto& item : value) list.push_back(encode_value(item));
    return list;
  } else if constexpr (std::same_as<T, bool> || std::integral<T> || std::floating_point<T>) {
    return boost::json::value(value);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::json::value(word_of(value));
  } else if constexpr (std::same_as<T, std::string>) {
    return boost::json::value(to_valid_utf8(value));
  } else if constexpr (is_id<T>) {
    return boost::json::value(to_valid_utf8(value.str()));
  } else if constexpr (std::same_as<T, Instant>) {
    return boost::json::value(format_instant(value));
  } else if constexpr (std::same_as<T, AnyObject>) {
    return boost::json::parse(value.json);
  } else {
    return encode(value);
  }
}

// Fields without a value are left out, but for the elements of lists.
class FieldEncoder {
 public:
  template <class T>
  void operator()(const Field<T>& field) {
    if constexpr (is_optional<T>) {
      if (!field.value) return;
    }
    object_[field.name] = encode_value(field.value);
  }

  boost::json::object take() { return std::move(object_); }

 private:
  boost::json::object object_;
};

template <class T>
boost::json::object encode(const T& value) {
  FieldEncoder encoder;
  // Describing needs a place that a decoder could write to; the encoder only reads it.
  describe(encoder, const_cast<T&>(value));
  return encoder.take();
}

}  // namespace loop::ops
