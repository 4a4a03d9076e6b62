/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_MODELS_H
#define TOKENWATT_MODELS_H

/**
 * The models we know, from data/models.csv, and how a name that somebody wrote finds its row.
 *
 * Everything returned is static and immutable. Threads: every function may be called from any.
 */

#include "tokenwatt/status.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known of a model's parameter counts. */
typedef enum tw_params_confidence {
  TW_PARAMS_PUBLISHED,  /* by whoever made the model, or readable from its name */
  TW_PARAMS_UNVERIFIED, /* said to be published, but read only in a secondary source */
  TW_PARAMS_ESTIMATED,  /* the vendor does not say; somebody's estimate */
  TW_PARAMS_UNKNOWN     /* no number at all: the class of the model stands in */
} tw_params_confidence;

/** A rough size, which stands in where the parameters are unknown. */
typedef enum tw_model_class {
  TW_CLASS_SMALL,  /* less than 50 billion parameters in total, or sold as such */
  TW_CLASS_MEDIUM, /* 50 to 250 billion */
  TW_CLASS_LARGE,  /* 250 billion and more */
  TW_CLASS_ANY     /* nothing is known: all models together */
} tw_model_class;

/** A number with the bounds it may lie in. */
typedef struct tw_range {
  double value;
  double low;
  double high;
} tw_range;

/** One row of the table. Strings are never NULL unless it says so; unknown numbers are NaN. */
typedef struct tw_model {
  const char *id;        /* "openai/gpt-4o" */
  const char *provider;  /* the vendor's slug: "openai" */
  const char *family;    /* "GPT-4o" */
  const char *tokenizer; /* the family of its tokenizer: "o200k_base", "claude", "undisclosed" … */
  const char *encoding;  /* "o200k_base" or "cl100k_base" if one of them is its own, else NULL */
  const char *source;    /* where the parameter counts come from */
  const char *display_name;   /* "Llama 3.1 8B" */
  const char *family_slug;    /* "llama": what its family is called in a query */
  tw_range params_total_b;    /* billions; all three NaN if unknown */
  tw_range params_active_b;   /* billions used for one token; all three NaN if unknown */
  double output_tokens_per_s; /* as measured on the public service */
  double first_token_s;       /* wait before the first token, likewise */
  double output_usd_per_mtok; /* list price of a million output tokens */
  tw_params_confidence params_confidence;
  tw_model_class size_class;
  bool can_reason;    /* can emit reasoning tokens */
  bool is_text_model; /* false for music generators, routers and client names */
} tw_model;

/** How a name found its row, from the most to the least literal. */
typedef enum tw_match_how {
  TW_MATCH_EXACT,          /* the very id */
  TW_MATCH_NORMALIZED,     /* another case, or other dots, dashes and spaces */
  TW_MATCH_ALIAS,          /* data/model_aliases.csv */
  TW_MATCH_WITHOUT_VENDOR, /* the id without "vendor/" */
  TW_MATCH_WITHOUT_TAG,    /* one of them has a tag such as ":free" and the other has not */
  TW_MATCH_WITHOUT_WORD,   /* or a word that makes no other model of it: "-instruct", "-thinking" */
  TW_MATCH_UNDATED,        /* one of them has a date or "-preview", "-latest" */
  TW_MATCH_OTHER_VENDOR,   /* the same name under another vendor's prefix */
  TW_MATCH_NEAREST_VERSION, /* not in the table: the version before it, which may differ */
  TW_MATCH_NONE             /* no row */
} tw_match_how;

/** The result of tw_model_find(). */
typedef struct tw_model_match {
  const tw_model *model; /* NULL for TW_MATCH_NONE */
  tw_match_how how;
} tw_model_match;

/** What stands in for unknown parameters: the medians of a class, and the bounds of all of it. */
typedef struct tw_model_stand_in {
  const char *provider; /* whose models; "" for those of all providers */
  tw_model_class size_class;
  int model_count; /* how many models it was taken from */
  tw_range params_total_b;
  tw_range params_active_b;
} tw_model_stand_in;

/** Parameters as a name states them, in billions. */
typedef struct tw_model_size {
  tw_range total_b;
  tw_range active_b;
} tw_model_size;

/** The number of rows. */
size_t tw_model_count(void);

/** A row, in the order of ids (bytes); NULL if index is not below tw_model_count(). */
const tw_model *tw_model_at(size_t index);

/**
 * Finds the row that a name means: an id of the table, also without its vendor, tag (":free",
 * ":thinking") or date, in another case, with other punctuation ("Claude 3.5 Sonnet"), as clouds
 * write it ("us.meta.llama3-1-8b-instruct-v1:0", "llama-v3p1-8b-instruct"), and the names that chat
 * pages show ("Opus 4.5"). A version that is not in the table finds the one before it, within the
 * same first number ("gpt-5.9" finds gpt-5.6, "gpt-9" nothing).
 *
 * name       any text; NULL or "" finds nothing.
 * provider   who serves it, in any spelling ("OpenAI"): decides between rows of the same name, and
 *            opens the aliases that only make sense there. NULL if not known.
 * match      out.
 *
 * Where several rows fit equally well they must agree in their parameters; otherwise nothing is
 * found. TW_ERR_NOT_FOUND (match->how is TW_MATCH_NONE), TW_ERR_ARGUMENT (match is NULL).
 */
tw_status tw_model_find(const char *name, const char *provider, tw_model_match *match);

/**
 * What stands in for a model without known parameters: the provider's models of its class, else
 * the whole table's.
 *
 * provider     slug or any other spelling; NULL if not known.
 * size_class   TW_CLASS_ANY if not known.
 *
 * Never NULL.
 */
const tw_model_stand_in *tw_model_stand_in_find(const char *provider, tw_model_class size_class);

/** The class that words in a name ("mini", "flash", "opus") speak for; TW_CLASS_ANY if none. */
tw_model_class tw_model_class_of_name(const char *name);

/**
 * Reads the size that a name states as a part of its own: "falcon-40b", "smollm-135m", "foo-8x7b",
 * "foo-30b-a3b". The bounds are what published sizes of such names are.
 *
 * False (name or size is NULL, or the name has no such part or several).
 */
bool tw_model_size_of_name(const char *name, tw_model_size *size);

/**
 * The encoding to count a model's tokens with: its own, or "o200k_base" where that is not one of
 * GPT's or the model is unknown (NULL too). Never NULL.
 */
const char *tw_model_encoding(const char *name);

/** "published", "unverified", "estimated", "unknown". */
const char *tw_params_confidence_name(tw_params_confidence confidence);

/** "small", "medium", "large", "any". */
const char *tw_model_class_name(tw_model_class size_class);

/** "exact", "normalized", "alias", "without_vendor", "without_tag", "without_word", "undated",
 * "other_vendor", "nearest_version", "none". */
const char *tw_match_how_name(tw_match_how how);

#ifdef __cplusplus
}
#endif
#endif
