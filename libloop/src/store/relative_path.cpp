// SPDX-License-Identifier: MIT
// Checking and normalising paths inside the workspace.
#include "loop/store/relative_path.h"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <cstddef>

namespace loop {

namespace {

constexpr std::size_t kPathBytesMax = 4095;      // PATH_MAX without its NUL
constexpr std::size_t kComponentBytesMax = 255;  // NAME_MAX
constexpr std::size_t kShownBytesMax = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

std::string escaped(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShownBytesMax)) {
    if (is_control(c)) {
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      shown += c;
    }
  }
  if (text.size() > kShownBytesMax) shown += "...";
  return to_valid_utf8(shown);
}

// Whether all is as it should be: what most paths are, and costs them one look at each byte.
bool is_normal(std::string_view text) {
  if (text.empty() || text.size() > kPathBytesMax) return false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && is_control(text[at])) return false;
    if (at < text.size() && text[at] != '/') continue;
    const std::string_view component = text.substr(begin, at - begin);
    if (component.empty() || component.size() > kComponentBytesMax) return false;
    if (component == "." || component == "..") return false;
    begin = at + 1;
  }
  return true;
}

Error refused(Errc code, std::string_view text, std::string_view rule) {
  return Error(code, fmt::format("path \"{}\": {}", escaped(text), rule));
}

}  // namespace

Result<RelativePath> RelativePath::parse(std::string_view text) {
  if (is_normal(text)) return RelativePath(std::string(text));
  if (text.empty()) return refused(Errc::invalid_argument, text, "is empty");
  if (text.front() == '/') {
    return refused(Errc::outside_root, text,
                   "is absolute; only paths relative to the workspace are allowed");
  }
  std::string normal;
  for (const std::string_view component : split(text, '/')) {
    if (component.empty() || component == ".") continue;
    if (component == "..") return refused(Errc::outside_root, text, "\"..\" is not allowed");
    if (component.size() > kComponentBytesMax) {
      return refused(Errc::invalid_argument, text,
                     fmt::format("a component has {} bytes; the limit is {}", component.size(),
                                 kComponentBytesMax));
    }
    for (const char c : component) {
      if (is_control(c)) {
        return refused(Errc::invalid_argument, text, "control characters are not allowed");
      }
    }
    if (!normal.empty()) normal += '/';
    normal += component;
  }
  if (normal.empty()) return refused(Errc::invalid_argument, text, "names the workspace itself");
  if (normal.size() > kPathBytesMax) {
    return refused(Errc::invalid_argument, text,
                   fmt::format("has {} bytes; the limit is {}", normal.size(), kPathBytesMax));
  }
  return RelativePath(std::move(normal));
}

RelativePath RelativePath::of(std::string_view text) {
  auto parsed = parse(text);
  LOOP_CHECK(parsed.has_value());
  return std::move(*parsed);
}

std::string_view RelativePath::name() const {
  const std::size_t slash = text_.rfind('/');
  return slash == std::string::npos ? std::string_view(text_)
                                    : std::string_view(text_).substr(slash + 1);
}

std::string_view RelativePath::parent() const {
  const std::size_t slash = text_.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(text_).substr(0, slash);
}

RelativePath RelativePath::operator/(std::string_view component) const {
  LOOP_CHECK(component.find('/') == std::string_view::npos);
  LOOP_CHECK(!component.empty());
  LOOP_CHECK(component != ".");
  return of(text_ + "/" + std::string(component));
}

}  // namespace loop
