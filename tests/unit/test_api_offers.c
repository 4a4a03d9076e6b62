/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "api_client.h"
#include "offers.h"

#include <math.h>

enum { NOW_MS = 1776438001 };

#define ROW_KEYS                                                                                   \
  "modelId displayName family provider region regionCode costPerMTokens carbonPerMTokens "         \
  "tokensPerSec calculatedAt rank details"

/* Asks with a query, at a known time. */
static cJSON *look_up(const char *path, const char *query, int http_status) {
  tw_api_request request = {
      .method = "GET", .path = path, .query = query, .now_ms = (int64_t)NOW_MS * 1000};
  tw_api_response response;
  assert_int_equal(tw_api_handle(&request, NULL, &response), TW_OK);
  if (response.http_status != http_status) {
    fail_msg("%s?%s: %d %s", path, query, response.http_status, response.body);
  }
  return parse_and_free(&response);
}

/* NaN for null. */
static double number_or_null(cJSON *json, const char *path) {
  cJSON *value = at(json, path);
  if (cJSON_IsNull(value)) {
    return NAN;
  }
  assert_true(cJSON_IsNumber(value));
  return value->valuedouble;
}

/* What holds for every row. */
static void expect_row(cJSON *row) {
  expect_keys(row, ROW_KEYS);
  expect_keys(at(row, "rank"), "byCost byCarbon");
  tw_model_match match;
  assert_int_equal(tw_model_find(text_at(row, "modelId"), NULL, &match), TW_OK);
  assert_int_equal(match.how, TW_MATCH_EXACT);
  assert_string_equal(text_at(row, "displayName"), match.model->display_name);
  assert_string_equal(text_at(row, "family"), match.model->family_slug);
  assert_string_equal(text_at(row, "calculatedAt"), "2026-04-17T15:00:01.000Z");
  assert_null(strstr(text_at(row, "details.hostingSource"), "withdrawn")); /* none to recommend */
  if (cJSON_IsNull(at(row, "regionCode"))) {
    assert_non_null(strstr(text_at(row, "region"), "(no region stated)"));
  } else {
    const tw_region *region = tw_region_find(text_at(row, "regionCode"));
    assert_non_null(region);
    assert_string_equal(text_at(row, "region"), region->name);
  }
  assert_true(isnan(number_or_null(row, "costPerMTokens")) ==
              isnan(number_or_null(row, "rank.byCost")));
  assert_true(isnan(number_or_null(row, "carbonPerMTokens")) ==
              isnan(number_or_null(row, "rank.byCarbon")));
  assert_true(strlen(text_at(row, "details.hostingSource")) > 0);
}

/* Rising, or falling, with what is unknown at the end. */
static void expect_order(cJSON *data, const char *member, int sign) {
  double before = -INFINITY;
  bool is_end = false;
  cJSON *row = NULL;
  cJSON_ArrayForEach(row, data) {
    double value = number_or_null(row, member) * sign;
    if (isnan(value)) {
      is_end = true;
      continue;
    }
    assert_false(is_end);
    assert_true(value >= before);
    before = value;
  }
}

static void the_example_of_the_spec_is_answered(void **state) {
  (void)state;
  cJSON *answer = look_up("/api/leaderboard", "model=llama&sortBy=carbon&limit=5", 200);
  expect_keys(answer, "data meta");
  cJSON *data = at(answer, "data");
  assert_true(cJSON_GetArraySize(data) >= 1 && cJSON_GetArraySize(data) <= 5);
  cJSON *row = NULL;
  cJSON_ArrayForEach(row, data) {
    expect_row(row);
    assert_string_equal(text_at(row, "family"), "llama");
  }
  expect_keys(at(answer, "meta"), "lastUpdated totalModels totalProviders totalRows warnings");
  assert_string_equal(text_at(answer, "meta.lastUpdated"), "2026-04-17T15:00:01.000Z");
  assert_true(number_at(answer, "meta.totalModels") >= 3);
  assert_true(number_at(answer, "meta.totalProviders") >= 3);
  assert_int_equal(cJSON_GetArraySize(at(answer, "meta.warnings")), 0);
  cJSON_Delete(answer);
}

