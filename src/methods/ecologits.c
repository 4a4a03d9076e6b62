/* SPDX-License-Identifier: MIT */
/*
 * As EcoLogits 0.9.1 runs: output tokens only, the servers' making included. Names in the comments
 * are those of its impacts/llm.py; docs/methodology.md explains it. EcoLogits computes two bounds
 * and shows their middle, so `value` here is the middle, of factors as well.
 */
#include "ecologits.h"

#include "constants.h"
#include "method.h"
#include "names.h"
#include "tables.h"

#include <math.h>
#include <string.h>

/* What one run is given. */
typedef struct run_input {
  double total_b;
  double active_b;
  double tokens;
  double request_latency_s; /* INFINITY if it was not measured */
  double pue;
} run_input;

/* What it gives. */
typedef struct run_result {
  double gpus;
  double gpu_wh_per_token;
  double latency_s_per_token;
  double latency_s;
  double energy_kwh;
  double embodied_g;
  double embodied_mgsbeq;
  double embodied_mj;
} run_result;

/* gpu_required_count: the weights and a fifth more must fit, in a power of two. */
static double gpus_of(double total_b) {
  double memory_gb =
      TW_CONST_ECOLOGITS_MEMORY_OVERHEAD * total_b * TW_CONST_ECOLOGITS_WEIGHT_BITS / 8;
  double needed = ceil(memory_gb / TW_CONST_ECOLOGITS_GPU_MEMORY_GB);
  double gpus = 1;
  while (gpus < needed) {
    gpus *= 2;
  }
  return gpus;
}

/* server_gpu_embodied_*, the share of one request in it. */
static double embodied(const run_result *run, double of_server, double of_gpu) {
  double lifetime_s = TW_CONST_ECOLOGITS_LIFETIME_YEARS * 365 * 24 * 3600;
  double hardware = run->gpus / TW_CONST_ECOLOGITS_SERVER_GPUS * of_server + run->gpus * of_gpu;
  return run->latency_s * hardware / (lifetime_s * TW_CONST_ECOLOGITS_BATCH);
}

static run_result run_once(const run_input *in) {
  run_result out;
  out.gpus = gpus_of(in->total_b);
  /* gpu_energy */
  out.gpu_wh_per_token = TW_CONST_ECOLOGITS_GPU_ENERGY_ALPHA *
                             exp(TW_CONST_ECOLOGITS_GPU_ENERGY_BETA * TW_CONST_ECOLOGITS_BATCH) *
                             in->active_b +
                         TW_CONST_ECOLOGITS_GPU_ENERGY_GAMMA;
  double gpu_kwh = in->tokens * (out.gpu_wh_per_token / 1000);
  /* generation_latency */
  out.latency_s_per_token = TW_CONST_ECOLOGITS_LATENCY_ALPHA * in->active_b +
                            TW_CONST_ECOLOGITS_LATENCY_BETA * TW_CONST_ECOLOGITS_BATCH +
                            TW_CONST_ECOLOGITS_LATENCY_GAMMA;
  out.latency_s = fmin(in->request_latency_s, in->tokens * out.latency_s_per_token);
  /* server_energy, without accelerators */
  double server_kwh = out.latency_s / 3600 * TW_CONST_ECOLOGITS_SERVER_POWER_KW *
                      (out.gpus / TW_CONST_ECOLOGITS_SERVER_GPUS) / TW_CONST_ECOLOGITS_BATCH;
  /* request_energy */
  out.energy_kwh = in->pue * (server_kwh + out.gpus * gpu_kwh);
  out.embodied_g = 1000 * embodied(&out, TW_CONST_ECOLOGITS_SERVER_EMBODIED_KGCO2E,
                                   TW_CONST_ECOLOGITS_GPU_EMBODIED_KGCO2E);
  out.embodied_mgsbeq = 1e6 * embodied(&out, TW_CONST_ECOLOGITS_SERVER_EMBODIED_KGSBEQ,
                                       TW_CONST_ECOLOGITS_GPU_EMBODIED_KGSBEQ);
  out.embodied_mj =
      embodied(&out, TW_CONST_ECOLOGITS_SERVER_EMBODIED_MJ, TW_CONST_ECOLOGITS_GPU_EMBODIED_MJ);
  return out;
}

