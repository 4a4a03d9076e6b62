/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "tokenwatt/grid.h"

#include <string.h>

static tw_place place_of(const char *region, const char *provider, tw_status expected) {
  tw_place place;
  assert_int_equal(tw_place_find(region, tw_provider_find(provider), &place), expected);
  assert_true(place.grid_gco2e_per_kwh > 0 && place.pue >= 1);
  assert_true(place.wue_onsite_l_per_kwh >= 0 && place.water_offsite_l_per_kwh > 0);
  assert_true(*place.grid_source && *place.site_source && *place.water_offsite_source);
  assert_true(place.grid_year > 2000);
  return place;
}

static void expect(const char *region, const char *provider, tw_place_method method,
                   const char *final_region, const char *final_provider) {
  tw_place place = place_of(region, provider, TW_OK);
  assert_string_equal(tw_place_method_name(place.method), tw_place_method_name(method));
  assert_string_equal(place.region, final_region);
  if (final_provider == NULL) {
    assert_null(place.provider);
  } else {
    assert_string_equal(place.provider, final_provider);
  }
}

static void every_region_is_found(void **state) {
  (void)state;
  assert_int_equal(tw_region_count(), 149);
  assert_null(tw_region_at(149));
  for (size_t i = 0; i < tw_region_count(); i++) {
    const tw_region *region = tw_region_at(i);
    assert_true(i == 0 || strcmp(tw_region_at(i - 1)->code, region->code) < 0);
    assert_ptr_equal(tw_region_find(region->code), region);
    expect(region->code, NULL, TW_PLACE_EXACT_REGION, region->code, region->cloud);
    expect(region->zone, NULL, TW_PLACE_ZONE, region->zone, NULL);
    assert_non_null(tw_country_find(region->country));
  }
}

static void a_region_goes_before_its_provider(void **state) {
  (void)state;
  expect("us-west-1", "Google", TW_PLACE_EXACT_REGION, "us-west-1", "AWS");
  expect("us-west1", "OpenAI", TW_PLACE_EXACT_REGION, "us-west1", "GCP");
  expect("swedencentral", "OpenAI", TW_PLACE_EXACT_REGION, "swedencentral", "Azure");
  tw_place place = place_of("us-west-1", NULL, TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 208 && place.grid_year == 2025);
  assert_true(place.pue == 1.18 && place.wue_onsite_l_per_kwh == 0.51);
  assert_true(place.water_offsite_l_per_kwh == 5.1893);
}

static void case_and_availability_zones_do_not_matter(void **state) {
  (void)state;
  expect("US-WEST-1", NULL, TW_PLACE_EXACT_REGION, "us-west-1", "AWS");
  expect("us-east-1a", NULL, TW_PLACE_EXACT_REGION, "us-east-1", "AWS");
  expect("us-central1-b", NULL, TW_PLACE_EXACT_REGION, "us-central1", "GCP");
  place_of("us-east-1-", NULL, TW_ERR_NOT_FOUND);
  place_of("us-east-1z", NULL, TW_ERR_NOT_FOUND);
}

static void zones_and_countries_come_next(void **state) {
  (void)state;
  expect("US-CAL-CISO", "OpenAI", TW_PLACE_ZONE, "US-CAL-CISO", "Azure");
  expect("de", NULL, TW_PLACE_ZONE, "DE", NULL);
  expect("Portugal", NULL, TW_PLACE_ZONE, "PT", NULL);
  expect("PRT", "Mistral", TW_PLACE_ZONE, "PT", "Mistral AI");
  tw_place place = place_of("PT", NULL, TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 111.8 && place.grid_year == 2024);
  assert_true(place.water_offsite_l_per_kwh == 3.908); /* the world's: Portugal's is not known */
  place = place_of("FI", NULL, TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 68); /* the zone's of 2025, not the country's of 2024 */
}

static void providers_have_defaults(void **state) {
  (void)state;
  expect(NULL, "OpenAI", TW_PLACE_PROVIDER_DEFAULT, "US", "Azure");
  expect("", "Anthropic", TW_PLACE_PROVIDER_DEFAULT, "US", "AWS");
  expect(NULL, "Gemini", TW_PLACE_PROVIDER_DEFAULT, "US", "GCP");
  expect(NULL, "Mistral AI", TW_PLACE_PROVIDER_DEFAULT, "SE", "Mistral AI");
  expect(NULL, "DeepSeek", TW_PLACE_PROVIDER_DEFAULT, "CN", "DeepSeek");
  tw_place place = place_of(NULL, "OpenAI", TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 383.55 && place.wue_onsite_l_per_kwh == 0.34);
  assert_true(place.water_offsite_l_per_kwh == 3.1321);
  place = place_of(NULL, "DeepSeek", TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 485 && place.grid_year == 2025); /* zone and country */
}

static void the_world_is_last(void **state) {
  (void)state;
  expect(NULL, "MiniMax", TW_PLACE_WORLD, "WORLD", "MiniMax");
  expect(NULL, NULL, TW_PLACE_WORLD, "WORLD", NULL);
  expect("World", "OpenAI", TW_PLACE_WORLD, "WORLD", "Azure");
  expect(NULL, "AWS", TW_PLACE_WORLD, "WORLD", "AWS");
  tw_place place = place_of(NULL, NULL, TW_OK);
  assert_true(place.grid_gco2e_per_kwh == 472.94 && place.grid_year == 2024);
  assert_true(place.water_offsite_l_per_kwh == 3.908);
}

