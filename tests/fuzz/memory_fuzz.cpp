// SPDX-License-Identifier: MIT
// persistent-memory.md: a note that is taken leaves at most 300 lines and three sections.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loop/base/result.h"
#include "loop/domain/memory_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  loop::MemoryNote note;
  note.mode = loop::ModeSlug("code");
  note.category = "fuzz";
  note.finding = "a finding";
  note.content = text.substr(0, 200);
  const auto change = loop::add_note(text, note, loop::OnMemoryLimit::archive);
  if (!change) return 0;
  LOOP_CHECK(loop::parse_memory(change->text).line_count <= loop::kMemoryLinesMax);
  return 0;
}
