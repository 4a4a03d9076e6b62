/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_STORE_H
#define TW_STORE_STORE_H

/**
 * Where the collector keeps its data: records of usage, API keys and carbon readings. One
 * interface, whatever the database; all SQL is below src/store. Native only.
 *
 * Every table but that of the keys is distributed by key_id (or region): nothing joins across keys,
 * nothing needs a sequence, and each unique constraint includes the distribution column. So it can
 * be sharded by key. The sums of all keys have a key of their own, -1.
 *
 * Threads: every function may be called from any thread but for tw_store_open() and
 * tw_store_close(), which one thread calls. Those that read or change keys wait for the database;
 * tw_store_add() does not.
 */

#include "record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tw_store tw_store;

typedef enum tw_store_status {
  TW_STORE_OK = 0,
  TW_STORE_NOT_FOUND,   /* no such key */
  TW_STORE_EXISTS,      /* the name is taken */
  TW_STORE_BUSY,        /* too much is waiting to be written: try again in a moment */
  TW_STORE_UNAVAILABLE, /* disk full, read-only, database gone …: works again once that is mended */
  TW_STORE_REFUSED,     /* bad address, no store of ours, made by a newer version */
  TW_STORE_STOPPED      /* a callback asked to stop */
} tw_store_status;

/** What went wrong, in a sentence without personal data, for an administrator. */
typedef struct tw_store_error {
  char text[400];
} tw_store_error;

/* ---- Opening and closing ---- */

/**
 * Opens a store and brings its tables up to date.
 *
 * address   "sqlite:FILE" or "postgresql://…". Messages never hold its password.
 * create    whether to make it where there is none.
 *
 * TW_STORE_REFUSED, TW_STORE_UNAVAILABLE; then *store is NULL and `error` says why.
 */
tw_store_status tw_store_open(const char *address, bool create, tw_store **store,
                              tw_store_error *error);

/** Takes no more records; those that wait are written first. May be called twice. */
void tw_store_stop_adding(tw_store *store);

/** Stops adding and closes. Nothing else may be under way. NULL is allowed. */
void tw_store_close(tw_store *store);

/** Whether it can be written, by writing. TW_STORE_OK or TW_STORE_UNAVAILABLE. */
tw_store_status tw_store_check(tw_store *store, tw_store_error *error);

/* ---- Adding records ---- */

typedef enum tw_record_outcome {
  TW_RECORD_ADDED,
  TW_RECORD_REPEATED, /* it is there already: a retry */
  TW_RECORD_CONFLICT, /* there is another with this id: the id was used for something else */
  TW_RECORD_OVER_QUOTA
} tw_record_outcome;

/** One record on its way into the store. */
typedef struct tw_record_entry {
  tw_record record;
  int64_t quota;             /* records that its key may add in all; -1 for any number */
  tw_record_outcome outcome; /* out */
  int64_t used;              /* out, with a quota: records of the key that count against it */
} tw_record_entry;

/**
 * Records that are added together: all of them in one transaction, or none. The structure and what
 * it points to belong to the store until `done` is called, by a thread of the store.
 */
typedef struct tw_addition {
  tw_record_entry *entries;
  size_t count;
  /*
   * TW_STORE_OK: what was added has reached the disk. Else `error` says why, and it may be there
   * only if the disk itself failed: adding it again, with the same ids, is right in each case.
   */
  void (*done)(struct tw_addition *addition, tw_store_status status, const tw_store_error *error);
  void *context;
  struct tw_addition *next; /* the store's */
} tw_addition;

/**
 * Queues an addition. Those that wait at the same time share one commit. TW_STORE_BUSY (the queue
 * is full), TW_STORE_UNAVAILABLE (it takes no more); then `done` is not called.
 */
tw_store_status tw_store_add(tw_store *store, tw_addition *addition);

/** The same, and waits for it. */
tw_store_status tw_store_add_and_wait(tw_store *store, tw_record_entry *entries, size_t count,
                                      tw_store_error *error);

/* ---- Reading records ---- */

/** Which records. Start with TW_RECORD_FILTER_ALL. */
typedef struct tw_record_filter {
  int64_t from_ms;          /* time_ms is at least this */
  int64_t to_ms;            /* and less than this */
  int64_t key_id;           /* -1 for any; 0 for those without a key */
  const char *tenant;       /* NULL for any */
  const char *developer_id; /* NULL for any; of tw_store_sessions() and tw_store_list() only */
  bool leaves_out_tests;    /* without those of test keys; of tw_store_totals() only */
} tw_record_filter;

