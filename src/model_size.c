/* SPDX-License-Identifier: MIT */
/*
 * The size that a name states: "8b", "135m", "8x7b", "30b-a3b", each a part of its own. What such
 * names mean was read off the rows of models.csv whose size is published; docs/methodology.md has
 * it.
 */
#include "tokenwatt/models.h"

#include <string.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static char to_lower(char c) {
  return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Reads "12" or "1.5" and steps behind it; 0 if there is none. */
static double read_number(const char **at, const char *end) {
  double number = 0;
  double unit = 1;
  const char *begin = *at;
  while (*at < end && is_digit(**at) && *at - begin < 5) {
    number = number * 10 + (*(*at)++ - '0');
  }
  if (*at == begin || *at + 1 >= end || **at != '.' || !is_digit((*at)[1])) {
    return number;
  }
  (*at)++;
  while (*at < end && is_digit(**at) && *at - begin < 8) {
    unit /= 10;
    number += unit * (*(*at)++ - '0');
  }
  return number;
}

/* What one part of a name states; experts and active_b are 0 where it does not say. */
typedef struct stated {
  double experts;
  double total_b; /* of each expert, if there are any */
  double active_b;
} stated;

/* "8b", "1.5b", "8x7b"; "135m", but not "1m", which is a length of texts. */
static bool read_size(const char *at, const char *end, stated *size) {
  *size = (stated){0};
  double number = read_number(&at, end);
  if (at < end && to_lower(*at) == 'x') {
    at++;
    size->experts = number;
    number = read_number(&at, end);
    if (size->experts < 2 || size->experts > 1024) {
      return false;
    }
  }
  bool is_last = at + 1 == end;
  if (is_last && to_lower(*at) == 'b') {
    size->total_b = number;
  } else if (is_last && to_lower(*at) == 'm' && number >= 10 && size->experts == 0) {
    size->total_b = number / 1000;
  }
  return size->total_b >= 0.01 && size->total_b <= 10000;
}

/* "a3b" */
static double read_active_b(const char *at, const char *end) {
  stated size = {0};
  bool is_active = at < end && to_lower(*at) == 'a' && read_size(at + 1, end, &size);
  return is_active && size.experts == 0 ? size.total_b : 0;
}

/* The one size of a name; false if it has none, or several. */
static bool find_size(const char *name, stated *found) {
  bool is_found = false;
  for (const char *at = name;;) {
    size_t length = strcspn(at, "-_ :@,()");
    const char *end = at + length;
    stated size = {0};
    double active_b = read_active_b(at, end);
    if (is_found && active_b > 0 && active_b < found->total_b && found->experts == 0) {
      found->active_b = active_b;
    }
    if (at != name && read_size(at, end, &size)) { /* what begins so has no name */
      if (is_found) {
        return false;
      }
      *found = size;
      is_found = true;
    }
    if (*end == '\0') {
      return is_found;
    }
    at = end + 1;
  }
}

static tw_range range_around(double value, double low, double high) {
  return (tw_range){value, value * low, value * high};
}

bool tw_model_size_of_name(const char *name, tw_model_size *size) {
  stated found = {0};
  const char *slash = name == NULL ? NULL : strrchr(name, '/');
  if (name == NULL || size == NULL || !find_size(slash == NULL ? name : slash + 1, &found)) {
    return false;
  }
  double all_b = found.total_b;
  size->total_b = range_around(all_b, 0.95, 1.3);
  if (found.experts > 0) {
    all_b *= found.experts; /* experts share what is not theirs; mostly two of them run */
    size->total_b = (tw_range){0.8 * all_b, 0.75 * all_b, all_b};
    size->active_b = (tw_range){1.8 * found.total_b, found.total_b, all_b};
    if (size->active_b.value > size->total_b.value) {
      size->active_b.value = size->total_b.value;
    }
  } else if (found.active_b > 0) {
    size->active_b = range_around(found.active_b, 0.95, 1.5);
  } else { /* most are dense, and what is not does not always say so: "gpt-oss-120b" */
    size->active_b = range_around(all_b, 0.04, 1.3);
  }
  return true;
}
