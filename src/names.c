/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <string.h>

static char to_lower(char c) {
  if (c >= 'A' && c <= 'Z') {
    return (char)(c | 0x20);
  }
  return c;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

static bool is_separator(char c) {
  switch (c) {
  case '-':
  case '_':
  case ' ':
  case '.':
  case ',':
  case '@':
  case '(':
  case ')':
    return true;
  default:
    return false;
  }
}

bool tw_name_normalize(const char *name, char normalized[TW_NAME_SIZE]) {
  size_t size = 0;
  bool wants_dash = false;
  for (const char *at = name; *at != '\0'; at++) {
    bool is_point = to_lower(*at) == 'p' && !wants_dash && size > 0 &&
                    is_digit(normalized[size - 1]) && is_digit(at[1]); /* "3p1" */
    if (is_point || is_separator(*at)) {
      wants_dash = true;
      continue;
    }
    if (size + sizeof "-plus" >= TW_NAME_SIZE) {
      return false;
    }
    bool is_boundary = *at == '/' || *at == ':';
    bool follows_boundary = size == 0 || normalized[size - 1] == '/' || normalized[size - 1] == ':';
    if ((wants_dash || *at == '+') && !is_boundary && !follows_boundary) {
      normalized[size++] = '-';
    }
    wants_dash = false;
    if (*at == '+') {
      memcpy(normalized + size, "plus", 4);
      size += 4;
    } else {
      normalized[size++] = to_lower(*at);
    }
  }
  normalized[size] = '\0';
  return size > 0;
}

bool tw_name_equals_whole(const char *a, const char *b) {
  while (*a != '\0' && to_lower(*a) == to_lower(*b)) {
    a++;
    b++;
  }
  return to_lower(*a) == to_lower(*b);
}

/* The number that exactly `count` digits make, or -1. */
static int digits(const char *text, size_t count) {
  int number = 0;
  for (size_t i = 0; i < count; i++) {
    if (!is_digit(text[i])) {
      return -1;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

static bool is_month(int number) {
  return number >= 1 && number <= 12;
}

static bool is_day(int number) {
  return number >= 1 && number <= 31;
}

static bool is_year(int number) {
  return number >= 2020 && number <= 2099;
}

/* The beginning of the last dash-separated part of name[0 … size), or NULL if it is the first. */
static const char *last_part(const char *name, size_t size) {
  while (size > 0 && name[size - 1] != '-') {
    size--;
  }
  return size < 2 ? NULL : name + size;
}

/* "20241022", "0613", "2507", "001": whether one part says when. */
static bool is_date(const char *part, size_t size) {
  int number = size <= 8 ? digits(part, size) : -1;
  switch (number < 0 ? 0 : size) {
  case 8:
    return is_year(number / 10000) && is_month(number / 100 % 100) && is_day(number % 100);
  case 4:
    return (number / 100 >= 20 && number / 100 <= 39 && is_month(number % 100)) ||
           (is_month(number / 100) && is_day(number % 100));
  case 3:
    return number < 10;
  default:
    return false;
  }
}

static bool is_one_of(tw_name_part word, const char *const words[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (words[i][0] == word.text[0] && strlen(words[i]) == word.size &&
        memcmp(words[i], word.text, word.size) == 0) {
      return true;
    }
  }
  return false;
}

/* The length without a date of several parts at the end: "-2024-08-06", "-08-2024", "-05-06". */
static size_t without_long_date(const char *name, size_t size) {
  if (size > 11 && name[size - 11] == '-' && name[size - 6] == '-' && name[size - 3] == '-' &&
      is_year(digits(name + size - 10, 4)) && is_month(digits(name + size - 5, 2)) &&
      is_day(digits(name + size - 2, 2))) {
    return size - 11;
  }
  if (size > 8 && name[size - 8] == '-' && name[size - 5] == '-' &&
      is_month(digits(name + size - 7, 2)) && is_year(digits(name + size - 4, 4))) {
    return size - 8;
  }
  if (size > 6 && name[size - 6] == '-' && name[size - 3] == '-' &&
      is_month(digits(name + size - 5, 2)) && is_day(digits(name + size - 2, 2))) {
    return size - 6;
  }
  return size;
}

tw_name_part tw_name_undated(tw_name_part name) {
  static const char *const words[] = {"preview", "latest", "exp"};
  for (;;) {
    size_t shorter = without_long_date(name.text, name.size);
    if (shorter == name.size) {
      const char *part = last_part(name.text, name.size);
      if (part == NULL) {
        return name;
      }
      tw_name_part word = {part, (size_t)(name.text + name.size - part)};
      if (!is_date(word.text, word.size) &&
          !is_one_of(word, words, sizeof words / sizeof words[0])) {
        return name;
      }
      shorter = name.size - word.size - 1;
    }
    name.size = shorter;
  }
}

tw_name_part tw_name_without_word(tw_name_part name, bool has_effort) {
  static const char *const words[] = {"instruct", "it",      "thinking", "free", "extended",
                                      "exacto",   "fp8",     "tput",     "high", "medium",
                                      "low",      "minimal", "xhigh"};
  enum { TUNING_WORDS = 8 };
  const char *part = last_part(name.text, name.size);
  if (part != NULL) {
    tw_name_part word = {part, (size_t)(name.text + name.size - part)};
    if (is_one_of(word, words, has_effort ? sizeof words / sizeof words[0] : TUNING_WORDS)) {
      name.size -= word.size + 1;
    }
  }
  return name;
}

tw_name_part tw_name_whole(const char *normalized) {
  return (tw_name_part){normalized, strlen(normalized)};
}

static bool is_before_number(tw_name_part name, size_t at) {
  return at < name.size && is_digit(name.text[at]);
}

/* Where the name goes on, after what may stand between a letter and a number: "-", "-v", "v". */
static size_t skip_joint(tw_name_part name, size_t at) {
  size_t next = at;
  if (next == name.size || (name.text[next] != '-' && name.text[next] != 'v')) {
    return at; /* nearly always */
  }
  if (next < name.size && name.text[next] == '-' && at > 0 && is_letter(name.text[at - 1])) {
    next++;
  }
  if (next > 0 && next < name.size && name.text[next] == 'v' && name.text[next - 1] == '-') {
    next++;
  }
  return is_before_number(name, next) ? next : at;
}

bool tw_name_part_equals(tw_name_part a, tw_name_part b) {
  if (a.size > 0 && b.size > 0 && a.text[a.size - 1] != b.text[b.size - 1]) {
    return false; /* no joint is the last, and most names are told apart by it */
  }
  size_t i = 0;
  size_t k = 0;
  for (;;) {
    i = skip_joint(a, i);
    k = skip_joint(b, k);
    if (i == a.size || k == b.size) {
      return i == a.size && k == b.size;
    }
    if (a.text[i++] != b.text[k++]) {
      return false;
    }
  }
}

/* A number of one or two digits that a dash or the end follows; its size, or 0. */
static size_t read_number(tw_name_part name, size_t at, int *number) {
  size_t size = 0;
  while (at + size < name.size && is_digit(name.text[at + size])) {
    size++;
  }
  bool ends = at + size == name.size || name.text[at + size] == '-';
  if (size == 0 || size > 2 || !ends) {
    return 0;
  }
  *number = digits(name.text + at, size);
  return size;
}

bool tw_name_find_version(tw_name_part name, tw_name_version *version) {
  for (size_t at = 0; at < name.size; at++) {
    if (at > 0 && is_digit(name.text[at - 1])) {
      continue;
    }
    *version = (tw_name_version){0};
    size_t end = at;
    for (size_t i = 0; i < TW_NAME_VERSION_NUMBERS; i++) {
      size_t begin = i == 0 ? at : end + 1;
      size_t size = begin < name.size ? read_number(name, begin, &version->numbers[i]) : 0;
      if (size == 0) {
        break;
      }
      end = begin + size;
    }
    if (end > at) {
      size_t before = at > 0 && name.text[at - 1] == '-' ? at - 1 : at;
      version->before = (tw_name_part){name.text, before};
      version->after = (tw_name_part){name.text + end, name.size - end};
      return true;
    }
  }
  return false;
}
