/* SPDX-License-Identifier: MIT */
#ifndef TW_OFFERS_H
#define TW_OFFERS_H

/*
 * What can be had: a hosting in one of its regions, with its carbon and its ranks. The rows of the
 * leaderboard, and what a recommendation is chosen from.
 */

#include "tokenwatt/footprint.h"
#include "tokenwatt/hosting.h"

enum { TW_OFFER_PROVIDERS_LIMIT = 64 };

/** One offer. A rank is 0 where its number is unknown. */
typedef struct tw_offer {
  tw_hosting hosting;
  const tw_region *region; /* NULL if the provider does not say where it computes */
  double gco2e_per_mtok;   /* NaN if unknown */
  size_t rank_by_cost;     /* 1 is the cheapest; equals share a rank */
  size_t rank_by_carbon;   /* 1 has the least */
} tw_offer;

/** Which offers; all are asked for by one that tw_offer_filter_init() has set. */
typedef struct tw_offer_filter {
  const char *family;    /* a tw_model.family_slug; NULL for all */
  const tw_model *model; /* only this one, by whichever vendor's id; NULL for all */
  const tw_provider *providers[TW_OFFER_PROVIDERS_LIMIT];
  size_t provider_count;        /* 0 for all */
  double most_usd_per_mtok;     /* NaN for any; what has no known price does not fit */
  double longest_first_token_s; /* likewise */
} tw_offer_filter;

typedef enum tw_offer_order {
  TW_OFFERS_BY_CARBON, /* the least first, as are the cheapest */
  TW_OFFERS_BY_COST,
  TW_OFFERS_BY_SPEED /* the fastest first */
} tw_offer_order;

typedef struct tw_offers {
  tw_offer *rows;
  size_t count;
} tw_offers;

void tw_offer_filter_init(tw_offer_filter *filter);

/** The number of all offers. */
size_t tw_offer_count(void);

/**
 * Finds the offers and ranks them among themselves. Ordered by what is asked for, then by carbon,
 * cost, model, provider and region; what is unknown comes last.
 *
 * False without memory. Free them.
 */
bool tw_offers_find(const tw_offer_filter *filter, tw_offer_order order, tw_offers *offers);
void tw_offers_free(tw_offers *offers);

/** The price that counts: of a million tokens written. NaN if unknown. */
double tw_offer_cost(const tw_offer *offer);

/** The footprint of a million tokens of an offer by the method that offers are compared with. */
bool tw_offer_footprint(const tw_hosting *hosting, const tw_region *region,
                        tw_footprint *footprint);

#endif
