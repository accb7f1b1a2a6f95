#!/usr/bin/env bash
# test/odoo/lab.sh up|down|reset|env   a real Odoo 19 for the tests, on Debian 12
#
#   up     fetch and install what is missing, clone the database if it is absent, start the server, print its variables
#   down   stop the server          reset  stop it, clone the database anew, start it          env  print its variables
#
# The variables: ODOO_URL, ODOO_DATABASE, ODOO_ADMIN_KEY, ODOO_READER_KEY, ODOO_WRITER_KEY.
# Exit code 75: Odoo's package could not be downloaded, and nothing else is known to be wrong.
#
# Needs: root; PGHOST, PGPORT, PGUSER and PGPASSWORD of a PostgreSQL role that may create databases and is not called
# postgres, with PostgreSQL's programs in PATH (`test/pg.sh test/odoo/lab.sh up` gives all that).
# Reads: CROSSWALK_ODOO_LAB (the folder in which package, finished database and log are kept between runs; default
# /var/tmp/crosswalk-odoo-lab), ODOO_DATABASE (default crosswalk_odoo).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=test/lib.sh
. "$here/../lib.sh"
lab=${CROSSWALK_ODOO_LAB:-/var/tmp/crosswalk-odoo-lab}
odoo=$lab/program
python=/usr/bin/python3 # Debian's own, which alone sees Debian's Python packages
modules_path=$odoo/usr/lib/python3/dist-packages
modules=mrp,purchase,stock,product_expiry,purchase_stock,stock_delivery
database=${ODOO_DATABASE:-crosswalk_odoo}
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
# shellcheck source=test/odoo/package.sh
. "$here/package.sh"
# shellcheck source=test/odoo/template.sh
. "$here/template.sh"

# prepare fetches the package while apt installs what it needs.
prepare() {
  local fetching fetched=0
  fetch_package &
  fetching=$!
  install_python_packages
  wait "$fetching" || fetched=$?
  if [ "$fetched" != 0 ]; then
    tail -n 5 "$lab/fetch.log" >&2
    die 75 "Odoo's package could not be downloaded"
  fi
  unpack_package
}

# write_config writes the server's configuration; threads instead of processes, and no scheduled jobs of its own.
write_config() {
  mkdir -p "$lab/data"
  cat >"$lab/odoo.conf" <<C
[options]
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
db_password = $PGPASSWORD
addons_path = $modules_path/odoo/addons
data_dir = $lab/data
http_interface = 127.0.0.1
http_port = $1
workers = 0
max_cron_threads = 0
list_db = False
log_level = warn
C
}

key() { sed "s/.*\"$1\": \"\([^\"]*\)\".*/\1/" "$lab/$template/keys.json"; }

write_variables() {
  cat >"$lab/env" <<V
ODOO_URL=http://127.0.0.1:$1
ODOO_DATABASE=$database
ODOO_ADMIN_KEY=$(key admin)
ODOO_READER_KEY=$(key reader)
ODOO_WRITER_KEY=$(key writer)
V
}

# running tells whether the process that start noted is still our server.
running() { [ -s "$lab/pid" ] && tr '\0' ' ' <"/proc/$(cat "$lab/pid")/cmdline" 2>/dev/null | grep -qF "$lab/odoo.conf"; }

# ready asks the server who the reader is; the first answer comes when all modules are loaded.
ready() {
  $python - "$lab/env" <<'P' 2>/dev/null
import sys, urllib.request
env = dict(line.strip().split("=", 1) for line in open(sys.argv[1]))
urllib.request.urlopen(urllib.request.Request(env["ODOO_URL"] + "/json/2/res.users/context_get", b"{}", {
    "Content-Type": "application/json", "Authorization": "bearer " + env["ODOO_READER_KEY"],
    "X-Odoo-Database": env["ODOO_DATABASE"]}), timeout=60).read()
P
}

# start starts the server; it outlives this script and must not inherit the lab's lock.
start() {
  PYTHONPATH=$modules_path setsid nohup $python "$odoo/usr/bin/odoo" -c "$lab/odoo.conf" -d "$database" \
    >"$lab/odoo.log" 2>&1 </dev/null 9>&- &
  echo $! >"$lab/pid"
  for _ in {1..240}; do
    if ready; then return; fi
    kill -0 "$(cat "$lab/pid")" 2>/dev/null || break
    sleep 0.25
  done
  tail -n 20 "$lab/odoo.log" >&2
  stop
  die 1 "Odoo did not start"
}

stop() {
  local pid
  if running; then
    pid=$(cat "$lab/pid")
    kill "$pid" 2>/dev/null || true
    for _ in {1..100}; do
      running || break
      sleep 0.1
    done
    if running; then kill -KILL "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$lab/pid"
}

# up leaves a server alone that runs on this PostgreSQL; one of a run that was killed points to a server long gone.
up() {
  local port
  prepare
  if running && grep -qx "db_port = $PGPORT" "$lab/odoo.conf" && ready; then return; fi
  stop
  port=$(free_port)
  write_config "$port"
  clone_template
  write_variables "$port"
  start
}

case ${1:-} in
  up | down | reset | env) ;;
  *) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
: "${PGPORT:?lab.sh needs a PostgreSQL: test/pg.sh test/odoo/lab.sh $1}"
umask 077
mkdir -p "$lab"
exec 9>"$lab/lock"
flock 9
case $1 in
  up) up; cat "$lab/env" ;;
  down) stop ;;
  reset) stop; drop_database "$database"; up; cat "$lab/env" ;;
  env) cat "$lab/env" ;;
esac
