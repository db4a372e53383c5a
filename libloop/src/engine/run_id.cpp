// SPDX-License-Identifier: MIT
// Making and reading run ids.
#include "loop/engine/run_id.h"

#include <fmt/format.h>

#include "loop/base/sha256.h"

namespace loop {

namespace {

constexpr std::size_t kEncodedBytesMax = 100;

bool is_plain(char c, bool is_first) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || c == '_' || c == '-' || (c == '.' && !is_first);
}

std::string encode(const std::string& id) {
  std::string encoded;
  for (const char c : id) {
    if (is_plain(c, encoded.empty())) {
      encoded += c;
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  if (encoded.size() <= kEncodedBytesMax) return encoded;
  return fmt::format("{}-{}", encoded.substr(0, kEncodedBytesMax - 17),
                     sha256_hex(id).substr(0, 16));
}

}  // namespace

RunId slot_run_id(const ScheduleId& schedule, Instant slot) {
  return RunId(fmt::format("{}@{}", encode(schedule.str()), format_compact(slot)));
}

RunId manual_run_id(const ScheduleId& schedule, const std::string& uuid) {
  return RunId(fmt::format("{}@manual-{}", encode(schedule.str()), uuid));
}

std::optional<Instant> slot_of(const RunId& run) {
  const std::size_t at = run.str().rfind('@');
  if (at == std::string::npos) return std::nullopt;
  return parse_compact(std::string_view(run.str()).substr(at + 1));
}

}  // namespace loop
