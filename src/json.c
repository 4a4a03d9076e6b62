/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIGNIFICANT_DIGITS = 10, TEXT_SIZE = 640 };

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
  add(json, parent, key, text == NULL ? cJSON_CreateNull() : cJSON_CreateString(text));
}

void tw_json_format_list(tw_json *json, cJSON *parent, const char *key, const char *format,
                         va_list arguments) {
  char text[TEXT_SIZE];
  /* The analyzer of clang 14 does not see that every caller has begun the list. */
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  (void)vsnprintf(text, sizeof text, format, arguments);
  tw_json_text(json, parent, key, text);
}

void tw_json_format(tw_json *json, cJSON *parent, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  tw_json_format_list(json, parent, key, format, arguments);
  va_end(arguments);
}

/* cJSON prints 15 digits where they suffice, so the nearest double is good enough. */
static double rounded(double number) {
  if (number == 0 || !isfinite(number)) {
    return number;
  }
  int places = SIGNIFICANT_DIGITS - 1 - (int)floor(log10(fabs(number)));
  double scale = pow(10, abs(places));
  if (!isfinite(scale)) {
    return number;
  }
  return places >= 0 ? round(number * scale) / scale : round(number / scale) * scale;
}

void tw_json_number(tw_json *json, cJSON *parent, const char *key, double number) {
  add(json, parent, key, isnan(number) ? cJSON_CreateNull() : cJSON_CreateNumber(rounded(number)));
}

void tw_json_integer(tw_json *json, cJSON *parent, const char *key, double number) {
  char digits[32]; /* cJSON itself keeps 15 digits, one too few for the largest */
  (void)snprintf(digits, sizeof digits, "%.0f", number);
  add(json, parent, key, cJSON_CreateRaw(digits));
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
  add(json, parent, key, cJSON_CreateBool(value));
}

void tw_json_attach(tw_json *json, cJSON *parent, const char *key, cJSON *item) {
  add(json, parent, key, item);
}
