/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_HIDDEN_REASONING_H
#define TW_METHODS_HIDDEN_REASONING_H

#include "tokenwatt/footprint.h"

/**
 * Reasoning that the page or the provider does not show leaves only the wait for the first token:
 * what exceeds an ordinary wait, at the model's speed. Returns the tokens, which are in the
 * footprint with what they come from; 0 if there is nothing to say.
 */
double tw_hidden_reasoning_estimate(const tw_usage *usage, tw_footprint *footprint);

#endif
