#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the packages of the lockfile, unless exactly those are there. No package runs a script.
set -eu
cd "$(dirname "$0")/../.."

stamp=node_modules/.tokenwatt-lock
wanted=$(sha256sum <package-lock.json)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  exit 0
fi
echo 'tokenwatt: installing the npm packages of package-lock.json' >&2
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
echo "$wanted" >"$stamp"
