/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_ACCESS_H
#define TW_SERVER_ACCESS_H

#include "collector.h"
#include "request.h"

/**
 * Who may use stored data. As long as there is no key at all, whoever is on this machine may, but
 * for web pages of other origins, which would act through their visitor's browser. Once there is a
 * key, only its bearers: a page that sends one was given it.
 */

/**
 * Whether a header's Origin may see the answers of stored routes. `by_key`: of those that need a
 * key once there is one, so that the key decides.
 */
bool tw_access_allows_origin(const tw_collector *collector, const tw_request *request, bool by_key);

/**
 * Refuses the request (tw_request_refuse) unless it may use a scope. `key` is that of the request;
 * its id is 0 where none is needed.
 */
bool tw_access_check(tw_collector *collector, tw_request *request, tw_key_scope scope, tw_key *key);

/** Refuses the request because the store failed. */
void tw_access_refuse_store(tw_request *request, tw_store_status status,
                            const tw_store_error *error);

#endif
