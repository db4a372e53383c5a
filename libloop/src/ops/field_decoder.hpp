// SPDX-License-Identifier: MIT
// Reads JSON strictly into a described struct; errors name the path, what was given and what is
// allowed.
#pragma once

#include <boost/json.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "loop/base/result.h"
#include "ops/field_encoder.hpp"
#include "ops/field_faults.hpp"

namespace loop::ops {

struct FieldLimits {
  std::optional<std::int64_t> least, most;
};

template <class T>
Status decode(const boost::json::object& json, const std::string& path, T& value);

template <class T>
Status decode_value(const boost::json::value& json, const std::string& path,
                    const FieldLimits& limits, T& value);

template <class T>
Status decode_list(const boost::json::value& json, const std::string& path,
                   const FieldLimits& limits, std::vector<T>& values) {
  if (!json.is_array()) return wrong_type(path, json, "a list");
  LOOP_TRY_VOID(check_length(path, "elements", json.get_array().size(), limits.least, limits.most));
  for (std::size_t i = 0; i < json.get_array().size(); ++i) {
    LOOP_TRY_VOID(decode_value(json.get_array()[i], path + "[" + std::to_string(i) + "]", {},
                               values.emplace_back()));
  }
  return {};
}

template <class E>
Status decode_word(const boost::json::value& json, const std::string& path, E& value) {
  std::vector<std::string> allowed;
  for (const auto& [known, word] : Words<E>::all) {
    if (json.is_string() && json.get_string() == word) {
      value = known;
      return {};
    }
    allowed.emplace_back(word);
  }
  return wrong_word(path, json, allowed);
}

template <class T>
Status decode_value(const boost::json::value& json, const std::string& path,
                    const FieldLimits& limits, T& value) {
  if constexpr (is_optional<T>) {
    return decode_value(json, path, limits, value.emplace());
  } else if constexpr (is_list<T>) {
    return decode_list(json, path, limits, value);
  } else if constexpr (std::same_as<T, bool>) {
    if (!json.is_bool()) return wrong_type(path, json, "true or false");
    value = json.get_bool();
    return {};
  } else if constexpr (std::is_enum_v<T>) {
    return decode_word(json, path, value);
  } else if constexpr (std::integral<T>) {
    LOOP_TRY(const std::int64_t number, whole_number(path, json, limits.least, limits.most));
    value = static_cast<T>(number);
    return {};
  } else if constexpr (std::floating_point<T>) {
    LOOP_TRY(value, real_number(path, json, limits.least, limits.most));
    return {};
  } else if constexpr (std::same_as<T, Instant>) {
    LOOP_TRY(value, instant_value(path, json));
    return {};
  } else if constexpr (std::same_as<T, AnyObject>) {
    if (!json.is_object()) return wrong_type(path, json, "an object");
    value.json = boost::json::serialize(json);
    return check_utf8(path, value.json);
  } else if constexpr (is_text<T>) {
    LOOP_TRY(std::string text, text_value(path, json, limits.least, limits.most));
    value = T(std::move(text));
    return {};
  } else {
    if (!json.is_object()) return wrong_type(path, json, "an object");
    return decode(json.get_object(), path, value);
  }
}

class FieldDecoder {
 public:
  FieldDecoder(const boost::json::object& json, const std::string& path)
      : json_(json), path_(path) {}

  template <class T>
  void operator()(const Field<T>& field) {
    names_.emplace_back(field.name);
    if (!status_) return;
    const boost::json::value* given = json_.if_contains(field.name);
    const std::string path =
        path_.empty() ? std::string(field.name) : path_ + "." + std::string(field.name);
    if (given == nullptr) {
      if (field.is_required_) status_ = missing_field(path, field.meaning);
      return;
    }
    status_ = decode_value(*given, path, FieldLimits{field.least_, field.most_}, field.value);
  }

  // An unknown name is told first: it is often the reason why another one is missing.
  Status finish() && {
    LOOP_TRY_VOID(check_names(json_, path_, names_));
    return std::move(status_);
  }

 private:
  const boost::json::object& json_;
  const std::string& path_;
  std::vector<std::string> names_;
  Status status_;
};

template <class T>
Status decode(const boost::json::object& json, const std::string& path, T& value) {
  FieldDecoder decoder(json, path);
  describe(decoder, value);
  return std::move(decoder).finish();
}

}  // namespace loop::ops
