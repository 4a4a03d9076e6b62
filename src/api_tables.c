/* SPDX-License-Identifier: MIT */
/* GET /api/v1/models, GET /api/v1/regions: the tables, with confidence and source. */
#include "api_call.h"

#include <math.h>

static void write_range(tw_json *json, tw_json_node *parent, const char *key, tw_range range) {
  if (isnan(range.value)) {
    tw_json_text(json, parent, key, NULL);
    return;
  }
  tw_json_node *object = tw_json_object(json, parent, key);
  tw_json_number(json, object, "value", range.value);
  tw_json_number(json, object, "low", range.low);
  tw_json_number(json, object, "high", range.high);
}

static void write_model(tw_json *json, tw_json_node *list, const tw_model *model) {
  tw_json_node *row = tw_json_object(json, list, NULL);
  tw_json_text(json, row, "id", model->id);
  tw_json_text(json, row, "provider", model->provider);
  tw_json_text(json, row, "display_name", model->display_name);
  tw_json_text(json, row, "family", model->family);
  tw_json_text(json, row, "family_slug", model->family_slug);
  tw_json_bool(json, row, "is_text_model", model->is_text_model);
  tw_json_text(json, row, "size_class", tw_model_class_name(model->size_class));
  write_range(json, row, "params_total_b", model->params_total_b);
  write_range(json, row, "params_active_b", model->params_active_b);
  tw_json_text(json, row, "params_confidence", tw_params_confidence_name(model->params_confidence));
  tw_json_text(json, row, "tokenizer", model->tokenizer);
  tw_json_text(json, row, "encoding", model->encoding);
  tw_json_bool(json, row, "can_reason", model->can_reason);
  tw_json_number(json, row, "output_tokens_per_s", model->output_tokens_per_s);
  tw_json_number(json, row, "first_token_s", model->first_token_s);
  tw_json_number(json, row, "output_usd_per_mtok", model->output_usd_per_mtok);
  tw_json_text(json, row, "source", model->source);
}

static void write_region(tw_json *json, tw_json_node *list, const tw_region *region) {
  tw_json_node *row = tw_json_object(json, list, NULL);
  tw_json_text(json, row, "code", region->code);
  tw_json_text(json, row, "name", region->name);
  tw_json_text(json, row, "cloud", region->cloud);
  tw_json_text(json, row, "location", region->location);
  tw_json_text(json, row, "country", region->country);
  tw_json_text(json, row, "zone", region->zone);
  tw_json_number(json, row, "grid_gco2e_per_kwh", region->grid_gco2e_per_kwh);
  tw_json_integer(json, row, "grid_year", region->grid_year);
  tw_json_text(json, row, "grid_source", region->grid_source);
  tw_json_number(json, row, "grid_previous_gco2e_per_kwh", region->grid_previous_gco2e_per_kwh);
  tw_json_number(json, row, "grid_operator_gco2e_per_kwh", region->grid_operator_gco2e_per_kwh);
  tw_json_number(json, row, "pue", region->pue);
  tw_json_number(json, row, "wue_onsite_l_per_kwh", region->wue_onsite_l_per_kwh);
  tw_json_text(json, row, "site_source", region->site_source);
  tw_json_number(json, row, "water_offsite_l_per_kwh", region->water_offsite_l_per_kwh);
  tw_json_text(json, row, "water_offsite_source", region->water_offsite_source);
}

static void write_meta(tw_json *json, tw_json_node *answer, size_t total) {
  tw_json_node *meta = tw_json_object(json, answer, "meta");
  tw_json_integer(json, meta, "total", (double)total);
}

void tw_api_models(tw_api_call *call) {
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_node *list = tw_json_array(&call->json, answer, "data");
  for (size_t i = 0; i < tw_model_count(); i++) {
    write_model(&call->json, list, tw_model_at(i));
  }
  write_meta(&call->json, answer, tw_model_count());
}

void tw_api_regions(tw_api_call *call) {
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_node *list = tw_json_array(&call->json, answer, "data");
  for (size_t i = 0; i < tw_region_count(); i++) {
    write_region(&call->json, list, tw_region_at(i));
  }
  write_meta(&call->json, answer, tw_region_count());
}