static void an_unknown_region_falls_back(void **state) {
  (void)state;
  tw_place place = place_of("atlantis-1", "OpenAI", TW_ERR_NOT_FOUND);
  assert_int_equal(place.method, TW_PLACE_PROVIDER_DEFAULT);
  place = place_of("atlantis-1", NULL, TW_ERR_NOT_FOUND);
  assert_int_equal(place.method, TW_PLACE_WORLD);
  char region[1000];
  memset(region, 'a', sizeof region - 1);
  for (size_t size = 4; size < sizeof region; size++) {
    region[size - 1] = 'b';
    region[size] = '\0';
    place_of(region, NULL, TW_ERR_NOT_FOUND);
    region[size - 1] = region[size] = 'a';
  }
  assert_int_equal(tw_place_find("de", NULL, NULL), TW_ERR_ARGUMENT);
}

static void providers_are_found_by_any_spelling(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"OpenAI", "openai"},      {"open ai", "openai"},     {"ChatGPT", "openai"},
      {"x-ai", "x-ai"},          {"xAI", "x-ai"},           {"Amazon Bedrock", "amazon"},
      {"mistral", "mistralai"},  {"Meta AI", "meta-llama"}, {"Vertex AI", "google"},
      {"Azure OpenAI", "azure"}, {"Z.ai", "z-ai"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const tw_provider *provider = tw_provider_find(cases[i][0]);
    assert_non_null(provider);
    assert_string_equal(provider->slug, cases[i][1]);
  }
  for (size_t i = 0; i < tw_provider_count(); i++) {
    const tw_provider *provider = tw_provider_at(i);
    assert_ptr_equal(tw_provider_find(provider->slug), provider);
    assert_ptr_equal(tw_provider_find(provider->name), provider);
  }
  assert_null(tw_provider_at(tw_provider_count()));
  assert_null(tw_provider_find(NULL));
  assert_null(tw_provider_find(""));
  assert_null(tw_provider_find("nobody"));
  assert_string_equal(tw_provider_slug("xAI"), "x-ai");
  assert_string_equal(tw_provider_slug("nobody"), "");
  assert_string_equal(tw_provider_slug(NULL), "");
}

static void countries_are_found_by_usual_names(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"Vietnam", "VN"},
      {"Viet Nam", "VN"},
      {"Turkey", "TR"},
      {"T\xC3\xBCrkiye", "TR"},
      {"Czech Republic", "CZ"},
      {"UK", "GB"},
      {"uk", "GB"},
      {"Great Britain", "GB"},
      {"United States of America", "US"},
      {"USA", "US"},
      {"U.S.", "US"},
      {"u.s.a.", "US"},
      {"Ivory Coast", "CI"},
      {"C\xC3\xB4te d'Ivoire", "CI"},
      {"The Netherlands", "NL"},
      {"Hong Kong SAR", "HK"},
      {"Hong Kong, China", "HK"},
      {"UAE", "AE"},
      {"Brunei", "BN"},
      {"Russian Federation", "RU"},
      {"South Korea", "KR"},
      {"KOREA (SOUTH)", "KR"},
      {"Republic of Korea", "KR"},
      {"Korea, Republic of", "KR"},
      {"DPRK", "KP"},
      {"Democratic Republic of the Congo", "CD"},
      {"Republic of the Congo", "CG"},
      {"Bosnia and Herzegovina", "BA"},
      {"Lao PDR", "LA"},
      {"Macau", "MO"},
      {"Cape Verde", "CV"},
      {"Swaziland", "SZ"},
      {"Burma", "MM"},
      {"Slovak Republic", "SK"},
      {"US Virgin Islands", "VI"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const tw_country *country = tw_country_find(cases[i][0]);
    assert_non_null(country);
    assert_string_equal(country->code, cases[i][1]);
    tw_place place = place_of(cases[i][0], NULL, TW_OK);
    assert_string_equal(place.region, cases[i][1]);
  }
  assert_null(tw_country_find("Guinea-Conakry-Bissau"));
  assert_null(tw_country_find("--"));
}

static void countries_are_found(void **state) {
  (void)state;
  assert_true(tw_country_count() > 200);
  for (size_t i = 0; i < tw_country_count(); i++) {
    const tw_country *country = tw_country_at(i);
    assert_ptr_equal(tw_country_find(country->code), country);
    assert_ptr_equal(tw_country_find(country->code3), country);
    assert_ptr_equal(tw_country_find(country->name), country);
    assert_int_equal(strlen(country->code), 2);
    assert_int_equal(strlen(country->code3), 3);
  }
  assert_null(tw_country_at(tw_country_count()));
  assert_null(tw_country_find(NULL));
  assert_null(tw_country_find(""));
  assert_true(tw_country_find("US")->grid_gco2e_per_kwh == 383.55);
  assert_true(tw_zone_count() > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_region_is_found),
      cmocka_unit_test(a_region_goes_before_its_provider),
      cmocka_unit_test(case_and_availability_zones_do_not_matter),
      cmocka_unit_test(zones_and_countries_come_next),
      cmocka_unit_test(providers_have_defaults),
      cmocka_unit_test(the_world_is_last),
      cmocka_unit_test(an_unknown_region_falls_back),
      cmocka_unit_test(providers_are_found_by_any_spelling),
      cmocka_unit_test(countries_are_found_by_usual_names),
      cmocka_unit_test(countries_are_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
