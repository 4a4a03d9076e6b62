/* SPDX-License-Identifier: MIT */
#include "tokenwatt/grid.h"

#include "constants.h"
#include "names.h"
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t tw_region_count(void) {
  return tw_regions_count;
}

const tw_region *tw_region_at(size_t index) {
  return index < tw_regions_count ? &tw_regions[index] : NULL;
}

const tw_region *tw_region_find(const char *code) {
  if (code == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < tw_regions_count; i++) {
    if (tw_name_equals(code, tw_regions[i].code)) {
      return &tw_regions[i];
    }
  }
  return NULL;
}

size_t tw_country_count(void) {
  return tw_countries_count;
}

const tw_country *tw_country_at(size_t index) {
  return index < tw_countries_count ? &tw_countries[index] : NULL;
}

/* The row that a name is a spelling of; SIZE_MAX if it is none. */
static size_t find_spelling(const tw_spelling spellings[], size_t count, const char *name) {
  char normalized[TW_NAME_SIZE];
  if (name == NULL || !tw_name_normalize(name, normalized)) {
    return SIZE_MAX;
  }
  size_t low = 0;
  for (size_t high = count; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(normalized, spellings[middle].name);
    if (order == 0) {
      return spellings[middle].row;
    }
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return SIZE_MAX;
}

/* Countries are sorted by their codes, of two capital letters. */
static const tw_country *find_country_code(const char code[2]) {
  const char capitals[] = {(char)(code[0] & ~0x20), (char)(code[1] & ~0x20)};
  size_t low = 0;
  for (size_t high = tw_countries_count; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = memcmp(capitals, tw_countries[middle].code, sizeof capitals);
    if (order == 0) {
      return tw_name_equals_whole(code, tw_countries[middle].code) ? &tw_countries[middle] : NULL;
    }
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return NULL;
}

static const tw_country *find_code_or_name(const char *name) {
  if (strlen(name) == 2) { /* no name is so short */
    return find_country_code(name);
  }
  for (size_t i = 0; i < tw_countries_count; i++) {
    const tw_country *country = &tw_countries[i];
    if (tw_name_equals(name, country->code3) || tw_name_equals(name, country->name)) {
      return country;
    }
  }
  return NULL;
}

const tw_country *tw_country_find(const char *name) {
  const tw_country *country = name == NULL ? NULL : find_code_or_name(name);
  if (country != NULL) {
    return country;
  }
  size_t row = find_spelling(tw_country_aliases, tw_country_aliases_count, name);
  return row == SIZE_MAX ? NULL : &tw_countries[row];
}

size_t tw_zone_count(void) {
  return tw_zones_count;
}

size_t tw_provider_count(void) {
  return tw_providers_count;
}

const tw_provider *tw_provider_at(size_t index) {
  return index < tw_providers_count ? &tw_providers[index] : NULL;
}

const tw_provider *tw_provider_find(const char *name) {
  size_t row = find_spelling(tw_provider_spellings, tw_provider_spellings_count, name);
  return row == SIZE_MAX ? NULL : &tw_providers[row];
}

const char *tw_provider_slug(const char *name) {
  const tw_provider *provider = tw_provider_find(name);
  return provider == NULL ? "" : provider->slug;
}

static const tw_zone *find_zone(const char *code) {
  for (size_t i = 0; i < tw_zones_count; i++) {
    if (tw_name_equals(code, tw_zones[i].code)) {
      return &tw_zones[i];
    }
  }
  return NULL;
}

/* A region, also by one of its availability zones: "us-east-1a", "us-central1-b". */
static const tw_region *find_region_or_part(const char *code) {
  const tw_region *region = tw_region_find(code);
  char shorter[TW_NAME_SIZE];
  size_t size = strlen(code);
  if (region != NULL || size < 4 || size >= sizeof shorter) {
    return region;
  }
  size_t cut = code[size - 2] == '-' ? 2 : 1;
  bool is_letter = (code[size - 1] | 0x20) >= 'a' && (code[size - 1] | 0x20) <= 'f';
  char before = code[size - cut - 1];
  if (!is_letter || before < '0' || before > '9') {
    return NULL;
  }
  memcpy(shorter, code, size - cut);
  shorter[size - cut] = '\0';
  return tw_region_find(shorter);
}

static void use_region(const tw_region *region, tw_place *place) {
  *place = (tw_place){
      .method = TW_PLACE_EXACT_REGION,
      .region = region->code,
      .provider = region->cloud,
      .grid_source = region->grid_source,
      .site_source = region->site_source,
      .water_offsite_source = region->water_offsite_source,
      .grid_gco2e_per_kwh = region->grid_gco2e_per_kwh,
      .pue = region->pue,
      .wue_onsite_l_per_kwh = region->wue_onsite_l_per_kwh,
      .water_offsite_l_per_kwh = region->water_offsite_l_per_kwh,
      .grid_year = region->grid_year,
  };
}

/* What a place is while nothing is known but perhaps the provider. */
static void use_world(const tw_provider *provider, tw_place *place) {
  *place = (tw_place){
      .method = TW_PLACE_WORLD,
      .region = "WORLD",
      .grid_source = TW_SOURCE_GRID_WORLD_GCO2E_PER_KWH,
      .site_source = TW_SOURCE_WUE_ONSITE_WORLD_L_PER_KWH,
      .water_offsite_source = TW_SOURCE_WATER_OFFSITE_WORLD_L_PER_KWH,
      .grid_gco2e_per_kwh = TW_CONST_GRID_WORLD_GCO2E_PER_KWH,
      .pue = TW_CONST_PUE_WORLD,
      .wue_onsite_l_per_kwh = TW_CONST_WUE_ONSITE_WORLD_L_PER_KWH,
      .water_offsite_l_per_kwh = TW_CONST_WATER_OFFSITE_WORLD_L_PER_KWH,
      .grid_year = TW_YEAR_GRID_WORLD_GCO2E_PER_KWH,
  };
  if (provider == NULL) {
    return;
  }
  place->provider = *provider->cloud != '\0' ? provider->cloud : provider->name;
  if (!isnan(provider->pue) && !isnan(provider->wue_onsite_l_per_kwh)) {
    place->pue = provider->pue;
    place->wue_onsite_l_per_kwh = provider->wue_onsite_l_per_kwh;
    place->site_source = provider->source;
  }
}

static void use_zone(const tw_zone *zone, tw_place *place) {
  const tw_region *region = &tw_regions[zone->region];
  place->region = zone->code;
  place->grid_source = region->grid_source;
  place->water_offsite_source = "median of the zone's regions in regions.csv";
  place->grid_gco2e_per_kwh = region->grid_gco2e_per_kwh;
  place->water_offsite_l_per_kwh = zone->water_offsite_l_per_kwh;
  place->grid_year = region->grid_year;
}

static void use_country(const tw_country *country, tw_place *place) {
  place->region = country->code;
  place->grid_source = country->grid_source;
  place->grid_gco2e_per_kwh = country->grid_gco2e_per_kwh;
  place->grid_year = country->grid_year;
  if (!isnan(country->water_offsite_l_per_kwh)) {
    place->water_offsite_l_per_kwh = country->water_offsite_l_per_kwh;
    place->water_offsite_source = country->water_offsite_source;
  }
}

/* What a name stands for: a zone, a country, or a country that is one zone. NULL if it is none. */
typedef struct area {
  const tw_zone *zone;
  const tw_country *country;
} area;

/* However a country is written, it is the same place. */
static area find_area(const char *name) {
  const tw_country *country = tw_country_find(name);
  return (area){find_zone(country == NULL ? name : country->code), country};
}

/* The zone's number goes before the country's: it is of a later year. */
static bool use_area(const char *name, tw_place_method method, tw_place *place) {
  area found = find_area(name);
  if (found.zone != NULL) {
    use_zone(found.zone, place);
  } else if (found.country != NULL) {
    use_country(found.country, place);
  } else {
    return false;
  }
  place->method = method;
  return true;
}

static void use_provider_default(const tw_provider *provider, tw_place *place) {
  if (provider != NULL) {
    (void)use_area(provider->country, TW_PLACE_PROVIDER_DEFAULT, place);
  }
}

static bool is_world(const char *place) {
  return tw_name_equals(place, "world") || tw_name_equals(place, "global");
}

tw_status tw_place_find(const char *region, const tw_provider *provider, tw_place *place) {
  if (place == NULL) {
    return TW_ERR_ARGUMENT;
  }
  use_world(provider, place);
  if (region == NULL || *region == '\0') {
    use_provider_default(provider, place);
    return TW_OK;
  }
  const tw_region *exact = find_region_or_part(region);
  if (exact != NULL) {
    use_region(exact, place);
    return TW_OK;
  }
  if (use_area(region, TW_PLACE_ZONE, place) || is_world(region)) {
    return TW_OK;
  }
  use_provider_default(provider, place);
  return TW_ERR_NOT_FOUND;
}

static void use_years_of(const tw_region *region, tw_grid_series *series) {
  series->zone = region->zone;
  series->source = region->grid_source;
  series->years[0] = (tw_grid_year){region->grid_previous_gco2e_per_kwh, region->grid_year - 1};
  series->years[1] = (tw_grid_year){region->grid_gco2e_per_kwh, region->grid_year};
  series->year_count = 2;
}

tw_status tw_grid_series_find(const char *place, tw_grid_series *series) {
  if (series == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *series = (tw_grid_series){0};
  if (place == NULL) {
    return TW_ERR_NOT_FOUND;
  }
  const tw_region *region = find_region_or_part(place);
  if (region != NULL) {
    series->name = region->name;
    series->code = region->code;
    use_years_of(region, series);
    return TW_OK;
  }
  area found = find_area(place);
  if (found.zone != NULL) {
    series->name = found.country != NULL ? found.country->name : found.zone->code;
    series->code = found.zone->code;
    use_years_of(&tw_regions[found.zone->region], series);
    return TW_OK;
  }
  if (found.country != NULL) {
    series->name = found.country->name;
    series->code = found.country->code;
    series->source = found.country->grid_source;
    series->years[0] = (tw_grid_year){found.country->grid_gco2e_per_kwh, found.country->grid_year};
  } else if (is_world(place)) {
    series->name = "World";
    series->code = "WORLD";
    series->source = TW_SOURCE_GRID_WORLD_GCO2E_PER_KWH;
    series->years[0] =
        (tw_grid_year){TW_CONST_GRID_WORLD_GCO2E_PER_KWH, TW_YEAR_GRID_WORLD_GCO2E_PER_KWH};
  } else {
    return TW_ERR_NOT_FOUND;
  }
  series->year_count = 1;
  return TW_OK;
}

const char *tw_place_method_name(tw_place_method method) {
  static const char *const names[] = {"EXACT_REGION", "ZONE", "PROVIDER_DEFAULT", "WORLD"};
  return (size_t)method < sizeof names / sizeof names[0] ? names[method] : "WORLD";
}
