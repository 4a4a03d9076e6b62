/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_ECOLOGITS_H
#define TW_METHODS_ECOLOGITS_H

/* What EcoLogits 0.9.1 knows: data/ecologits_*.csv. */

#include <stdbool.h>
#include <stdint.h>

/** Two bounds, of which EcoLogits shows the middle as the value. */
typedef struct tw_bounds {
  double low;
  double high;
} tw_bounds;

/** The electricity of a country. */
typedef struct tw_ecologits_mix {
  const char *zone; /* ISO 3166-1 alpha-3, or "WOR" for the world */
  double grid_gco2e_per_kwh;
  double primary_energy_mj_per_kwh;
  double adpe_ugsbeq_per_kwh; /* abiotic depletion of elements, in µg of antimony */
  double water_offsite_l_per_kwh;
} tw_ecologits_mix;

/** What it takes a provider's datacenters for. */
typedef struct tw_ecologits_provider {
  const char *slug; /* of data/providers.csv */
  const char *zone; /* of the mix */
  tw_bounds pue;
  tw_bounds wue_onsite_l_per_kwh;
} tw_ecologits_provider;

/** Parameters in billions, which many models share. */
typedef struct tw_ecologits_params {
  tw_bounds total_b;
  tw_bounds active_b;
} tw_ecologits_params;

/** A model at a provider. Its name is in tw_ecologits_names, one after another, NUL between. */
typedef struct tw_ecologits_model {
  uint8_t provider; /* index */
  uint8_t params;   /* index */
  bool is_released; /* the vendor publishes the architecture */
} tw_ecologits_model;

/** Which of its models a model of data/models.csv is. */
typedef struct tw_ecologits_link {
  uint16_t model;     /* index */
  uint16_t ecologits; /* index */
} tw_ecologits_link;

#endif
