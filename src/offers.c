/* SPDX-License-Identifier: MIT */
#include "offers.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t TOKENS = 1000000;

void tw_offer_filter_init(tw_offer_filter *filter) {
  *filter = (tw_offer_filter){.most_usd_per_mtok = NAN, .longest_first_token_s = NAN};
}

double tw_offer_cost(const tw_offer *offer) {
  return offer->hosting.output_usd_per_mtok;
}

bool tw_offer_footprint(const tw_hosting *hosting, const tw_region *region,
                        tw_footprint *footprint) {
  tw_usage usage;
  tw_usage_init(&usage);
  usage.provider = hosting->provider->slug;
  usage.model = hosting->model->id;
  usage.region = region == NULL ? NULL : region->code;
  usage.prompt_tokens = 0;
  usage.completion_tokens = TOKENS;
  return tw_footprint_calculate(&usage, "carbonbench", footprint, NULL) == TW_OK;
}

/* A hosting without regions is one offer, somewhere. */
static size_t places_of(const tw_hosting *hosting) {
  return hosting->region_count == 0 ? 1 : hosting->region_count;
}

size_t tw_offer_count(void) {
  size_t count = 0;
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    tw_hosting hosting = tw_hosting_at(i);
    count += places_of(&hosting);
  }
  return count;
}

static bool is_wanted(const tw_hosting *hosting, const tw_offer_filter *filter) {
  if (filter->family != NULL && strcmp(hosting->model->family_slug, filter->family) != 0) {
    return false;
  }
  /* "groq/llama-4-scout" and "meta-llama/llama-4-scout" are one model with two rows */
  if (filter->model != NULL &&
      strcmp(filter->model->display_name, hosting->model->display_name) != 0) {
    return false;
  }
  bool is_providers = filter->provider_count == 0;
  for (size_t i = 0; i < filter->provider_count; i++) {
    is_providers = is_providers || filter->providers[i] == hosting->provider;
  }
  if (!is_providers) {
    return false;
  }
  /* a comparison with NaN is false: what is unknown fits no bound */
  bool is_affordable =
      isnan(filter->most_usd_per_mtok) || hosting->output_usd_per_mtok <= filter->most_usd_per_mtok;
  bool is_fast = isnan(filter->longest_first_token_s) ||
                 hosting->first_token_s <= filter->longest_first_token_s;
  return is_affordable && is_fast;
}

static void add_places(const tw_hosting *hosting, tw_offers *offers) {
  tw_footprint footprint;
  bool is_known = tw_offer_footprint(hosting, NULL, &footprint);
  for (size_t i = 0; i < places_of(hosting); i++) {
    const tw_region *region = tw_hosting_region(hosting, i);
    tw_offer *offer = &offers->rows[offers->count++];
    *offer = (tw_offer){.hosting = *hosting, .region = region, .gco2e_per_mtok = NAN};
    if (is_known) {
      double grid =
          region == NULL ? footprint.place.grid_gco2e_per_kwh : region->grid_gco2e_per_kwh;
      offer->gco2e_per_mtok = footprint.energy_wh.value * grid / 1000;
    }
  }
}

/* Less than 0 if a goes first; NaN goes last. */
static int compare_numbers(double a, double b) {
  if (isnan(a) || isnan(b)) {
    return isnan(a) - isnan(b);
  }
  return (a > b) - (a < b);
}

static int compare_names(const tw_offer *a, const tw_offer *b) {
  int order = strcmp(a->hosting.model->id, b->hosting.model->id);
  if (order == 0) {
    order = strcmp(a->hosting.provider->slug, b->hosting.provider->slug);
  }
  if (order == 0) {
    order =
        strcmp(a->region == NULL ? "" : a->region->code, b->region == NULL ? "" : b->region->code);
  }
  return order;
}

static int compare_carbon(const tw_offer *a, const tw_offer *b) {
  return compare_numbers(a->gco2e_per_mtok, b->gco2e_per_mtok);
}

static int compare_cost(const tw_offer *a, const tw_offer *b) {
  return compare_numbers(tw_offer_cost(a), tw_offer_cost(b));
}

static int compare_speed(const tw_offer *a, const tw_offer *b) {
  return compare_numbers(-a->hosting.output_tokens_per_s, -b->hosting.output_tokens_per_s);
}

typedef int (*comparison)(const tw_offer *a, const tw_offer *b);

/* The first of the comparisons that tells them apart. */
static int compare_by(const void *left, const void *right, comparison first) {
  const tw_offer *a = left;
  const tw_offer *b = right;
  const comparison all[] = {first, compare_carbon, compare_cost, compare_names};
  int order = 0;
  for (size_t i = 0; order == 0 && i < sizeof all / sizeof all[0]; i++) {
    order = all[i](a, b);
  }
  return order;
}

static int by_carbon(const void *a, const void *b) {
  return compare_by(a, b, compare_carbon);
}

static int by_cost(const void *a, const void *b) {
  return compare_by(a, b, compare_cost);
}

static int by_speed(const void *a, const void *b) {
  return compare_by(a, b, compare_speed);
}

/* The rank of a row in sorted rows: that of the one before if they are equal. */
static size_t rank_at(const tw_offers *offers, size_t index, comparison compare,
                      size_t rank_before) {
  bool is_tie = index > 0 && compare(&offers->rows[index - 1], &offers->rows[index]) == 0;
  return is_tie ? rank_before : index + 1;
}

static void rank(tw_offers *offers) {
  size_t current = 0;
  qsort(offers->rows, offers->count, sizeof offers->rows[0], by_cost);
  for (size_t i = 0; i < offers->count && !isnan(tw_offer_cost(&offers->rows[i])); i++) {
    current = rank_at(offers, i, compare_cost, current);
    offers->rows[i].rank_by_cost = current;
  }
  qsort(offers->rows, offers->count, sizeof offers->rows[0], by_carbon);
  for (size_t i = 0; i < offers->count && !isnan(offers->rows[i].gco2e_per_mtok); i++) {
    current = rank_at(offers, i, compare_carbon, current);
    offers->rows[i].rank_by_carbon = current;
  }
}

bool tw_offers_find(const tw_offer_filter *filter, tw_offer_order order, tw_offers *offers) {
  *offers = (tw_offers){0};
  offers->rows = cJSON_malloc((tw_offer_count() + 1) * sizeof *offers->rows);
  if (offers->rows == NULL) {
    return false;
  }
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    tw_hosting hosting = tw_hosting_at(i);
    if (is_wanted(&hosting, filter)) {
      add_places(&hosting, offers);
    }
  }
  rank(offers);
  if (order != TW_OFFERS_BY_CARBON) {
    qsort(offers->rows, offers->count, sizeof offers->rows[0],
          order == TW_OFFERS_BY_COST ? by_cost : by_speed);
  }
  return true;
}

void tw_offers_free(tw_offers *offers) {
  cJSON_free(offers->rows);
  *offers = (tw_offers){0};
}
