/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "api_client.h"
#include "tokenwatt/grid.h"

#include <math.h>

static double seconds_of_2025 = 1735689600;

/* What holds for every series: rising times, no value but a known one, the last is the latest. */
static void expect_series(cJSON *answer) {
  expect_keys(answer, "data meta");
  expect_keys(at(answer, "meta"),
              "region regionCode zone latestValue latestAt resolution unit source");
  cJSON *data = at(answer, "data");
  assert_true(cJSON_GetArraySize(data) >= 1);
  double before = 0;
  double value = NAN;
  cJSON *point = NULL;
  cJSON_ArrayForEach(point, data) {
    expect_keys(point, "time value");
    assert_true(number_at(point, "time") > before);
    before = number_at(point, "time");
    value = number_at(point, "value");
    assert_true(value > 0 && value < 2000);
  }
  assert_true(number_at(answer, "meta.latestValue") == value);
  assert_string_equal(text_at(answer, "meta.resolution"), "year");
}

static cJSON *series_of(const char *path) {
  cJSON *answer = ask("GET", path, NULL, 200);
  expect_series(answer);
  return answer;
}

static void a_region_has_its_years(void **state) {
  (void)state;
  cJSON *answer = series_of("/api/carbon/us-west-2");
  assert_int_equal(cJSON_GetArraySize(at(answer, "data")), 2);
  assert_true(number_at(cJSON_GetArrayItem(at(answer, "data"), 0), "time") == 1704067200);
  assert_true(number_at(cJSON_GetArrayItem(at(answer, "data"), 1), "time") == seconds_of_2025);
  assert_true(number_at(cJSON_GetArrayItem(at(answer, "data"), 1), "value") == 204);
  assert_string_equal(text_at(answer, "meta.region"), "AWS US West (Oregon)");
  assert_string_equal(text_at(answer, "meta.regionCode"), "us-west-2");
  assert_string_equal(text_at(answer, "meta.zone"), "US-NW-PACW");
  assert_string_equal(text_at(answer, "meta.latestAt"), "2025-01-01T00:00:00.000Z");
  cJSON_Delete(answer);
}

