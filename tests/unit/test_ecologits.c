/* SPDX-License-Identifier: MIT */
/* The method ecologits beside EcoLogits 0.9.1 itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "footprints.h"

#include <cjson/cJSON.h>
#include <stdio.h>

static cJSON *read_vectors(void) {
  static char text[65536];
  FILE *file = fopen(TW_SOURCE_DIR "/tests/vectors/ecologits.json", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  (void)fclose(file);
  cJSON *vectors = cJSON_Parse(text);
  assert_non_null(vectors);
  return vectors;
}

static void assert_bounds(const cJSON *test, const char *key, tw_range range) {
  const cJSON *expected = cJSON_GetObjectItemCaseSensitive(test, key);
  assert_within(range.low, cJSON_GetArrayItem(expected, 0)->valuedouble, 1e-8);
  assert_within(range.high, cJSON_GetArrayItem(expected, 1)->valuedouble, 1e-8);
  assert_near(range.value, (range.low + range.high) / 2);
}

static const char *text_of(const cJSON *test, const char *key) {
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(test, key));
}

/* tests/vectors/ecologits.json: what EcoLogits 0.9.1 itself answers. */
static void ecologits_is_as_its_own_code(void **state) {
  (void)state;
  cJSON *vectors = read_vectors();
  const cJSON *test = NULL;
  size_t count = 0;
  cJSON_ArrayForEach(test, cJSON_GetObjectItemCaseSensitive(vectors, "cases")) {
    const char *zone = text_of(test, "zone");
    bool is_world = zone != NULL && strcmp(zone, "WOR") == 0;
    tw_usage usage =
        usage_of(text_of(test, "provider"), text_of(test, "model"), is_world ? "world" : zone);
    usage.completion_tokens =
        (int64_t)cJSON_GetObjectItemCaseSensitive(test, "tokens")->valuedouble;
    const cJSON *latency = cJSON_GetObjectItemCaseSensitive(test, "latency_s");
    if (!cJSON_IsNull(latency)) {
      usage.start_time_ms = 1000;
      usage.last_token_time_ms = 1000 + (int64_t)(latency->valuedouble * 1000);
    }
    tw_footprint footprint = footprint_of(&usage, "ecologits");
    assert_bounds(test, "energy_wh", footprint.energy_wh);
    assert_bounds(test, "co2_g", footprint.co2_g);
    assert_bounds(test, "water_ml", footprint.water_ml);
    assert_bounds(test, "embodied_g", impact(&footprint, "embodied_co2_grams"));
    assert_bounds(test, "adpe_mgsbeq", impact(&footprint, "abiotic_depletion_mg_sbeq"));
    assert_bounds(test, "primary_mj", impact(&footprint, "primary_energy_mj"));
    assert_int_equal(footprint.warnings, is_world ? 1 << TW_WARNING_WORLD_MEAN : 0);
    count++;
  }
  assert_true(count >= 90);
  cJSON_Delete(vectors);
}

static void ecologits_says_what_it_does_not_know(void **state) {
  (void)state;
  tw_usage usage = usage_of("xAI", "grok-4", "SG");
  tw_footprint footprint = footprint_of(&usage, "ecologits");
  assert_true(has_warning(&footprint, TW_WARNING_ECOLOGITS_MODEL));
  assert_true(has_warning(&footprint, TW_WARNING_ECOLOGITS_SITE));
  assert_true(has_warning(&footprint, TW_WARNING_ECOLOGITS_MIX));
  assert_true(has_warning(&footprint, TW_WARNING_PARAMS_UNKNOWN));
  assert_true(isnan(impact(&footprint, "primary_energy_mj").value));
  assert_near(factor(&footprint, "params_total_b").high, footprint.stand_in->params_total_b.high);
  tw_place place;
  assert_int_equal(tw_place_find("SG", NULL, &place), TW_OK);
  assert_near(factor(&footprint, "grid_gco2e_per_kwh").value, place.grid_gco2e_per_kwh);
  /* its own names, which our table may take for others */
  usage = usage_of("Mistral", "mistral-small-latest", NULL);
  footprint = footprint_of(&usage, "ecologits");
  assert_near(factor(&footprint, "params_total_b").value, 23.6);
  assert_int_equal(footprint.warnings, 0);
  assert_string_equal(footprint.place.region, "SE");
  /* a vendor publishes a size, or does not */
  assert_int_equal(footprint.confidence, TW_CONFIDENCE_BENCHMARKED);
  usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  footprint = footprint_of(&usage, "ecologits");
  assert_int_equal(footprint.confidence, TW_CONFIDENCE_ESTIMATED);
  assert_int_equal(footprint.place.method, TW_PLACE_ZONE);
  assert_string_equal(footprint.place.region, "US");
  usage.region = "US-CAL-CISO";
  assert_string_equal(footprint_of(&usage, "ecologits").place.region, "US");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ecologits_is_as_its_own_code),
      cmocka_unit_test(ecologits_says_what_it_does_not_know),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