static void every_order_sorts_and_unknown_comes_last(void **state) {
  (void)state;
  static const struct {
    const char *query;
    const char *member;
    int sign;
  } cases[] = {
      {"limit=200", "carbonPerMTokens", 1},
      {"limit=200&sortBy=carbon", "carbonPerMTokens", 1},
      {"limit=200&sortBy=cost", "costPerMTokens", 1},
      {"limit=200&sortBy=speed", "tokensPerSec", -1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    cJSON *answer = look_up("/api/leaderboard", cases[i].query, 200);
    expect_order(at(answer, "data"), cases[i].member, cases[i].sign);
    cJSON *row = NULL;
    cJSON_ArrayForEach(row, at(answer, "data")) {
      expect_row(row);
    }
    cJSON_Delete(answer);
  }
}

static double number_of(const tw_offer *offer, bool is_cost) {
  return is_cost ? tw_offer_cost(offer) : offer->gco2e_per_mtok;
}

/* A rank is one more than there are better offers, whatever the order and the filter. */
static void ranks_are_among_what_was_asked_for(void **state) {
  (void)state;
  const char *const families[] = {NULL, "llama", "gpt", "claude", "nothing"};
  for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
    tw_offer_filter filter;
    tw_offer_filter_init(&filter);
    filter.family = families[f];
    tw_offers offers;
    assert_true(tw_offers_find(&filter, TW_OFFERS_BY_SPEED, &offers));
    assert_true(families[f] != NULL || offers.count == tw_offer_count());
    for (size_t i = 0; i < offers.count * 2; i++) {
      bool is_cost = i % 2 == 0;
      const tw_offer *offer = &offers.rows[i / 2];
      size_t better = 0;
      for (size_t k = 0; k < offers.count; k++) {
        better += number_of(&offers.rows[k], is_cost) < number_of(offer, is_cost);
      }
      size_t rank = is_cost ? offer->rank_by_cost : offer->rank_by_carbon;
      assert_int_equal(rank, isnan(number_of(offer, is_cost)) ? 0 : better + 1);
    }
    tw_offers_free(&offers);
  }
}

/* The carbon of a row is that of a million tokens by the method that it names. */
static void carbon_is_that_of_a_million_tokens(void **state) {
  (void)state;
  tw_offer_filter filter;
  tw_offer_filter_init(&filter);
  tw_offers offers;
  assert_true(tw_offers_find(&filter, TW_OFFERS_BY_CARBON, &offers));
  for (size_t i = 0; i < offers.count; i++) {
    const tw_offer *offer = &offers.rows[i];
    tw_footprint footprint;
    assert_true(tw_offer_footprint(&offer->hosting, offer->region, &footprint));
    assert_true(fabs(offer->gco2e_per_mtok / footprint.co2_g.value - 1) < 1e-9);
    assert_int_equal(footprint.place.method == TW_PLACE_EXACT_REGION, offer->region != NULL);
    assert_ptr_equal(footprint.match.model, offer->hosting.model);
  }
  tw_offers_free(&offers);
}

/* carbonbench's own example: Llama 3.1 8B in the Netherlands costs about 4 g. */
static void the_carbon_of_the_spec_is_reproduced(void **state) {
  (void)state;
  tw_hosting hosting = {.provider = tw_provider_find("gcp")};
  tw_model_match match;
  assert_int_equal(tw_model_find("meta-llama/llama-3.1-8b", NULL, &match), TW_OK);
  hosting.model = match.model;
  tw_footprint footprint;
  assert_true(tw_offer_footprint(&hosting, tw_region_find("europe-west4"), &footprint));
  assert_true(footprint.co2_g.value >= 3.5 && footprint.co2_g.value < 4.5);
  assert_string_equal(tw_region_find("europe-west4")->name, "GCP Europe West (Netherlands)");
  assert_string_equal(match.model->display_name, "Llama 3.1 8B");
}

