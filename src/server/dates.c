/* SPDX-License-Identifier: MIT */
#include "dates.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* `count` digits, of a number from `least` to `most`; moves on behind them. */
static bool read_digits(const char **text, int count, int least, int most, int *number) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    char c = (*text)[i];
    if (c < '0' || c > '9') {
      return false;
    }
    value = value * 10 + (c - '0');
  }
  *text += count;
  *number = value;
  return value >= least && value <= most;
}

static bool read_mark(const char **text, char mark) {
  bool is_there = **text == mark;
  *text += is_there;
  return is_there;
}

static bool read_day(const char **text, struct tm *time) {
  int year = 0;
  int month = 0;
  int day = 0;
  bool is_read = read_digits(text, 4, 1970, 9999, &year) && read_mark(text, '-') &&
                 read_digits(text, 2, 1, 12, &month) && read_mark(text, '-') &&
                 read_digits(text, 2, 1, 31, &day);
  *time = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
  struct tm checked = *time;
  return is_read && timegm(&checked) != (time_t)-1 && checked.tm_mday == day;
}

/* "Z", "+01:00", "-0530" or nothing, as milliseconds to the east. */
static bool read_offset(const char **text, int64_t *offset_ms) {
  *offset_ms = 0;
  if (**text == '\0' || read_mark(text, 'Z')) {
    return true;
  }
  bool is_west = **text == '-';
  /* In a query, a plus that was not encoded is a space. */
  if (!read_mark(text, '-') && !read_mark(text, '+') && !read_mark(text, ' ')) {
    return false;
  }
  int hours = 0;
  int minutes = 0;
  if (!read_digits(text, 2, 0, 23, &hours)) {
    return false;
  }
  (void)read_mark(text, ':');
  if (**text != '\0' && !read_digits(text, 2, 0, 59, &minutes)) {
    return false;
  }
  *offset_ms = ((int64_t)hours * 60 + minutes) * (is_west ? -60000 : 60000);
  return true;
}

static bool read_fraction(const char **text, int64_t *ms) {
  int64_t unit = 100;
  const char *first = *text;
  for (; **text >= '0' && **text <= '9'; ++*text) {
    *ms += (**text - '0') * unit;
    unit /= 10;
  }
  return *text > first && *text - first <= 9;
}

bool tw_date_read(const char *text, int64_t *start_ms, int64_t *length_ms) {
  struct tm time;
  if (!read_day(&text, &time)) {
    return false;
  }
  int64_t ms = 0;
  int64_t offset_ms = 0;
  *length_ms = 86400000;
  if (read_mark(&text, 'T') || read_mark(&text, ' ')) {
    *length_ms = 60000;
    if (!read_digits(&text, 2, 0, 23, &time.tm_hour) || !read_mark(&text, ':') ||
        !read_digits(&text, 2, 0, 59, &time.tm_min)) {
      return false;
    }
    if (read_mark(&text, ':')) {
      *length_ms = 1000;
      if (!read_digits(&text, 2, 0, 59, &time.tm_sec)) {
        return false;
      }
      if (read_mark(&text, '.')) {
        *length_ms = 1;
        if (!read_fraction(&text, &ms)) {
          return false;
        }
      }
    }
    if (!read_offset(&text, &offset_ms)) {
      return false;
    }
  }
  *start_ms = (int64_t)timegm(&time) * 1000 + ms - offset_ms;
  return *text == '\0';
}

void tw_date_write(int64_t time_ms, char text[TW_DATE_SIZE]) {
  time_t seconds = (time_t)(time_ms / 1000);
  struct tm utc;
  gmtime_r(&seconds, &utc);
  size_t used = strftime(text, TW_DATE_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
  (void)snprintf(text + used, TW_DATE_SIZE - used, ".%03dZ", (int)(time_ms % 1000));
}

bool tw_date_read_bound(tw_api_call *call, const char *name, const char *text, bool is_end,
                        int64_t *bound_ms) {
  int64_t start_ms = 0;
  int64_t length_ms = 0;
  if (text == NULL) {
    return true;
  }
  if (!tw_date_read(text, &start_ms, &length_ms)) {
    tw_api_refuse_field(call, name,
                        "must be a day or time such as 2025-12-31 or 2025-12-31T23:59:59Z");
    return false;
  }
  *bound_ms = is_end ? start_ms + length_ms : start_ms;
  return true;
}
