// SPDX-License-Identifier: MIT
// Small pure functions on text: trimming, lines, UTF-8, and suggestions for typing errors.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loop {

// ASCII white space at both ends.
std::string_view trim(std::string_view text);

// The lines without their "\n" or "\r\n". A text that ends with a newline has no empty last line.
std::vector<std::string_view> split_lines(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

bool is_blank(std::string_view text);

// ASCII only; other bytes stay.
std::string to_lower(std::string_view text);

// Tabs, line breaks and other C0 controls become one space each: what a TSV field or a heading
// holds.
std::string to_single_line(std::string_view text);

// The byte offset of the first byte that is not well-formed UTF-8 (surrogates and overlong forms
// are not), or nothing.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Ill-formed bytes become U+FFFD.
std::string to_valid_utf8(std::string_view text);

// At most `bytes_max` bytes, cut at a character boundary; adds "…" when something was cut.
std::string ellipsize(std::string_view text, std::size_t bytes_max);

// The candidate nearest to `typed`, if it is near enough to be a typing error
// (Damerau-Levenshtein distance at most max(1, length/3), case ignored).
std::optional<std::string> suggest(std::string_view typed, std::span<const std::string> candidates);

// " (did you mean \"x\"?)" or nothing: for the end of an error message.
std::string did_you_mean(std::string_view typed, std::span<const std::string> candidates);

}  // namespace loop
