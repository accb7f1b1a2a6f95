#!/usr/bin/env bash
# test/fresh.sh   `make test` on a machine where nothing was installed by hand
#
# Makes a minimal Debian 12 in a temporary folder, gives it git, make, this machine's Go and Node and its way to the package
# registries (mirror, certificates, proxies, npm's and Go's settings; no caches), clones the current commit into it, and runs
# `make test` there as root. Needs root; installs debootstrap where it is absent. What is not committed is not tested.
# Everything runs in namespaces of its own: whatever ends the test also ends its processes and mounts, and then the folder
# is removed.
# Reads: FRESH_COMMAND (what to run in the clone; default "make test"), TMPDIR (where the folder is made; default /var/tmp).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=test/lib.sh
. "$root/test/lib.sh"
readonly release=bookworm
# what a program of this machine may need to know to reach a registry, if it is set here
readonly passed=(http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY GONOSUMDB GOPRIVATE GONOPROXY GOINSECURE
  SSL_CERT_FILE NODE_EXTRA_CA_CERTS CURL_CA_BUNDLE GIT_SSL_CAINFO)

# write_apt_settings gives the new system this machine's mirrors, and its proxies and certificates if apt has such.
write_apt_settings() {
  apt-config dump | grep -iE '^Acquire::(https?::|.*(proxy|cainfo|verify))' >"$system/etc/apt/apt.conf.d/90host" || true
  {
    echo "deb $mirror $release main"
    echo "deb $mirror $release-updates main"
    [ -z "$security" ] || echo "deb $security $release-security main"
  } >"$system/etc/apt/sources.list"
}

# address PATTERN prints the first package source of this machine whose suite matches.
address() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' |
    awk -v suite="$1" '$1 ~ suite && $2 == "main" { print $3; exit }'
}

make_system() {
  local own
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(address "^$own\$")
  security=$(address "^$own-security\$")
  [ -n "$mirror" ] || die 1 "apt does not tell which Debian mirror this machine uses"
  say "making a Debian 12 in $system"
  debootstrap --variant=minbase --include=ca-certificates,git,make "$release" "$system" "$mirror" >"$dir/debootstrap.log" 2>&1 ||
    { tail -n 20 "$dir/debootstrap.log" >&2; die 1 "the Debian 12 could not be made"; }
  cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
  write_apt_settings
}

# copy_certificates makes the new system trust whom this machine trusts.
copy_certificates() {
  local bundle=/etc/ssl/certs/ca-certificates.crt
  cp -RL /usr/local/share/ca-certificates/. "$system/usr/local/share/ca-certificates/" 2>/dev/null || true
  chroot "$system" update-ca-certificates >/dev/null 2>&1
  [ ! -s "$bundle" ] || cp -L "$bundle" "$system$bundle"
  for bundle in "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}"; do
    if [ -f "$bundle" ]; then mkdir -p "$system${bundle%/*}"; cp -L "$bundle" "$system$bundle"; fi
  done
}

# copy_tools copies Go, Node and npm, which Debian 12 has in versions too old, and npm's settings.
copy_tools() {
  local node=$system/opt/node file
  cp -a "$(go env GOROOT)" "$system/usr/local/go"
  mkdir -p "$node/bin" "$node/lib/node_modules"
  cp -L "$(node -p process.execPath)" "$node/bin/node"
  cp -RL "$(npm root -g)/npm" "$node/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$node/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$node/bin/npx"
  for file in "$(npm config get globalconfig)" "$(npm config get userconfig)"; do
    if [ -f "$file" ]; then cat "$file"; echo; fi
  done >"$system/root/.npmrc"
}

# mount_kernel gives the new system its own processes, devices and shared memory; all of it goes with the namespace.
mount_kernel() {
  local device
  mount -t proc proc "$system/proc"
  mount -t tmpfs -o mode=755 tmpfs "$system/dev"
  for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$system/dev/${device%:*}" c 1 "${device#*:}"
  done
  mknod -m 666 "$system/dev/tty" c 5 0
  mkdir "$system/dev/pts" "$system/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=666 devpts "$system/dev/pts"
  ln -s pts/ptmx "$system/dev/ptmx"
  mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
  ln -s /proc/self/fd "$system/dev/fd"
}

# inside is the first process of the new namespaces: it finishes the system and runs the command in the clone.
inside() {
  local name settings=(PATH=/usr/local/go/bin:/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    HOME=/root LANG=C.UTF-8 CI=true GOTOOLCHAIN=local "GOPROXY=$(go env GOPROXY)" "GOSUMDB=$(go env GOSUMDB)" "GOFLAGS=$(go env GOFLAGS)")
  for name in "${passed[@]}"; do
    [ -z "${!name:-}" ] || settings+=("$name=${!name}")
  done
  mount_kernel
  git -C "$root" bundle create -q "$system/root/crosswalk.bundle" HEAD
  # shellcheck disable=SC2016  # the inner shell expands it
  chroot "$system" env -i "${settings[@]}" bash -euc '
    cd /root && git clone -q -c advice.detachedHead=false crosswalk.bundle crosswalk && cd crosswalk && eval "$1"' fresh "${FRESH_COMMAND:-make test}"
}

[ "$(id -u)" = 0 ] || die 2 "making a system needs root"
if [ "${1:-}" = --inside ]; then
  system=$2
  inside
  exit
fi
git -C "$root" rev-parse -q --verify HEAD >/dev/null || die 2 "there is no commit to test yet"
[ -z "$(git -C "$root" status --porcelain)" ] || say "what is not committed is not tested"
command -v debootstrap >/dev/null || install_packages debootstrap debootstrap
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/crosswalk-fresh.XXXXXX")
system=$dir/system
trap 'rm -rf --one-file-system "$dir"' EXIT
trap 'exit 143' TERM INT HUP
make_system
copy_certificates
copy_tools
stoppable unshare --mount --propagation private --pid --fork --kill-child "$root/test/fresh.sh" --inside "$system"
