# shellcheck shell=bash disable=SC2034,SC2154
# Moving to a release: the first one, or an update that is undone when any step of it fails.
#
# While an update is at work three things say so, and whoever runs the installer again goes by them:
#   /srv/khen-thuong/maintenance      nginx answers with the maintenance page
#   /srv/khen-thuong/updating-from    which release served before
#   database khen_thuong_before       the database as it was; it is there whole or not at all
# The update stands from the moment in which updating-from is gone. Until then nobody but the installer is served.

moving=''

move_to_release() {
    if [ -z "$(release_in_use)" ]; then
        check_release
        in_new_release migrate --verbosity 0
        use_release "$release"
        return 0
    fi
    check_nothing_is_lost
    say "Updating from $(basename "$(release_in_use)") to ${release##*/}"
    in_use backup --may-begin
    check_release
    in_use backup --wait 0
    trap undo_at_exit EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    begin_move
    copy_database
    in_new_release migrate --verbosity 0
    use_release "$release"
    install_units
    services start khen-thuong-web || die "The new release does not start. Look at: journalctl -u khen-thuong-web"
    wait_until_it_serves
    settle
    trap - EXIT INT TERM HUP
}

check_release() { in_new_release check --deploy; }

# A release that lacks migrations which the present one has would find tables that it does not know.
check_nothing_is_lost() {
    local folder lost
    lost=$(cd "$current" && for folder in */migrations; do
        [ ! -d "$release/$folder" ] || comm -23 <(cd "$folder" && ls) <(cd "$release/$folder" && ls) | sed -n "/^[0-9]/s|^|$folder/|p"
    done)
    [ -z "$lost" ] || die "$(printf '%s\n' "${release##*/} is older than what is in use: it lacks these migrations:" "$lost" \
        'Nothing was changed. To go back to it, bring back the backup from before the update (docs/operations.md, “Going back”).')"
}

begin_move() {
    release_in_use | write_file "$came_from" 0644 root >/dev/null
    moving=yes
    touch "$maintenance"
    stop_services
    # A poll that was opened since the backup keeps its members waiting no longer than this; its urn goes on.
    in_use backup --may-begin
    stop_urn
}

# All but the urn: its open polls would be void. It is stopped by itself, once no poll is open.
stop_services() {
    # shellcheck disable=SC2046
    services stop $(units timer) $(units service | grep -vx 'khen-thuong-urn\.service')
}

# From here on no poll is open, and none can be opened; the urn of whichever release stands in the end starts last.
stop_urn() { is_unit khen-thuong-urn && services stop khen-thuong-urn || true; }

is_unit() { [ -e "/etc/systemd/system/$1.service" ]; }

# Nobody writes now, so the copy is the database as it is; it takes its name when it is whole. One from an earlier update
# that stands may be left when its installer was killed.
copy_database() {
    database_is_here || return 0
    forget_half_copy
    drop_database "$database_before"
    # Whoever looks in now and then, such as a monitor, would keep it from being copied.
    let_in "$database" false
    end_connections "$database"
    # As files, so that the write-ahead log and whoever keeps it get no second copy.
    as_postgres createdb --owner="$service_user" --strategy=file_copy --template="$database" "${database_before}_new"
    in_postgres "ALTER DATABASE ${database_before}_new RENAME TO $database_before"
    let_in "$database" true
}

forget_half_copy() { drop_database "${database_before}_new"; }

let_in() { in_postgres "ALTER DATABASE $1 ALLOW_CONNECTIONS $2"; }

end_connections() {
    in_postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$1'" >/dev/null
}

# Asked on the machine itself, behind nginx, which still shows the maintenance page.
ask() {
    curl --silent --output "$2" --write-out '%{http_code}' --max-time 30 --location --unix-socket "$socket" \
        --header "Host: $host" --header 'X-Forwarded-Proto: https' --header 'X-Forwarded-For: 127.0.0.1' "http://$host$1" || true
}

wait_until_it_serves() {
    [ -n "$with_systemd" ] || return 0
    local answer ends=$((SECONDS + 180))
    answer=$(mktemp)
    until [ "$(ask /readyz "$answer")" = 200 ] && [ "$(ask / /dev/null)" = 200 ]; do
        if [ "$SECONDS" -ge "$ends" ]; then
            say "The new release does not serve. It said: $(head -c 2000 "$answer")"
            rm "$answer"
            return 1
        fi
        sleep 1
    done
    rm "$answer"
}

# From here on the update stands.
settle() {
    rm -f "$came_from"
    moving=''
    if database_is_here; then
        drop_database "$database_before"
    fi
}

undo_at_exit() {
    local status=$?
    trap - EXIT
    trap '' INT TERM HUP
    [ -n "$moving" ] || exit "$status"
    say "The update failed and is being undone." >&2
    trap 'say "Undoing it failed too; the maintenance page stays. Mend what stands above, then run the installer again." >&2' EXIT
    undo
    start_services
    trap - EXIT
    say "$(basename "$(release_in_use)") serves again, with the database as it was. What went wrong stands above." >&2
    exit 1
}

# Back to the release that served before and to its database; does no harm when done twice.
undo() {
    stop_services
    database_is_here || die "The database is on another machine, where nothing is undone from here. Bring back the newest backup" \
        "(docs/operations.md, “Going back”), remove $came_from, then run the installer again."
    # The new release may have started its urn; where none was stopped, a poll may be open.
    [ ! -e ] || services stop khen-thuong-urn
    forget_half_copy
    if has_database "$database_before"; then
        end_connections "$database"
        drop_database "$database"
        in_postgres "ALTER DATABASE $database_before RENAME TO $database"
    fi
    let_in "$database" true
    use_release "$(cat "$came_from")"
    install_site
    rm -f "$came_from"
    moving=''
}

# A run that was killed left the three signs: the earlier state comes back first, then the update begins anew.
undo_what_was_cut_off() {
    if [ -e "$came_from" ]; then
        say "An update was cut off. What it did is undone first."
        stop_services
        end_work_in "$releases"
        undo
        start_services
    fi
}

start_services() {
    local serving=() unit
    # A release to which an update went back may lack one.
    for unit in "${started[@]}"; do
        ! is_unit "$unit" || serving+=("$unit")
    done
    # shellcheck disable=SC2046
    services enable "${serving[@]}" $(units timer)
    [ "$(digest_of_settings)" = "$settings_at_start" ] || stop_for_new_settings
    # shellcheck disable=SC2046
    services start "${serving[@]}" $(units timer) || die "The services do not start. Look at: journalctl -u khen-thuong-web"
    if [ -n "$with_systemd" ]; then
        wait_until_it_serves || die "The site does not serve. Look at: journalctl -u khen-thuong-web"
    fi
    rm -f "$maintenance"
}

# Releases before the urn sealed ballots to a key that this file held. Without it, what old logs of the database and old
# backups may still hold of their polls is closed for good; no release that asks for it can come back, since later ones
# have migrations that it lacks.
forget_ballot_key() {
    [ -e "$settings_folder/ballot-key" ] && [ ! -e "$came_from" ] || return 0
    shred --remove "$settings_folder/ballot-key"
    say "Destroyed: $settings_folder/ballot-key, which no release needs any more. Destroy every other copy of it too."
}

# An urn that holds an open poll goes on with the settings of before: stopped, the poll would be void.
stop_for_new_settings() {
    services stop khen-thuong-web khen-thuong-worker
    if in_use backup --may-begin >/dev/null 2>&1; then
        stop_urn
    else
        say "A poll is open, so its urn was not started anew. Run this again when the poll is closed."
    fi
}