static void filters_keep_what_fits(void **state) {
  (void)state;
  cJSON *all = look_up("/api/leaderboard", "limit=200", 200);
  double total = number_at(all, "meta.totalRows");
  assert_true(total == (double)tw_offer_count());
  cJSON_Delete(all);
  double sum = 0;
  static const char *const providers[] = {"aws", "groq", "together"};
  for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++) {
    char query[64];
    (void)snprintf(query, sizeof query, "provider=%s", providers[i]);
    cJSON *answer = look_up("/api/leaderboard", query, 200);
    cJSON *row = NULL;
    cJSON_ArrayForEach(row, at(answer, "data")) {
      assert_string_equal(text_at(row, "provider"), providers[i]);
    }
    sum += number_at(answer, "meta.totalRows");
    cJSON_Delete(answer);
  }
  cJSON *three = look_up("/api/leaderboard", "provider=AWS,%20groq%20,,Together+AI&limit=1", 200);
  assert_true(number_at(three, "meta.totalRows") == sum);
  assert_int_equal(cJSON_GetArraySize(at(three, "data")), 1);
  cJSON_Delete(three);
  /* a model by any of its names, and a family that nobody hosts */
  cJSON *one = look_up("/api/leaderboard", "model=Llama+3.1+8B+Instruct", 200);
  cJSON *row = NULL;
  cJSON_ArrayForEach(row, at(one, "data")) {
    assert_string_equal(text_at(row, "modelId"), "meta-llama/llama-3.1-8b-instruct");
  }
  assert_true(number_at(one, "meta.totalRows") >= 1);
  cJSON_Delete(one);
  cJSON *none = look_up("/api/leaderboard", "model=weaver", 200);
  assert_int_equal(cJSON_GetArraySize(at(none, "data")), 0);
  cJSON_Delete(none);
}

static void what_is_left_out_has_a_default(void **state) {
  (void)state;
  cJSON *plain = look_up("/api/leaderboard", NULL, 200);
  assert_true(cJSON_GetArraySize(at(plain, "data")) ==
              (int)fmin(50, number_at(plain, "meta.totalRows")));
  static const char *const same[] = {"", "model=&provider=&sortBy=&limit=", "limit=50.0",
                                     "limit=5e1&sortBy=carbon"};
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
    cJSON *answer = look_up("/api/leaderboard", same[i], 200);
    assert_true(cJSON_Compare(plain, answer, true));
    cJSON_Delete(answer);
  }
  cJSON_Delete(plain);
  cJSON *warned = look_up("/api/leaderboard", "colour=red&colour=blue&limit=1", 200);
  assert_int_equal(cJSON_GetArraySize(at(warned, "meta.warnings")), 2);
  assert_true(has_line(at(warned, "meta.warnings"), "'colour'"));
  cJSON_Delete(warned);
}

