/* SPDX-License-Identifier: MIT */
#include "token_features.h"

#include "cut.h"

#include <stdbool.h>
#include <string.h>

enum {
  PART = 1024,         /* bytes that are encoded at once */
  MOST_IDS = 3 * PART, /* an ill-formed byte becomes three */
  TOKEN_SIZE = 128,    /* bytes of the longest token */
  PASSAGE = 256,       /* tokens whose language is told together */
  SHORTEST_TELL = 2,   /* letters of the words by which it is told */
  LONGEST_TELL = 4,
};

#define ILL_FORMED UINT32_MAX /* no character */

/* Ids are in the order in which the vocabulary was made, so the common ones come first. */
static size_t rarity_of(uint32_t id) {
  static const uint32_t ends[TW_TOKEN_RARITIES - 1] = {32000, 64000, 100000, 150000};
  size_t rarity = 0;
  while (rarity < TW_TOKEN_RARITIES - 1 && id >= ends[rarity]) {
    rarity++;
  }
  return rarity;
}

/* The commonest words of English, and of other languages with Latin letters, those of one length
 * one after the other. */
static const char *const english_words[] = {
    "oftoinisitasonbeorbyatanif",
    "theandforareyoucannotwashasone",
    "thatwiththisyourfromhavewillmore",
};
static const char *const foreign_words[] = {
    "delaelenunleetdudiiljenaseeijavebuvaosumemdaazzu",
    "quelosdellasunaderdieunddendasvonistmitlesdesestchepernonvanheteendatochattsomdetdaninibiruma",
    "pouryangparahogyodersuntestedenn",
};

static bool is_one_of(const char *const lists[], const uint8_t *word, size_t size) {
  const char *list = lists[size - SHORTEST_TELL];
  for (; *list != '\0'; list += size) {
    if (memcmp(list, word, size) == 0) {
      return true;
    }
  }
  return false;
}

/* What a character is. Scripts come as their feature. */
enum { IS_LATIN = TW_TOKEN_FEATURE_COUNT, IS_SYMBOL };

typedef struct script_range {
  uint16_t end; /* the first code point behind it */
  uint8_t what;
} script_range;

/* From U+0080 on. Scripts that o200k_base has few words of come as their letters. */
static const script_range scripts[] = {
    {0xC0, IS_SYMBOL},
    {0x2B0, IS_LATIN},
    {0x370, IS_SYMBOL}, /* modifiers and combining marks */
    {0x400, TW_TOKEN_GREEK},
    {0x530, TW_TOKEN_CYRILLIC},
    {0x590, TW_TOKEN_ARMENIAN},
    {0x600, TW_TOKEN_HEBREW},
    {0x700, TW_TOKEN_ARABIC},
    {0x750, TW_TOKEN_OTHER_LETTER},
    {0x780, TW_TOKEN_ARABIC},
    {0x8A0, TW_TOKEN_OTHER_LETTER},
    {0x900, TW_TOKEN_ARABIC},
    {0x980, TW_TOKEN_DEVANAGARI},
    {0xA00, TW_TOKEN_BENGALI},
    {0xB80, TW_TOKEN_GUJARATI_LETTER}, /* and Gurmukhi's and Odia's */
    {0xC00, TW_TOKEN_TAMIL},
    {0xC80, TW_TOKEN_TELUGU},
    {0xD80, TW_TOKEN_KANNADA_LETTER},
    {0xE00, TW_TOKEN_SINHALA_LETTER},
    {0xE80, TW_TOKEN_THAI},
    {0x1000, TW_TOKEN_OTHER_LETTER},
    {0x10A0, TW_TOKEN_MYANMAR_LETTER},
    {0x1100, TW_TOKEN_GEORGIAN},
    {0x1200, TW_TOKEN_HANGUL},
    {0x1780, TW_TOKEN_OTHER_LETTER},
    {0x1800, TW_TOKEN_KHMER_LETTER},
    {0x1E00, TW_TOKEN_OTHER_LETTER},
    {0x1F00, IS_LATIN},
    {0x2000, TW_TOKEN_GREEK},
    {0x2C00, IS_SYMBOL},
    {0x2E00, TW_TOKEN_OTHER_LETTER},
    {0x3040, IS_SYMBOL},
    {0x3100, TW_TOKEN_KANA},
    {0x3130, TW_TOKEN_OTHER_LETTER},
    {0x3190, TW_TOKEN_HANGUL},
    {0x31F0, IS_SYMBOL},
    {0x3200, TW_TOKEN_KANA},
    {0x3400, IS_SYMBOL},
    {0xA000, TW_TOKEN_HAN},
    {0xAC00, TW_TOKEN_OTHER_LETTER},
    {0xD7B0, TW_TOKEN_HANGUL},
    {0xF900, IS_SYMBOL},
    {0xFB00, TW_TOKEN_HAN},
    {0xFB50, TW_TOKEN_HEBREW},
    {0xFE00, TW_TOKEN_ARABIC},
    {0xFE70, IS_SYMBOL},
    {0xFEFF, TW_TOKEN_ARABIC},
};

