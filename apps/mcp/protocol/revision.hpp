// SPDX-License-Identifier: MIT
// The revisions of the Model Context Protocol that are spoken, and their two eras.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace mcp {

// In the order of their dates, so that `<` means older.
enum class Revision { v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28 };

inline constexpr std::array kRevisions{Revision::v2024_11_05, Revision::v2025_03_26,
                                       Revision::v2025_06_18, Revision::v2025_11_25,
                                       Revision::v2026_07_28};

std::string_view to_string(Revision revision) noexcept;
std::optional<Revision> parse_revision(std::string_view text) noexcept;

// Legacy revisions begin with `initialize`; the modern one says its revision in every request.
constexpr bool is_modern(Revision revision) noexcept { return revision >= Revision::v2026_07_28; }

inline constexpr Revision kNewestLegacy = Revision::v2025_11_25;
inline constexpr Revision kNewestModern = Revision::v2026_07_28;

}  // namespace mcp
