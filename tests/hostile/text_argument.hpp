// SPDX-License-Identifier: MIT
// Every place in the tools' requests where a client's text goes in, as their descriptions say it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "loop/ops/operation.h"

namespace loop::test {

struct TextArgument {
  const Operation* operation = nullptr;
  std::vector<std::string> place;  // names from the request inwards; "[]" for a list
  FieldInfo field;

  std::string tool() const { return std::string(operation->info().name); }
  std::string shown() const;  // "restore_file backup_path"
  bool is_path() const { return field.format == TextFormat::path; }
  bool is_pattern() const;

  // A good request of the tool with this text in that place.
  boost::json::object request_with(std::string_view text) const;
};

// Texts, choices not; also those that are known inside of free objects.
std::vector<TextArgument> text_arguments();

// A request that the form of the tool allows.
boost::json::object good_request(const Operation& operation);

}  // namespace loop::test
