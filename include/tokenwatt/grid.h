/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_GRID_H
#define TOKENWATT_GRID_H

/**
 * Where a model runs: cloud regions, grid zones, countries and what providers do by default, with
 * the carbon of their electricity and the water it takes (data/regions.csv, countries.csv,
 * providers.csv).
 *
 * Everything returned is static and immutable. Threads: every function may be called from any.
 */

#include "tokenwatt/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A cloud region. Strings are never NULL; unknown numbers are NaN. */
typedef struct tw_region {
  const char *code;     /* "us-west-1" */
  const char *name;     /* "AWS US West (N. California)" */
  const char *cloud;    /* "AWS", "Azure" or "GCP" */
  const char *location; /* "N. California" */
  const char *country;  /* ISO 3166-1 alpha-2: "US" */
  const char *zone;     /* Electricity Maps' zone: "US-CAL-CISO" */
  const char *grid_source;
  const char *site_source;            /* of pue and wue_onsite_l_per_kwh */
  const char *water_offsite_source;   /* of water_offsite_l_per_kwh */
  double grid_gco2e_per_kwh;          /* yearly mean, life cycle, location-based */
  double grid_previous_gco2e_per_kwh; /* the year before */
  double
      grid_operator_gco2e_per_kwh; /* the cloud's own figure, operational; NaN if it gives none */
  double pue;                      /* energy of the site per energy of its computers */
  double wue_onsite_l_per_kwh;     /* evaporated at the site, per kWh of its computers */
  double water_offsite_l_per_kwh;  /* consumed in making the electricity */
  int grid_year;
} tw_region;

/** A country. Strings are never NULL; unknown numbers are NaN. */
typedef struct tw_country {
  const char *code;  /* ISO 3166-1 alpha-2: "DE" */
  const char *code3; /* alpha-3: "DEU" */
  const char *name;
  const char *grid_source;
  const char *water_offsite_source; /* "" where that is unknown */
  double grid_gco2e_per_kwh;        /* yearly mean of generation, life cycle */
  double water_offsite_l_per_kwh;   /* NaN if unknown: the world's is used */
  int grid_year;
} tw_country;

/** A company that serves models. Strings are never NULL; unknown numbers are NaN. */
typedef struct tw_provider {
  const char *slug;    /* "openai", the vendor prefix of its models' ids */
  const char *name;    /* "OpenAI" */
  const char *cloud;   /* "AWS", "Azure", "GCP", or "" if not known */
  const char *country; /* where it computes by default, alpha-2; "" if not known */
  double pue;
  double wue_onsite_l_per_kwh;
  const char *source;
} tw_provider;

/** How exactly a place is known; the names are those of `audit.calculationMethod`. */
typedef enum tw_place_method {
  TW_PLACE_EXACT_REGION,     /* a cloud region of the table */
  TW_PLACE_ZONE,             /* a grid zone or a country */
  TW_PLACE_PROVIDER_DEFAULT, /* where this provider is assumed to compute */
  TW_PLACE_WORLD             /* nothing is known: the world's mean */
} tw_place_method;

/** A place, as far as it could be found. All numbers are known. */
typedef struct tw_place {
  tw_place_method method;
  const char *region;      /* code of region, zone or country; "WORLD" */
  const char *provider;    /* "AWS", "Azure", "GCP" or the name of a company; NULL if not known */
  const char *grid_source; /* static, as are the following */
  const char *site_source;
  const char *water_offsite_source;
  double grid_gco2e_per_kwh;
  double pue;
  double wue_onsite_l_per_kwh;
  double water_offsite_l_per_kwh;
  int grid_year;
} tw_place;

enum { TW_GRID_YEARS = 2 };

/** The mean of one year. */
typedef struct tw_grid_year {
  double gco2e_per_kwh;
  int year;
} tw_grid_year;

/** What is known of the grid of one place in the course of time. Strings are static. */
typedef struct tw_grid_series {
  const char *name; /* of the region or the country; another zone has only its code */
  const char *code;
  const char *zone; /* NULL if the place is none and lies in none */
  const char *source;
  tw_grid_year years[TW_GRID_YEARS]; /* the oldest first */
  size_t year_count;                 /* at least 1 */
} tw_grid_series;

/** The number of regions. */
size_t tw_region_count(void);

/** A region, in the order of codes (bytes); NULL if index is not below tw_region_count(). */
const tw_region *tw_region_at(size_t index);

/** A region by its code, in any case; NULL if there is none (or code is NULL). */
const tw_region *tw_region_find(const char *code);

/** The number of countries. */
size_t tw_country_count(void);

/** A country, in the order of alpha-2 codes; NULL if index is not below tw_country_count(). */
const tw_country *tw_country_at(size_t index);

/**
 * A country by either code, its name, or an alias of the table ("UK", "Czech Republic", "Republic
 * of Korea"), in any case; NULL if there is none (or name is NULL).
 */
const tw_country *tw_country_find(const char *name);

/** The number of grid zones that have a cloud region. */
size_t tw_zone_count(void);

/** The number of providers. */
size_t tw_provider_count(void);

/** A provider, in the order of slugs; NULL if index is not below tw_provider_count(). */
const tw_provider *tw_provider_at(size_t index);

/**
 * A provider by its slug, its name, or another spelling of the table ("Mistral AI", "xai",
 * "Amazon Bedrock"), in any case and punctuation; NULL if there is none (or name is NULL).
 */
const tw_provider *tw_provider_find(const char *name);

/** The slug of the provider that tw_provider_find() finds; "" if there is none. */
const char *tw_provider_slug(const char *name);

/**
 * Finds the best known place: region, else zone or country, else where the provider computes by
 * default, else the world. It always finds one. A country that is one grid zone has the zone's
 * numbers, however it is written.
 *
 * region     what was detected: a region's code, a grid zone, a country; NULL or "" if nothing.
 * provider   who serves the model; NULL if not known.
 * place      out; place->provider is NULL if neither region nor provider is known.
 *
 * TW_ERR_NOT_FOUND if `region` was given and is not in any table: the place is then the next best.
 * TW_ERR_ARGUMENT (place is NULL).
 */
tw_status tw_place_find(const char *region, const tw_provider *provider, tw_place *place);

/**
 * Finds the series of a region, else of a zone, else of a country (in that order, as
 * tw_place_find() does); "world" is a place, too.
 *
 * TW_ERR_NOT_FOUND (no table has the place), TW_ERR_ARGUMENT (series is NULL).
 */
tw_status tw_grid_series_find(const char *place, tw_grid_series *series);

/** "EXACT_REGION", "ZONE", "PROVIDER_DEFAULT", "WORLD". */
const char *tw_place_method_name(tw_place_method method);

#ifdef __cplusplus
}
#endif
#endif
