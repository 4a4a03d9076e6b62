/* SPDX-License-Identifier: MIT */
#include "json_syntax.h"

#include "utf8.h"

#include <stdint.h>
#include <string.h>

enum {
  DEPTH_LIMIT = 64,       /* one bit each in `scanner.objects` */
  NUMBER_SIZE_LIMIT = 63, /* bytes: longer ones cJSON cuts */
  ESCAPE_SIZE = 6         /* bytes of \uXXXX */
};

typedef struct scanner {
  const char *text;
  size_t size;
  size_t at;
  uint64_t objects; /* bit d: what is open at depth d is an object, not an array */
  int depth;
  const char *message;
} scanner;

static bool fail(scanner *s, const char *message) {
  s->message = message;
  return false;
}

/* The next byte, or -1 at the end. */
static int peek(const scanner *s) {
  return s->at < s->size ? (unsigned char)s->text[s->at] : -1;
}

static bool is_digit(int c) {
  return c >= '0' && c <= '9';
}

static void skip_space(scanner *s) {
  for (; s->at < s->size; s->at++) {
    char c = s->text[s->at];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      return;
    }
  }
}

static void skip_digits(scanner *s) {
  while (is_digit(peek(s))) {
    s->at++;
  }
}

static bool scan_number(scanner *s) {
  size_t start = s->at;
  if (peek(s) == '-') {
    s->at++;
  }
  if (!is_digit(peek(s))) {
    return fail(s, "a digit is missing");
  }
  if (peek(s) == '0') {
    s->at++;
    if (is_digit(peek(s))) {
      return fail(s, "a number must not begin with 0");
    }
  } else {
    skip_digits(s);
  }
  if (peek(s) == '.') {
    s->at++;
    if (!is_digit(peek(s))) {
      return fail(s, "a digit is missing");
    }
    skip_digits(s);
  }
  if (peek(s) == 'e' || peek(s) == 'E') {
    s->at++;
    if (peek(s) == '+' || peek(s) == '-') {
      s->at++;
    }
    if (!is_digit(peek(s))) {
      return fail(s, "a digit is missing");
    }
    skip_digits(s);
  }
  if (s->at - start > NUMBER_SIZE_LIMIT) {
    s->at = start;
    return fail(s, "the number is too long");
  }
  return true;
}

/* The code unit of the \uXXXX at s->at, or -1 if there is none. */
static int32_t code_unit(const scanner *s, size_t at) {
  if (s->size < ESCAPE_SIZE || at > s->size - ESCAPE_SIZE || s->text[at] != '\\' ||
      s->text[at + 1] != 'u') {
    return -1;
  }
  int32_t unit = 0;
  for (size_t i = at + 2; i < at + ESCAPE_SIZE; i++) {
    int c = s->text[i] | 0x20;
    bool is_hex_letter = c >= 'a' && c <= 'f';
    if (!is_hex_letter && !is_digit(s->text[i])) {
      return -1;
    }
    unit = unit * 16 + (is_hex_letter ? c - 'a' + 10 : s->text[i] - '0');
  }
  return unit;
}

static bool scan_unicode_escape(scanner *s) {
  int32_t unit = code_unit(s, s->at);
  if (unit < 0) {
    return fail(s, "\\u must be followed by four hexadecimal digits");
  }
  if (unit == 0) {
    return fail(s, "a text must not hold the character NUL");
  }
  bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
  int32_t next = is_high ? code_unit(s, s->at + ESCAPE_SIZE) : -1;
  if ((unit >= 0xDC00 && unit <= 0xDFFF) || (is_high && (next < 0xDC00 || next > 0xDFFF))) {
    return fail(s, "half of a surrogate pair stands alone");
  }
  s->at += is_high ? 2 * ESCAPE_SIZE : ESCAPE_SIZE;
  return true;
}

static bool scan_escape(scanner *s) {
  int c = s->at + 1 < s->size ? (unsigned char)s->text[s->at + 1] : -1;
  if (c == 'u') {
    return scan_unicode_escape(s);
  }
  if (c <= 0 || strchr("\"\\/bfnrt", c) == NULL) {
    return fail(s, "no such escape");
  }
  s->at += 2;
  return true;
}

