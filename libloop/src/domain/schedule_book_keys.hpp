// SPDX-License-Identifier: MIT
// The two spellings of a schedule's keys, and which of them an object uses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loop {

// "timeInterval" gives "time_interval".
std::string to_snake_case(std::string_view camel_case);

// The camelCase key that `key` is the other spelling of; `key` itself when it is none.
std::string to_known_key(std::string_view key);

// The keys of one object, decoded.
class ObjectKeys {
 public:
  explicit ObjectKeys(std::vector<std::string> keys);

  struct Spelling {
    std::string key;
    std::string twin;  // empty for a key that is spelled in one way only
  };
  // How to write a camelCase key: as it stands there (camelCase wins when both do), else in the
  // style of the object.
  Spelling spelling_of(std::string_view camel_case) const;

 private:
  bool has(std::string_view key) const;

  std::vector<std::string> keys_;
  bool is_snake_case_ = false;  // known keys in snake_case and none in camelCase
};

}  // namespace loop
