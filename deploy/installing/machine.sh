# shellcheck shell=bash disable=SC2034,SC2154
# The machine: packages, user, folders, database, secrets, settings, certificate, nginx and units.

install_packages() {
    (cd "$source_folder" && scripts/system_packages.sh run && scripts/system_packages.sh server)
}

make_user_and_folders() {
    getent passwd "$service_user" >/dev/null ||
        useradd --system --user-group --home-dir /var/lib/khen-thuong --no-create-home --shell /usr/sbin/nologin "$service_user"
    install -d -m 0755 "$site" "$releases"
    install -d -m 0750 -g "$service_user" "$settings_folder"
    install -d -m 0755 "$settings_folder/nginx.d"
    install -d -m 0750 -o "$service_user" -g "$service_user" /var/lib/khen-thuong /var/lib/khen-thuong-heads
    install -d -m 0700 -o "$service_user" -g "$service_user" "$backups"
    install -d -m 0700 "$handover"
    # A copy of the settings that was brought back from elsewhere may belong to others.
    local file
    for file in "$settings_folder"/*-key "$environment"; do
        [ ! -f "$file" ] || [ "$(stat -c '%a %U %G' "$file")" = "640 root $service_user" ] || {
            chown "root:$service_user" "$file"
            chmod 0640 "$file"
        }
    done
}

# --- Database ---

as_postgres() { (cd / && runuser -u postgres -- env PGPORT="${database_port:-5432}" PGOPTIONS="-c client_min_messages=warning" "$@"); }
in_postgres() { as_postgres psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname postgres --command "$1"; }
has_database() { [ -n "$(in_postgres "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; }

drop_database() { in_postgres "DROP DATABASE IF EXISTS $1"; }

# Whether the database is this machine's own: the installer looks after no other.
database_is_here() {
    case $(setting DATABASE_URL) in '' | postgres:///*) return 0 ;; *) return 1 ;; esac
}

start_postgresql() {
    local version cluster port status _rest
    [ -n "$(pg_lsclusters --no-header)" ] ||
        pg_createcluster --locale C.UTF-8 --encoding UTF8 "$(ls /usr/lib/postgresql | sort -V | tail -n 1)" main >/dev/null
    read -r version cluster port status _rest < <(pg_lsclusters --no-header)
    database_port=$port
    case $status in online*) return 0 ;; esac
    if [ -n "$with_systemd" ]; then
        services start "postgresql@$version-$cluster"
    else
        pg_ctlcluster "$version" "$cluster" start
    fi
}

make_database() {
    database_is_here || return 0
    start_postgresql
    [ -n "$(in_postgres "SELECT 1 FROM pg_roles WHERE rolname = '$service_user'")" ] || as_postgres createuser "$service_user"
    # With a copy from before an update the database itself may be gone; undo_what_was_cut_off puts it back.
    has_database "$database" || has_database "$database_before" ||
        as_postgres createdb --owner="$service_user" --template=template0 --encoding=UTF8 --locale=C.UTF-8 "$database"
}

# --- Secrets and settings: made once, never overwritten ---

# make_secret NAME BYTES
make_secret() {
    [ ! -e "$settings_folder/$1" ] || return 0
    openssl rand -base64 "$2" | tr -d '\n' | write_file "$settings_folder/$1" 0640 "$service_user"
}

make_secrets() {
    make_secret secret-key 64
    make_secret person-key 32
    make_secret audit-signing-key 32
}

make_environment() {
    settings_at_start=$(digest_of_settings)
    if [ ! -e "$environment" ]; then
        sed -e "s/khenthuong\.example\.vn/$host/" -e "s/^DEFAULT_FROM_EMAIL=.*/DEFAULT_FROM_EMAIL=khen-thuong@${host#*.}/" \
            "$source_folder/deploy/environment.example" | write_file "$environment" 0640 "$service_user"
        # libpq's own variable: the address of a socket has no room for a port.
        [ "${database_port:-5432}" = 5432 ] || set_setting PGPORT "$database_port"
    fi
    if [ "$(setting ALLOWED_HOSTS | cut -d, -f1)" != "$host" ]; then
        set_setting ALLOWED_HOSTS "$host"
        set_setting SITE_URL "https://$host"
        set_setting CSRF_TRUSTED_ORIGINS "https://$host"
    fi
    [ -z "$email_url" ] || set_setting EMAIL_URL "$email_url"
    [ -z "$sender" ] || set_setting DEFAULT_FROM_EMAIL "$sender"
    [ -z "$backup_public_key" ] || set_setting BACKUP_PUBLIC_KEY "$backup_public_key"
    tell_new_settings
}

# Settings that this version knows and the file of an earlier one does not name: their defaults hold.
tell_new_settings() {
    local unknown
    unknown=$(comm -23 <(names_in "$source_folder/deploy/environment.example") <(names_in "$environment") | paste -sd ' ')
    [ -z "$unknown" ] || say "Settings that $environment does not name, so that their defaults hold: $unknown"
}

digest_of_settings() { [ ! -e "$environment" ] || cksum <"$environment"; }

names_in() { sed -n 's/^#\{0,1\}\([A-Z0-9_]\{2,\}\)=.*/\1/p' "$1" | sort -u; }

# The private key is handed over and is no longer needed here; the public one stays.
make_backup_key() {
    [ -z "$(setting BACKUP_PUBLIC_KEY)" ] || return 0
    local folder public
    folder=$(mktemp -d)
    chown "$service_user" "$folder"
    public=$(in_new_release backup --make-key "$folder/key")
    # One that is here already sealed nothing, since the settings do not name it, or was taken out of them: never removed.
    [ ! -e "$handover/backup-private-key" ] || mv "$handover/backup-private-key" "$handover/backup-private-key.$(date +%s)"
    install -m 0600 "$folder/key" "$handover/backup-private-key"
    shred --remove "$folder/key"
    rmdir "$folder"
    set_setting BACKUP_PUBLIC_KEY "$public"
}

# --- TLS ---

# Whether two files hold the two halves of one key.
belong_together() { [ "$(openssl x509 -in "$1" -noout -pubkey)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null || true)" ]; }

is_for_host() { openssl x509 -in "$1" -noout -checkhost "$host" | grep -q 'does match'; }

check_certificate() {
    [ -n "$certificate" ] || return 0
    belong_together "$certificate" "$certificate_key" || die "$certificate_key is not the key of $certificate. Name the two that belong together."
    is_for_host "$certificate" || die "$certificate is not for $host. Name the certificate of this host."
}

make_certificate() {
    local folder=$settings_folder/tls
    install -d -m 0700 "$folder"
    if [ -n "$certificate" ]; then
        take_certificate "$certificate_key" "$folder/privkey.pem"
        take_certificate "$certificate" "$folder/fullchain.pem"
        return 0
    fi
    # A local certificate is made anew a month before its end, and when the host has another name.
    if [ -e "$folder/fullchain.pem" ]; then
        [ -e "$folder/local" ] || return 0
        openssl x509 -in "$folder/fullchain.pem" -noout -checkend 2592000 >/dev/null &&
            is_for_host "$folder/fullchain.pem" &&
            belong_together "$folder/fullchain.pem" "$folder/privkey.pem" && return 0
    fi
    make_local_certificate "$folder"
}

# A certificate below /etc is kept up by another program, such as an ACME client: linked. One from elsewhere is copied.
take_certificate() {
    local from
    from=$(realpath -s "$1")
    rm -f "$settings_folder/tls/local"
    case $from in
        /etc/*) [ "$(readlink "$2" || true)" = "$from" ] || ln -sfn "$from" "$2" ;;
        *)
            [ ! -L "$2" ] || rm "$2"
            write_file "$2" 0600 root <"$from"
            ;;
    esac
}

make_local_certificate() {
    touch "$1/local"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=$host" \
        -config <(printf '%s\n' '[req]' 'distinguished_name=name' 'x509_extensions=use' '[name]' '[use]' \
            "subjectAltName=DNS:$host" 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
            'extendedKeyUsage=serverAuth') \
        -keyout "$1/privkey.new" -out "$1/fullchain.new" 2>/dev/null
    chmod 0600 "$1/privkey.new"
    mv "$1/privkey.new" "$1/privkey.pem"
    mv "$1/fullchain.new" "$1/fullchain.pem"
    say "Written: $1/fullchain.pem, a local certificate for 825 days"
}

# --- nginx, units and the command, as the release in use brings them ---

install_site() {
    write_file "$command_file" 0755 root <"$current/deploy/khen-thuong"
    install_units
    install_nginx
}

install_units() {
    local unit drop_ins=/etc/systemd/system/khen-thuong-.service.d
    install -d "$drop_ins"
    write_file "$drop_ins/common.conf" 0644 root <"$current/deploy/systemd/khen-thuong-.service.d/common.conf"
    for unit in "$current"/deploy/systemd/khen-thuong-*.service "$current"/deploy/systemd/khen-thuong-*.timer; do
        write_file "/etc/systemd/system/${unit##*/}" 0644 root <"$unit"
    done
    # What an earlier release had and this one has not.
    for unit in $(units service) $(units timer); do
        if [ ! -e "$current/deploy/systemd/$unit" ]; then
            services disable --now "$unit"
            rm "/etc/systemd/system/$unit"
            say "Removed: /etc/systemd/system/$unit"
        fi
    done
    services daemon-reload
}

