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

void tw_amount_make(tw_amount *amount, const tw_scale *scale, double value, double low,
                    double high) {
  double factor = 1000;
  size_t unit = 0;
  while (unit < 3 && value * factor >= 999.5 && value > 0) {
    factor /= 1000;
    unit++;
  }
  unit = value > 0 ? unit : 1;
  factor = value > 0 ? factor : 1;
  *amount = (tw_amount){.exact = value};
  (void)snprintf(amount->text, sizeof amount->text, "%.*f %s", digits_behind_point(value * factor),
                 value * factor, scale->units[unit]);
  if (high > low) {
    (void)snprintf(amount->range, sizeof amount->range, "%.*f" EN_DASH "%.*f %s",
                   digits_behind_point(low * factor), low * factor,
                   digits_behind_point(high * factor), high * factor, scale->units[unit]);
  }
}

void tw_amount_make_tonnes(tw_amount *amount, double co2_g, double low_g, double high_g) {
  *amount = (tw_amount){.exact = co2_g / 1e6};
  (void)snprintf(amount->text, sizeof amount->text, "%.6f t", co2_g / 1e6);
  (void)snprintf(amount->range, sizeof amount->range, "%.6f" EN_DASH "%.6f t", low_g / 1e6,
                 high_g / 1e6);
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
