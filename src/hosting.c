/* SPDX-License-Identifier: MIT */
#include "tokenwatt/hosting.h"

#include "tables.h"

#include <math.h>

size_t tw_hosting_count(void) {
  return tw_hosting_rows_count;
}

static double price(uint32_t micro_usd) {
  return micro_usd == UINT32_MAX ? NAN : (double)micro_usd / 1e6;
}

static double quotient(uint16_t number, double divisor) {
  return number == UINT16_MAX ? NAN : number / divisor;
}

tw_hosting tw_hosting_at(size_t index) {
  if (index >= tw_hosting_rows_count) {
    return (tw_hosting){0};
  }
  const tw_hosting_row *row = &tw_hosting_rows[index];
  return (tw_hosting){
      .model = &tw_models[row->model],
      .provider = &tw_providers[row->provider],
      .source = tw_hosting_sources[row->source],
      .input_usd_per_mtok = price(row->input_micro_usd_per_mtok),
      .output_usd_per_mtok = price(row->output_micro_usd_per_mtok),
      .output_tokens_per_s = quotient(row->output_tokens_per_10_s, 10),
      .first_token_s = quotient(row->first_token_ms, 1000),
      .index = index,
      .region_count = row->region_count,
      .year = 2000 + row->year_of_century,
      .is_published = row->is_published,
  };
}

const tw_region *tw_hosting_region(const tw_hosting *hosting, size_t index) {
  if (hosting == NULL || index >= hosting->region_count) {
    return NULL;
  }
  return tw_region_at(tw_hosting_regions[tw_hosting_rows[hosting->index].region_begin + index]);
}
