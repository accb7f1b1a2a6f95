#!/usr/bin/env bash
# test/versions.sh   says in one sentence what is missing to build Crosswalk (exit code 2), or nothing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=test/lib.sh
. test/lib.sh

# at_least VERSION WANTED compares versions number by number.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

command -v go >/dev/null || die 2 "Crosswalk needs Go 1.26 or newer, and there is none in PATH"
go=$(go env GOVERSION 2>&1) || die 2 "Crosswalk needs Go 1.26 or newer: $go"
at_least "${go#go}" 1.26 || die 2 "Crosswalk needs Go 1.26 or newer, and this is ${go#go}"
command -v node >/dev/null || die 2 "the workbench needs Node 20.19 or newer, and there is none in PATH"
command -v npm >/dev/null || die 2 "the workbench needs npm, which comes with Node, and there is none in PATH"
node=$(node --version)
at_least "${node#v}" 20.19 || die 2 "the workbench needs Node 20.19 or newer, and this is ${node#v}"
