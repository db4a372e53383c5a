// SPDX-License-Identifier: MIT
// A JSON object of any shape in a request or an answer: handed on without looking into it.
#pragma once

#include <string>

namespace loop {

// `json` is the text of one valid JSON object.
struct AnyObject {
  std::string json = "{}";
};

}  // namespace loop
