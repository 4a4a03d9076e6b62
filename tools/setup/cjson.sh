#!/bin/sh
# SPDX-License-Identifier: MIT
# Gets cJSON's source into build/deps/cjson: Debian's package has headers and a library for this
# machine only, and WebAssembly needs the source. It comes from the machine's own archives, through
# a temporary list with source entries, so that /etc/apt stays as it is and apt checks signatures;
# where there are none, from the upstream release, whose SHA-256 is pinned.
set -eu

version=1.7.18
sha256=3aa806844a03442c00769b83e99970be70fbef03735ff898f4811dd03b9f5ee5

root=$(cd "$(dirname "$0")/../.." && pwd)
target=$root/build/deps/cjson
[ ! -f "$target/VERSION" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"

# The distribution's own archives end in these; others offer packages for Debian, but not cJSON.
archives='/(debian|debian-security|ubuntu|ubuntu-ports|debian-archive/[a-z-]+)/?$|^mirror\+file:'

source_entries() {
  # One-line entries: "deb [options] URI suite component...".
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$list" ] || continue
    awk -v archives="$archives" '$1 == "deb" {
      uri = 2
      if ($2 ~ /^\[/) { while ($uri !~ /\]$/ && uri < NF) uri++; uri++ }
      if ($uri ~ archives) { sub(/^[ \t]*deb/, "deb-src"); print }
    }' "$list"
  done >"$work/sources.list"
  # Stanzas of the newer format, parted by empty lines: the same with another type.
  for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] || continue
    awk -v archives="$archives" 'BEGIN { RS = ""; FS = "\n"; ORS = "\n\n" } {
      ours = 0
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^URIs:/) { n = split($i, uris, /[ \t]+/); for (k = 2; k <= n; k++) if (uris[k] ~ archives) ours = 1 }
        if ($i ~ /^Types:/) $i = "Types: deb-src"
      }
      if (ours) { text = $1; for (i = 2; i <= NF; i++) text = text "\n" $i; print text }
    }' "$list" >"$work/parts/$(basename "$list")"
  done
}

# apt with folders of its own, so that it changes nothing and needs no rights.
apt_apart() {
  apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts="$work/parts" \
    -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

from_apt() {
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-source >/dev/null 2>&1 || return 1
  source_entries
  # An archive that can't be reached does not matter if another has the source.
  apt_apart update >"$work/log" 2>&1 || true
  (cd "$work" && apt_apart source --only-source cjson >>"$work/log" 2>&1) || {
    tail -n 5 "$work/log" >&2
    return 1
  }
  cp "$work"/cjson-*/cJSON.c "$work"/cjson-*/cJSON.h "$target/"
  sed -n 's/^Version: //p' "$work"/cjson_*.dsc >"$target/VERSION"
}

from_upstream() {
  command -v curl >/dev/null 2>&1 || return 1
  archive=$work/cjson.tar.gz
  curl -fsSL -o "$archive" \
    "https://github.com/DaveGamble/cJSON/archive/refs/tags/v$version.tar.gz" || return 1
  [ "$(sha256sum <"$archive")" = "$sha256  -" ] || {
    echo "tokenwatt: the SHA-256 of cJSON $version is not $sha256: not used" >&2
    return 1
  }
  tar -xzf "$archive" -C "$work"
  cp "$work/cJSON-$version/cJSON.c" "$work/cJSON-$version/cJSON.h" "$target/"
  echo "$version" >"$target/VERSION"
}

# Whoever has put the source there knows why.
if [ -f "$target/cJSON.c" ] && [ -f "$target/cJSON.h" ]; then
  exit 0
fi
mkdir -p "$target"
echo "tokenwatt: getting cJSON's source for WebAssembly" >&2
if ! from_apt && ! from_upstream; then
  echo "tokenwatt: cJSON's source could not be had. Put cJSON.c and cJSON.h of $version, or of" >&2
  echo "another version since 1.7.14, into build/deps/cjson and run make again." >&2
  exit 1
fi
