#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts the browser TW_BROWSER so that it alone finds the folder TW_FROM at the place TW_TO.
# shellcheck disable=SC2016 # the inner shell reads the variables
exec unshare --mount sh -c 'mount --bind "$TW_FROM" "$TW_TO" && exec "$TW_BROWSER" "$@"' sh "$@"
