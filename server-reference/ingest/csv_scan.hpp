// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_CSV_SCAN_HPP
#define UPLOADPROTO_REFERENCE_INGEST_CSV_SCAN_HPP

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace uploadproto::reference {

/// The first delimiter, quote or line break in [at, end), or `end`.
inline char const* find_csv_mark(char const* at, char const* end, char delimiter) noexcept {
#if defined(__SSE2__)
  __m128i const delimiters = _mm_set1_epi8(delimiter), quotes = _mm_set1_epi8('"'),
                feeds = _mm_set1_epi8('\n'), returns = _mm_set1_epi8('\r');
  for (; end - at >= 16; at += 16) {
    __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
    __m128i const separators = _mm_or_si128(_mm_cmpeq_epi8(block, delimiters), _mm_cmpeq_epi8(block, quotes));
    __m128i const breaks = _mm_or_si128(_mm_cmpeq_epi8(block, feeds), _mm_cmpeq_epi8(block, returns));
    int const hits = _mm_movemask_epi8(_mm_or_si128(separators, breaks));
    if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
  }
#endif
  while (at != end && *at != delimiter && *at != '"' && *at != '\n' && *at != '\r') ++at;
  return at;
}

}  // namespace uploadproto::reference

#endif
