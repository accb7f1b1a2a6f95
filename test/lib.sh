#!/usr/bin/env bash
# test/lib.sh: sourced by the scripts of this folder, never run. What they share: a plain sentence on failure, packages
# installed once, a free port, a temporary folder, an unprivileged user, a command that can be stopped.

# say prints one line on standard error, headed by the script's name.
say() { echo "${0##*/}: $*" >&2; }

# die says why and ends with the given exit code; 2 means that this machine lacks something.
die() { local code=$1; shift; say "$*"; exit "$code"; }

# as_root runs a command as root: directly, or by sudo where that asks for no password.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# can_be_root tells whether as_root would work.
can_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

# install_packages REASON PACKAGE... installs Debian packages without the ones they merely recommend.
install_packages() {
  local reason=$1 log; shift
  command -v apt-get >/dev/null || die 2 "$reason is missing and this system has no apt-get: install $* by hand"
  can_be_root || die 2 "$reason is missing and installing it needs root or sudo without a password: apt-get install $*"
  say "installing $*"
  log=$(mktemp)
  # a failed update (another one may be running) is left to the install to judge
  as_root apt-get -q -o Acquire::Retries=3 update >"$log" 2>&1 || true
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 install "$@" >>"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die 1 "installing $* failed"
  fi
  rm -f "$log"
}

# free_port prints a port of 127.0.0.1 that nobody listens on, below the range of outgoing connections.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    answers "$port" || { echo "$port"; return; }
  done
  die 1 "found no free port"
}

# answers tells whether somebody listens on the given port of 127.0.0.1.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# secret prints a fresh password of letters and digits.
secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# use_service_user NAME... sets user to the first of the given users that exists, and run_as to the words that run a command
# as that user: database servers refuse to run as root. Whoever is not root keeps the own account.
use_service_user() {
  user=$(id -un)
  run_as=()
  [ "$(id -u)" = 0 ] || return 0
  for user in "$@" nobody; do
    if id "$user" >/dev/null 2>&1; then break; fi
  done
  run_as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME=/)
}

# scratch NAME makes a folder for the service user alone, outside the checkout, and prints its path.
scratch() {
  local base dir
  for base in "${TMPDIR:-/var/tmp}" /var/tmp /tmp; do
    dir=$(mktemp -d "$base/$1.XXXXXX" 2>/dev/null) || continue
    chown "$user" "$dir"
    # a base inside a private home, or one too long for a socket's path, is of no use to the server
    if [ ${#dir} -lt 80 ] && "${run_as[@]}" test -x "$dir" 2>/dev/null; then echo "$dir"; return; fi
    rmdir "$dir"
  done
  die 1 "found no folder for temporary files that $user may use"
}

# stoppable COMMAND... runs a command in a process group of its own, passes a signal that ends this script on to the
# whole group, and waits for it, so that the script's EXIT trap runs at once and finds nobody left. At a terminal the
# command stays in the foreground, where it may be typed to and is interrupted by the terminal itself.
stoppable() {
  if [ -t 0 ]; then "$@"; return; fi
  local child status=0
  set -m
  "$@" <&0 &
  child=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -TERM -- -$child 2>/dev/null || true; wait $child || true; exit 143" TERM INT HUP
  wait "$child" || status=$?
  trap - TERM INT HUP
  return "$status"
}
