/* SPDX-License-Identifier: MIT */
#include "access.h"

#include "store/key_secret.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Plain ASCII without what JSON gives a meaning: what a refusal's text may have. */
static void copy_plain(char *to, size_t size, const char *text) {
  size_t used = 0;
  for (; *text != '\0' && used + 1 < size; text++) {
    char c = *text;
    if (c == '"') {
      c = '\'';
    } else if (c == '\\') {
      c = '/';
    } else if (c < 0x20 || c >= 0x7F) {
      c = '?';
    }
    to[used++] = c;
  }
  to[used] = '\0';
}

void tw_access_refuse_store(tw_request *request, tw_store_status status,
                            const tw_store_error *error) {
  if (status == TW_STORE_BUSY) {
    request->retry_after = "1";
    tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                      "Too many records are waiting to be written. Try again in a moment.", "{}");
    return;
  }
  char reason[sizeof error->text];
  copy_plain(reason, sizeof reason, error->text);
  (void)snprintf(request->refusal_text, sizeof request->refusal_text,
                 "The store is not available: %.200s. Try again later.",
                 reason[0] == '\0' ? "the server is stopping" : reason);
  request->retry_after = "5";
  tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                    request->refusal_text, "{}");
}

/* Whether an Origin is that of this server's own pages. The Host header was checked already. */
static bool is_own_origin(const tw_request *request, const char *origin) {
  const char *host = tw_request_header(request, MHD_HTTP_HEADER_HOST);
  size_t scheme = strncmp(origin, "http://", 7) == 0 ? 7 : 8;
  return host != NULL && (scheme == 7 || strncmp(origin, "https://", 8) == 0) &&
         strcasecmp(origin + scheme, host) == 0;
}

static bool is_listed(const tw_collector *collector, const char *origin) {
  for (size_t i = 0; i < collector->origin_count; i++) {
    if (strcmp(collector->origins[i], origin) == 0) {
      return true;
    }
  }
  return false;
}

/* A browser extension's own pages, which their user let reach this server; no web page can send
 * such an Origin. They may record, so that ours needs no key on its own machine, and read nothing.
 */
static bool is_extension(const char *origin) {
  static const char *const schemes[] = {"chrome-extension://", "moz-extension://"};
  return strncmp(origin, schemes[0], strlen(schemes[0])) == 0 ||
         strncmp(origin, schemes[1], strlen(schemes[1])) == 0;
}

static bool has_keys(const tw_collector *collector) {
  tw_store_error error;
  bool found = false;
  return collector->store != NULL &&
         tw_store_has_keys(collector->store, &found, &error) == TW_STORE_OK && found;
}

bool tw_access_allows_origin(const tw_collector *collector, const tw_request *request,
                             bool by_key) {
  const char *origin = tw_request_header(request, "Origin");
  return origin != NULL && (is_own_origin(request, origin) || is_listed(collector, origin) ||
                            (by_key && has_keys(collector)));
}

/* Whether a proxy on this machine passes on what comes from others. */
static bool is_passed_on(const tw_request *request) {
  static const char *const headers[] = {"Forwarded",         "X-Forwarded-For", "X-Forwarded-Host",
                                        "X-Forwarded-Proto", "X-Real-IP",       "Via",
                                        "CF-Connecting-IP"};
  for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
    if (tw_request_header(request, headers[i]) != NULL) {
      return true;
    }
  }
  return false;
}

/* Without keys: from this machine, and from no page of somebody else's. */
static bool check_without_keys(tw_collector *collector, tw_request *request, tw_key_scope scope) {
  if (!collector->is_loopback || is_passed_on(request)) {
    tw_request_refuse(request, MHD_HTTP_UNAUTHORIZED, "unauthorized",
                      "There is no API key yet, and other machines can reach this server. Make one "
                      "with: tokenwatt keys add.",
                      "{}");
    return false;
  }
  const char *origin = tw_request_header(request, "Origin");
  const char *site = tw_request_header(request, "Sec-Fetch-Site");
  bool is_foreign = origin != NULL
                        ? !is_own_origin(request, origin) && !is_listed(collector, origin) &&
                              !(scope == TW_SCOPE_RECORD && is_extension(origin))
                        : site != NULL && strcmp(site, "same-origin") != 0 &&
                              strcmp(site, "none") != 0; /* no Origin: an image, a link */
  if (is_foreign) {
    tw_request_refuse(request, MHD_HTTP_FORBIDDEN, "forbidden",
                      "Pages of other origins may not use stored data: start the server with "
                      "--allow-origin, or make API keys and send one.",
                      "{\"header\":\"Origin\"}");
  }
  return !is_foreign;
}

static void refuse_key(tw_request *request, const char *message) {
  tw_request_refuse(request, MHD_HTTP_UNAUTHORIZED, "unauthorized", message,
                    "{\"header\":\"Authorization\"}");
}

/* The key in "Authorization: Bearer KEY"; NULL if there is none. */
static const char *bearer(const tw_request *request) {
  const char *header = tw_request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);
  if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0) {
    return NULL;
  }
  return header + 7 + strspn(header + 7, " ");
}

static bool check_key(tw_collector *collector, tw_request *request, tw_key_scope scope,
                      tw_key *key) {
  const char *secret = bearer(request);
  uint8_t hash[TW_KEY_HASH_SIZE];
  if (secret == NULL) {
    refuse_key(request, "Send an API key, with the header Authorization: Bearer KEY.");
    return false;
  }
  tw_store_error error;
  tw_store_status status = tw_secret_hash(secret, hash)
                               ? tw_store_find_key(collector->store, hash, key, &error)
                               : TW_STORE_NOT_FOUND;
  if (status == TW_STORE_NOT_FOUND) {
    refuse_key(request, "The API key is not known here.");
  } else if (status != TW_STORE_OK) {
    tw_access_refuse_store(request, status, &error);
  } else if (key->revoked_ms != 0) {
    refuse_key(request, "The API key was revoked.");
  } else if ((key->scopes & scope) == 0) {
    tw_request_refuse(request, MHD_HTTP_FORBIDDEN, "forbidden",
                      scope == TW_SCOPE_RECORD    ? "The API key lacks the scope record."
                      : scope == TW_SCOPE_HISTORY ? "The API key lacks the scope history."
                                                  : "The API key lacks the scope session.",
                      scope == TW_SCOPE_RECORD    ? "{\"scope\":\"record\"}"
                      : scope == TW_SCOPE_HISTORY ? "{\"scope\":\"history\"}"
                                                  : "{\"scope\":\"session\"}");
  }
  return request->refusal.code == NULL;
}

bool tw_access_check(tw_collector *collector, tw_request *request, tw_key_scope scope,
                     tw_key *key) {
  *key = (tw_key){0};
  tw_store_error error;
  bool found = false;
  tw_store_status status = tw_store_has_keys(collector->store, &found, &error);
  if (status != TW_STORE_OK) {
    tw_access_refuse_store(request, status, &error);
    return false;
  }
  return found ? check_key(collector, request, scope, key)
               : check_without_keys(collector, request, scope);
}
