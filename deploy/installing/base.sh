# shellcheck shell=bash disable=SC2034,SC2154
# Names and small tools of deploy/install.sh.

site=/srv/khen-thuong
releases=$site/releases
current=$site/current
maintenance=$site/maintenance
came_from=$site/updating-from
settings_folder=/etc/khen-thuong
environment=$settings_folder/environment
handover=/root/khen-thuong-handover
command_file=/usr/local/sbin/khen-thuong
lock=/run/khen-thuong-installing
socket=/run/khen-thuong/web.sock
service_user=khen-thuong
database=khen_thuong
database_before=khen_thuong_before
backups=/var/lib/khen-thuong-backups
started=(khen-thuong-urn khen-thuong-web khen-thuong-worker)

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# One at a time. The link names the process, so that what a killed run left behind holds nobody up.
lock_out_others() {
    local holder
    if ! ln -s $$ "$lock" 2>/dev/null; then
        holder=$(readlink "$lock" || true)
        ! tr '\0' '\n' 2>/dev/null <"/proc/$holder/cmdline" | grep -q '/install\.sh$' ||
            die "Another installation is at work on this machine (process $holder). Wait until it has ended."
        ln -sfn $$ "$lock"
    fi
    [ "$(readlink "$lock")" = $$ ] || die "Another installation has just begun on this machine. Wait until it has ended."
}

# Ends what a killed run left at work in a folder.
end_work_in() {
    local process
    for process in /proc/[0-9]*; do
        case $(readlink "$process/cwd" 2>/dev/null || true) in
            "$1" | "$1"/*) kill -9 "${process#/proc/}" 2>/dev/null || true ;;
        esac
    done
}

# write_file TARGET MODE GROUP: standard input becomes the file, at once or not at all; says so when it differs.
write_file() {
    local temporary
    temporary=$(mktemp "$1.XXXXXX")
    cat >"$temporary"
    chgrp "$3" "$temporary"
    chmod "$2" "$temporary"
    if cmp --silent "$temporary" "$1"; then
        rm "$temporary"
    else
        mv --force "$temporary" "$1"
        say "Written: $1"
    fi
}

# The value of a setting in the environment file; empty when it is not there.
setting() {
    [ ! -e "$environment" ] || sed -n "s/^$1=//p" "$environment" | tail -n 1
}

# set_setting NAME VALUE: write a setting into the environment file, in the place of its line where it has one.
set_setting() {
    NAME=$1 VALUE=$2 awk '
        $0 ~ "^#?" ENVIRON["NAME"] "=" && !done { print ENVIRON["NAME"] "=" ENVIRON["VALUE"]; done = 1; next }
        $0 ~ "^" ENVIRON["NAME"] "=" { next }
        { print }
        END { if (!done) print ENVIRON["NAME"] "=" ENVIRON["VALUE"] }
    ' "$environment" | write_file "$environment" 0640 "$service_user"
}

# The application's commands, as its service runs them: of the release in use, or of the one that is being installed.
in_use() { "$command_file" "$@"; }
in_new_release() { KHEN_THUONG_RELEASE=$release "$release/deploy/khen-thuong" "$@"; }

# systemd, or nothing at all with --no-systemd.
services() { [ -z "$with_systemd" ] || systemctl --quiet "$@"; }

# units KIND: those of the application that are on this machine, such as `units timer`.
units() { find /etc/systemd/system -maxdepth 1 -type f -name "khen-thuong-*.$1" -printf '%f\n' | sort; }