static unsigned what_is(uint32_t character) {
  if (character == 0xD7 || character == 0xF7) {
    return IS_SYMBOL; /* × and ÷ among the letters of Latin-1 */
  }
  if (character >= 0x20000) {
    return TW_TOKEN_HAN;
  }
  for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
    if (character < scripts[i].end) {
      return scripts[i].what;
    }
  }
  return IS_SYMBOL;
}

/* What the bytes of a token are. */
typedef struct token_look {
  uint32_t latin; /* letters */
  uint32_t capitals;
  uint32_t digits;
  uint32_t signs;
  uint32_t spaces;
  uint32_t breaks;
  uint32_t symbols;
  uint32_t letters; /* of `script` */
  unsigned script;  /* the first that is not Latin; 0 for none */
  uint32_t highest; /* of the Latin letters beyond ASCII */
  bool begins_with_letter;
  bool begins_with_capital;
  bool ends_with_letter;
  bool has_inner_apostrophe;
} token_look;

/* The character that begins at bytes[0] >= 0x80, and its size; ILL_FORMED where it is cut off. */
static uint32_t read_character(const uint8_t *bytes, size_t size, size_t *taken) {
  size_t length = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : bytes[0] >= 0xC0 ? 2 : 0;
  *taken = 1;
  if (length == 0 || length > size) {
    return ILL_FORMED;
  }
  uint32_t character = bytes[0] & (0x7FU >> length);
  for (size_t i = 1; i < length; i++) {
    if ((bytes[i] & 0xC0) != 0x80) {
      return ILL_FORMED;
    }
    character = character << 6 | (bytes[i] & 0x3FU);
  }
  *taken = length;
  return character;
}

static void look_at_ascii(token_look *look, uint8_t byte) {
  uint8_t lower = byte | 0x20;
  if (lower >= 'a' && lower <= 'z') {
    look->latin++;
    look->capitals += byte < 'a';
  } else if (byte >= '0' && byte <= '9') {
    look->digits++;
  } else if (byte == '\n' || byte == '\r') {
    look->breaks++;
  } else if (byte == ' ' || byte == '\t') {
    look->spaces++;
  } else {
    look->signs++;
  }
}

static void look_at_other(token_look *look, uint32_t character) {
  unsigned what = what_is(character);
  if (what == IS_SYMBOL) {
    look->symbols++;
  } else if (what == IS_LATIN) {
    look->latin++;
    look->highest = character > look->highest ? character : look->highest;
  } else {
    look->script = look->script == 0 ? what : look->script;
    look->letters++;
  }
}

static token_look look_at(const uint8_t *token, size_t size) {
  token_look look = {0};
  for (size_t at = 0; at < size;) {
    uint32_t before = look.latin;
    size_t taken = 1;
    if (token[at] < 0x80) {
      look_at_ascii(&look, token[at]);
    } else {
      uint32_t character = read_character(token + at, size - at, &taken);
      if (character == 0x2019) {
        look.has_inner_apostrophe = look.has_inner_apostrophe || look.latin > 0;
      }
      if (character != ILL_FORMED) {
        look_at_other(&look, character);
      }
    }
    look.ends_with_letter = look.latin > before;
    look.begins_with_letter = look.begins_with_letter || (at == 0 && look.latin > before);
    look.begins_with_capital = look.begins_with_capital || (at == 0 && look.capitals > 0);
    look.has_inner_apostrophe = look.has_inner_apostrophe || (token[at] == '\'' && look.latin > 0);
    at += taken;
  }
  return look;
}

/* Whether a word speaks for English or for another language. */
static void tell_language(tw_token_features *features, const uint8_t *token, size_t size) {
  size_t begin = token[0] == ' ' ? 1 : 0;
  size_t length = size - begin;
  if (length < SHORTEST_TELL || length > LONGEST_TELL) {
    return;
  }
  uint8_t word[LONGEST_TELL];
  for (size_t i = 0; i < length; i++) {
    word[i] = token[begin + i] | 0x20;
  }
  features->english += is_one_of(english_words, word, length);
  features->foreign += is_one_of(foreign_words, word, length);
}

