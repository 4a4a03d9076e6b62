/* SPDX-License-Identifier: MIT */
#include "report_amounts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define EN_DASH "\xE2\x80\x93"

const tw_scale tw_scale_energy = {{"mWh", "Wh", "kWh", "MWh"}};
const tw_scale tw_scale_co2e = {{"mg", "g", "kg", "t"}};
const tw_scale tw_scale_water = {{"\xC2\xB5L", "mL", "L", "m\xC2\xB3"}};

static int digits_behind_point(double value) {
  return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

/* A value in the unit that suits it. */
typedef struct scaled {
  double value;
  size_t unit;
} scaled;

static scaled scale_to_unit(double value) {
  if (!(value > 0)) {
    return (scaled){0, 1};
  }
  scaled at = {value * 1000, 0};
  while (at.unit < 3 && at.value >= 999.5) {
    at.value /= 1000;
    at.unit++;
  }
  return at;
}

void tw_amount_make(tw_amount *amount, const tw_scale *scale, double value, double low,
                    double high) {
  scaled middle = scale_to_unit(value);
  *amount = (tw_amount){.exact = value};
  (void)snprintf(amount->text, sizeof amount->text, "%.*f %s", digits_behind_point(middle.value),
                 middle.value, scale->units[middle.unit]);
  if (high > low) {
    scaled least = scale_to_unit(low);
    scaled most = scale_to_unit(high);
    bool is_named = least.unit != most.unit; /* one unit for both is named once */
    (void)snprintf(amount->range, sizeof amount->range, "%.*f%s%s" EN_DASH "%.*f %s",
                   digits_behind_point(least.value), least.value, is_named ? " " : "",
                   is_named ? scale->units[least.unit] : "", digits_behind_point(most.value),
                   most.value, scale->units[most.unit]);
  }
}

/* To the gram, or to two digits of what is less than ten. */
static int decimals_of_tonnes(double least_t) {
  int decimals = 6;
  double limit = 1e-5;
  while (least_t > 0 && least_t < limit && decimals < 12) {
    limit /= 10;
    decimals++;
  }
  return decimals;
}

void tw_amount_make_tonnes(tw_amount *amount, double co2_g, double low_g, double high_g) {
  int decimals = decimals_of_tonnes(co2_g / 1e6);
  int range_decimals = decimals_of_tonnes(low_g / 1e6);
  *amount = (tw_amount){.exact = co2_g / 1e6};
  (void)snprintf(amount->text, sizeof amount->text, "%.*f t", decimals, co2_g / 1e6);
  (void)snprintf(amount->range, sizeof amount->range, "%.*f" EN_DASH "%.*f t", range_decimals,
                 low_g / 1e6, range_decimals, high_g / 1e6);
}

void tw_amount_make_count(tw_amount *amount, double count) {
  *amount = (tw_amount){.exact = count};
  char digits[sizeof amount->text];
  int size = snprintf(digits, sizeof digits, "%.0f", count);
  if (size * 4 / 3 + 1 >= (int)sizeof digits) {
    (void)snprintf(amount->text, sizeof amount->text, "%.3g", count);
    return;
  }
  size_t used = 0;
  for (int i = 0; i < size; i++) {
    if (i > 0 && (size - i) % 3 == 0) {
      amount->text[used++] = ',';
    }
    amount->text[used++] = digits[i];
  }
}
