#!/usr/bin/env bash
# Runs every check that needs no test, all of them even when one fails, and names those that failed.
set -uo pipefail

bin=.venv/bin
export APP_ENV=test
failed=()

check() {
    local title=$1 output status
    shift
    output=$("$@" 2>&1 </dev/null)
    status=$?
    if [ "$status" = 0 ]; then
        printf 'ok      %s\n' "$title"
    else
        printf 'FAILED  %s\n%s\n' "$title" "$output"
        failed+=("$title")
    fi
}

# Production settings need their secrets; these live only as long as the check.
as_production() {
    env APP_ENV=production \
        SECRET_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        PERSON_KEY="$("$bin/python" -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
        AUDIT_SIGNING_KEY="$("$bin/python" -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
        AUDIT_HEADS_FILE=/var/lib/khen-thuong-heads/signed-heads.jsonl \
        ALLOWED_HOSTS=khenthuong.example.vn \
        DATABASE_URL=postgres://user:password@127.0.0.1:5432/khen_thuong \
        "$@"
}

has_command() { [ -n "$(compgen -G "*/management/commands/$1.py")" ]; }

check "format" "$bin/ruff" format --check --output-format=concise .
check "lint" "$bin/ruff" check --quiet --output-format=concise .
check "import contracts" "$bin/lint-imports" --no-cache
check "types" "$bin/mypy"
check "plans are tidy YAML" "$bin/yamllint" --strict -c .yamllint criteria/plans core/data
check "templates are indented" "$bin/djhtml" --check --tabwidth 2 templates tests/gallery
check "template lines fit" "$bin/python" scripts/template_lines.py templates tests/gallery reports demo
check "migrations are complete" "$bin/python" manage.py makemigrations --check --dry-run
check "catalogues are complete" "$bin/python" scripts/catalogues.py check
check "lock file is fresh" "$bin/uv" lock --check --quiet
check "settings fit for production" as_production "$bin/python" manage.py check --deploy --fail-level WARNING
if has_command generate_docs; then
    check "generated docs are fresh" "$bin/python" manage.py generate_docs --check
fi

[ ${#failed[@]} -eq 0 ] || { printf '\n%s checks failed.\n' "${#failed[@]}"; exit 1; }
