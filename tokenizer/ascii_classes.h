/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_ASCII_CLASSES_H
#define TW_TOKENIZER_ASCII_CLASSES_H

/** The classes of 64 bytes as masks: bit i for byte i. By SIMD where there is some. */

#include <stdint.h>

#if defined(__AVX512BW__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

/** Disjoint, but for what is said. Bytes in none of these are symbols or controls. */
typedef struct tw_ascii_classes {
  uint64_t high; /* 0x80 and above: parts of longer characters */
  uint64_t lower;
  uint64_t upper;
  uint64_t digit;
  uint64_t newline;    /* LF, CR */
  uint64_t space;      /* blank, TAB, VT, FF */
  uint64_t blank;      /* ' ' alone; also in `space` */
  uint64_t apostrophe; /* a symbol that contractions begin with */
} tw_ascii_classes;

#if defined(__AVX512BW__)

static inline uint64_t tw_bytes_between(__m512i v, char first, char last) {
  return _mm512_cmp_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8(first)),
                              _mm512_set1_epi8((char)(last - first)), _MM_CMPINT_LE);
}

static inline tw_ascii_classes tw_ascii_classify(const uint8_t *text) {
  __m512i v = _mm512_loadu_si512(text);
  uint64_t controls = tw_bytes_between(v, '\t', '\r');
  tw_ascii_classes c;
  c.high = _mm512_movepi8_mask(v);
  c.lower = tw_bytes_between(v, 'a', 'z');
  c.upper = tw_bytes_between(v, 'A', 'Z');
  c.digit = tw_bytes_between(v, '0', '9');
  c.newline = tw_bytes_between(v, '\n', '\n') | tw_bytes_between(v, '\r', '\r');
  c.blank = tw_bytes_between(v, ' ', ' ');
  c.space = (controls & ~c.newline) | c.blank;
  c.apostrophe = tw_bytes_between(v, '\'', '\'');
  return c;
}

#else

#if defined(__SSE2__)

typedef __m128i tw_vector;

static inline tw_vector tw_vector_load(const uint8_t *at) {
  return _mm_loadu_si128((const __m128i *)at);
}
/* Signed comparison: bytes of 0x80 and above are below all others. */
static inline tw_vector tw_vector_between(tw_vector v, char first, char last) {
  return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(first - 1))),
                       _mm_cmpgt_epi8(_mm_set1_epi8((char)(last + 1)), v));
}
static inline tw_vector tw_vector_equal(tw_vector v, char byte) {
  return _mm_cmpeq_epi8(v, _mm_set1_epi8(byte));
}
static inline tw_vector tw_vector_or(tw_vector a, tw_vector b) {
  return _mm_or_si128(a, b);
}
static inline uint64_t tw_vector_mask(tw_vector v) {
  return (uint32_t)_mm_movemask_epi8(v);
}

#elif defined(__wasm_simd128__)

typedef v128_t tw_vector;

static inline tw_vector tw_vector_load(const uint8_t *at) {
  return wasm_v128_load(at);
}
static inline tw_vector tw_vector_between(tw_vector v, char first, char last) {
  return wasm_u8x16_le(wasm_i8x16_sub(v, wasm_i8x16_splat(first)),
                       wasm_i8x16_splat((char)(last - first)));
}
static inline tw_vector tw_vector_equal(tw_vector v, char byte) {
  return wasm_i8x16_eq(v, wasm_i8x16_splat(byte));
}
static inline tw_vector tw_vector_or(tw_vector a, tw_vector b) {
  return wasm_v128_or(a, b);
}
static inline uint64_t tw_vector_mask(tw_vector v) {
  return (uint32_t)wasm_i8x16_bitmask(v);
}

#else

/* Without SIMD: sixteen bytes one after another. */
typedef struct tw_vector {
  uint8_t bytes[16];
} tw_vector;

static inline tw_vector tw_vector_load(const uint8_t *at) {
  tw_vector v;
  for (int i = 0; i < 16; i++) {
    v.bytes[i] = at[i];
  }
  return v;
}
static inline tw_vector tw_vector_between(tw_vector v, char first, char last) {
  for (int i = 0; i < 16; i++) {
    v.bytes[i] = v.bytes[i] >= (uint8_t)first && v.bytes[i] <= (uint8_t)last ? 0xFF : 0;
  }
  return v;
}
static inline tw_vector tw_vector_equal(tw_vector v, char byte) {
  return tw_vector_between(v, byte, byte);
}
static inline tw_vector tw_vector_or(tw_vector a, tw_vector b) {
  for (int i = 0; i < 16; i++) {
    a.bytes[i] |= b.bytes[i];
  }
  return a;
}
static inline uint64_t tw_vector_mask(tw_vector v) {
  uint64_t mask = 0;
  for (int i = 0; i < 16; i++) {
    mask |= (uint64_t)(v.bytes[i] >> 7) << i;
  }
  return mask;
}

#endif

static inline tw_ascii_classes tw_ascii_classify(const uint8_t *text) {
  tw_ascii_classes c = {0};
  for (int at = 0; at < 64; at += 16) {
    tw_vector v = tw_vector_load(text + at);
    tw_vector blank = tw_vector_equal(v, ' ');
    c.high |= tw_vector_mask(v) << at;
    c.lower |= tw_vector_mask(tw_vector_between(v, 'a', 'z')) << at;
    c.upper |= tw_vector_mask(tw_vector_between(v, 'A', 'Z')) << at;
    c.digit |= tw_vector_mask(tw_vector_between(v, '0', '9')) << at;
    c.newline |= tw_vector_mask(tw_vector_or(tw_vector_equal(v, '\n'), tw_vector_equal(v, '\r')))
                 << at;
    c.blank |= tw_vector_mask(blank) << at;
    c.space |= tw_vector_mask(tw_vector_or(blank, tw_vector_between(v, '\t', '\r'))) << at;
    c.apostrophe |= tw_vector_mask(tw_vector_equal(v, '\'')) << at;
  }
  c.space &= ~c.newline;
  return c;
}

#endif

#endif
