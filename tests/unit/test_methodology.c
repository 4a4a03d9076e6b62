/* SPDX-License-Identifier: MIT */
/* What docs/methodology.md shows of the methods: their examples and how they compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "footprints.h"

#include <stdio.h>

/* docs/methodology.md from a method's heading to the next one's. */
static const char *section(const char *method) {
  static char text[131072];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/methodology.md", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  (void)fclose(file);
  char heading[64];
  (void)snprintf(heading, sizeof heading, "\n## `%s`\n", method);
  char *begin = strstr(text, heading);
  if (begin == NULL) {
    fail_msg("docs/methodology.md has no section %s", method);
    return "";
  }
  char *end = strstr(begin + 1, "\n## ");
  if (end != NULL) {
    *end = '\0';
  }
  return begin;
}

/* The worked example of each section, figure by figure. */
static void the_documented_examples_are_right(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  tw_footprint ecologits = footprint_of(&usage, "ecologits");
  tw_footprint carbon_llm = footprint_of(&usage, "carbon-llm");
  tw_footprint carbonbench = footprint_of(&usage, "carbonbench");
  usage.start_time_ms = 0;
  usage.last_token_time_ms = 6000;
  tw_footprint hardware = footprint_of(&usage, "hardware");
  const struct {
    const tw_footprint *footprint;
    const char *format;
    double number;
  } figures[] = {
      {&ecologits, "low %.9f Wh/token", factor(&ecologits, "gpu_wh_per_token").low},
      {&ecologits, "high %.9f Wh/token", factor(&ecologits, "gpu_wh_per_token").high},
      {&ecologits, "low %.2f s", factor(&ecologits, "latency_s").low},
      {&ecologits, "high %.2f s", factor(&ecologits, "latency_s").high},
      {&ecologits, "low %.4f Wh\n", ecologits.energy_wh.low},
      {&ecologits, "high %.4f Wh\n", ecologits.energy_wh.high},
      {&ecologits, "E = %.4f Wh", ecologits.energy_wh.value},
      {&ecologits, "low %.4f g embodied", impact(&ecologits, "embodied_co2_grams").low},
      {&ecologits, "high %.4f g embodied", impact(&ecologits, "embodied_co2_grams").high},
      {&ecologits, "low %.4f g CO2e", ecologits.co2_g.low},
      {&ecologits, "high %.4f g CO2e", ecologits.co2_g.high},
      {&ecologits, "CO2e = %.4f g", ecologits.co2_g.value},
      {&ecologits, "%.4f mL", ecologits.water_ml.value},
      {&carbon_llm, "= %.4f g CO2e", carbon_llm.co2_g.value},
      {&carbon_llm, "low %.5f g", carbon_llm.co2_g.low},
      {&carbon_llm, "high %.4f g", carbon_llm.co2_g.high},
      {&carbon_llm, "= %.4f Wh", carbon_llm.energy_wh.value},
      {&carbon_llm, "= %.4f mL", carbon_llm.water_ml.value},
      {&carbonbench, "e = %.4f J", factor(&carbonbench, "joules_per_output_token").value},
      {&carbonbench, "E = %.4f Wh", carbonbench.energy_wh.value},
      {&carbonbench, "low %.4f Wh", carbonbench.energy_wh.low},
      {&carbonbench, "high %.4f Wh", carbonbench.energy_wh.high},
      {&carbonbench, "= %.4f g CO2e", carbonbench.co2_g.value},
      {&hardware, "W = %.3f W", factor(&hardware, "power_w").value},
      {&hardware, "low %.3f W", factor(&hardware, "power_w").low},
      {&hardware, "high %.3f W", factor(&hardware, "power_w").high},
      {&hardware, "E = %.4f Wh", hardware.energy_wh.value},
      {&hardware, "low %.4f Wh", hardware.energy_wh.low},
      {&hardware, "high %.4f Wh", hardware.energy_wh.high},
      {&hardware, "= %.4f g CO2e", hardware.co2_g.value},
  };
  for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
    const char *method = figures[i].footprint->method;
    char expected[64];
    (void)snprintf(expected, sizeof expected, figures[i].format, figures[i].number);
    if (strstr(section(method), expected) == NULL) {
      fail_msg("docs/methodology.md, section %s, does not have '%s'", method, expected);
    }
  }
}

/* The table that sets the methods side by side. */
static void the_documented_comparison_is_right(void **state) {
  (void)state;
  static char text[8192];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/methodology.md", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  (void)fclose(file);
  for (size_t i = 0; i < tw_method_count(); i++) {
    const char *method = tw_method_name(i);
    tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
    if (strcmp(method, "hardware") == 0) {
      usage.start_time_ms = 0;
      usage.last_token_time_ms = 6000;
    }
    tw_footprint footprint = footprint_of(&usage, method);
    tw_range energy = footprint.energy_wh;
    tw_range co2 = footprint.co2_g;
    char row[128];
    (void)snprintf(row, sizeof row, "| `%s` | %.3f (%.3f to %.3f) | %.3f (%.3f to %.3f) |", method,
                   energy.value, energy.low, energy.high, co2.value, co2.low, co2.high);
    if (strstr(text, row) == NULL) {
      fail_msg("docs/methodology.md does not have '%s'", row);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_documented_examples_are_right),
      cmocka_unit_test(the_documented_comparison_is_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
