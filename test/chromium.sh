#!/usr/bin/env bash
# test/chromium.sh   prints the path of a Chromium for the browser tests
#
# That is $CHROME if it is set, else an installed chromium, else Debian's, which is installed (root, or sudo without a
# password; else one sentence and exit code 2).
set -euo pipefail
# shellcheck source=test/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ -n "${CHROME:-}" ]; then
  [ -x "$CHROME" ] || die 2 "CHROME names $CHROME, which is not a program"
  echo "$CHROME"
  exit
fi
command -v chromium >/dev/null || install_packages "Chromium (or CHROME=/path/to/chrome)" chromium
command -v chromium
