// SPDX-License-Identifier: MIT
// Field by field; Beast's own fields are a tree, and cost more than all the rest of a small answer.
#include "mcp/http/response_head.hpp"

#include <iterator>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace mcp {

namespace http = boost::beast::http;

ResponseHead::ResponseHead(unsigned status, bool is_http_1_1) : is_http_1_1_(is_http_1_1) {
  constexpr std::size_t kUsualBytes = 256;
  text_.reserve(kUsualBytes);
  const auto reason = http::obsolete_reason(http::int_to_status(status));
  fmt::format_to(std::back_inserter(text_), "HTTP/1.{} {} {}\r\n", is_http_1_1 ? 1 : 0, status,
                 std::string_view(reason.data(), reason.size()));
}

void ResponseHead::add(std::string_view name, std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos) return;
  text_.append(name).append(": ").append(value).append("\r\n");
}

void ResponseHead::keep_alive(bool keeps_alive) {
  if (keeps_alive && !is_http_1_1_) add("Connection", "keep-alive");
  if (!keeps_alive && is_http_1_1_) add("Connection", "close");
}

}  // namespace mcp
