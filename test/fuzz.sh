#!/usr/bin/env bash
# test/fuzz.sh   runs every fuzz target of the module, one after the other; the first that finds something ends it
#
# Reads: FUZZTIME (how long each runs; default 20s).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mapfile -t targets < <(git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' ':!clients' ':!test/idp')
echo "== ${#targets[@]} fuzz targets"
for found in "${targets[@]}"; do
  folder=$(dirname "${found%%:*}")
  target=${found#*:func }
  echo "== $target in $folder"
  go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-20s}" "./$folder"
done
