# shellcheck shell=bash disable=SC2154
# Part of scripts/bare_install.sh: a province's installation in the bare root, by docs/operations.md as it stands. Where
# systemd would start the units, scripts/bare_systemctl.py starts by hand what they say.

host=khenthuong.example.vn
installer=/srv/khen-thuong/source/deploy/install.sh

fail() {
    tail -n 40 "$root.log" >&2
    echo "$*" >&2
    exit 1
}

run() { "${inside[@]}" "set -e; $1" >>"$root.log" 2>&1; }
tell() { "${inside[@]}" "$1" 2>>"$root.log"; }

# The shell lines below a mark in docs/operations.md.
marked_lines() {
    awk -v mark="<!-- scripts/bare_install.sh follows: $1 -->" '
        $0 == mark { marked = 1; next }
        marked && /^```sh/ { inside = 1; next }
        inside && /^```/ { exit }
        inside' docs/operations.md
}

# follow MARK [SED OPTION...]: run the lines as they stand, but for names that only a reader can know.
follow() {
    local lines
    lines=$(marked_lines "$1" | sed -e 's|<address of this repository>|/srv/app|' "${@:2}")
    [ -n "$lines" ] || fail "docs/operations.md has no shell lines marked '$1'."
    echo "Following docs/operations.md: $1"
    run "$lines" || fail "The lines marked '$1' in docs/operations.md failed."
}

# ask PATH [OPTION...]: over TLS, trusting the certificate that the installer made and no other.
ask() {
    local path=$1
    shift
    curl --silent --max-time 20 --cacert "$root/etc/khen-thuong/tls/fullchain.pem" --resolve "$host:443:127.0.0.1" "$@" "https://$host$path"
}

# expect WHAT PATTERN TEXT
expect() { grep -q -- "$2" <<<"$3" || fail "$1: expected '$2' in: ${3:0:600}"; }

expect_ready() {
    local begun=$SECONDS answer=
    until answer=$(ask /readyz) && grep -q '"status": "ready"' <<<"$answer"; do
        [ $((SECONDS - begun)) -lt 90 ] || fail "$1: /readyz says: $answer"
        sleep 1
    done
}

in_database() { tell "runuser -u postgres -- psql -XAtc \"$1\" ${2:-khen_thuong}"; }

