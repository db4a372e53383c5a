// SPDX-License-Identifier: MIT
// The library's parser with a handler of our own, which builds the value and remembers the keys.
#include "mcp/protocol/json_reader.hpp"

#include <unordered_set>
#include <vector>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::size_t kFewKeys = 16;  // up to here they are compared one by one

// The keys of an object that is being read.
class Keys {
 public:
  // False when it has stood here before.
  bool add(const std::string& key) {
    if (few_.size() < kFewKeys) {
      for (const std::string& known : few_) {
        if (known == key) return false;
      }
      few_.push_back(key);
      return true;
    }
    if (many_.empty()) many_.insert(few_.begin(), few_.end());
    return many_.insert(key).second;
  }

 private:
  std::vector<std::string> few_;
  std::unordered_set<std::string> many_;
};

struct Handler {
  using Text = json::string_view;
  using Failure = json::error_code;
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  json::value_stack values;
  std::vector<Keys> objects;
  std::string key;
  bool has_repeated = false;

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) {
    objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t size, Failure&) {
    objects.pop_back();
    values.push_object(size);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t size, Failure&) {
    values.push_array(size);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Failure&) {
    values.push_chars(part);
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(Text part, std::size_t, Failure& failure) {
    values.push_key(part);
    key.append(part.data(), part.size());
    if (!objects.back().add(key)) {
      has_repeated = true;
      failure = json::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(Text part, std::size_t, Failure&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(Text part, std::size_t, Failure&) {
    values.push_string(part);
    return true;
  }
  bool on_number_part(Text, Failure&) { return true; }
  bool on_int64(std::int64_t number, Text, Failure&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Failure&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, Text, Failure&) {
    values.push_double(number);
    return true;
  }
  bool on_bool(bool flag, Failure&) {
    values.push_bool(flag);
    return true;
  }
  bool on_null(Failure&) {
    values.push_null();
    return true;
  }
  bool on_comment_part(Text, Failure&) { return true; }
  bool on_comment(Text, Failure&) { return true; }
};

}  // namespace

std::variant<json::value, JsonFault> read_json(std::string_view text, std::size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<Handler> parser(options);
  parser.handler().values.reset();
  json::error_code failure;
  const std::size_t taken = parser.write_some(false, text.data(), text.size(), failure);
  Handler& handler = parser.handler();
  if (handler.has_repeated) {
    return JsonFault{JsonFault::Kind::repeated_key,
                     fmt::format("the key \"{}\" stands twice in one object",
                                 loop::ellipsize(loop::to_single_line(handler.key), 100))};
  }
  if (!failure && taken < text.size()) failure = json::error::extra_data;
  if (failure) return JsonFault{JsonFault::Kind::syntax, failure.message()};
  return handler.values.release();
}

}  // namespace mcp