/* Whether one of eight bytes may not stand for itself in a string; of all of them at once. */
static bool has_special(const char *text) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t bytes = 0;
  memcpy(&bytes, text, sizeof bytes);
  uint64_t quotes = bytes ^ ones * '"';
  uint64_t backslashes = bytes ^ ones * '\\';
  uint64_t is_special = ((bytes - ones * ' ') & ~bytes) | ((quotes - ones) & ~quotes) |
                        ((backslashes - ones) & ~backslashes);
  return (is_special & ones << 7) != 0;
}

/* The end of what stands for itself in a string. */
static size_t skip_plain(const char *text, size_t at, size_t size) {
  while (size - at >= sizeof(uint64_t) && !has_special(text + at)) {
    at += sizeof(uint64_t);
  }
  while (at < size && text[at] != '"' && text[at] != '\\' && (unsigned char)text[at] >= 0x20) {
    at++;
  }
  return at;
}

static bool scan_string(scanner *s) {
  size_t start = s->at++;
  for (;;) {
    s->at = skip_plain(s->text, s->at, s->size);
    int c = peek(s);
    if (c < 0) {
      s->at = start;
      return fail(s, "the string has no end");
    }
    if (c == '"') {
      s->at++;
      return true;
    }
    if (c == '\\') {
      if (!scan_escape(s)) {
        return false;
      }
    } else {
      return fail(s, "a control character must be escaped");
    }
  }
}

static bool scan_word(scanner *s) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    size_t size = strlen(words[i]);
    if (s->size - s->at >= size && memcmp(s->text + s->at, words[i], size) == 0) {
      s->at += size;
      return true;
    }
  }
  return fail(s, peek(s) < 0 ? "the text ends too early" : "a value is missing");
}

static bool scan_key(scanner *s) {
  skip_space(s);
  if (peek(s) != '"') {
    return fail(s, "the name of a field is missing");
  }
  if (!scan_string(s)) {
    return false;
  }
  skip_space(s);
  if (peek(s) != ':') {
    return fail(s, "':' is missing");
  }
  s->at++;
  return true;
}

static bool in_object(const scanner *s) {
  return (s->objects >> (s->depth - 1) & 1) != 0;
}

/* Opens an array or object; an empty one is closed at once, then *has_value is true. */
static bool scan_opening(scanner *s, bool *has_value) {
  bool is_object = peek(s) == '{';
  if (s->depth == DEPTH_LIMIT) {
    return fail(s, "it is nested too deep");
  }
  uint64_t bit = UINT64_C(1) << s->depth++;
  s->objects = is_object ? s->objects | bit : s->objects & ~bit;
  s->at++;
  skip_space(s);
  *has_value = peek(s) == (is_object ? '}' : ']');
  if (*has_value) {
    s->at++;
    s->depth--;
    return true;
  }
  return !is_object || scan_key(s);
}

/* After a value: closes what ends here, up to the next value (*has_value false) or the end. */
static bool scan_after_value(scanner *s, bool *has_value) {
  while (s->depth > 0) {
    skip_space(s);
    int c = peek(s);
    if (c == ',') {
      s->at++;
      *has_value = false;
      return !in_object(s) || scan_key(s);
    }
    if (c != (in_object(s) ? '}' : ']')) {
      return fail(s, c < 0          ? "the text ends too early"
                     : in_object(s) ? "',' or '}' is missing"
                                    : "',' or ']' is missing");
    }
    s->at++;
    s->depth--;
  }
  return true;
}

static bool scan_document(scanner *s) {
  bool has_value = false;
  while (!has_value) {
    skip_space(s);
    int c = peek(s);
    bool is_fine = true;
    if (c == '{' || c == '[') {
      is_fine = scan_opening(s, &has_value);
    } else {
      has_value = true;
      is_fine = c == '"' ? scan_string(s) : c == '-' || is_digit(c) ? scan_number(s) : scan_word(s);
    }
    if (!is_fine || (has_value && !scan_after_value(s, &has_value))) {
      return false;
    }
  }
  skip_space(s);
  return s->at == s->size || fail(s, "something follows the value");
}

bool tw_json_is_valid(const char *text, size_t size, tw_json_fault *fault) {
  size_t valid = tw_utf8_valid_prefix((const uint8_t *)text, size);
  if (valid < size) {
    *fault = (tw_json_fault){valid, "the text is not UTF-8"};
    return false;
  }
  scanner s = {.text = text, .size = size};
  if (!scan_document(&s)) {
    *fault = (tw_json_fault){s.at, s.message};
    return false;
  }
  return true;
}
