/* SPDX-License-Identifier: MIT */
#include "chat_template.h"

#include "tables.h"

#include <string.h>

const tw_chat_template *tw_chat_template_find(const char *tokenizer) {
  const tw_chat_template *any = &tw_chat_templates[0];
  for (size_t i = 0; i < tw_chat_templates_count; i++) {
    const tw_chat_template *template = &tw_chat_templates[i];
    if (tokenizer != NULL && strcmp(template->tokenizer, tokenizer) == 0) {
      return template;
    }
    if (strcmp(template->tokenizer, "any") == 0) {
      any = template;
    }
  }
  return any;
}

int64_t tw_chat_template_prefix(const tw_chat_template *template, int64_t message_count,
                                int64_t prefix_count) {
  if (prefix_count <= 0) {
    return 0;
  }
  /* Counted from the last message, a prompt, every other one is an answer. */
  int64_t rest = message_count - prefix_count;
  int64_t answers = message_count / 2 - rest / 2;
  int64_t prompts = prefix_count - answers;
  return template->start_tokens + prompts * template->user_tokens +
         answers * template->assistant_tokens;
}

int64_t tw_chat_template_request(const tw_chat_template *template, int64_t message_count) {
  return tw_chat_template_prefix(template, message_count, message_count) + template->reply_tokens;
}
