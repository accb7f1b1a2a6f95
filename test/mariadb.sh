#!/usr/bin/env bash
# test/mariadb.sh COMMAND...   runs COMMAND with a MariaDB of its own, a plant's database, and removes that afterwards
#
# Installs MariaDB's server program where it is absent (Debian; root, or sudo without a password; the package used brings no
# service), runs it in a temporary folder as an unprivileged user on a free port of 127.0.0.1, and stops and removes it when
# COMMAND ends or a signal comes. It holds an empty database "plant" and two accounts: "reader" may only read it, as the
# service's account at a plant, "loader" may do everything in it, as the plant's own software.
#
# COMMAND sees the accounts as data source names of github.com/go-sql-driver/mysql: CROSSWALK_TEST_MARIADB (reader) and
# CROSSWALK_TEST_MARIADB_LOADER (loader; several statements in one call are allowed).
# Reads: TMPDIR (where the data lie; default /var/tmp).
set -euo pipefail
# shellcheck source=test/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# make_data creates the system tables; root may come in through the socket only.
make_data() {
  (cd "$dir" && "${run_as[@]}" mariadb-install-db --no-defaults --datadir="$dir/data" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$user") >"$dir/install.log" 2>&1 ||
    { tail -n 20 "$dir/install.log" >&2; die 1 "MariaDB's tables could not be created"; }
  # run by the server before it answers anybody
  cat >"$dir/accounts.sql" <<S
CREATE DATABASE IF NOT EXISTS plant CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE OR REPLACE USER reader@'%' IDENTIFIED BY '$reader';
GRANT SELECT, SHOW VIEW ON plant.* TO reader@'%';
CREATE OR REPLACE USER loader@'%' IDENTIFIED BY '$loader';
GRANT ALL ON plant.* TO loader@'%';
S
  chown "$user" "$dir/accounts.sql"
}

# start_server starts MariaDB and waits until it answers, on another port if somebody took the first in between.
start_server() {
  for _ in 1 2 3; do
    port=$(free_port)
    "${run_as[@]}" mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
      --bind-address=127.0.0.1 --port="$port" --init-file="$dir/accounts.sql" --skip-name-resolve --character-set-server=utf8mb4 \
      --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M >>"$dir/log" 2>&1 </dev/null &
    server=$!
    for _ in {1..300}; do
      if answers "$port"; then return; fi
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    stop_server
  done
  tail -n 20 "$dir/log" >&2
  die 1 "MariaDB did not start"
}

stop_server() {
  [ -n "$server" ] || return 0
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

remove() { stop_server; rm -rf --one-file-system "$dir"; }

[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
PATH="$PATH:/usr/sbin"
command -v mariadbd >/dev/null || install_packages MariaDB mariadb-server-core mariadb-client-core
use_service_user mysql
dir=$(scratch crosswalk-mariadb)
server=
trap remove EXIT
trap 'exit 143' TERM INT HUP
reader=$(secret)
loader=$(secret)
make_data
start_server
export CROSSWALK_TEST_MARIADB="reader:$reader@tcp(127.0.0.1:$port)/plant?parseTime=true"
export CROSSWALK_TEST_MARIADB_LOADER="loader:$loader@tcp(127.0.0.1:$port)/plant?parseTime=true&multiStatements=true"
stoppable "$@"