#define TW_RECORD_FILTER_ALL                                                                       \
  (tw_record_filter) {                                                                             \
    INT64_MIN, INT64_MAX, -1, NULL, NULL, false                                                    \
  }

/** Called for each row; what it points to is valid during the call. False stops. */
typedef bool (*tw_record_visitor)(void *context, const tw_record *record);

/** A place in the order of records, which is by time_ms and then by id. */
typedef struct tw_record_place {
  int64_t time_ms;
  char id[TW_RECORD_ID_SIZE];
} tw_record_place;

/**
 * Visits at most `limit` records. No transaction outlives the call: long lists are read part by
 * part, each beginning after the last record of the one before.
 *
 * newest_first   the order; else the oldest comes first.
 * after          where to begin, exclusive; NULL for the first.
 */
tw_store_status tw_store_list(tw_store *store, const tw_record_filter *filter, bool newest_first,
                              const tw_record_place *after, size_t limit, tw_record_visitor visit,
                              void *context, tw_store_error *error);

/** How many there are. The cost grows with the days between the bounds, not with the records. */
tw_store_status tw_store_count(tw_store *store, const tw_record_filter *filter, uint64_t *count,
                               tw_store_error *error);

/**
 * Finds the place behind the first `skip` records, the newest first, at a cost that does not grow
 * with `skip`: where page n of the history begins. TW_STORE_NOT_FOUND if there are not so many.
 */
tw_store_status tw_store_skip(tw_store *store, const tw_record_filter *filter, uint64_t skip,
                              tw_record_place *place, tw_store_error *error);

/* ---- Sums ---- */

typedef enum tw_totals_span {
  TW_TOTALS_ALL,
  TW_TOTALS_HOUR,
  TW_TOTALS_DAY,
  TW_TOTALS_MONTH
} tw_totals_span;

typedef enum tw_totals_group {
  TW_TOTALS_TOGETHER,
  TW_TOTALS_BY_MODEL,
  TW_TOTALS_BY_PROVIDER,
  TW_TOTALS_BY_KEY,
  TW_TOTALS_BY_TENANT
} tw_totals_group;

/*
 * X(member, type): the columns that are summed. Tokens are doubles, since a sum may exceed any
 * integer.
 */
#define TW_TOTALS_OF_COLUMNS(X)                                                                    \
  X(prompt_tokens, double)                                                                         \
  X(completion_tokens, double)                                                                     \
  X(reasoning_tokens, double)                                                                      \
  X(cached_tokens, double)                                                                         \
  X(energy_wh, double)                                                                             \
  X(energy_wh_low, double)                                                                         \
  X(energy_wh_high, double)                                                                        \
  X(co2_g, double)                                                                                 \
  X(co2_g_low, double)                                                                             \
  X(co2_g_high, double)                                                                            \
  X(water_ml, double)                                                                              \
  X(water_ml_low, double)                                                                          \
  X(water_ml_high, double)

/* X(member, type): the same, and how many records there were. */
#define TW_TOTALS_SUMS(X)                                                                          \
  X(requests, int64_t)                                                                             \
  TW_TOTALS_OF_COLUMNS(X)

/** Sums of one group in one span of time. */
typedef struct tw_totals {
  int64_t start_ms;  /* of the hour, day or month in UTC; 0 for TW_TOTALS_ALL */
  const char *group; /* model, provider or tenant, as posted; "" for the others */
  int64_t key_id;    /* by key; else 0 */
#define TW_TOTALS_MEMBER(member, type) type member;
  TW_TOTALS_SUMS(TW_TOTALS_MEMBER)
#undef TW_TOTALS_MEMBER
} tw_totals;

typedef bool (*tw_totals_visitor)(void *context, const tw_totals *totals);

/**
 * Sums records, the earliest span first; within it the group of the most energy first. Spans and
 * groups without records are left out. The cost grows with the days (or hours) between the bounds
 * and the models, and with the records of the hours that the bounds cut.
 */
tw_store_status tw_store_totals(tw_store *store, const tw_record_filter *filter,
                                tw_totals_span span, tw_totals_group group, tw_totals_visitor visit,
                                void *context, tw_store_error *error);

/** What a developer used of one model in one session. */
typedef struct tw_session_part {
  const char *session_id; /* "" for records of no session */
  const char *model;
  int64_t requests;
  double prompt_tokens;
  double completion_tokens; /* with reasoning tokens */
  double co2_g;
  int64_t first_ms; /* time_ms of the first and the last record */
  int64_t last_ms;
} tw_session_part;

typedef bool (*tw_session_visitor)(void *context, const tw_session_part *part);

