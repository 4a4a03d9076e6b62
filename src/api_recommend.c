/* SPDX-License-Identifier: MIT */
/* GET /api/recommend: the offer of a family with the least carbon, and why. */
#include "api_offers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ALTERNATIVES_MAX = 4, PHRASE_SIZE = 128 };

/* What the answer is chosen by. */
typedef struct constraints {
  const char *model;
  double most_usd_per_mtok;      /* NaN for none */
  double longest_first_token_ms; /* NaN for none */
} constraints;

static void write_constraints(tw_json *json, tw_json_node *answer, const constraints *wish) {
  tw_json_node *object = tw_json_object(json, answer, "constraints");
  tw_json_text(json, object, "model", wish->model);
  tw_json_number(json, object, "maxLatencyMs", wish->longest_first_token_ms);
  tw_json_number(json, object, "maxCostPerMTokens", wish->most_usd_per_mtok);
}

/* Three digits or so: "3.65", "36.5", "365". */
static int decimals_of(double number) {
  if (number >= 99.5) {
    return 0;
  }
  return number >= 9.95 ? 1 : 2;
}

/* Cents, and hundredths of cents where there are any. */
static int decimals_of_price(double usd) {
  return fabs(usd * 100 - round(usd * 100)) < 1e-6 ? 2 : 4;
}

/* The most carbon that the same model costs anywhere among the offers. */
static double highest_carbon(const tw_offers *offers, const tw_model *model) {
  double highest = NAN;
  for (size_t i = 0; i < offers->count; i++) {
    const tw_offer *offer = &offers->rows[i];
    if (offer->hosting.model == model && !(offer->gco2e_per_mtok <= highest)) {
      highest = offer->gco2e_per_mtok;
    }
  }
  return highest;
}

static void write_reason(tw_json *json, tw_json_node *answer, const tw_offers *offers) {
  const tw_offer *best = &offers->rows[0];
  char place[PHRASE_SIZE] = "";
  char saving[PHRASE_SIZE] = "";
  char price[PHRASE_SIZE] = "at a price that is not public";
  tw_footprint footprint;
  if (best->region != NULL) {
    (void)snprintf(place, sizeof place, " (%s)", best->region->location);
  } else if (tw_offer_footprint(&best->hosting, NULL, &footprint)) {
    (void)snprintf(place, sizeof place, " (no region stated, taken as %s)", footprint.place.region);
  }
  double highest = highest_carbon(offers, best->hosting.model);
  double percent = round((1 - best->gco2e_per_mtok / highest) * 100);
  if (percent > 0) {
    (void)snprintf(saving, sizeof saving, " %.0f%% less than the highest option,", percent);
  }
  double cost = tw_offer_cost(best);
  if (!isnan(cost)) {
    (void)snprintf(price, sizeof price, "at $%.*f/M tokens", decimals_of_price(cost), cost);
  }
  tw_json_format(json, answer, "insight",
                 "%s%s is the lowest-carbon option for %s by the yearly mean of its grid — "
                 "%.*f gCO2/M tokens,%s %s.",
                 best->hosting.provider->name, place, best->hosting.model->display_name,
                 decimals_of(best->gco2e_per_mtok), best->gco2e_per_mtok, saving, price);
}

/* Why nothing fits: what there would be without the constraints. */
static void write_excuse(tw_json *json, tw_json_node *answer, const constraints *wish,
                         const tw_offers *unbound) {
  double cheapest = NAN;
  double fastest_s = NAN;
  for (size_t i = 0; i < unbound->count; i++) {
    const tw_hosting *hosting = &unbound->rows[i].hosting;
    cheapest = fmin(cheapest, hosting->output_usd_per_mtok);
    fastest_s = fmin(fastest_s, hosting->first_token_s);
  }
  char price[PHRASE_SIZE] = "";
  char wait[PHRASE_SIZE] = "";
  if (!isnan(wish->most_usd_per_mtok)) {
    (void)snprintf(price, sizeof price,
                   isnan(cheapest) ? " No price is public." : " The cheapest is $%.*f/M tokens.",
                   decimals_of_price(cheapest), cheapest);
  }
  if (!isnan(wish->longest_first_token_ms)) {
    (void)snprintf(wait, sizeof wait,
                   isnan(fastest_s) ? " No wait for the first token is public."
                                    : " The shortest known wait for the first token is %.0f ms.",
                   fastest_s * 1000);
  }
  tw_json_format(json, answer, "insight", "None of the %zu known options for %s fits.%s%s",
                 unbound->count, wish->model, price, wait);
}

static void write_answer(tw_api_call *call, const constraints *wish, const tw_offers *offers,
                         const tw_offers *unbound) {
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  if (offers->count == 0) {
    tw_json_text(json, answer, "recommendation", NULL);
  } else {
    tw_api_write_offer(call, answer, "recommendation", &offers->rows[0]);
  }
  tw_json_node *alternatives = tw_json_array(json, answer, "alternatives");
  for (size_t i = 1; i < offers->count && i <= ALTERNATIVES_MAX; i++) {
    tw_api_write_offer(call, alternatives, NULL, &offers->rows[i]);
  }
  if (offers->count == 0) {
    write_excuse(json, answer, wish, unbound);
  } else {
    write_reason(json, answer, offers);
  }
  write_constraints(json, answer, wish);
}

void tw_api_recommend(tw_api_call *call) {
  constraints wish = {NULL, NAN, NAN};
  const tw_api_parameter parameters[] = {
      {.name = "model", .text = &wish.model},
      {.name = "maxCostPerMTokens", .amount = &wish.most_usd_per_mtok},
      {.name = "maxLatencyMs", .amount = &wish.longest_first_token_ms},
  };
  enum { PARAMETER_COUNT = sizeof parameters / sizeof parameters[0] };
  tw_query query;
  tw_offer_filter filter;
  tw_offer_filter_init(&filter);
  if (!tw_api_read_query(call, parameters, PARAMETER_COUNT, &query)) {
    return;
  }
  if (wish.model == NULL) {
    tw_api_refuse_field(call, "model", "is required");
    return;
  }
  if (!tw_api_read_model_filter(call, wish.model, &filter)) {
    return;
  }
  tw_offers unbound = {0};
  tw_offers offers = {0};
  bool is_found = tw_offers_find(&filter, TW_OFFERS_BY_CARBON, &unbound);
  filter.most_usd_per_mtok = wish.most_usd_per_mtok;
  filter.longest_first_token_s = wish.longest_first_token_ms / 1000;
  is_found = is_found && tw_offers_find(&filter, TW_OFFERS_BY_CARBON, &offers);
  while (offers.count > 0 && isnan(offers.rows[offers.count - 1].gco2e_per_mtok)) {
    offers.count--; /* nobody can be recommended for a number that is not known */
  }
  if (is_found) {
    write_answer(call, &wish, &offers, &unbound);
    tw_api_write_query_warnings(call, tw_json_object(&call->json, call->json.root, "meta"),
                                parameters, PARAMETER_COUNT, &query);
  } else {
    call->json.is_out_of_memory = true;
  }
  tw_offers_free(&unbound);
  tw_offers_free(&offers);
}
