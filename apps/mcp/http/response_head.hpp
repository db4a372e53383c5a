// SPDX-License-Identifier: MIT
// The head of a response as text.
#pragma once

#include <string>
#include <string_view>

namespace mcp {

class ResponseHead {
 public:
  ResponseHead(unsigned status, bool is_http_1_1);

  // Left out when the value has a line break, which would begin a field of its own.
  void add(std::string_view name, std::string_view value);
  // What says whether the connection stays open, where the version does not say it already.
  void keep_alive(bool keeps_alive);

  // With the empty line.
  std::string text() const { return text_ + "\r\n"; }

 private:
  const bool is_http_1_1_;
  std::string text_;
};

}  // namespace mcp
