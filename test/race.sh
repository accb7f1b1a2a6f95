#!/usr/bin/env bash
# test/race.sh   Go's race detector on the packages where goroutines meet; run it as `test/pg.sh test/race.sh`
#
# The detector needs a C compiler: gcc is installed where it is absent (Debian; root, or sudo without a password).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=test/lib.sh
. test/lib.sh
: "${CROSSWALK_TEST_POSTGRES:?run this as test/pg.sh test/race.sh}"

command -v gcc >/dev/null || install_packages "a C compiler, which the race detector needs," gcc libc6-dev
packages=()
# The rules in domain start no goroutine: what is done at once there meets in the store.
for folder in matching reconcile server/store server/follow server/events server/jobs; do
  if [ -d "$folder" ]; then packages+=("./$folder/..."); fi
done
# Property tests go their way one step after the other: fewer of their sequences will do where races are looked for.
CROSSWALK_TEST_REQUIRE_POSTGRES=1 CGO_ENABLED=1 go test -race -short -timeout 30m "${packages[@]}"