static void what_is_wrong_is_named(void **state) {
  (void)state;
  static const struct {
    const char *path;
    const char *query;
    const char *field;   /* NULL if the query as a whole is wrong */
    const char *allowed; /* one of them, or NULL */
  } cases[] = {
      {"/api/leaderboard", "model=gpt-17-nonsense", "model", "llama"},
      {"/api/leaderboard", "model=gpt-5.99", "model", "gpt"},
      {"/api/leaderboard", "provider=aws,nobody", "provider", "groq"},
      {"/api/leaderboard", "provider=,", "provider", "groq"},
      {"/api/leaderboard", "provider=%20,%20", "provider", "groq"},
      {"/api/leaderboard", "sortBy=Carbon", "sortBy", "carbon"},
      {"/api/leaderboard", "limit=0", "limit", NULL},
      {"/api/leaderboard", "limit=201", "limit", NULL},
      {"/api/leaderboard", "limit=-1", "limit", NULL},
      {"/api/leaderboard", "limit=1.5", "limit", NULL},
      {"/api/leaderboard", "limit=NaN", "limit", NULL},
      {"/api/leaderboard", "limit=1e300", "limit", NULL},
      {"/api/leaderboard", "limit=1e999", "limit", NULL},
      {"/api/leaderboard", "limit=%2B5", "limit", NULL},
      {"/api/leaderboard", "limit=0x10", "limit", NULL},
      {"/api/leaderboard", "limit=5%205", "limit", NULL},
      {"/api/leaderboard", "limit=[5]", "limit", NULL},
      {"/api/leaderboard", "limit=99999999999999999999999999999999999999", "limit", NULL},
      {"/api/leaderboard", "limit=5&limit=5", "limit", NULL},
      {"/api/leaderboard", "model=llama&model=gpt", "model", NULL},
      {"/api/leaderboard", "model=%FF", NULL, NULL},
      {"/api/leaderboard", "model=a%00", NULL, NULL},
      {"/api/leaderboard", "%", NULL, NULL},
      {"/api/recommend", "", "model", NULL},
      {"/api/recommend", "model=", "model", NULL},
      {"/api/recommend", "model=nothing-such", "model", "llama"},
      {"/api/recommend", "model=llama&maxCostPerMTokens=-1", "maxCostPerMTokens", NULL},
      {"/api/recommend", "model=llama&maxCostPerMTokens=cheap", "maxCostPerMTokens", NULL},
      {"/api/recommend", "model=llama&maxCostPerMTokens=1e999", "maxCostPerMTokens", NULL},
      {"/api/recommend", "model=llama&maxLatencyMs=NaN", "maxLatencyMs", NULL},
      {"/api/recommend", "model=llama&maxLatencyMs=-0.1", "maxLatencyMs", NULL},
      {"/api/recommend", "model=llama&maxLatencyMs=1&maxLatencyMs=2", "maxLatencyMs", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    cJSON *answer = look_up(cases[i].path, cases[i].query, 400);
    assert_string_equal(text_at(answer, "error.code"), "validation_error");
    if (cases[i].field != NULL) {
      assert_string_equal(text_at(answer, "error.details.field"), cases[i].field);
      const char *message = text_at(answer, "error.message");
      assert_int_equal(strncmp(message, cases[i].field, strlen(cases[i].field)), 0);
    }
    if (cases[i].allowed != NULL) {
      assert_true(has_line(at(answer, "error.details.allowed"), cases[i].allowed));
    }
    cJSON_Delete(answer);
  }
  char query[300] = "model=";
  memset(query + strlen(query), 'x', 201);
  cJSON *answer = look_up("/api/recommend", query, 400);
  assert_string_equal(text_at(answer, "error.details.field"), "model");
  cJSON_Delete(answer);
}

static void the_least_carbon_is_recommended(void **state) {
  (void)state;
  cJSON *answer = look_up("/api/recommend", "model=llama&maxCostPerMTokens=1", 200);
  expect_keys(answer, "recommendation alternatives insight constraints meta");
  cJSON *best = at(answer, "recommendation");
  expect_row(best);
  assert_true(number_at(best, "rank.byCarbon") == 1);
  assert_true(number_at(best, "costPerMTokens") <= 1);
  cJSON *alternatives = at(answer, "alternatives");
  assert_true(cJSON_GetArraySize(alternatives) >= 1 && cJSON_GetArraySize(alternatives) <= 4);
  cJSON *row = NULL;
  cJSON_ArrayForEach(row, alternatives) {
    expect_row(row);
    assert_true(number_at(row, "carbonPerMTokens") >= number_at(best, "carbonPerMTokens"));
    assert_true(number_at(row, "costPerMTokens") <= 1);
  }
  const char *insight = text_at(answer, "insight");
  assert_non_null(strstr(insight, " is the lowest-carbon option for "));
  assert_non_null(strstr(insight, text_at(best, "displayName")));
  assert_non_null(strstr(insight, " gCO2/M tokens,"));
  assert_non_null(strstr(insight, "at $"));
  expect_keys(at(answer, "constraints"), "model maxLatencyMs maxCostPerMTokens");
  assert_string_equal(text_at(answer, "constraints.model"), "llama");
  assert_true(cJSON_IsNull(at(answer, "constraints.maxLatencyMs")));
  assert_true(number_at(answer, "constraints.maxCostPerMTokens") == 1);
  cJSON_Delete(answer);
}

static void where_nothing_fits_it_says_why(void **state) {
  (void)state;
  cJSON *answer =
      look_up("/api/recommend", "model=llama&maxCostPerMTokens=0.0001&maxLatencyMs=0&x=y", 200);
  assert_true(cJSON_IsNull(at(answer, "recommendation")));
  assert_int_equal(cJSON_GetArraySize(at(answer, "alternatives")), 0);
  const char *insight = text_at(answer, "insight");
  assert_non_null(strstr(insight, "options for llama fits. The cheapest is $"));
  assert_non_null(strstr(insight, "wait for the first token"));
  assert_true(number_at(answer, "constraints.maxLatencyMs") == 0);
  assert_true(has_line(at(answer, "meta.warnings"), "'x'"));
  cJSON_Delete(answer);
  answer = look_up("/api/recommend", "model=weaver", 200);
  assert_true(cJSON_IsNull(at(answer, "recommendation")));
  cJSON_Delete(answer);
}

/* What is not known fits no bound, however wide. */
static void null_satisfies_no_constraint(void **state) {
  (void)state;
  tw_offer_filter filter;
  tw_offer_filter_init(&filter);
  filter.longest_first_token_s = 1e300;
  filter.most_usd_per_mtok = 1e300;
  tw_offers offers;
  assert_true(tw_offers_find(&filter, TW_OFFERS_BY_COST, &offers));
  size_t known = 0;
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    const tw_hosting hosting = tw_hosting_at(i);
    if (!isnan(hosting.first_token_s) && !isnan(hosting.output_usd_per_mtok)) {
      known += hosting.region_count == 0 ? 1 : hosting.region_count;
    }
  }
  assert_int_equal(offers.count, known);
  tw_offers_free(&offers);
}

