#!/usr/bin/env bash
# test/odoo/run.sh [ARGUMENT...]   the tests against a real Odoo 19 and a real MariaDB, and the end of both
#
# Starts a private PostgreSQL, a private MariaDB and the Odoo of lab.sh, and runs `go test -tags odoo ./test/odoo/...` with
# their variables; arguments go to go test. Needs root on Debian 12, and installs what is missing.
# Where Odoo's package cannot be downloaded (only then) it says "odoo: NOT RUN (download failed)" and ends well.
# Reads: what lab.sh, ../pg.sh and ../mariadb.sh read.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=test/lib.sh
. "$here/../lib.sh"

# inside runs where both databases are up.
inside() {
  local variables
  cd "$here/../.."
  # without this, go test would call a missing suite a success
  [ -n "$(go list -tags odoo ./test/odoo/...)" ] || die 1 "there are no tests in test/odoo"
  trap '"$here/lab.sh" down' EXIT
  trap 'exit 143' TERM INT HUP
  variables=$("$here/lab.sh" up)
  while IFS= read -r variable; do export "${variable?}"; done <<<"$variables"
  # one package after the other: they share one Odoo
  CGO_ENABLED=0 go test -count=1 -p 1 -tags odoo "$@" ./test/odoo/...
}

if [ "${1:-}" = --inside ]; then shift; inside "$@"; exit; fi
status=0
"$here/../pg.sh" "$here/../mariadb.sh" "$here/run.sh" --inside "$@" || status=$?
if [ "$status" = 75 ]; then
  echo "odoo: NOT RUN (download failed)"
  exit 0
fi
exit "$status"