static tw_range range_of(double low, double high) {
  return (tw_range){(low + high) / 2, low, high};
}

static void add_bounds(tw_footprint *footprint, const char *name, tw_bounds bounds) {
  tw_footprint_add_range(footprint, name, range_of(bounds.low, bounds.high));
}

static const tw_ecologits_provider *find_provider(const char *name) {
  const tw_provider *provider = tw_provider_find(name);
  for (size_t i = 0; i < tw_ecologits_providers_count && provider != NULL; i++) {
    if (strcmp(tw_ecologits_providers[i].slug, provider->slug) == 0) {
      return &tw_ecologits_providers[i];
    }
  }
  return NULL;
}

/* A model, and its name as EcoLogits spells it; NULL for none. */
typedef struct known_model {
  const tw_ecologits_model *row;
  const char *name;
} known_model;

/* By EcoLogits' own name: at this provider, or one of an open model, which has its vendor in it. */
static known_model find_name(const char *wanted, const tw_ecologits_provider *provider) {
  const char *name = tw_ecologits_names;
  for (size_t i = 0; i < tw_ecologits_models_count && wanted != NULL; i++) {
    const tw_ecologits_model *row = &tw_ecologits_models[i];
    bool is_here = &tw_ecologits_providers[row->provider] == provider || strchr(name, '/') != NULL;
    if (is_here && tw_name_equals(wanted, name)) {
      return (known_model){row, name};
    }
    name += strlen(name) + 1;
  }
  return (known_model){NULL, NULL};
}

static known_model at(size_t index) {
  const char *name = tw_ecologits_names;
  for (size_t i = 0; i < index; i++) {
    name += strlen(name) + 1;
  }
  return (known_model){&tw_ecologits_models[index], name};
}

static known_model find_link(const tw_model *model) {
  for (size_t i = 0; i < tw_ecologits_links_count && model != NULL; i++) {
    if (&tw_models[tw_ecologits_links[i].model] == model) {
      return at(tw_ecologits_links[i].ecologits);
    }
  }
  return (known_model){NULL, NULL};
}

/* The model's parameters as EcoLogits has them, else ours. */
static tw_ecologits_params find_params(const tw_usage *usage, const tw_ecologits_provider *provider,
                                       tw_footprint *footprint) {
  known_model model = find_name(usage->model, provider);
  bool is_exact = model.row != NULL || footprint->match.how < TW_MATCH_UNDATED;
  if (model.row != NULL) { /* what our table does not know by this name does not matter */
    footprint->warnings &=
        ~(UINT32_C(1) << TW_WARNING_MODEL_UNKNOWN | UINT32_C(1) << TW_WARNING_MODEL_SIZE_NAMED |
          UINT32_C(1) << TW_WARNING_MODEL_INEXACT | UINT32_C(1) << TW_WARNING_MODEL_NEAREST);
  } else {
    model = find_link(footprint->match.model);
  }
  if (model.row == NULL) {
    tw_footprint_warn(footprint, TW_WARNING_ECOLOGITS_MODEL);
    footprint->confidence = tw_method_confidence(footprint);
    tw_params ours = tw_method_params(footprint);
    return (tw_ecologits_params){{ours.total_b.low, ours.total_b.high},
                                 {ours.active_b.low, ours.active_b.high}};
  }
  const tw_ecologits_params *known = &tw_ecologits_params_table[model.row->params];
  add_bounds(footprint, "params_total_b", known->total_b);
  add_bounds(footprint, "params_active_b", known->active_b);
  tw_footprint_cite_noted(footprint, "parameters", "EcoLogits 0.9.1's list of models", model.name);
  footprint->confidence =
      model.row->is_released && is_exact ? TW_CONFIDENCE_BENCHMARKED : TW_CONFIDENCE_ESTIMATED;
  return *known;
}

