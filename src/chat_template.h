/* SPDX-License-Identifier: MIT */
#ifndef TW_CHAT_TEMPLATE_H
#define TW_CHAT_TEMPLATE_H

/*
 * What a conversation costs beside its texts: the control tokens around each message, and those
 * that prime the reply. From data/chat_templates.csv.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct tw_chat_template {
  const char *tokenizer; /* family as in models.csv; "any" stands in for all others */
  int user_tokens;       /* around a prompt */
  int assistant_tokens;  /* around an answer */
  int reply_tokens;      /* after the last prompt */
  int start_tokens;      /* before the first message */
  bool is_published;     /* by whoever made the models; else estimated */
} tw_chat_template;

/** The template of a tokenizer's family; what stands in, if it is not known or NULL. Never NULL. */
const tw_chat_template *tw_chat_template_find(const char *tokenizer);

/** Tokens of a request beside the texts. Prompts and answers alternate, and a prompt is the last.
 */
int64_t tw_chat_template_request(const tw_chat_template *template, int64_t message_count);

/** Those of them that belong to the first `prefix_count` messages of the request. */
int64_t tw_chat_template_prefix(const tw_chat_template *template, int64_t message_count,
                                int64_t prefix_count);

#endif