static void zones_and_countries_are_places_too(void **state) {
  (void)state;
  static const struct {
    const char *path;
    const char *region;
    const char *code;
    const char *zone; /* NULL for null */
  } cases[] = {
      {"/api/carbon/US-CAL-CISO", "US-CAL-CISO", "US-CAL-CISO", "US-CAL-CISO"},
      {"/api/carbon/us-east-1a", "AWS US East (N. Virginia)", "us-east-1", "US-MIDA-PJM"},
      {"/api/carbon/GB", "United Kingdom", "GB", "GB"},
      {"/api/carbon/JPN", "Japan", "JP", NULL},
      {"/api/carbon/south%20africa", "South Africa", "ZA", "ZA"},
      {"/api/carbon/portugal", "Portugal", "PT", NULL},
      {"/api/carbon/World", "World", "WORLD", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    cJSON *answer = series_of(cases[i].path);
    assert_string_equal(text_at(answer, "meta.region"), cases[i].region);
    assert_string_equal(text_at(answer, "meta.regionCode"), cases[i].code);
    if (cases[i].zone == NULL) {
      assert_true(cJSON_IsNull(at(answer, "meta.zone")));
    } else {
      assert_string_equal(text_at(answer, "meta.zone"), cases[i].zone);
    }
    cJSON_Delete(answer);
  }
}

static void expect_same_place(const char *a, const char *b) {
  tw_grid_series by_a;
  tw_grid_series by_b;
  tw_place place;
  assert_int_equal(tw_grid_series_find(a, &by_a), TW_OK);
  assert_int_equal(tw_grid_series_find(b, &by_b), TW_OK);
  assert_int_equal(tw_place_find(b, NULL, &place), TW_OK);
  const tw_grid_year *last = &by_a.years[by_a.year_count - 1];
  assert_string_equal(by_a.code, by_b.code);
  assert_string_equal(by_a.name, by_b.name);
  assert_int_equal(by_a.year_count, by_b.year_count);
  assert_true(last->gco2e_per_kwh == by_b.years[by_b.year_count - 1].gco2e_per_kwh);
  assert_true(last->gco2e_per_kwh == place.grid_gco2e_per_kwh);
  assert_string_equal(place.region, by_a.code);
}

static void the_spelling_of_a_country_changes_nothing(void **state) {
  (void)state;
  size_t zones = 0;
  for (size_t i = 0; i < tw_country_count(); i++) {
    const tw_country *country = tw_country_at(i);
    tw_grid_series series;
    assert_int_equal(tw_grid_series_find(country->code, &series), TW_OK);
    zones += series.zone != NULL;
    expect_same_place(country->code, country->code3);
    expect_same_place(country->code, country->name);
  }
  assert_int_equal(zones, 27);
  cJSON *answer = series_of("/api/carbon/United%20Kingdom");
  assert_true(number_at(answer, "meta.latestValue") == 176);
  assert_string_equal(text_at(answer, "meta.zone"), "GB");
  cJSON_Delete(answer);
}

static void an_unknown_place_is_named(void **state) {
  (void)state;
  cJSON *answer = ask("GET", "/api/carbon/atl%C3%A4ntis", NULL, 404);
  assert_string_equal(text_at(answer, "error.code"), "not_found");
  assert_string_equal(text_at(answer, "error.details.region"), "atl\xC3\xA4ntis");
  assert_non_null(strstr(text_at(answer, "error.message"), "'atl\xC3\xA4ntis'"));
  cJSON_Delete(answer);
  static const char *const bad[] = {"/api/carbon/%FF", "/api/carbon/%0", "/api/carbon/a%00b"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    answer = ask("GET", bad[i], NULL, 400);
    assert_string_equal(text_at(answer, "error.details.field"), "region");
    cJSON_Delete(answer);
  }
  char longest[512] = "/api/carbon/";
  memset(longest + strlen(longest), 'x', 201);
  answer = ask("GET", longest, NULL, 400);
  assert_string_equal(text_at(answer, "error.details.field"), "region");
  cJSON_Delete(answer);
  cJSON_Delete(ask("GET", "/api/carbon/", NULL, 404));
  cJSON_Delete(ask("GET", "/api/carbon/DE/FR", NULL, 404));
  cJSON_Delete(ask("POST", "/api/carbon/DE", "{}", 405));
}

static void all_are_the_regions_each_as_alone(void **state) {
  (void)state;
  cJSON *all = ask("GET", "/api/carbon/all", NULL, 200);
  cJSON *data = at(all, "data");
  assert_int_equal(cJSON_GetArraySize(data), tw_region_count());
  assert_true(number_at(all, "meta.totalRegions") == (double)tw_region_count());
  size_t index = 0;
  cJSON *one = NULL;
  cJSON_ArrayForEach(one, data) {
    expect_series(one);
    char path[128];
    (void)snprintf(path, sizeof path, "/api/carbon/%s", tw_region_at(index++)->code);
    cJSON *alone = ask("GET", path, NULL, 200);
    assert_true(cJSON_Compare(one, alone, true));
    cJSON_Delete(alone);
  }
  cJSON_Delete(all);
}

static void series_need_a_place(void **state) {
  (void)state;
  tw_grid_series series;
  assert_int_equal(tw_grid_series_find(NULL, &series), TW_ERR_NOT_FOUND);
  assert_int_equal(tw_grid_series_find("", &series), TW_ERR_NOT_FOUND);
  assert_int_equal(tw_grid_series_find("DE", NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_grid_series_find("DE", &series), TW_OK);
}

/* Each place that GET /api/carbon finds has the number that an estimate there is made with. */
static void series_end_with_the_number_of_estimates(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_region_count() + tw_country_count(); i++) {
    const char *code =
        i < tw_region_count() ? tw_region_at(i)->code : tw_country_at(i - tw_region_count())->code;
    tw_grid_series series;
    tw_place place;
    assert_int_equal(tw_grid_series_find(code, &series), TW_OK);
    assert_int_equal(tw_place_find(code, NULL, &place), TW_OK);
    const tw_grid_year *last = &series.years[series.year_count - 1];
    assert_true(last->gco2e_per_kwh == place.grid_gco2e_per_kwh);
    assert_int_equal(last->year, place.grid_year);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_region_has_its_years),
      cmocka_unit_test(zones_and_countries_are_places_too),
      cmocka_unit_test(the_spelling_of_a_country_changes_nothing),
      cmocka_unit_test(an_unknown_place_is_named),
      cmocka_unit_test(all_are_the_regions_each_as_alone),
      cmocka_unit_test(series_need_a_place),
      cmocka_unit_test(series_end_with_the_number_of_estimates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
