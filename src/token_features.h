/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKEN_FEATURES_H
#define TW_TOKEN_FEATURES_H

/*
 * What kinds of o200k_base tokens a text has, and how many of each: what the counts of other
 * vocabularies are estimated from (token_ratios.h). docs/token-ratios.md says why these.
 */

#include "tokenwatt/tokenizer.h"

/*
 * Each token is one of the kinds without "more"; kinds with "more" are counted besides. A word's
 * number says how rare it is. data/token_ratios.csv has these names in
 * lower case; tools/token-ratios/ reads them here.
 */
typedef enum tw_token_feature {
  TW_TOKEN_ENGLISH_WORD_0, /* a word in Latin letters or a part of one, in an English passage */
  TW_TOKEN_ENGLISH_WORD_1,
  TW_TOKEN_ENGLISH_WORD_2,
  TW_TOKEN_ENGLISH_WORD_3,
  TW_TOKEN_ENGLISH_WORD_4,
  TW_TOKEN_FOREIGN_WORD_0, /* likewise, in a passage of another language */
  TW_TOKEN_FOREIGN_WORD_1,
  TW_TOKEN_FOREIGN_WORD_2,
  TW_TOKEN_FOREIGN_WORD_3,
  TW_TOKEN_FOREIGN_WORD_4,
  TW_TOKEN_HUMP,              /* a capitalized part of a word, as in camelCase */
  TW_TOKEN_WORD_PART,         /* more: the second or a later part of a word */
  TW_TOKEN_CONTRACTION,       /* more: an apostrophe inside, "don't" */
  TW_TOKEN_JOINED_WORD,       /* more: a sign before it, "-level", "_value" */
  TW_TOKEN_CAPITALS,          /* more: at least two capitals */
  TW_TOKEN_ACCENT_WEST,       /* more: a letter of Latin-1, as in French */
  TW_TOKEN_ACCENT_EAST,       /* more: a letter of Latin Extended-A or -B, as in Polish */
  TW_TOKEN_ACCENT_VIETNAMESE, /* more: a letter of Latin Extended Additional */
  TW_TOKEN_PUNCTUATION,       /* ASCII signs */
  TW_TOKEN_SIGN_AND_BREAK,    /* more: signs and a line break, ".\n\n" */
  TW_TOKEN_NUMBER,            /* digits */
  TW_TOKEN_DIGIT,             /* more: each of them */
  TW_TOKEN_BREAK,             /* line breaks alone */
  TW_TOKEN_SPACES,            /* spaces and tabs alone, such as indentation */
  TW_TOKEN_SPACE,             /* more: each of them */
  TW_TOKEN_SYMBOL,            /* signs beyond ASCII: quotes, dashes, emoji, those of CJK */
  TW_TOKEN_SYMBOL_CHARACTER,  /* more: each of them */
  TW_TOKEN_BYTES,             /* nothing but a part of a character */
  TW_TOKEN_HAN,               /* letters of another script */
  TW_TOKEN_HAN_LETTER,        /* more: each of them; likewise below */
  TW_TOKEN_KANA,
  TW_TOKEN_KANA_LETTER,
  TW_TOKEN_HANGUL,
  TW_TOKEN_HANGUL_LETTER,
  TW_TOKEN_CYRILLIC,
  TW_TOKEN_CYRILLIC_LETTER,
  TW_TOKEN_GREEK,
  TW_TOKEN_GREEK_LETTER,
  TW_TOKEN_ARABIC,
  TW_TOKEN_ARABIC_LETTER,
  TW_TOKEN_HEBREW,
  TW_TOKEN_HEBREW_LETTER,
  TW_TOKEN_DEVANAGARI,
  TW_TOKEN_DEVANAGARI_LETTER,
  TW_TOKEN_BENGALI,
  TW_TOKEN_BENGALI_LETTER,
  TW_TOKEN_TAMIL,
  TW_TOKEN_TAMIL_LETTER,
  TW_TOKEN_TELUGU,
  TW_TOKEN_TELUGU_LETTER,
  TW_TOKEN_THAI,
  TW_TOKEN_THAI_LETTER,
  TW_TOKEN_GEORGIAN,
  TW_TOKEN_GEORGIAN_LETTER,
  TW_TOKEN_ARMENIAN,
  TW_TOKEN_ARMENIAN_LETTER,
  TW_TOKEN_OTHER_SCRIPT, /* of any script below, and their letters */
  TW_TOKEN_GUJARATI_LETTER,
  TW_TOKEN_KANNADA_LETTER, /* and Malayalam's */
  TW_TOKEN_SINHALA_LETTER,
  TW_TOKEN_MYANMAR_LETTER,
  TW_TOKEN_KHMER_LETTER,
  TW_TOKEN_OTHER_LETTER,
  TW_TOKEN_FEATURE_COUNT
} tw_token_feature;

enum { TW_TOKEN_RARITIES = 5 };

/** The features of a text that is read from its beginning to its end. */
typedef struct tw_token_features {
  uint64_t counts[TW_TOKEN_FEATURE_COUNT];
  uint64_t tokens;
  /* The passage at hand: whether it is English shows at its end. */
  uint32_t words[TW_TOKEN_RARITIES];
  uint32_t passage;
  uint32_t ends_with_letter; /* whether the last token did, a Latin one */
  uint32_t english;
  uint32_t foreign;
} tw_token_features;

/** Nothing read yet. */
void tw_token_features_init(tw_token_features *features);

/**
 * Adds the next tokens of the text. Their ids are those of o200k_base, which `vocabulary` must be;
 * an id that is not in it counts as bytes.
 */
void tw_token_features_add(tw_token_features *features, const tw_vocabulary *vocabulary,
                           const uint32_t *ids, size_t count);

/** Ends the text: settles its last passage. Another may follow. */
void tw_token_features_end(tw_token_features *features);

/**
 * Adds a whole text and ends it. UTF-8, as in tw_tokens_count(); ill-formed bytes are U+FFFD.
 * Well-formed text needs no memory beyond the stack. Where a text has no place for thousands of
 * bytes at which it may be cut, it is cut anywhere: a token more or less in a kilobyte.
 * TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_token_features_add_text(tw_token_features *features, const tw_vocabulary *vocabulary,
                                     const char *text, size_t size);

#endif
