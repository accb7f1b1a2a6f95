#!/usr/bin/env bash
# test/browser/run.sh   the browser journeys against the real binary and its demo company
#
# Needs what `make build` leaves behind. Starts `bin/crosswalk demo` on a free port, and ends it, whatever happens.
# Reads: CHROME (the browser; default: the one test/chromium.sh finds), CROSSWALK (the binary; default bin/crosswalk).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=test/lib.sh
. test/lib.sh

binary=${CROSSWALK:-bin/crosswalk}
[ -x "$binary" ] || die 2 "$binary is missing: run make build first"
[ -d web/node_modules/playwright-core ] || die 2 "the workbench's packages are missing: run make setup first"
CHROME=${CHROME:-$(test/chromium.sh)}
BASE_URL=http://127.0.0.1:$(free_port)
log=$(mktemp)

"$binary" demo --listen "${BASE_URL#http://}" >"$log" 2>&1 &
server=$!
cleanup() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -f "$log"
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

# the demo says where it is and who may sign in once its company stands
for _ in {1..600}; do
  if grep -q '^Ctrl-C' "$log"; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; die 1 "the demo ended before it was ready"; }
  sleep 0.2
done
grep -q '^Ctrl-C' "$log" || { cat "$log" >&2; die 1 "the demo was not ready after two minutes"; }

# persona ROLE prints "login password" of the first persona whose role begins with ROLE.
persona() { awk -v role="$1" 'NF >= 3 && index($0, "  ") == 1 && $3 == role { print $1, $2; exit }' "$log"; }
read -r STEWARD_LOGIN STEWARD_PASSWORD <<<"$(persona steward)"
read -r APPROVER_LOGIN APPROVER_PASSWORD <<<"$(persona approver)"
OTHER_LOGINS="$(persona plant | tr ' ' :) $(persona integration | tr ' ' :)"
export BASE_URL CHROME STEWARD_LOGIN STEWARD_PASSWORD APPROVER_LOGIN APPROVER_PASSWORD OTHER_LOGINS

# one after the other: all work on the same company
node --test --test-concurrency=1 --test-timeout=900000 test/browser/journey.mjs test/browser/governed.mjs test/browser/duplicates.mjs test/browser/imports.mjs
