# shellcheck shell=bash disable=SC2034,SC2154
# What is handed over: the first administrator's token, the private key of the backups, and what to do next.

# 16 letters and digits in four groups, without those that are misread.
new_token() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc '0-9A-HJKMNP-TV-Z' | cut -c 1-16 | sed 's/..../&-/g; s/-$//'; }

# The token is kept before it is handed to the application: a run that is cut off loses nothing.
make_first_administrator() {
    local file=$handover/first-administrator token_file=$handover/token options told
    [ -n "$admin_name" ] && [ ! -e "$file" ] || return 0
    [ -e "$token_file" ] || new_token | write_file "$token_file" 0600 root >/dev/null
    options=(--if-none --username "$admin" --full-name "$admin_name" --email "$admin_email")
    [ -z "$province_name" ] || options+=(--province-name "$province_name")
    told=$(in_use first_administrator "${options[@]}" --token-file - <"$token_file")
    printf 'https://%s/ma-mot-lan/\nTài khoản (account): %s\nMã dùng một lần (token): %s\n\n%s\n' \
        "$host" "$admin" "$(cat "$token_file")" "$told" | write_file "$file" 0600 root
    rm "$token_file"
}

# A site begins with a backup, which shows that one can be made.
make_first_backup() {
    compgen -G "$(setting BACKUP_DIR)/*.ktbackup" >/dev/null || in_use backup --wait 0
}

say_what_is_next() {
    say
    say "https://$host/ serves the release $(basename "$(release_in_use)")."
    [ -n "$with_systemd" ] || say "Nothing was started, since --no-systemd was given. The units lie in /etc/systemd/system."
    if [ -e "$handover/first-administrator" ]; then
        say "- $handover/first-administrator holds the address, account and token with which the administrator sets a password"
        say "  within 24 hours, and the installer's token. Hand it over in person, then remove it:"
        say "    cat $handover/first-administrator && shred --remove $handover/first-administrator"
    fi
    if [ -e "$handover/backup-private-key" ]; then
        say "- $handover/backup-private-key opens the backups. Take it away from this machine, with a copy for the safe, then remove it:"
        say "    shred --remove $handover/backup-private-key"
    fi
    [ ! -e "$settings_folder/tls/local" ] ||
        say "- The certificate is a local one: browsers trust $settings_folder/tls/fullchain.pem once the office's machines have it."
    [ -n "$(setting EMAIL_URL)" ] || say "- No mail server is named. Run this again with --email-url and --from."
    say "- Keep a copy of $settings_folder in another place than the backups."
}
