/* SPDX-License-Identifier: MIT */
#include "postgresql_batch.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const tw_record *a, const tw_record *b) {
  if (a->key_id != b->key_id) {
    return a->key_id < b->key_id ? -1 : 1;
  }
  return strcmp(a->id, b->id);
}

static int compare_items(const void *left, const void *right) {
  const tw_pg_item *a = *(tw_pg_item *const *)left;
  const tw_pg_item *b = *(tw_pg_item *const *)right;
  int order = compare_ids(&a->entry->record, &b->entry->record);
  return order != 0 ? order : (a->number < b->number ? -1 : a->number > b->number);
}

bool tw_pg_batch_make(tw_pg_batch *batch, tw_addition *additions) {
  *batch = (tw_pg_batch){0};
  for (tw_addition *addition = additions; addition != NULL; addition = addition->next) {
    batch->count += addition->count;
  }
  batch->items = calloc(batch->count + 1, sizeof *batch->items);
  batch->sorted = calloc(batch->count + 1, sizeof(void *));
  if (batch->items == NULL || batch->sorted == NULL) {
    tw_pg_batch_free(batch);
    return false;
  }
  size_t number = 0;
  for (tw_addition *addition = additions; addition != NULL; addition = addition->next) {
    for (size_t i = 0; i < addition->count; i++, number++) {
      batch->items[number] = (tw_pg_item){.entry = &addition->entries[i], .number = number};
      batch->sorted[number] = &batch->items[number];
    }
  }
  qsort(batch->sorted, batch->count, sizeof(void *), compare_items);
  for (size_t i = 0; i < batch->count; i++) {
    tw_pg_item *item = batch->sorted[i];
    tw_pg_item *before = i == 0 ? NULL : batch->sorted[i - 1];
    bool is_same = before != NULL && compare_ids(&before->entry->record, &item->entry->record) == 0;
    item->leader = is_same ? before->leader : item;
  }
  return true;
}

void tw_pg_batch_free(tw_pg_batch *batch) {
  free(batch->items);
  free(batch->sorted);
  *batch = (tw_pg_batch){0};
}

void tw_pg_batch_reset(tw_pg_batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    tw_pg_item *item = &batch->items[i];
    item->fate = item->leader == item ? TW_PG_TO_INSERT : TW_PG_FOLLOWS;
    item->entry->used = 0;
  }
}

/* The place of the leader with this id in the sorted list; the count if there is none. */
static size_t find(const tw_pg_batch *batch, int64_t key_id, const char *id) {
  const tw_record wanted = {.key_id = key_id, .id = id};
  size_t low = 0;
  size_t high = batch->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_ids(&batch->sorted[middle]->entry->record, &wanted) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool is_there =
      low < batch->count && compare_ids(&batch->sorted[low]->entry->record, &wanted) == 0;
  return is_there ? low : batch->count;
}

tw_pg_item *tw_pg_batch_find(const tw_pg_batch *batch, int64_t key_id, const char *id) {
  size_t place = find(batch, key_id, id);
  return place == batch->count ? NULL : batch->sorted[place];
}

void tw_pg_batch_compare(tw_pg_batch *batch, tw_pg_item *leader, const tw_record *stored,
                         bool is_ours) {
  const tw_record *posted = &leader->entry->record;
  leader->fate = TW_PG_STORED;
  for (size_t i = find(batch, posted->key_id, posted->id);
       i < batch->count && batch->sorted[i]->leader == leader; i++) {
    tw_record_entry *entry = batch->sorted[i]->entry;
    entry->outcome =
        tw_record_repeats(stored, &entry->record) ? TW_RECORD_REPEATED : TW_RECORD_CONFLICT;
  }
  if (is_ours && leader->entry->outcome == TW_RECORD_REPEATED &&
      stored->received_ms == posted->received_ms && stored->time_ms == posted->time_ms) {
    leader->entry->outcome = TW_RECORD_ADDED;
  }
}

void tw_pg_batch_finish(tw_pg_batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    tw_record_entry *entry = batch->items[i].entry;
    tw_pg_item *leader = batch->items[i].leader;
    switch (leader->fate) {
    case TW_PG_REFUSED:
      entry->outcome = TW_RECORD_OVER_QUOTA;
      break;
    case TW_PG_INSERTED:
      if (leader == &batch->items[i]) {
        entry->outcome = TW_RECORD_ADDED;
      } else {
        entry->outcome = tw_record_repeats(&leader->entry->record, &entry->record)
                             ? TW_RECORD_REPEATED
                             : TW_RECORD_CONFLICT;
      }
      break;
    default: /* stored before: compared already */
      break;
    }
  }
}
