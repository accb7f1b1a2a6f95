#!/usr/bin/env bash
# test/odoo/package.sh: sourced by lab.sh, never run. Gets Odoo's program: Debian unstable's package is unpacked into the
# lab's folder and never installed; what it needs of Python comes from the running Debian 12. The system's apt sources stay
# as they are. Uses: $lab (the lab's folder), $odoo (where the program is unpacked).
# shellcheck disable=SC2154  # both are lab.sh's

# The version the tests were written against, and its hash: as long as the archive has it, no index needs to be read.
readonly pinned_version=19.0.0+dfsg-1
readonly pinned_sha256=9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf

readonly python_packages=(
  python3 python3-asn1crypto python3-babel python3-cbor2 python3-chardet python3-cryptography python3-dateutil
  python3-docutils python3-freezegun python3-geoip2 python3-gevent python3-greenlet python3-idna python3-jinja2
  python3-libsass python3-lxml python3-magic python3-markupsafe python3-num2words python3-ofxparse python3-openpyxl
  python3-openssl python3-passlib python3-pil python3-polib python3-psutil python3-psycopg2 python3-pypdf2
  python3-qrcode python3-reportlab python3-requests python3-rjsmin python3-stdnum python3-tz python3-urllib3
  python3-usb python3-serial python3-vobject python3-werkzeug python3-xlrd python3-xlsxwriter python3-xlwt
  python3-zeep fonts-dejavu-core tzdata
)

# Translations, web shop, tills, other countries' charts of accounts and tests are most of the package's 50,000 files.
readonly left_out=(
  '*/i18n/*.po' '*/i18n/*.pot' '*/addons/website*' '*/addons/theme_*' '*/addons/l10n_[a-tv-z]*' '*/addons/pos_*'
  '*/addons/point_of_sale*' '*/addons/test_*' '*/addons/iot_*' '*/addons/*/tests/*'
  '*/addons/spreadsheet_dashboard_pos_*' '*/addons/spreadsheet_dashboard_website_*'
  '*/static/description/index.html' './usr/share/doc/*'
)

# mirror prints the Debian mirror this machine's apt uses.
mirror() {
  local codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(RELEASE)/$(COMPONENT) $(REPO_URI)' |
    awk -v wanted="$codename/main" '$1 == wanted { sub("/*$", "", $2); print $2; exit }'
}

# fetch_pinned takes the pinned package straight from the archive's pool; apt checks the hash.
fetch_pinned() {
  /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=3 download-file \
    "$(mirror)/pool/main/o/odoo/odoo-19_${pinned_version}_all.deb" "$lab/odoo.part" "SHA256:$pinned_sha256" &&
    mv "$lab/odoo.part" "$lab/odoo.deb"
}

# fetch_newest takes what unstable has now, through an index of the lab's own, signed by Debian's archive key.
fetch_newest() {
  local apt=$lab/apt own
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  printf '%s\n' 'Types: deb' "URIs: $(mirror)" 'Suites: sid' 'Components: main' 'Architectures: all' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$apt/sid.sources"
  own=(-q -o "Dir::Etc::sourcelist=$apt/sid.sources" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$apt/lists"
    -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=3
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  apt-get "${own[@]}" update &&
    (cd "$apt" && rm -f ./*.deb && apt-get "${own[@]}" download odoo-19 && mv odoo-19_*_all.deb "$lab/odoo.deb")
}

# fetch_package brings the package into the lab, once; its failure is the one the lab reports by exit code 75.
fetch_package() {
  [ ! -s "$lab/odoo.deb" ] || return 0
  fetch_pinned >"$lab/fetch.log" 2>&1 || {
    say "the pinned package is not to be had: asking unstable's index"
    fetch_newest >>"$lab/fetch.log" 2>&1
  }
}

install_python_packages() {
  local missing
  missing=$(comm -23 <(printf '%s\n' "${python_packages[@]}" | sort) \
    <(dpkg-query -Wf '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { print $2 }' | sort))
  # shellcheck disable=SC2086
  [ -z "$missing" ] || install_packages "what Odoo needs of Python" $missing
}

# unpack_package unpacks the program anew when the package, or what is left out of it, is another.
unpack_package() {
  local sum
  sum=$({ printf '%s\n' "${left_out[@]}"; cat "$lab/odoo.deb"; } | sha256sum | cut -c1-64)
  [ "$(cat "$odoo/unpacked" 2>/dev/null)" != "$sum" ] || return 0
  rm -rf "$odoo"
  mkdir -p "$odoo"
  dpkg-deb --fsys-tarfile "$lab/odoo.deb" | tar -x -C "$odoo" "${left_out[@]/#/--exclude=}"
  echo "$sum" >"$odoo/unpacked"
}