/** The parts of a developer's sessions in order of session_id; the filter names the developer. */
tw_store_status tw_store_sessions(tw_store *store, const tw_record_filter *filter,
                                  tw_session_visitor visit, void *context, tw_store_error *error);

/** How many rows there are. */
typedef struct tw_store_rows {
  int64_t records;
  int64_t keys; /* revoked ones included */
  int64_t readings;
} tw_store_rows;

tw_store_status tw_store_count_rows(tw_store *store, tw_store_rows *rows, tw_store_error *error);

/* ---- Keys ---- */

typedef enum tw_key_scope {
  TW_SCOPE_RECORD = 1,  /* may post usage */
  TW_SCOPE_HISTORY = 2, /* may read history, sums and reports */
  TW_SCOPE_SESSION = 4  /* may read the sessions of developers */
} tw_key_scope;

enum {
  TW_KEY_NAME_SIZE = 101,
  TW_KEY_MASKED_SIZE = 40,
  TW_KEY_TENANT_SIZE = 201,
  TW_KEY_HASH_SIZE = 32
};

/** An API key. The key itself is nowhere: only its hash is kept. */
typedef struct tw_key {
  int64_t id;                      /* random, above 0 */
  char name[TW_KEY_NAME_SIZE];     /* unique, also among revoked ones; UTF-8 */
  char masked[TW_KEY_MASKED_SIZE]; /* "eco_...a1b2" */
  uint8_t hash[TW_KEY_HASH_SIZE];
  char kind[8];                    /* "plain", "test", "live" */
  unsigned scopes;                 /* of tw_key_scope */
  char tenant[TW_KEY_TENANT_SIZE]; /* the only one that it may see and post for; "" for all */
  int64_t created_ms;
  int64_t revoked_ms; /* 0: not revoked */
  int64_t tracked;    /* out: records that count against its quota. Not in tw_store_find_key() */
} tw_key;

typedef bool (*tw_key_visitor)(void *context, const tw_key *key);

/** TW_STORE_EXISTS if the name, the id or the hash is taken. */
tw_store_status tw_store_add_key(tw_store *store, const tw_key *key, tw_store_error *error);

/**
 * Finds a key, revoked or not, by its hash. What the database compares is the beginning of the hash
 * (TW_KEY_LOOKUP_SIZE bytes); the rest is compared here, in constant time. TW_STORE_NOT_FOUND.
 */
tw_store_status tw_store_find_key(tw_store *store, const uint8_t hash[TW_KEY_HASH_SIZE],
                                  tw_key *key, tw_store_error *error);

enum { TW_KEY_LOOKUP_SIZE = 8 };

/** Whether there is any key, revoked or not. */
tw_store_status tw_store_has_keys(tw_store *store, bool *has_keys, tw_store_error *error);

/** Visits all keys in the order of their making. */
tw_store_status tw_store_list_keys(tw_store *store, tw_key_visitor visit, void *context,
                                   tw_store_error *error);

/** Revokes a key by its name. TW_STORE_NOT_FOUND; revoking one twice changes nothing. */
tw_store_status tw_store_revoke_key(tw_store *store, const char *name, int64_t now_ms,
                                    tw_store_error *error);

/* ---- Carbon readings ---- */

/** The carbon intensity of a grid at one time. */
typedef struct tw_reading {
  const char *region; /* a region's code, a grid zone or a country, as in the tables */
  int64_t time_s;     /* since 1970-01-01 UTC */
  double gco2e_per_kwh;
  const char *source;
} tw_reading;

typedef bool (*tw_reading_visitor)(void *context, const tw_reading *reading);

/** Stores readings, all or none; one of the same region and time replaces the older. */
tw_store_status tw_store_add_readings(tw_store *store, const tw_reading *readings, size_t count,
                                      tw_store_error *error);

/** The latest `limit` readings of a region with from_s <= time_s < to_s, the oldest first. */
tw_store_status tw_store_list_readings(tw_store *store, const char *region, int64_t from_s,
                                       int64_t to_s, size_t limit, tw_reading_visitor visit,
                                       void *context, tw_store_error *error);

/* ---- Backup ---- */

/** Called now and then with parts done and in all (both 0 where unknown). False stops. */
typedef bool (*tw_backup_visitor)(void *context, uint64_t done, uint64_t total);

/**
 * Writes a copy of the whole store, as of one moment, to a new file, while others read and write.
 * TW_STORE_EXISTS (there is such a file), TW_STORE_REFUSED (this database has its own tool).
 */
tw_store_status tw_store_backup(tw_store *store, const char *file, tw_backup_visitor visit,
                                void *context, tw_store_error *error);

#endif
