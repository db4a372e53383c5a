// SPDX-License-Identifier: MIT
// Making a file that must not exist yet.
#pragma once

#include <cstdint>
#include <string_view>

#include "loop/store/file_system.h"

namespace loop {

// Durable before it returns. already_exists, with nothing changed, when the name is taken. After an
// error the name is free again; after a crash it may hold a part of the content.
Status create_file(FileSystem& files, const RelativePath& path, std::string_view content,
                   std::uint32_t permissions = 0644);

}  // namespace loop
