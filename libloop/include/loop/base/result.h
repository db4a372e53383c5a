// SPDX-License-Identifier: MIT
// Result<T>: a value or an Error, with the member names of std::expected (absent in g++ 12, C++20).
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "loop/base/error.h"

namespace loop {

namespace detail {
// A broken invariant is a bug, not an error: say where and stop.
[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "loop: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}
}  // namespace detail

#define LOOP_CHECK(condition)                                                       \
  do {                                                                              \
    if (!(condition)) ::loop::detail::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Precondition of the four below: has_value(). Checked, also in release builds.
  T& value() & {
    LOOP_CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    LOOP_CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    LOOP_CHECK(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Precondition: !has_value().
  const Error& error() const& {
    LOOP_CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    LOOP_CHECK(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

  template <class U>
  T value_or(U&& fallback) && {
    return has_value() ? std::move(*this).value() : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const { LOOP_CHECK(has_value()); }
  const Error& error() const& {
    LOOP_CHECK(!has_value());
    return *error_;
  }
  Error&& error() && {
    LOOP_CHECK(!has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

#define LOOP_CONCAT_IMPL(a, b) a##b
#define LOOP_CONCAT(a, b) LOOP_CONCAT_IMPL(a, b)

// LOOP_TRY(auto text, read(path));   declares `text`, or returns the error to the caller.
#define LOOP_TRY(declaration, ...) \
  LOOP_TRY_IMPL(LOOP_CONCAT(loop_result_, __COUNTER__), declaration, __VA_ARGS__)
#define LOOP_TRY_IMPL(result, declaration, ...)  \
  auto result = (__VA_ARGS__);                   \
  if (!result) return std::move(result).error(); \
  declaration = std::move(result).value()

// LOOP_TRY_VOID(file.sync());   for Result<void>, or where the value is not needed.
#define LOOP_TRY_VOID(...) LOOP_TRY_VOID_IMPL(LOOP_CONCAT(loop_result_, __COUNTER__), __VA_ARGS__)
#define LOOP_TRY_VOID_IMPL(result, ...) \
  if (auto result = (__VA_ARGS__); !result) return std::move(result).error()

}  // namespace loop
