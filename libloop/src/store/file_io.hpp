// SPDX-License-Identifier: MIT
// Loops over the single calls of OpenFile: whole reads, whole writes, syncs that a signal
// interrupts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loop/store/file_system.h"

namespace loop {

// Short writes go on, EINTR tries again; any other error ends it, with an unknown part written.
Status write_all(OpenFile& file, std::string_view bytes);

// One write that EINTR does not end. May be short.
Result<std::size_t> write_once(OpenFile& file, std::string_view bytes);

// From `offset` to the end of the file, at most `bytes_max`.
Result<std::string> read_range(OpenFile& file, std::uint64_t offset, std::uint64_t bytes_max);

// Only EINTR is tried again: after any other failed sync the kernel has forgotten which pages were
// not written, and a second call would succeed without having written them.
Status sync(OpenFile& file);
Status sync_data(OpenFile& file);

// The directory that holds `path`; nothing for the root.
std::optional<RelativePath> parent_of(const RelativePath& path);

// `path` with its last component replaced.
RelativePath sibling(const RelativePath& path, std::string_view name);

// For messages: the path as well-formed UTF-8.
std::string shown(const RelativePath& path);

}  // namespace loop
