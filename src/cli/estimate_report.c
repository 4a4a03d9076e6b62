/* SPDX-License-Identifier: MIT */
#include "estimate_report.h"

#include "message.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>

enum { LABEL_WIDTH = 12, VALUE_WIDTH = 16, NUMBER_SIZE = 48 };

static const cJSON *get(const cJSON *object, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *get_text(const cJSON *object, const char *key) {
  const char *text = cJSON_GetStringValue(get(object, key));
  return text == NULL ? "unknown" : text;
}

static double get_number(const cJSON *object, const char *key) {
  return cJSON_GetNumberValue(get(object, key)); /* NaN if there is none */
}

static void print_label(const char *label) {
  printf("%-*s", LABEL_WIDTH, label);
}

/* Three digits that mean something, and no exponent: nobody reads 1.2e-05 at a glance. */
static const char *format_number(double number, char text[NUMBER_SIZE]) {
  int decimals = 0;
  if (number != 0 && isfinite(number)) {
    decimals = 2 - (int)floor(log10(fabs(number)));
  }
  decimals = decimals < 0 ? 0 : decimals;
  (void)snprintf(text, NUMBER_SIZE, "%.*f", decimals > 15 ? 15 : decimals, number);
  return text;
}

/* "energy      0.342 Wh        0.105 to 1.21" */
static void print_quantity(const cJSON *footprint, const char *label, const char *field,
                           const char *unit) {
  const cJSON *range = get(get(get(footprint, "details"), "range"), field);
  char value[NUMBER_SIZE];
  char low[NUMBER_SIZE];
  char high[NUMBER_SIZE];
  print_label(label);
  int used = printf("%s %s", format_number(get_number(footprint, field), value), unit);
  if (range == NULL) {
    putchar('\n');
    return;
  }
  printf("%*s %s to %s\n", used < VALUE_WIDTH ? VALUE_WIDTH - used : 0, "",
         format_number(get_number(range, "low"), low),
         format_number(get_number(range, "high"), high));
}

static void print_model(const cJSON *usage, const cJSON *details) {
  const cJSON *matched = get(details, "matched");
  const char *id = cJSON_GetStringValue(get(matched, "model"));
  print_label("model");
  printf("%s %s", get_text(usage, "provider"),
         get(usage, "model") == NULL ? "(not given)" : get_text(usage, "model"));
  if (id == NULL) {
    printf(", not in the table\n");
  } else {
    printf(", found as %s (%s)\n", id, get_text(matched, "how"));
  }
}

static void print_tokens(const cJSON *usage, const cJSON *details) {
  print_label("tokens");
  printf("prompt %.0f (cached %.0f), completion %.0f, reasoning %.0f; %s\n",
         get_number(usage, "prompt_tokens"), get_number(usage, "cached_tokens"),
         get_number(usage, "completion_tokens"), get_number(usage, "reasoning_tokens"),
         get_text(get(details, "tokens"), "basis"));
}

static void print_place(const cJSON *footprint, const cJSON *details) {
  const cJSON *audit = get(footprint, "audit");
  const cJSON *factors = get(details, "factors");
  print_label("region");
  printf("%s, %s (%s)", get_text(audit, "finalRegion"), get_text(audit, "finalProvider"),
         get_text(audit, "calculationMethod"));
  double grid = get_number(factors, "grid_gco2e_per_kwh");
  double year = get_number(factors, "grid_year");
  if (!isnan(grid) && !isnan(year)) {
    char text[NUMBER_SIZE];
    printf(": %s gCO2e/kWh in %.0f", format_number(grid, text), year);
  }
  putchar('\n');
}

static void print_hidden_reasoning(const cJSON *details) {
  double tokens = get_number(details, "hidden_reasoning_tokens");
  if (!isnan(tokens)) {
    print_label("hidden");
    printf("about %.0f tokens of unseen reasoning (estimated; in the upper bounds only)\n", tokens);
  }
}

static void print_report(const cJSON *answer) {
  const cJSON *usage = get(answer, "usage");
  const cJSON *footprint = get(answer, "footprint");
  const cJSON *details = get(footprint, "details");
  print_model(usage, details);
  print_tokens(usage, details);
  print_hidden_reasoning(details);
  print_quantity(footprint, "energy", "energy_wh", "Wh");
  print_quantity(footprint, "CO2e", "co2_grams", "g");
  print_quantity(footprint, "water", "water_ml", "mL");
  print_quantity(footprint, "tree", "tree_days", "days");
  print_label("method");
  printf("%s, confidence: %s\n", get_text(details, "method"), get_text(details, "confidence"));
  print_place(footprint, details);
  const cJSON *warning = NULL;
  cJSON_ArrayForEach(warning, get(details, "warnings")) {
    print_label("warning");
    printf("%s\n", cJSON_GetStringValue(warning));
  }
}

cli_exit cli_estimate_report(const cli_command *command, const tw_api_response *response) {
  cJSON *answer = cJSON_ParseWithLength(response->body, response->body_size);
  if (answer == NULL) {
    cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
    return CLI_BAD_DATA;
  }
  print_report(answer);
  cJSON_Delete(answer);
  return CLI_OK;
}
