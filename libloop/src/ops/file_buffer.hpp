// SPDX-License-Identifier: MIT
// Room for the content of one file after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loop/ops/operation.h"
#include "loop/store/open_directory.h"

namespace loop::ops {

// Keeps its room, and never clears it, between the files of a walk.
class FileBuffer {
 public:
  // The file's bytes, about `bytes_max` at most; valid up to the next call. Asks for cancellation.
  Result<std::string_view> read(const OperationContext& context, OpenDirectory& directory,
                                const std::string& name, std::uint64_t bytes_max);

 private:
  void grow(std::size_t size_bytes);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace loop::ops
