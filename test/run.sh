#!/usr/bin/env bash
# test/run.sh   all tests of `make test`: Go on both databases, the workbench's own, browser journeys
#
# Needs what `make build` leaves behind, and CROSSWALK_TEST_POSTGRES: run it as `test/pg.sh test/run.sh`.
# Reads: CHROME (the browser to use instead of Debian's Chromium).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${CROSSWALK_TEST_POSTGRES:?run this as test/pg.sh test/run.sh}"

# asked for first: who cannot install a browser should not learn it after the other tests
CHROME=$(test/chromium.sh)
export CHROME
# without PostgreSQL its tests fail instead of being left out
export CROSSWALK_TEST_REQUIRE_POSTGRES=1 CGO_ENABLED=0

echo "== Go tests"
go test -shuffle=on ./...
echo "== the workbench's tests"
(cd web && npm test)
echo "== browser journeys"
test/browser/run.sh