install_nginx() {
    local site_file=/etc/nginx/sites-available/khen-thuong enabled=/etc/nginx/sites-enabled earlier
    earlier=$(cat "$site_file" 2>/dev/null || true)
    site_for_nginx | write_file "$site_file" 0644 root
    [ "$(readlink "$enabled/khen-thuong" || true)" = "$site_file" ] || ln -sfn "$site_file" "$enabled/khen-thuong"
    # The page that Debian's package brings, and nothing that somebody made.
    [ "$(readlink "$enabled/default" || true)" != /etc/nginx/sites-available/default ] || rm "$enabled/default"
    if ! nginx -t -q; then
        [ -z "$earlier" ] || printf '%s\n' "$earlier" | write_file "$site_file" 0644 root
        die "nginx does not take its configuration; its words stand above. Mend what it names and run this again."
    fi
    services enable nginx
    services reload-or-restart nginx
}

site_for_nginx() {
    local version changes=(-e "s/khenthuong\.example\.vn/$host/g")
    [ -e /proc/net/if_inet6 ] || changes+=(-e '/listen \[::\]/d')
    # From 1.25.1 on, which Debian 13 has, HTTP/2 is a line of its own.
    version=$(nginx -v 2>&1 | sed 's/.*nginx\///; s/ .*//')
    if printf '%s\n' 1.25.1 "$version" | sort -C -V; then
        changes+=(-e 's/ ssl http2;/ ssl;/' -e 's/^    ssl_protocols .*/    http2 on;\n&/')
    fi
    sed "${changes[@]}" "$current/deploy/nginx.conf"
}
