/* SPDX-License-Identifier: MIT */
#include "query.h"

#include "utf8.h"

#include <stdint.h>
#include <string.h>

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  char lower = (char)(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool tw_percent_decode(const char *encoded, size_t size, bool plus_is_space, char *decoded,
                       size_t capacity, const char **problem) {
  size_t written = 0;
  decoded[0] = '\0';
  for (size_t at = 0; at < size; at++) {
    char c = encoded[at];
    if (c == '+' && plus_is_space) {
      c = ' ';
    } else if (c == '%') {
      int high = size - at > 2 ? digit_value(encoded[at + 1]) : -1;
      int low = high >= 0 ? digit_value(encoded[at + 2]) : -1;
      if (low < 0) {
        *problem = "has a '%' without two hexadecimal digits";
        return false;
      }
      c = (char)(high * 16 + low);
      at += 2;
    }
    if (c == '\0') {
      *problem = "has a NUL";
      return false;
    }
    if (written + 1 >= capacity) {
      *problem = "is too long";
      return false;
    }
    decoded[written++] = c;
    decoded[written] = '\0';
  }
  if (tw_utf8_valid_prefix((const uint8_t *)decoded, written) != written) {
    *problem = "is not UTF-8";
    return false;
  }
  return true;
}

bool tw_query_parse(const char *encoded, tw_query *query, const char **problem) {
  query->count = 0;
  size_t used = 0;
  for (const char *at = encoded == NULL ? "" : encoded; *at != '\0'; at += *at == '&') {
    size_t size = strcspn(at, "&");
    if (size == 0) {
      continue;
    }
    if (query->count == TW_QUERY_PAIRS) {
      *problem = "has too many parameters";
      return false;
    }
    size_t name_size = strcspn(at, "=&");
    size_t value_begin = name_size < size ? name_size + 1 : size;
    tw_query_pair *pair = &query->pairs[query->count++];
    const struct {
      const char *text;
      size_t size;
      const char **decoded;
    } parts[] = {
        {at, name_size, &pair->name},
        {at + value_begin, size - value_begin, &pair->value},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
      char *decoded = query->text + used;
      if (used >= sizeof query->text) {
        *problem = "is too long";
        return false;
      }
      if (!tw_percent_decode(parts[i].text, parts[i].size, true, decoded, sizeof query->text - used,
                             problem)) {
        return false;
      }
      *parts[i].decoded = decoded;
      used += strlen(decoded) + 1;
    }
    at += size;
  }
  return true;
}
