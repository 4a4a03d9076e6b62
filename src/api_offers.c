/* SPDX-License-Identifier: MIT */
#include "api_offers.h"

#include "names.h"

#include <math.h>
#include <string.h>

/* The families that somebody hosts, each once. */
static void write_families(tw_json *json, tw_json_node *list) {
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    const char *family = tw_hosting_at(i).model->family_slug;
    bool is_new = true;
    for (size_t k = 0; k < i; k++) {
      is_new = is_new && strcmp(tw_hosting_at(k).model->family_slug, family) != 0;
    }
    if (is_new) {
      tw_json_text(json, list, NULL, family);
    }
  }
}

static const char *find_family(const char *name) {
  for (size_t i = 0; i < tw_model_count(); i++) {
    const char *family = tw_model_at(i)->family_slug;
    if (tw_name_equals(family, name)) {
      return family;
    }
  }
  return NULL;
}

bool tw_api_read_model_filter(tw_api_call *call, const char *name, tw_offer_filter *filter) {
  if (name == NULL) {
    return true;
  }
  filter->family = find_family(name);
  if (filter->family != NULL) {
    return true;
  }
  tw_model_match match;
  if (tw_model_find(name, NULL, &match) == TW_OK && match.how != TW_MATCH_NEAREST_VERSION) {
    filter->model = match.model;
    return true;
  }
  tw_json_node *details = tw_api_refuse_field(
      call, "model", "is neither a family (details.allowed has them) nor a model of the table");
  write_families(&call->json, tw_json_array(&call->json, details, "allowed"));
  return false;
}

/* Whether this is the first hosting of its provider. */
static bool introduces_provider(size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (tw_hosting_at(i).provider == tw_hosting_at(index).provider) {
      return false;
    }
  }
  return true;
}

static const tw_provider *find_host(const char *name) {
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    const tw_provider *provider = tw_hosting_at(i).provider;
    if (tw_name_equals(provider->slug, name) || tw_name_equals(provider->name, name)) {
      return provider;
    }
  }
  return NULL;
}

static bool refuse_provider(tw_api_call *call) {
  tw_json_node *details = tw_api_refuse_field(
      call, "provider", "must be names with commas between them; details.allowed has the known");
  tw_json_node *allowed = tw_json_array(&call->json, details, "allowed");
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    if (introduces_provider(i)) {
      tw_json_text(&call->json, allowed, NULL, tw_hosting_at(i).provider->slug);
    }
  }
  return false;
}

bool tw_api_read_provider_filter(tw_api_call *call, const char *names, tw_offer_filter *filter) {
  for (const char *at = names == NULL ? "" : names; *at != '\0'; at += *at == ',') {
    char name[TW_USAGE_NAME_MAX + 1];
    size_t size = strcspn(at, ",");
    size_t begin = strspn(at, " ");
    size_t end = size;
    while (end > begin && at[end - 1] == ' ') {
      end--;
    }
    size_t name_size = end > begin ? end - begin : 0;
    memcpy(name, at + begin, name_size);
    name[name_size] = '\0';
    at += size;
    if (name_size == 0) {
      continue;
    }
    const tw_provider *provider = find_host(name);
    if (provider == NULL || filter->provider_count == TW_OFFER_PROVIDERS_LIMIT) {
      return refuse_provider(call);
    }
    filter->providers[filter->provider_count++] = provider;
  }
  bool is_empty = names != NULL && *names != '\0' && filter->provider_count == 0; /* "," */
  return !is_empty || refuse_provider(call);
}

static void write_rank(tw_json *json, tw_json_node *row, const tw_offer *offer) {
  tw_json_node *rank = tw_json_object(json, row, "rank");
  tw_json_number(json, rank, "byCost",
                 offer->rank_by_cost == 0 ? NAN : (double)offer->rank_by_cost);
  tw_json_number(json, rank, "byCarbon",
                 offer->rank_by_carbon == 0 ? NAN : (double)offer->rank_by_carbon);
}

static void write_details(tw_json *json, tw_json_node *row, const tw_offer *offer) {
  const tw_hosting *hosting = &offer->hosting;
  tw_json_node *details = tw_json_object(json, row, "details");
  tw_footprint footprint;
  if (tw_offer_footprint(hosting, offer->region, &footprint)) {
    tw_json_node *range = tw_json_object(json, details, "carbonPerMTokens");
    tw_json_number(json, range, "low", footprint.co2_g.low);
    tw_json_number(json, range, "high", footprint.co2_g.high);
    tw_json_text(json, details, "confidence", tw_confidence_name(footprint.confidence));
    tw_json_text(json, details, "method", footprint.method);
    tw_json_number(json, details, "energyWhPerMTokens", footprint.energy_wh.value);
    tw_json_text(json, details, "calculationMethod", tw_place_method_name(footprint.place.method));
    tw_json_number(json, details, "gridGramsPerKwh", footprint.place.grid_gco2e_per_kwh);
    tw_json_integer(json, details, "gridYear", footprint.place.grid_year);
    tw_json_text(json, details, "gridSource", footprint.place.grid_source);
  }
  tw_json_number(json, details, "inputCostPerMTokens", hosting->input_usd_per_mtok);
  tw_json_number(json, details, "outputCostPerMTokens", hosting->output_usd_per_mtok);
  tw_json_number(json, details, "firstTokenMs", hosting->first_token_s * 1000);
  tw_json_text(json, details, "hostingConfidence",
               hosting->is_published ? "published" : "unverified");
  tw_json_text(json, details, "hostingSource", hosting->source);
  tw_json_integer(json, details, "hostingYear", hosting->year);
}

void tw_api_write_offer(tw_api_call *call, tw_json_node *parent, const char *key,
                        const tw_offer *offer) {
  tw_json *json = &call->json;
  const tw_hosting *hosting = &offer->hosting;
  tw_json_node *row = tw_json_object(json, parent, key);
  tw_json_text(json, row, "modelId", hosting->model->id);
  tw_json_text(json, row, "displayName", hosting->model->display_name);
  tw_json_text(json, row, "family", hosting->model->family_slug);
  tw_json_text(json, row, "provider", hosting->provider->slug);
  if (offer->region != NULL) {
    tw_json_text(json, row, "region", offer->region->name);
    tw_json_text(json, row, "regionCode", offer->region->code);
  } else {
    tw_json_format(json, row, "region", "%s (no region stated)", hosting->provider->name);
    tw_json_text(json, row, "regionCode", NULL);
  }
  tw_json_number(json, row, "costPerMTokens", tw_offer_cost(offer));
  tw_json_number(json, row, "carbonPerMTokens", offer->gco2e_per_mtok);
  tw_json_number(json, row, "tokensPerSec", hosting->output_tokens_per_s);
  if (call->request->now_ms != 0) {
    tw_json_time(json, row, "calculatedAt", call->request->now_ms);
  }
  write_rank(json, row, offer);
  write_details(json, row, offer);
}
