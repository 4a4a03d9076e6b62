/* SPDX-License-Identifier: MIT */
#ifndef TW_API_OFFERS_H
#define TW_API_OFFERS_H

/* What the leaderboard and the recommendation share: the words of their queries, and their rows. */

#include "api_call.h"
#include "offers.h"

/** A family ("llama") or a model ("gpt-4o"); false after making the answer an error. */
bool tw_api_read_model_filter(tw_api_call *call, const char *name, tw_offer_filter *filter);

/** Providers with commas between them; false after making the answer an error. */
bool tw_api_read_provider_filter(tw_api_call *call, const char *names, tw_offer_filter *filter);

/** Adds an offer to a list, or as `key` to an object. */
void tw_api_write_offer(tw_api_call *call, tw_json_node *parent, const char *key,
                        const tw_offer *offer);

#endif