# commit_release WORD MIGRATION...: a commit whose pages can be told from others, with migrations after the newest one.
commit_release() {
    local word=$1 app=$root/srv/app body number newest
    shift
    mkdir -p "$app/static"
    echo "$word" >"$app/static/bare.txt"
    for body in "$@"; do
        newest=$(basename "$(find "$app/core/migrations" -name '0*.py' | sort | tail -n 1)" .py)
        number=$(printf '%04d' $((10#${newest:0:4} + 1)))
        printf '%s\n' 'import pathlib, time' 'from django.db import migrations' '' 'def work(apps, schema_editor):' "    $body" '' \
            'class Migration(migrations.Migration):' "    dependencies = [('core', '$newest')]" \
            '    operations = [migrations.RunPython(work)]' >"$app/core/migrations/${number}_bare_$word.py"
    done
    run "cd /srv/app && git add --all && git commit --quiet --no-verify --message 'Release $word' --message 'For the bare root.'"
}

table() { echo "schema_editor.execute('CREATE TABLE bare_$1 (number integer)')"; }

expect_serving() {
    expect_ready "$1"
    expect "The release that serves" "^$1$" "$(ask /static/bare.txt)"
    [ ! -e "$root/srv/khen-thuong/maintenance" ] || fail "The maintenance page is still up."
    [ ! -e "$root/srv/khen-thuong/updating-from" ] || fail "An update is still said to be at work."
    [ "$(in_database "SELECT count(*) FROM pg_database WHERE datname LIKE 'khen_thuong_%'")" = 0 ] || fail "A copy of the database was left."
}

follow_operations() {
    prepare_machine
    follow install
    check_installation
    check_first_administrator
    follow backup
    mkdir -p "$root/media/usb"
    cp "$root/root/khen-thuong-handover/backup-private-key" "$root/media/usb/backup-private-key"
    follow drill
    follow restore
    expect_ready "After the restore"
    check_update
    check_failing_update
    check_killed_update
    check_run_with_nothing_new
    check_going_back
    check_own_certificate
}

prepare_machine() {
    cp scripts/bare_systemctl.py "$root/usr/bin/systemctl"
    mkdir -p "$root/run/systemd/system"
    run 'git config --global user.name Bare; git config --global user.email bare@example.vn; git config --global --add safe.directory /srv/app'
}

check_installation() {
    local modes
    expect "The sign-in page" csrfmiddlewaretoken "$(ask / --location)"
    expect "The health check" '"ok"' "$(ask /healthz)"
    expect_ready "After the installation"
    expect "Plain HTTP" "^301 https://$host/x$" "$(curl --silent --output /dev/null --write-out '%{http_code} %{redirect_url}' --resolve "$host:80:127.0.0.1" "http://$host/x")"
    modes=$(tell "cd /etc/khen-thuong && stat -c '%a %U %G' *-key environment | sort -u")
    [ "$modes" = "640 root khen-thuong" ] || fail "The secrets have other modes: $modes"
    modes=$(tell 'cd /root/khen-thuong-handover && stat -c "%a %U" . * | sort -u | paste -sd " "')
    [ "$modes" = "600 root 700 root" ] || fail "What is handed over has other modes: $modes"
}

# The token that was handed over opens the page where the password is set.
check_first_administrator() {
    local jar page token answer
    jar=$(mktemp)
    token=$(sed -n 's/^Mã dùng một lần (token): //p' "$root/root/khen-thuong-handover/first-administrator")
    [ -n "$token" ] || fail "No token was handed over."
    page=$(ask /ma-mot-lan/ --cookie-jar "$jar")
    answer=$(ask /ma-mot-lan/ --cookie "$jar" --cookie-jar "$jar" --location --referer "https://$host/ma-mot-lan/" \
        --data-urlencode "csrfmiddlewaretoken=$(sed -n 's/.*name="csrfmiddlewaretoken" value="\([^"]*\)".*/\1/p' <<<"$page" | head -n 1)" \
        --data-urlencode "username=quantri" --data-urlencode "code=$token" \
        --data-urlencode "new=mua-phun-sang-som-92" --data-urlencode "again=mua-phun-sang-som-92")
    rm "$jar"
    [ "$(in_database "SELECT count(*) FROM core_user WHERE username = 'quantri' AND password NOT LIKE '!%'")" = 1 ] ||
        fail "The token did not let the administrator set a password: ${answer:0:3000}"
}

check_update() {
    local seen
    commit_release second "$(table second)"
    seen=$(mktemp)
    while :; do
        ask / --output /dev/null --write-out '%{http_code} %header{retry-after}\n' >>"$seen" || echo "curl ended with $?" >>"$seen"
        sleep 0.2
    done &
    server=$!
    follow update
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
    expect "While the update was at work" '^503 60$' "$(sort -u "$seen")"
    ! grep -qvE '^(302 |503 60)$' "$seen" || fail "People saw something else than pages and the maintenance page: $(sort "$seen" | uniq -c)"
    rm "$seen"
    expect_serving second
    [ "$(in_database "SELECT count(*) FROM bare_second")" = 0 ] || fail "The migration of the second release did not run."
}

check_failing_update() {
    local said
    commit_release third "$(table third)" "raise RuntimeError('The third release fails.')"
    run "git -C /srv/khen-thuong/source pull --quiet"
    if said=$(tell "$installer 2>&1"); then fail "An update whose migration fails ended well."; fi
    printf '%s\n' "$said" >>"$root.log"
    expect "The failing update" 'The third release fails.' "$said"
    expect "The failing update" 'serves again, with the database as it was' "$said"
    expect_serving second
    [ -z "$(in_database "SELECT to_regclass('bare_third')")" ] || fail "The failing update left a table."
    run 'cd /srv/app && git reset --quiet --hard HEAD~1'
}

check_killed_update() {
    local begun=$SECONDS
    commit_release fourth "$(table fourth); time.sleep(120 if pathlib.Path('/var/lib/khen-thuong/slow').exists() else 0)"
    run 'touch /var/lib/khen-thuong/slow; cd /srv/khen-thuong/source && git fetch --quiet && git reset --quiet --hard origin/HEAD'
    "${inside[@]}" "exec $installer" >>"$root.log" 2>&1 &
    server=$!
    until [ -n "$(in_database "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'CREATE TABLE bare_fourth%'" postgres)" ]; do
        if [ $((SECONDS - begun)) -ge 600 ] || ! kill -0 "$server"; then fail "The slow migration did not begin."; fi
        sleep 0.5
    done
    kill -9 "$server"
    wait "$server" 2>/dev/null || true
    server=
    expect "After the installer was killed" 503 "$(ask / --output /dev/null --write-out '%{http_code}')"
    run 'rm /var/lib/khen-thuong/slow'
    run "$installer" || fail "The installer did not take up an update that was killed."
    expect_serving fourth
    [ "$(in_database "SELECT count(*) FROM bare_fourth")" = 0 ] || fail "The migration of the fourth release did not run."
    run "khen-thuong verify_audit" || fail "The log does not hold after the updates."
}

# An older release is refused while its tables would be lost, and comes back with the backup from before the update.
check_going_back() {
    local said commit newest
    commit=$(tell 'git -C /srv/khen-thuong/source rev-parse --short=12 HEAD~1')
    if said=$(tell "git -C /srv/khen-thuong/source checkout --quiet $commit && $installer 2>&1"); then
        fail "A release that lacks the newest migration was installed over it."
    fi
    expect "Going back" "core/migrations/.*_bare_fourth.py" "$said"
    expect_serving fourth
    newest=$(tell 'cd /var/lib/khen-thuong-backups && ls -t *.ktbackup | head -n 1')
    follow back -e "s/COMMIT/$commit/g" -e "s/NAME.ktbackup/$newest/"
    expect_serving second
    [ -z "$(in_database "SELECT to_regclass('bare_fourth')")" ] || fail "Going back left a table of the later release."
    run "khen-thuong verify_audit" || fail "The log does not hold after going back."
}

state_of_machine() {
    tell "find /etc/khen-thuong /etc/systemd/system /etc/nginx /root/khen-thuong-handover /var/lib/khen-thuong-backups /usr/local /srv/khen-thuong \
        -name .git -prune -o -name .served -prune -o -name source -prune -o -type d -o -printf '%p %T@ %s %l\n'; cat /run/bare-systemctl/*.service" | sort
}

check_run_with_nothing_new() {
    local before after
    before=$(state_of_machine)
    run "$installer" || fail "The installer failed with nothing new."
    after=$(state_of_machine)
    [ "$before" = "$after" ] || fail "A run with nothing new changed: $(diff <(echo "$before") <(echo "$after"))"
    expect_serving fourth
}

# With a certificate of one's own, and without systemd.
check_own_certificate() {
    run "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=$host -addext subjectAltName=DNS:$host \
        -keyout /root/own.key -out /root/own.pem"
    run "$installer --no-systemd --certificate /root/own.pem --certificate-key /root/own.key" || fail "An own certificate was not taken."
    run "cmp /root/own.pem /etc/khen-thuong/tls/fullchain.pem && nginx -s reload"
    sleep 1
    expect "With an own certificate" '"ok"' "$(ask /healthz)"
    ! run "$installer --host another.example.vn --certificate /root/own.pem --certificate-key /root/own.key" ||
        fail "A certificate of another host was taken."
}
