/* SPDX-License-Identifier: MIT */
#include "tokenwatt/hosting.h"

#include "tables.h"

size_t tw_hosting_count(void) {
  return tw_hostings_count;
}

const tw_hosting *tw_hosting_at(size_t index) {
  return index < tw_hostings_count ? &tw_hostings[index] : NULL;
}

const tw_region *tw_hosting_region(const tw_hosting *hosting, size_t index) {
  if (hosting == NULL || index >= hosting->region_count) {
    return NULL;
  }
  return tw_region_at(tw_hosting_regions[hosting->region_begin + index]);
}