static void add_word(tw_token_features *features, uint32_t id, const token_look *look,
                     const uint8_t *token, size_t size) {
  uint64_t *counts = features->counts;
  bool is_part = look->begins_with_letter && features->ends_with_letter;
  if (is_part && look->begins_with_capital) {
    counts[TW_TOKEN_HUMP]++;
  } else {
    features->words[rarity_of(id)]++;
    counts[TW_TOKEN_WORD_PART] += is_part;
  }
  counts[TW_TOKEN_CONTRACTION] += look->has_inner_apostrophe;
  counts[TW_TOKEN_JOINED_WORD] +=
      !look->begins_with_letter && !look->has_inner_apostrophe && look->signs + look->symbols > 0;
  counts[TW_TOKEN_CAPITALS] += look->capitals >= 2;
  if (look->highest == 0) {
    tell_language(features, token, size);
    return;
  }
  features->foreign++;
  counts[look->highest < 0x100    ? TW_TOKEN_ACCENT_WEST
         : look->highest < 0x1E00 ? TW_TOKEN_ACCENT_EAST
                                  : TW_TOKEN_ACCENT_VIETNAMESE]++;
}

static void add_token(tw_token_features *features, uint32_t id, const uint8_t *token, size_t size) {
  uint64_t *counts = features->counts;
  token_look look = look_at(token, size);
  if (look.script > TW_TOKEN_OTHER_SCRIPT) {
    counts[TW_TOKEN_OTHER_SCRIPT]++;
    counts[look.script] += look.letters;
  } else if (look.script > 0) {
    counts[look.script]++;
    counts[look.script + 1] += look.letters;
  } else if (look.latin > 0) {
    add_word(features, id, &look, token, size);
  } else if (look.digits > 0) {
    counts[TW_TOKEN_NUMBER]++;
    counts[TW_TOKEN_DIGIT] += look.digits;
  } else if (look.symbols > 0) {
    counts[TW_TOKEN_SYMBOL]++;
    counts[TW_TOKEN_SYMBOL_CHARACTER] += look.symbols;
  } else if (look.signs > 0) {
    counts[TW_TOKEN_PUNCTUATION]++;
    counts[TW_TOKEN_SIGN_AND_BREAK] += look.breaks > 0;
  } else if (look.breaks > 0) {
    counts[TW_TOKEN_BREAK]++;
  } else if (look.spaces > 0) {
    counts[TW_TOKEN_SPACES]++;
    counts[TW_TOKEN_SPACE] += look.spaces;
  } else {
    counts[TW_TOKEN_BYTES]++;
  }
  features->ends_with_letter = look.ends_with_letter;
}

void tw_token_features_init(tw_token_features *features) {
  *features = (tw_token_features){0};
}

void tw_token_features_end(tw_token_features *features) {
  bool is_foreign = features->foreign > features->english;
  size_t first = is_foreign ? TW_TOKEN_FOREIGN_WORD_0 : TW_TOKEN_ENGLISH_WORD_0;
  for (size_t i = 0; i < TW_TOKEN_RARITIES; i++) {
    features->counts[first + i] += features->words[i];
    features->words[i] = 0;
  }
  features->passage = 0;
  features->english = 0;
  features->foreign = 0;
}

void tw_token_features_add(tw_token_features *features, const tw_vocabulary *vocabulary,
                           const uint32_t *ids, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char token[TOKEN_SIZE];
    size_t size = 0;
    tw_status status = tw_tokens_decode(vocabulary, &ids[i], 1, token, sizeof token, &size);
    size = status == TW_OK ? size : status == TW_ERR_BUFFER ? sizeof token : 0;
    add_token(features, ids[i], (const uint8_t *)token, size);
    if (++features->passage == PASSAGE) {
      tw_token_features_end(features);
    }
  }
  features->tokens += count;
}

/* How much of a text to encode at once: to the last place at which it may be cut, if there is one,
 * else to the last whole character. */
static size_t part_of(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size) {
  if (size <= PART) {
    return size;
  }
  size_t end = tw_cut_find_last(vocabulary, text, PART, 1);
  if (end > 0) {
    return end;
  }
  end = PART;
  while (end > PART - 4 && (text[end] & 0xC0) == 0x80) {
    end--;
  }
  return end;
}

tw_status tw_token_features_add_text(tw_token_features *features, const tw_vocabulary *vocabulary,
                                     const char *text, size_t size) {
  if (features == NULL || vocabulary == NULL || (text == NULL && size > 0)) {
    return TW_ERR_ARGUMENT;
  }
  uint32_t ids[MOST_IDS];
  for (size_t at = 0; at < size;) {
    size_t part = part_of(vocabulary, (const uint8_t *)text + at, size - at);
    size_t count = 0;
    tw_status status = tw_tokens_encode(vocabulary, text + at, part, ids, MOST_IDS, &count);
    if (status != TW_OK) {
      return status;
    }
    tw_token_features_add(features, vocabulary, ids, count);
    at += part;
  }
  tw_token_features_end(features);
  return TW_OK;
}
