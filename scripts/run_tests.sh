#!/usr/bin/env bash
# Runs parts of the test suite one after another, all of them even when one fails, and ends with the
# closing line of each. Use: run_tests.sh PART...
#   sqlite      unit and integration tests on SQLite
#   covered     the same, counting what they reach; fails below the floor in pyproject.toml, takes twice as long
#   postgresql  the same on a PostgreSQL started for them, but for walks from address to address and through all migrations
#   walks       those walks, on PostgreSQL
#   browser     browser journeys on SQLite, at both widths; of the whole journeys the narrow one from review to decision
#   journey     the whole journeys in the browser on PostgreSQL: the wide one, and two days of a council of fifteen
#   races-sqlite, races-postgresql  each race RACE_ROUNDS times
#   replica     two PostgreSQL servers, two web machines and an object storage on loopback
#   bare        installations on a bare system, as root: a demonstration, and a province's server with its updates
# With LONG_WALKS set, the walks go through every role and more pages of each view, and the browser asks every rule of
# accessibility at both widths, where otherwise the two that take longest are asked at one of them.
# PYTEST_WORKERS sets how many processes share a part (2).
set -uo pipefail

python=.venv/bin/python
workers=${PYTEST_WORKERS:-2}
# A process that is done takes tests over from the other, so that a long one at the end keeps nobody waiting.
shared=(-n "$workers" --dist worksteal)
logs=build/tests
mkdir -p "$logs"
unset DATABASE_URL

# The browser's plugins start only where a browser is used; without them pytest starts in half the time.
plain=(-p no:playwright -p no:base_url --ignore=tests/e2e --ignore=tests/machines -m "not e2e")
# A failed journey leaves a picture of its page. A trace of every step costs a third of the time: ask for one by
# PYTEST_ADDOPTS=--tracing=retain-on-failure.
browser=(tests/e2e --screenshot=only-on-failure --output=build/tests/browser)

command_of() {
    case $1 in
        sqlite) command=("$python" -m pytest -q "${shared[@]}" "${plain[@]}") ;;
        covered) command=("$python" -m pytest -q "${shared[@]}" "${plain[@]}" --cov --cov-report=term) ;;
        postgresql) command=("$python" scripts/with_postgres.py "$python" -m pytest -q "${shared[@]}" "${plain[@]}" -m "not e2e and not walk") ;;
        walks) command=("$python" scripts/with_postgres.py "$python" -m pytest -q "${shared[@]}" "${plain[@]}" -m "walk and not e2e") ;;
        browser) command=("$python" -m pytest -q "${shared[@]}" "${browser[@]}" -m e2e -k "not (test_whole_journey and 1280px) and not test_fifteen_members") ;;
        journey) command=("$python" scripts/with_postgres.py "$python" -m pytest -q "${shared[@]}" "${browser[@]}" -m whole_journey -k "1280px or test_fifteen_members") ;;
        races-sqlite) command=("$python" -m pytest -q "${shared[@]}" "${plain[@]}" -m race) ;;
        races-postgresql) command=("$python" scripts/with_postgres.py "$python" -m pytest -q "${shared[@]}" "${plain[@]}" -m race) ;;
        replica) command=("$python" scripts/with_postgres.py "$python" -m pytest -q -n 0 -p no:playwright -p no:base_url tests/machines) ;;
        bare) command=(scripts/bare_install.sh) ;;
        *) echo "There is no part '$1' of the suite. Choose from: sqlite covered postgresql walks browser journey races-sqlite races-postgresql replica bare." >&2; exit 2 ;;
    esac
}

failed=()
summary=()
for part in "$@"; do
    command_of "$part"
    echo "--- $part ---"
    # pytest ends with status 5 when it found no test, so an empty part fails too.
    "${command[@]}" 2>&1 </dev/null | tee "$logs/$part.log"
    status=${PIPESTATUS[0]}
    [ "$status" = 0 ] || failed+=("$part (status $status)")
    summary+=("$(printf '%-11s %s' "$part" "$(tail -n 1 "$logs/$part.log")")")
done

echo
[ ${#failed[@]} -eq 0 ] || echo "Failed: ${failed[*]}"
printf '%s\n' "${summary[@]}"
[ ${#failed[@]} -eq 0 ]
