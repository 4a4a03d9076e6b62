/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "json_number.h"

#include <stdio.h>

enum { TEXT_SIZE = 640 };

/* Takes the item over, also where it fails. Returns it, or NULL. */
static cJSON *add(tw_json *json, cJSON *parent, const char *key, cJSON *item) {
  bool is_added = item != NULL && parent != NULL &&
                  (key == NULL ? cJSON_AddItemToArray(parent, item)
                               : cJSON_AddItemToObjectCS(parent, key, item));
  if (is_added) {
    return item;
  }
  cJSON_Delete(item);
  json->is_out_of_memory = true;
  return NULL;
}

cJSON *tw_json_root(tw_json *json) {
  cJSON *root = cJSON_CreateObject();
  json->is_out_of_memory = json->is_out_of_memory || root == NULL;
  return root;
}

cJSON *tw_json_object(tw_json *json, cJSON *parent, const char *key) {
  return add(json, parent, key, cJSON_CreateObject());
}

cJSON *tw_json_array(tw_json *json, cJSON *parent, const char *key) {
  return add(json, parent, key, cJSON_CreateArray());
}

void tw_json_text(tw_json *json, cJSON *parent, const char *key, const char *text) {
  add(json, parent, key, text == NULL ? cJSON_CreateRaw("null") : cJSON_CreateString(text));
}

/* The text of a "%s" or "%d"; NULL for any other conversion. */
static const char *simple_argument(char conversion, va_list *arguments,
                                   char digits[TW_JSON_NUMBER_SIZE]) {
  /* The analyzer of clang 14 does not see that every caller has begun the list. */
  if (conversion == 's') {
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    return va_arg(*arguments, const char *);
  }
  if (conversion == 'd') {
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    (void)tw_json_integer_text(va_arg(*arguments, int), digits);
    return digits;
  }
  return NULL;
}

/*
 * What vsnprintf() does, for formats with nothing but "%s" and "%d", as most are here: it takes ten
 * times as long. False for any other format.
 */
static bool format_simply(char text[TEXT_SIZE], const char *format, va_list *arguments) {
  size_t used = 0;
  while (*format != '\0' && used < TEXT_SIZE - 1) {
    if (*format != '%') {
      text[used++] = *format++;
      continue;
    }
    char digits[TW_JSON_NUMBER_SIZE];
    const char *argument = simple_argument(format[1], arguments, digits);
    if (argument == NULL) {
      return false;
    }
    while (*argument != '\0' && used < TEXT_SIZE - 1) {
      text[used++] = *argument++;
    }
    format += 2;
  }
  text[used] = '\0';
  return true;
}

void tw_json_format_list(tw_json *json, cJSON *parent, const char *key, const char *format,
                         va_list arguments) {
  char text[TEXT_SIZE];
  va_list once_more;
  va_copy(once_more, arguments);
  if (!format_simply(text, format, &once_more)) {
    /* The analyzer of clang 14 does not see that every caller has begun the list. */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    (void)vsnprintf(text, sizeof text, format, arguments);
  }
  va_end(once_more);
  tw_json_text(json, parent, key, text);
}

void tw_json_format(tw_json *json, cJSON *parent, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tw_json_format_list(json, parent, key, format, arguments);
  va_end(arguments);
}

void tw_json_number(tw_json *json, cJSON *parent, const char *key, double number) {
  char text[TW_JSON_NUMBER_SIZE];
  (void)tw_json_number_text(number, text);
  add(json, parent, key, cJSON_CreateRaw(text));
}

void tw_json_integer(tw_json *json, cJSON *parent, const char *key, double number) {
  char text[TW_JSON_NUMBER_SIZE];
  (void)tw_json_integer_text(number, text);
  add(json, parent, key, cJSON_CreateRaw(text));
}

/* The calendar is counted in years from March, so that leap days come last. */
void tw_json_time(tw_json *json, cJSON *parent, const char *key, int64_t time_ms) {
  int64_t ms = (time_ms % 86400000 + 86400000) % 86400000;
  int64_t days = (time_ms - ms) / 86400000 + 719468; /* since 0000-03-01 */
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t march_month = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  int64_t year = year_of_era + era * 400 + (month <= 2);
  tw_json_format(json, parent, key, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, (int)month,
                 (int)day, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                 (int)(ms % 1000));
}

void tw_json_bool(tw_json *json, cJSON *parent, const char *key, bool value) {
  add(json, parent, key, cJSON_CreateRaw(value ? "true" : "false"));
}

void tw_json_attach(tw_json *json, cJSON *parent, const char *key, cJSON *item) {
  add(json, parent, key, item);
}
