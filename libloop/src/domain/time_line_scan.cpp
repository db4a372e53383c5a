// SPDX-License-Identifier: MIT
// With SSE2, which every x86-64 has, or byte by byte.
#include "domain/time_line_scan.hpp"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace loop {

namespace {

constexpr char kFirstPrintable = 0x20;

class LineScan {
 public:
  LineScan(std::string_view text, std::size_t begin) : text_(text), begin_(begin), at_(begin) {}

  ScannedLine run() {
    while (!is_done_ && has_block()) take_block();
    while (!is_done_ && at_ < text_.size()) take_byte(at_++);
    if (!is_done_) end_ = text_.size();
    line_.text = text_.substr(begin_, end_ - begin_);
    return line_;
  }

 private:
  void take_tab(std::size_t at) {
    if (line_.tab_count < kTabsMax) {
      line_.tabs[line_.tab_count] = static_cast<std::uint32_t>(at - begin_);
    }
    ++line_.tab_count;
  }

  void take_byte(std::size_t at) {
    const char c = text_[at];
    if (c == '\n') {
      is_done_ = true;
      end_ = at;
    } else if (c == '\t') {
      take_tab(at);
    } else if (static_cast<signed char>(c) < kFirstPrintable) {
      line_.is_plain = false;
    }
  }

#ifdef __SSE2__
  static constexpr std::size_t kBlockBytes = 64;
  using Mask = std::uint64_t;  // a bit for each byte of a block

  bool has_block() const { return text_.size() - at_ >= kBlockBytes; }

  void take_block() {
    Mask tabs = 0, newlines = 0, odd = 0;
    for (std::size_t part = 0; part < kBlockBytes; part += sizeof(__m128i)) {
      const auto* source = reinterpret_cast<const __m128i*>(text_.data() + at_ + part);
      const __m128i bytes = _mm_loadu_si128(source);
      tabs |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'))) << part;
      newlines |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))) << part;
      // As signed numbers the bytes of other characters than ASCII are below zero.
      odd |= mask(_mm_cmplt_epi8(bytes, _mm_set1_epi8(kFirstPrintable))) << part;
    }
    Mask of_line = ~Mask{0};
    if (newlines != 0) {
      of_line = (newlines & -newlines) - 1;
      is_done_ = true;
      end_ = at_ + static_cast<std::size_t>(std::countr_zero(newlines));
    }
    if ((odd & ~tabs & of_line) != 0) line_.is_plain = false;
    for (tabs &= of_line; tabs != 0; tabs &= tabs - 1) {
      take_tab(at_ + static_cast<std::size_t>(std::countr_zero(tabs)));
    }
    at_ += kBlockBytes;
  }

  static Mask mask(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }
#else
  bool has_block() const { return false; }
  void take_block() {}
#endif

  const std::string_view text_;
  const std::size_t begin_;
  std::size_t at_;
  std::size_t end_ = 0;
  bool is_done_ = false;
  ScannedLine line_;
};

}  // namespace

ScannedLine scan_line(std::string_view text, std::size_t begin) {
  return LineScan(text, begin).run();
}

}  // namespace loop
