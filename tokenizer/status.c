/* SPDX-License-Identifier: MIT */
#include "tokenwatt/status.h"

const char *tw_status_code(tw_status status) {
  switch (status) {
#define TW_STATUS_CODE(name, number, code, text)                                                   \
  case TW_##name:                                                                                  \
    return code;
    TW_STATUS_LIST(TW_STATUS_CODE)
#undef TW_STATUS_CODE
  }
  return "unknown_status";
}

const char *tw_status_text(tw_status status) {
  switch (status) {
#define TW_STATUS_TEXT(name, number, code, text)                                                   \
  case TW_##name:                                                                                  \
    return text;
    TW_STATUS_LIST(TW_STATUS_TEXT)
#undef TW_STATUS_TEXT
  }
  return "a status this version does not know";
}
