#!/usr/bin/env bash
# Installs the committed tree on a bare Debian in a folder of its own (debootstrap). First as a demonstration: `make run`
# serves, and a second start must keep the data. Then for a province: the shell lines of docs/operations.md that carry a
# mark are followed as they stand (scripts/bare_production.sh). Needs root, and ports 80 and 443 of this machine.
# Use: bare_install.sh [SUITE]   (bookworm)
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${1:-bookworm}
port=${PORT:-8971}
[ "$(id -u)" = 0 ] || { echo "Only root may build a bare system. Run this as root." >&2; exit 2; }
for taken in 80 443; do
    ! (: <"/dev/tcp/127.0.0.1/$taken") 2>/dev/null || { echo "Port $taken is taken, and the bare system's nginx needs it. Stop what holds it." >&2; exit 2; }
done
command -v debootstrap >/dev/null || apt-get install --yes --quiet debootstrap >/dev/null

root=$(mktemp -d /var/tmp/khen-thuong-bare-XXXXXX)
# It is the `/` of everybody in there, postgres and the application's account among them.
chmod 755 "$root"
server=
passed=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    sleep 1
    # Whatever still runs in there is found by its root.
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root" 2>/dev/null)" != "$root" ] || kill -9 "${process#/proc/}" 2>/dev/null || true
    done
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    # What was just killed may hold a device for a moment longer.
    umount --lazy "$root/proc" "$root/dev/shm" "$root/dev" 2>/dev/null || true
    rm -rf --one-file-system "$root" || echo "Something is left in $root." >&2
    [ -z "$passed" ] || { rm -f "$root.log"; echo "1 passed, 0 failed"; }
}
trap finish EXIT

echo "Building a bare $suite in $root"
debootstrap --variant=minbase --include=ca-certificates,git,make,python3 "$suite" "$root" >"$root.log" 2>&1 ||
    { tail -5 "$root.log" >&2; exit 1; }
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
# What is installed here is thrown away, so nothing waits for the disk.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/bare"
# The bare machine reaches the package registries as this one does.
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp -r /etc/ssl/certs/. "$root/etc/ssl/certs/"
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
rm -f "$root"/etc/apt/apt.conf.d/docker-*
git clone --quiet --no-hardlinks . "$root/srv/app"

# Runs what follows it in the bare root.
inside=(chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
    DEBIAN_FRONTEND=noninteractive PIP_CERT=/etc/ssl/certs/ca-certificates.crt
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
    bash -c)

start() {
    "${inside[@]}" "cd /srv/app && exec make run PORT=$port" >>"$root.log" 2>&1 &
    server=$!
    local begun=$SECONDS
    until answer=$(curl --silent --fail --max-time 5 "http://127.0.0.1:$port/he-thong/song/" 2>/dev/null); do
        kill -0 "$server" 2>/dev/null || { tail -20 "$root.log" >&2; echo "make run ended." >&2; exit 1; }
        [ $((SECONDS - begun)) -lt 900 ] || { tail -20 "$root.log" >&2; echo "make run did not serve." >&2; exit 1; }
        sleep 1
    done
    echo "$1 served after $((SECONDS - begun)) s: $answer"
}

start "The first make run"
page=$(curl --silent --location "http://127.0.0.1:$port/")
grep -q 'csrfmiddlewaretoken' <<<"$page" || { echo "The sign-in page did not come." >&2; exit 1; }
grep -q 'xa.phandien' <<<"$page" || { echo "The sign-in page lists no accounts of the demonstration." >&2; exit 1; }
kill "$server"
wait "$server" 2>/dev/null || true
start "The second make run"
before=$(grep -c 'The demonstration was loaded' "$root.log")
[ "$before" = 1 ] || { echo "The demonstration was loaded $before times." >&2; exit 1; }
kill "$server"
wait "$server" 2>/dev/null || true
server=

. scripts/bare_production.sh
follow_operations
passed=yes
