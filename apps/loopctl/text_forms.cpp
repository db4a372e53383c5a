// SPDX-License-Identifier: MIT
// Text for terminals and for JSON.
#include "text_forms.hpp"

#include <fmt/format.h>

#include "loop/base/text.h"
#include "output.hpp"

namespace loopctl {

namespace json = boost::json;

std::string shown(std::string_view text, std::size_t bytes_max) {
  return loop::ellipsize(shown_lines(loop::to_single_line(text)), bytes_max);
}

std::string shown_lines(std::string_view text) {
  std::string safe;
  const std::string valid = loop::to_valid_utf8(text);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    // U+0080 to U+009F, among them CSI, are controls too.
    const bool is_c1 =
        byte == 0xc2 && i + 1 < valid.size() && static_cast<unsigned char>(valid[i + 1]) < 0xa0;
    const bool is_control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
    if (is_c1) ++i;
    safe += is_c1 || is_control ? ' ' : valid[i];
  }
  return safe;
}

std::string json_text(std::string_view text) { return loop::to_valid_utf8(text); }

json::value json_time(const std::optional<loop::Instant>& instant) {
  if (!instant) return nullptr;
  return json::string(loop::format_instant(*instant));
}

json::value json_text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(json_text(text));
}

json::array json_texts(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(json_text(text));
  return array;
}

std::string shown_time(const std::optional<loop::Instant>& instant, loop::Instant now) {
  if (!instant) return "-";
  const std::string text = loop::format_instant(*instant);
  return fmt::format("{} {}Z ({})", text.substr(0, 10), text.substr(11, 8),
                     relative_time(*instant, now));
}

std::string shown_usd(std::int64_t micros) {
  const bool is_small = micros > 0 && micros < 10'000;
  return fmt::format("${:.{}f}", static_cast<double>(micros) / 1e6, is_small ? 4 : 2);
}

}  // namespace loopctl