static void hostings_are_sorted_and_sane(void **state) {
  (void)state;
  assert_null(tw_hosting_at(tw_hosting_count()).model);
  assert_null(tw_hosting_region(NULL, 0));
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    const tw_hosting hosting = tw_hosting_at(i);
    assert_true(hosting.year >= 2020 && *hosting.source != '\0');
    assert_true(isnan(hosting.input_usd_per_mtok) == isnan(hosting.output_usd_per_mtok));
    assert_true(i == 0 || strcmp(tw_hosting_at(i - 1).model->id, hosting.model->id) <= 0);
    for (size_t k = 0; k < hosting.region_count; k++) {
      assert_string_equal(tw_hosting_region(&hosting, k)->cloud, hosting.provider->cloud);
    }
    assert_null(tw_hosting_region(&hosting, hosting.region_count));
  }
}

/* What docs/api.md says of the table, where it is thin. */
static void the_documented_counts_are_right(void **state) {
  (void)state;
  static char docs[131072];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/api.md", "r");
  assert_non_null(file);
  docs[fread(docs, 1, sizeof docs - 1, file)] = '\0';
  (void)fclose(file);
  int priced = 0;
  int timed = 0;
  int answered = 0;
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    tw_hosting hosting = tw_hosting_at(i);
    priced += !isnan(hosting.output_usd_per_mtok);
    timed += !isnan(hosting.output_tokens_per_s);
    answered += !isnan(hosting.first_token_s);
    assert_true(isnan(hosting.first_token_s) || strcmp(hosting.model->family_slug, "llama") != 0);
  }
  char line[256];
  (void)snprintf(line, sizeof line,
                 "Of the %zu hostings, %d have a public price, %d a speed and %d a wait",
                 tw_hosting_count(), priced, timed, answered);
  if (strstr(docs, line) == NULL) {
    fail_msg("docs/api.md must say: %s", line);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_spec_is_answered),
      cmocka_unit_test(every_order_sorts_and_unknown_comes_last),
      cmocka_unit_test(ranks_are_among_what_was_asked_for),
      cmocka_unit_test(carbon_is_that_of_a_million_tokens),
      cmocka_unit_test(the_carbon_of_the_spec_is_reproduced),
      cmocka_unit_test(filters_keep_what_fits),
      cmocka_unit_test(what_is_left_out_has_a_default),
      cmocka_unit_test(what_is_wrong_is_named),
      cmocka_unit_test(the_least_carbon_is_recommended),
      cmocka_unit_test(where_nothing_fits_it_says_why),
      cmocka_unit_test(null_satisfies_no_constraint),
      cmocka_unit_test(hostings_are_sorted_and_sane),
      cmocka_unit_test(the_documented_counts_are_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
