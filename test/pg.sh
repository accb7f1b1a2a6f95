#!/usr/bin/env bash
# test/pg.sh COMMAND...   runs COMMAND with a PostgreSQL of its own, and removes that afterwards
#
# Installs PostgreSQL where it is absent (Debian; root, or sudo without a password), makes a cluster in a temporary folder,
# runs it as an unprivileged user on a free port of 127.0.0.1, and stops and removes it when COMMAND ends or a signal comes.
# A cluster of the system is neither used nor touched nor created. Its contents are thrown away, so nothing is synced.
#
# COMMAND sees: CROSSWALK_TEST_POSTGRES (a postgres:// address), PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and the
# PostgreSQL programs in PATH. The role may do everything and is not called "postgres".
# Reads: TMPDIR (where the cluster lies; default /var/tmp).
set -euo pipefail
# shellcheck source=test/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# programs prints the folder of the newest installed PostgreSQL server, or nothing.
programs() {
  local initdb
  initdb=$(find /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$initdb" ] || initdb=$(command -v initdb || true)
  if [ -n "$initdb" ]; then dirname "$(readlink -f "$initdb")"; fi
}

# install_server installs PostgreSQL and keeps its package from making and starting a cluster for the system.
install_server() {
  local veto=/etc/postgresql-common/createcluster.d/crosswalk-test.conf
  can_be_root || die 2 "PostgreSQL is missing and installing it needs root or sudo without a password: apt-get install postgresql"
  as_root mkdir -p "${veto%/*}"
  echo 'create_main_cluster = false' | as_root tee "$veto" >/dev/null
  # shellcheck disable=SC2064
  trap "as_root rm -f $veto" EXIT
  install_packages PostgreSQL postgresql
  as_root rm -f "$veto"
  trap - EXIT
}

# make_cluster creates the cluster's files. Where PostgreSQL can, it sorts as English dictionaries do and not by bytes, as
# most servers in production: a query that silently relies on one order is found here.
make_cluster() {
  local order=(--locale=C.UTF-8)
  if "$bin/initdb" --help | grep -q -- --locale-provider; then order+=(--locale-provider=icu --icu-locale=en-US); fi
  echo "$PGPASSWORD" >"$dir/password"
  chown "$user" "$dir/password"
  (cd "$dir" && "${run_as[@]}" "$bin/initdb" -D "$dir/data" -U "$PGUSER" --pwfile="$dir/password" --auth=scram-sha-256 \
    --encoding=UTF8 --no-sync "${order[@]}") >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; die 1 "the cluster could not be created"; }
  cat >>"$dir/data/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
max_locks_per_transaction = 256
fsync = off
synchronous_commit = off
full_page_writes = off
C
}

# start_cluster starts the server, on another port if somebody took the first in between.
start_cluster() {
  for _ in 1 2 3; do
    PGPORT=$(free_port)
    if (cd "$dir" && "${run_as[@]}" "$bin/pg_ctl" -D "$dir/data" -s -w -t 60 -o "-p $PGPORT" -l "$dir/log" start); then return; fi
  done 2>>"$dir/start.log"
  tail -n 20 "$dir/start.log" "$dir/log" >&2
  die 1 "PostgreSQL did not start"
}

remove_cluster() {
  if [ -e "$dir/data/postmaster.pid" ]; then
    (cd "$dir" && "${run_as[@]}" "$bin/pg_ctl" -D "$dir/data" -s -w -m immediate stop) || true
  fi
  rm -rf --one-file-system "$dir"
}

[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
bin=$(programs)
if [ -z "$bin" ]; then install_server; bin=$(programs); fi
use_service_user postgres
dir=$(scratch crosswalk-pg)
trap remove_cluster EXIT
trap 'exit 143' TERM INT HUP
export PGHOST=127.0.0.1 PGPORT PGUSER=crosswalk PGPASSWORD PGDATABASE=crosswalk PATH="$bin:$PATH"
PGPASSWORD=$(secret)
make_cluster
start_cluster
createdb "$PGDATABASE" --maintenance-db=postgres
export CROSSWALK_TEST_POSTGRES="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE?sslmode=disable"
stoppable "$@"
