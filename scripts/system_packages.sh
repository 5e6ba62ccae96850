#!/usr/bin/env bash
# Makes sure that the operating system has what Python packages cannot bring.
# Use: system_packages.sh run|test|server
#   run     what serving needs    test    what the tests need besides    server    what a production machine needs besides
# Installs only what is missing: as root, or through sudo where it asks no password.
# Otherwise it prints the command to run and stops.
set -euo pipefail

purpose=${1:-run}
missing=()

need() { missing+=("$1"); }
installed() { [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }
need_package() { installed "$1" || need "$1"; }

# Debian 12's fonts-liberation is version 1 and lacks Vietnamese letters; from version 2 on
# (Debian 13, Ubuntu 24.04) either name brings them.
has_liberation_2() {
    installed fonts-liberation2 && return 0
    installed fonts-liberation &&
        dpkg --compare-versions "$(dpkg-query -W -f='${Version}' fonts-liberation)" ge 1:2
}

if ! command -v dpkg-query >/dev/null; then
    cat >&2 <<'SENTENCE'
This machine has no dpkg, so its packages cannot be checked. The application is prepared for
Debian 12 or later and Ubuntu 24.04 or later. On another system install Pango, HarfBuzz (with its subsetter),
Fontconfig, Liberation fonts 2, gettext and poppler-utils, then set SKIP_SYSTEM_PACKAGES=1.
SENTENCE
    [ "${SKIP_SYSTEM_PACKAGES:-}" = 1 ] || exit 1
    exit 0
fi

"${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
command -v msgfmt >/dev/null || need gettext
command -v pdftotext >/dev/null || need poppler-utils
for package in libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libfontconfig1 libharfbuzz-subset0; do
    need_package "$package"
done
if ! has_liberation_2; then
    offered=$(apt-cache policy fonts-liberation 2>/dev/null | sed -n 's/^ *Candidate: //p')
    if dpkg --compare-versions "${offered:-0}" ge 1:2; then need fonts-liberation; else need fonts-liberation2; fi
fi
[ -e /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates

if [ "$purpose" = server ]; then
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || need postgresql
    command -v nginx >/dev/null || need nginx
    for program in make curl openssl; do
        command -v "$program" >/dev/null || need "$program"
    done
fi

if [ "$purpose" = test ]; then
    need_package libatomic1 # for the Node.js that drives the browser
    command -v git >/dev/null || need git # tests commit to repositories of their own
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need postgresql
    if [ ! -x /usr/bin/chromium ]; then
        if grep -qi '^ID=ubuntu' /etc/os-release; then
            cat >&2 <<'SENTENCE'
The browser tests need Chromium as /usr/bin/chromium. Ubuntu's package is only a pointer to a snap, which
the tests cannot drive. Install a Chromium or Chrome of your choice and link it:
    sudo ln -s /path/to/chrome /usr/bin/chromium
SENTENCE
            exit 1
        fi
        need chromium
    fi
fi

[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    prevent=""
    case " ${missing[*]} " in *" postgresql "*)
        prevent="sudo mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | sudo tee -a /etc/postgresql-common/createcluster.conf
    " ;;
    esac
    cat >&2 <<SENTENCE
These system packages are missing: ${missing[*]}. Installing them needs an administrator. Run this, then call make again:
    ${prevent}sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}
SENTENCE
    exit 1
fi

# The tests start a PostgreSQL of their own, so the package must not make and start a cluster. A server needs it.
case "$purpose ${missing[*]} " in test*" postgresql "*)
    conf=/etc/postgresql-common/createcluster.conf
    if ! grep -qs '^create_main_cluster *= *false' "$conf"; then
        "${as_root[@]}" mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | "${as_root[@]}" tee -a "$conf" >/dev/null
    fi ;;
esac

echo "Installing system packages: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0
    -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=120)
mkdir -p build
log=build/system-packages.log
if ! { "${apt[@]}" update && "${apt[@]}" install --yes --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install: ${missing[*]}. Its full output is in $log." >&2
    exit 1
fi