static const tw_ecologits_mix *find_mix(const char *zone) {
  for (size_t i = 0; i < tw_ecologits_mixes_count; i++) {
    if (strcmp(tw_ecologits_mixes[i].zone, zone) == 0) {
      return &tw_ecologits_mixes[i];
    }
  }
  return NULL;
}

/* The country of a place; NULL for the world. Codes of grid zones begin with their country's. */
static const tw_country *country_of(const tw_place *place) {
  char code[3] = {0};
  if (place->method == TW_PLACE_WORLD) {
    return NULL;
  }
  if (place->method == TW_PLACE_EXACT_REGION) {
    return tw_country_find(tw_region_find(place->region)->country);
  }
  memcpy(code, place->region, 2);
  return tw_country_find(code);
}

/* EcoLogits knows countries, not regions: the place becomes its country. */
static const tw_ecologits_mix *find_place(const tw_ecologits_provider *provider,
                                          tw_footprint *footprint) {
  tw_place *place = &footprint->place;
  bool is_default = place->method == TW_PLACE_PROVIDER_DEFAULT && provider != NULL;
  const tw_country *country = country_of(place);
  if (is_default) {
    country = tw_country_find(provider->zone);
  }
  const tw_ecologits_mix *mix = find_mix(country == NULL ? "WOR" : country->code3);
  if (mix == NULL) {
    tw_footprint_warn(footprint, TW_WARNING_ECOLOGITS_MIX);
    return NULL;
  }
  if (country != NULL) {
    place->region = country->code;
  }
  if (place->method == TW_PLACE_EXACT_REGION) {
    place->method = TW_PLACE_ZONE;
  }
  place->grid_gco2e_per_kwh = mix->grid_gco2e_per_kwh;
  place->grid_year = TW_YEAR_ECOLOGITS_BATCH;
  place->grid_source = "EcoLogits 0.9.1's mix of the country";
  place->water_offsite_l_per_kwh = mix->water_offsite_l_per_kwh;
  place->water_offsite_source = place->grid_source;
  return mix;
}

/* What the datacenter adds. */
typedef struct site {
  tw_bounds pue;
  tw_bounds wue_onsite_l_per_kwh;
} site;

static site find_site(const tw_ecologits_provider *provider, tw_footprint *footprint) {
  tw_place *place = &footprint->place;
  if (provider != NULL) {
    place->site_source = "EcoLogits 0.9.1's defaults of the provider";
    return (site){provider->pue, provider->wue_onsite_l_per_kwh};
  }
  tw_footprint_warn(footprint, TW_WARNING_ECOLOGITS_SITE);
  return (site){{place->pue, place->pue},
                {place->wue_onsite_l_per_kwh, place->wue_onsite_l_per_kwh}};
}

static double measured_latency_s(const tw_usage *usage) {
  bool is_known =
      usage->start_time_ms != TW_TIME_UNKNOWN && usage->last_token_time_ms != TW_TIME_UNKNOWN;
  return is_known ? (double)(usage->last_token_time_ms - usage->start_time_ms) / 1000 : INFINITY;
}

static void fill_factors(tw_footprint *footprint, const run_result *low, const run_result *high,
                         const site *where) {
  const tw_place *place = &footprint->place;
  add_bounds(footprint, "gpus", (tw_bounds){low->gpus, high->gpus});
  add_bounds(footprint, "gpu_wh_per_token",
             (tw_bounds){low->gpu_wh_per_token, high->gpu_wh_per_token});
  add_bounds(footprint, "latency_s_per_token",
             (tw_bounds){low->latency_s_per_token, high->latency_s_per_token});
  add_bounds(footprint, "latency_s", (tw_bounds){low->latency_s, high->latency_s});
  tw_footprint_add_number(footprint, "batch", TW_CONST_ECOLOGITS_BATCH);
  tw_footprint_add_number(footprint, "server_power_kw", TW_CONST_ECOLOGITS_SERVER_POWER_KW);
  add_bounds(footprint, "pue", where->pue);
  tw_footprint_add_number(footprint, "grid_gco2e_per_kwh", place->grid_gco2e_per_kwh);
  tw_footprint_add_number(footprint, "grid_year", place->grid_year);
  add_bounds(footprint, "wue_onsite_l_per_kwh", where->wue_onsite_l_per_kwh);
  tw_footprint_add_number(footprint, "water_offsite_l_per_kwh", place->water_offsite_l_per_kwh);
}

