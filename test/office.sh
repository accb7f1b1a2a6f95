#!/usr/bin/env bash
# test/office.sh COMMAND...   runs COMMAND where LibreOffice is, which writes workbooks for the tests
#
# Installs LibreOffice Calc without its windows where it is absent (Debian; root, or sudo without a password). No office of
# anybody's is touched: each test starts its own with a profile in a temporary folder.
#
# COMMAND sees: CROSSWALK_TEST_OFFICE (the path of soffice), and CROSSWALK_TEST_REQUIRE_OFFICE=1: its tests fail without it.
# Reads: SOFFICE (an office to use instead of Debian's).
set -euo pipefail
# shellcheck source=test/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ $# -gt 0 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
office=${SOFFICE:-$(command -v soffice || true)}
if [ -z "$office" ]; then
  install_packages "LibreOffice" libreoffice-calc-nogui
  office=$(command -v soffice) || die 1 "LibreOffice was installed and soffice is not in PATH"
fi
[ -x "$office" ] || die 2 "$office is no program"
export CROSSWALK_TEST_OFFICE=$office CROSSWALK_TEST_REQUIRE_OFFICE=1
stoppable "$@"
