#!/usr/bin/env bash
# Installs the application on a bare Debian 12 or 13, and brings an installation up to date when run again.
# It takes the code of the folder it stands in: of a git checkout what is committed.
#
# Use, as root:  deploy/install.sh --host NAME --admin-name "FULL NAME" [OPTION...]
#   --host NAME               the name people type, such as khenthuong.example.vn; needed once
#   --admin-name "FULL NAME"  the first administrator; needed once, asked for where there is a keyboard
#   --admin ACCOUNT           that person's account name (quantri)
#   --admin-email ADDRESS     that person's address for one-time links
#   --province-name "TỈNH"    begin with an empty province of this name, not with the register that comes along
#   --certificate FILE        TLS certificate with its chain; without one a local certificate is made
#   --certificate-key FILE    its private key
#   --email-url ADDRESS       mail server: smtp+tls://user:password@host:587
#   --from ADDRESS            sender of mail
#   --backup-public-key KEY   what backups are sealed to; without it a pair of keys is made and handed over
#   --no-systemd              write the units and start nothing, as in a chroot
#   --help
#
# Each step does what is missing and no more, so a run that was cut off is taken up by running it again.
# An update that fails is undone: the earlier release and the database as it was serve again.
set -Eeuo pipefail
trap 'printf "Stopped in %s, line %s: %s\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
source_folder=${here%/*}
for part in base machine releases moving handover; do
    # shellcheck source=/dev/null
    . "$here/installing/$part.sh"
done

read_options() {
    host='' admin=quantri admin_name='' admin_email='' province_name='' certificate='' certificate_key=''
    email_url='' sender='' backup_public_key='' with_systemd=yes
    while [ $# -gt 0 ]; do
        case $1 in
            --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$here/install.sh"; exit 0 ;;
            --no-systemd) with_systemd=''; shift; continue ;;
        esac
        [ $# -ge 2 ] || die "$1 is not known, or its value is missing. See: $0 --help"
        case $1 in
            --host) host=$2 ;;
            --admin) admin=$2 ;;
            --admin-name) admin_name=$2 ;;
            --admin-email) admin_email=$2 ;;
            --province-name) province_name=$2 ;;
            --certificate) certificate=$2 ;;
            --certificate-key) certificate_key=$2 ;;
            --email-url) email_url=$2 ;;
            --from) sender=$2 ;;
            --backup-public-key) backup_public_key=$2 ;;
            *) die "$1 is not known. See: $0 --help" ;;
        esac
        shift 2
    done
}

check_options() {
    [ "$(id -u)" = 0 ] || die "Only root may install. Run: sudo $0"
    case $(. /etc/os-release; echo "${ID:-}${VERSION_ID:-}") in
        debian12 | debian13) ;;
        *) die "This is neither Debian 12 nor Debian 13. Install on one of them." ;;
    esac
    [ -z "$with_systemd" ] || [ -d /run/systemd/system ] ||
        die "systemd does not run here. Add --no-systemd to install without starting anything."
    [ -n "$host" ] || host=$(setting ALLOWED_HOSTS | cut -d, -f1)
    [ -n "$host" ] || die "The name of the site is missing. Add --host NAME, such as --host khenthuong.example.vn."
    [[ $host =~ ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$ ]] ||
        die "'$host' is not a host name. Write it in small letters, without https:// and without a path."
    [ -n "$certificate" ] && [ -z "$certificate_key" ] && die "--certificate needs --certificate-key as well."
    [ -z "$certificate" ] && [ -n "$certificate_key" ] && die "--certificate-key needs --certificate as well."
    [ -e "$current" ] || [ -n "$admin_name" ] || ask_for_the_administrator
}

ask_for_the_administrator() {
    [ -t 0 ] || die "The first administrator's full name is missing. Add --admin-name \"FULL NAME\"."
    read -r -p "Full name of the first administrator: " admin_name
    [ -n "$admin_name" ] || die "Nothing was typed, and nothing was done."
}

main() {
    read_options "$@"
    check_options
    lock_out_others
    install_packages
    check_certificate
    make_user_and_folders
    make_database
    make_secrets
    make_environment
    name_release
    undo_what_was_cut_off
    build_release
    make_backup_key
    make_certificate
    if [ "$(release_in_use)" != "$release" ]; then
        move_to_release
    fi
    install_site
    start_services
    forget_ballot_key
    make_first_administrator
    make_first_backup
    remove_old_releases
    say_what_is_next
}

main "$@"
