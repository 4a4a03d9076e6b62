/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <string.h>

static char to_lower(char c) {
  if (c >= 'A' && c <= 'Z') {
    return (char)(c | 0x20);
  }
  return c;
}

bool tw_name_normalize(const char *name, char normalized[TW_NAME_SIZE]) {
  size_t size = 0;
  bool wants_dash = false;
  for (const char *at = name; *at != '\0'; at++) {
    if (strchr("-_ .,@", *at) != NULL) {
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

bool tw_name_equals(const char *a, const char *b) {
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
    if (text[i] < '0' || text[i] > '9') {
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

static bool is_release_word(const char *part, size_t size) {
  static const char *const words[] = {"preview", "latest", "exp"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (strlen(words[i]) == size && memcmp(words[i], part, size) == 0) {
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

size_t tw_name_undated_length(const char *normalized) {
  size_t size = strlen(normalized);
  for (;;) {
    size_t shorter = without_long_date(normalized, size);
    if (shorter == size) {
      const char *part = last_part(normalized, size);
      size_t part_size = part == NULL ? 0 : (size_t)(normalized + size - part);
      if (part == NULL || !(is_date(part, part_size) || is_release_word(part, part_size))) {
        return size;
      }
      shorter = size - part_size - 1;
    }
    size = shorter;
  }
}
