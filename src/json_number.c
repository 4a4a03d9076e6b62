/* SPDX-License-Identifier: MIT */
/*
 * Ten digits need no more than a multiplication: printf, which is exact to the last of a thousand
 * digits, was most of what an answer cost.
 */
#include "json_number.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  SIGNIFICANT_DIGITS = 10,
  LEAST_EXPONENT = -4, /* beyond these, as for printf, numbers are written as 1e-05 and 1e+15 */
  PLAIN_DIGITS = 15
};
static const double MOST = 1e10; /* above all numbers of ten digits, of which 1e9 is the least */

static double power_of_ten(int exponent) {
  /* These are exact, and nearly all numbers need no others. */
  static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  enum { EXACT_COUNT = sizeof exact / sizeof exact[0] };
  double power = 1;
  for (; exponent >= EXACT_COUNT; exponent -= EXACT_COUNT - 1) {
    power *= exact[EXACT_COUNT - 1];
  }
  return power * exact[exponent];
}

static double scaled(double number, int exponent) {
  int places = SIGNIFICANT_DIGITS - 1 - exponent;
  if (places > 300) { /* the scale itself would be infinite */
    return number * 1e300 * power_of_ten(places - 300);
  }
  return places >= 0 ? number * power_of_ten(places) : number / power_of_ten(-places);
}

/* The power of two below a positive number, from its bits: frexp() is a call for the same. */
static int exponent_of_two(double number) {
  uint64_t bits = 0;
  memcpy(&bits, &number, sizeof bits);
  return (int)(bits >> 52) - 1023; /* of the smallest ones, far too large: that is seen below */
}

/* The first ten digits of a positive number, and the power of ten of the first of them. */
static int64_t ten_digits(double number, int *exponent) {
  /* log10(2) = 0.30103; one too small or too large is seen below. */
  int hundred_thousandths = exponent_of_two(number) * 30103;
  int estimate = hundred_thousandths / 100000;
  *exponent = estimate - (hundred_thousandths < 0);
  double digits = scaled(number, *exponent) + 0.5;
  if (digits >= MOST) {
    digits = scaled(number, ++*exponent) + 0.5;
  }
  while (digits < 1e9) {
    digits = scaled(number, --*exponent) + 0.5;
  }
  return (int64_t)digits;
}

/* Writes a number in so many digits, with zeros before it. */
static void write_digits(uint32_t number, int count, char *text) {
  for (int i = count - 1; i >= 0; i--) {
    text[i] = (char)('0' + number % 10);
    number /= 10;
  }
}

/* Writes ten digits, two at a time; returns how many come before zeros. */
static int write_ten_digits(int64_t number, char *text) {
  static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                              "25262728293031323334353637383940414243444546474849"
                              "50515253545556575859606162636465666768697071727374"
                              "75767778798081828384858687888990919293949596979899";
  uint32_t first = (uint32_t)(number / 100000000);
  uint32_t rest = (uint32_t)(number % 100000000);
  uint32_t left = rest / 10000;
  uint32_t right = rest % 10000;
  const uint32_t two[] = {first, left / 100, left % 100, right / 100, right % 100};
  for (int i = 0; i < SIGNIFICANT_DIGITS / 2; i++) {
    memcpy(text + (ptrdiff_t)2 * i, pairs + (ptrdiff_t)2 * two[i], 2);
  }
  int count = number % 100000 == 0 ? SIGNIFICANT_DIGITS / 2 : SIGNIFICANT_DIGITS;
  while (text[count - 1] == '0') {
    count--;
  }
  return count;
}

/*
 * Ten digits with their point behind the first `whole` of them. They are written where they stay,
 * but for those before the point.
 */
static size_t write_plain(int64_t digits, int whole, char *text) {
  if (whole <= 0) {
    memcpy(text, "0.0000", 6);
    return (size_t)2 + (size_t)-whole + (size_t)write_ten_digits(digits, text + 2 - whole);
  }
  memset(text, '0', PLAIN_DIGITS + 1);
  int count = write_ten_digits(digits, text + 1);
  for (int i = 0; i < whole; i++) {
    text[i] = text[i + 1];
  }
  if (whole >= count) {
    return (size_t)whole;
  }
  text[whole] = '.';
  return (size_t)count + 1;
}

static size_t write_exponent(int exponent, char *text) {
  text[0] = 'e';
  text[1] = exponent < 0 ? '-' : '+';
  int power = exponent < 0 ? -exponent : exponent;
  int places = power >= 100 ? 3 : 2;
  write_digits((uint32_t)power, places, text + 2);
  return (size_t)places + 2;
}

size_t tw_json_integer_text(double number, char text[TW_JSON_NUMBER_SIZE]) {
  char digits[TW_JSON_NUMBER_SIZE];
  size_t count = 0;
  for (uint64_t rest = (uint64_t)fabs(number); rest > 0 || count == 0; rest /= 10) {
    digits[count++] = (char)('0' + rest % 10);
  }
  size_t size = 0;
  if (number < 0) {
    text[size++] = '-';
  }
  while (count > 0) {
    text[size++] = digits[--count];
  }
  text[size] = '\0';
  return size;
}

size_t tw_json_number_text(double number, char text[TW_JSON_NUMBER_SIZE]) {
  if (!isfinite(number)) {
    memcpy(text, "null", sizeof "null");
    return strlen("null");
  }
  if (fabs(number) < 1e9 && number == (double)(int32_t)number) {
    return tw_json_integer_text(number, text);
  }
  size_t size = 0;
  if (number < 0) {
    text[size++] = '-';
  }
  int exponent = 0;
  int64_t digits = ten_digits(fabs(number), &exponent);
  if (exponent >= LEAST_EXPONENT && exponent < PLAIN_DIGITS) {
    size += write_plain(digits, exponent + 1, text + size);
  } else {
    size += write_plain(digits, 1, text + size);
    size += write_exponent(exponent, text + size);
  }
  text[size] = '\0';
  return size;
}

bool tw_json_decimals_text(double number, int decimals, char text[TW_JSON_NUMBER_SIZE]) {
  double scale = power_of_ten(decimals);
  double parts = number * scale;
  double rest = parts - floor(parts);
  if (!(number >= 0 && parts < 1e9) || fabs(rest - 0.5) < 1e-6) {
    return false;
  }
  double rounded = floor(parts) + (rest > 0.5);
  double whole = floor(rounded / scale);
  size_t size = tw_json_integer_text(whole, text);
  text[size] = '.';
  write_digits((uint32_t)(rounded - whole * scale), decimals, text + size + 1);
  text[size + 1 + (size_t)decimals] = '\0';
  return true;
}
