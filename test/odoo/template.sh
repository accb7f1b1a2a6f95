#!/usr/bin/env bash
# test/odoo/template.sh: sourced by lab.sh, never run. Sets up Odoo's database once per machine and copies it from then on:
# the finished one is kept in the lab's folder as a dump, with its attachments and keys, under a hash of all that went into
# it; each PostgreSQL server restores it once as a template database; each run clones that within a second.
# Uses: $lab, $odoo, $python, $modules, $modules_path, $here, $database, and PGHOST, PGPORT, PGUSER, PGPASSWORD.
# shellcheck disable=SC2154  # these are lab.sh's

# template_name prints the name that stands for this package, these modules, this set-up and this major version of PostgreSQL.
template_name() {
  local server
  server=$(psql -d postgres -Atc 'show server_version_num')
  { echo "$modules ${server%????}"; cat "$odoo/unpacked" "$here/setup.py"; } | sha256sum | sed 's/^\(.\{12\}\).*/odoo_template_\1/'
}

database_exists() { [ "$(psql -d postgres -Atc "select 1 from pg_database where datname = '$1'")" = 1 ]; }

drop_database() { PGOPTIONS='-c client_min_messages=warning' dropdb --if-exists --force "$1"; }

# build_template lets Odoo create its database (about a minute) and keeps the result.
build_template() {
  local new=${template}_new kept=$lab/$template
  say "setting up Odoo's database, which takes about a minute the first time"
  drop_database "$new"
  rm -rf "$lab"/odoo_template_* "$lab/data/filestore/$new"
  mkdir -p "$kept.new" "$lab/data/filestore/$new"
  PYTHONPATH=$modules_path $python "$here/setup.py" "$lab/odoo.conf" "$new" "$modules" "$kept.new/keys.json" >"$lab/setup.log" 2>&1 ||
    { tail -n 20 "$lab/setup.log" >&2; die 1 "setting up Odoo's database failed"; }
  pg_dump -Fc -Z1 -f "$kept.new/dump" "$new"
  mv "$lab/data/filestore/$new" "$kept.new/filestore"
  psql -q -d postgres -c "alter database $new rename to $template"
  # moved into place last: what has this name is complete
  mv "$kept.new" "$kept"
}

# restore_template brings the kept database into a server that does not have it yet.
restore_template() {
  local new=${template}_new
  drop_database "$new"
  createdb -T template0 "$new"
  pg_restore -j 2 -d "$new" "$lab/$template/dump" || die 1 "the kept database could not be restored: remove $lab/$template"
  psql -q -d postgres -c "alter database $new rename to $template"
}

# clone_template gives the run a database of its own, unless it has one.
clone_template() {
  template=$(template_name)
  if [ ! -d "$lab/$template" ]; then
    drop_database "$template"
    build_template
  elif ! database_exists "$template"; then
    restore_template
  fi
  database_exists "$database" && return
  rm -rf "$lab/data/filestore/$database"
  mkdir -p "$lab/data/filestore"
  cp -a "$lab/$template/filestore" "$lab/data/filestore/$database"
  createdb -T "$template" "$database"
}