/* request_usage_wcf: from the energy with PUE in it, which multiplies the off-site part again. */
static void fill_water(tw_footprint *footprint, const site *where) {
  double offsite = footprint->place.water_offsite_l_per_kwh;
  double low = footprint->energy_wh.low;
  double high = footprint->energy_wh.high;
  const tw_bounds *wue = &where->wue_onsite_l_per_kwh;
  footprint->water_onsite_ml = range_of(low * wue->low, high * wue->high);
  footprint->water_offsite_ml =
      range_of(low * where->pue.low * offsite, high * where->pue.high * offsite);
  footprint->water_ml = range_of(low * (wue->low + where->pue.low * offsite),
                                 high * (wue->high + where->pue.high * offsite));
}

static void fill_impacts(tw_footprint *footprint, const run_result *low, const run_result *high,
                         const tw_ecologits_mix *mix) {
  double adpe = mix == NULL ? NAN : mix->adpe_ugsbeq_per_kwh / 1000;
  double primary_mj = mix == NULL ? NAN : mix->primary_energy_mj_per_kwh;
  tw_footprint_add_number(footprint, "adpe_ugsbeq_per_kwh", adpe * 1000);
  tw_footprint_add_number(footprint, "primary_energy_mj_per_kwh", primary_mj);
  tw_footprint_add_impact(footprint, "embodied_co2_grams",
                          range_of(low->embodied_g, high->embodied_g));
  tw_footprint_add_impact(footprint, "abiotic_depletion_mg_sbeq",
                          range_of(low->energy_kwh * adpe + low->embodied_mgsbeq,
                                   high->energy_kwh * adpe + high->embodied_mgsbeq));
  tw_footprint_add_impact(footprint, "primary_energy_mj",
                          range_of(low->energy_kwh * primary_mj + low->embodied_mj,
                                   high->energy_kwh * primary_mj + high->embodied_mj));
}

static void cite(tw_footprint *footprint) {
  tw_footprint_cite(footprint, "energy", TW_SOURCE_ECOLOGITS_GPU_ENERGY_ALPHA);
  tw_footprint_cite(footprint, "grid", footprint->place.grid_source);
  tw_footprint_cite(footprint, "PUE and water on-site", footprint->place.site_source);
  tw_footprint_cite(footprint, "water off-site", footprint->place.water_offsite_source);
}

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  const tw_ecologits_provider *provider = find_provider(usage->provider);
  tw_ecologits_params params = find_params(usage, provider, footprint);
  const tw_ecologits_mix *mix = find_place(provider, footprint);
  site where = find_site(provider, footprint);
  run_input in = {
      .total_b = params.total_b.low,
      .active_b = params.active_b.low,
      .tokens = tw_method_output_tokens(usage),
      .request_latency_s = measured_latency_s(usage),
      .pue = where.pue.low,
  };
  run_result low = run_once(&in);
  in.total_b = params.total_b.high;
  in.active_b = params.active_b.high;
  in.pue = where.pue.high;
  run_result high = run_once(&in);
  double grid_g_per_kwh = footprint->place.grid_gco2e_per_kwh;
  footprint->energy_wh = range_of(low.energy_kwh * 1000, high.energy_kwh * 1000);
  footprint->co2_g = range_of(low.energy_kwh * grid_g_per_kwh + low.embodied_g,
                              high.energy_kwh * grid_g_per_kwh + high.embodied_g);
  fill_factors(footprint, &low, &high, &where);
  fill_water(footprint, &where);
  fill_impacts(footprint, &low, &high, mix);
  tw_method_fill_trees(footprint);
  cite(footprint);
}

const tw_method tw_method_ecologits = {"ecologits", calculate};
