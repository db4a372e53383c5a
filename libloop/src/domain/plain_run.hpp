// SPDX-License-Identifier: MIT
// How far a JSON string goes on without anything special, sixteen bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace loop {

// The bytes before the first quote, backslash or control character; all of them when there is none.
inline std::size_t plain_run(std::string_view text) {
  std::size_t at = 0;
#ifdef __SSE2__
  constexpr std::size_t kBlockBytes = sizeof(__m128i);
  constexpr char kLastControl = 0x1f;
  for (; text.size() - at >= kBlockBytes; at += kBlockBytes) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i controls = _mm_set1_epi8(kLastControl);
    const __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                                         _mm_cmpeq_epi8(_mm_max_epu8(bytes, controls), controls));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"' || byte == '\\' || byte < 0x20) break;
  }
  return at;
}

}  // namespace loop
