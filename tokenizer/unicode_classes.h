/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_UNICODE_CLASSES_H
#define TW_TOKENIZER_UNICODE_CLASSES_H

#include <stdint.h>

/**
 * The classes that the tokenizers' patterns tell apart. They are bits, so that a set of classes is
 * one mask and membership one AND.
 */
enum tw_class {
  TW_CLASS_OTHER = 1 << 0,   /* none of the below: punctuation, symbols, controls, unassigned */
  TW_CLASS_UPPER = 1 << 1,   /* Lu, Lt */
  TW_CLASS_LOWER = 1 << 2,   /* Ll */
  TW_CLASS_LETTER = 1 << 3,  /* Lm, Lo: neither upper nor lower */
  TW_CLASS_MARK = 1 << 4,    /* Mn, Mc, Me */
  TW_CLASS_NUMBER = 1 << 5,  /* Nd, Nl, No */
  TW_CLASS_SPACE = 1 << 6,   /* White_Space but for the two below */
  TW_CLASS_NEWLINE = 1 << 7, /* CR, LF */
};

enum { TW_CLASS_BLOCK_BITS = 7 };

/** The classes of the ASCII characters; 0 for the bytes of longer characters. */
extern const uint8_t tw_class_of_byte[256];

/** The class of any code point; TW_CLASS_OTHER beyond U+10FFFF. */
unsigned tw_class_of(uint32_t code_point);

/** The Unicode version of the table, such as "16.0". Static. */
const char *tw_class_unicode_version(void);

#endif
