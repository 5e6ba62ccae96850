"""An update of the installer, killed before each thing that it changes in turn, and run again.

The installer's own steps run with a folder in the place of the machine: a database is a file, migrating adds a line to
it, and systemd does nothing.
"""

import itertools
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PARTS = Path(__file__).resolve().parents[3] / "deploy" / "installing"

MACHINE = r"""
set -Eeuo pipefail
for part in base machine releases moving; do . "$PARTS/$part.sh"; done
site=$FOLDER; releases=$site/releases; current=$site/current; maintenance=$site/maintenance; came_from=$site/updating-from
settings_folder=$site/etc; with_systemd=; service_user=root; settings_at_start=; environment=$site/none
release=$releases/new

step() {  # the whole group is killed, so that nothing goes on behind it
    echo >>"$site/steps"
    [ "$(wc -l <"$site/steps")" != "$KILL_AT" ] || kill -9 0
}
for program in rm mv cp ln touch; do eval "$program() { step; command $program \"\$@\"; }"; done

as_postgres() {  # createdb --owner=… --strategy=… --template=NAME NEW
    cp "$site/databases/${4#--template=}" "$site/databases/.part"
    mv "$site/databases/.part" "$site/databases/$5"
}
in_postgres() {
    set -- $1
    case "$1 $2" in
        "ALTER DATABASE") [ "$4" != RENAME ] || mv "$site/databases/$3" "$site/databases/$6" ;;
        "DROP DATABASE") rm -f "$site/databases/$5" ;;
        "SELECT 1") [ ! -e "$site/databases/$(echo "$8" | tr -d "'")" ] || echo 1 ;;
    esac
}
in_use() { echo "asked $*" >>"$site/log"; }
in_new_release() {
    case $1 in migrate)
        step
        echo table >>"$site/databases/khen_thuong"
        step
        [ -z "$FAILS" ] || return 1
        echo new >>"$site/databases/khen_thuong" ;;
    esac
}
install_units() { :; }
install_site() { :; }
check_nothing_is_lost() { :; }
chgrp() { :; }

main() {
    undo_what_was_cut_off
    if [ "$(release_in_use)" != "$release" ]; then move_to_release; fi
    start_services
    forget_ballot_key
}
main
"""

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Begins the machine anew when asked to, and runs the installer's steps; how it ended."""

    def begin() -> None:
        for name in ("databases", "releases/old", "releases/new"):
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
        for left in (
            *(tmp_path / "databases").iterdir(),
            tmp_path / "maintenance",
            tmp_path / "updating-from",
        ):
            left.unlink(missing_ok=True)
        (tmp_path / "databases/khen_thuong").write_text("old\n")
        (tmp_path / "etc").mkdir(exist_ok=True)
        (tmp_path / "etc/ballot-key").write_text("key of the release before")
        (tmp_path / "current").unlink(missing_ok=True)
        (tmp_path / "current").symlink_to(tmp_path / "releases/old")

    def start(*, kill_at: int = 0, fails: bool = False, anew: bool = False) -> int:
        if anew:
            begin()
        (tmp_path / "steps").unlink(missing_ok=True)
        variables = {"PARTS": str(PARTS), "FOLDER": str(tmp_path), "KILL_AT": str(kill_at)}
        done = subprocess.run(
            ["bash", "-c", MACHINE],
            env={**os.environ, **variables, "FAILS": "yes" if fails else ""},
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode

    return start


def standing(folder: Path) -> tuple[str, str, list[str]]:
    """The release in use, what its database holds, and what says that an update is at work."""
    names = {path.name for path in (folder / "databases").iterdir() if path.name != ".part"}
    signs = [name for name in ("maintenance", "updating-from") if (folder / name).exists()]
    text = (folder / "databases/khen_thuong").read_text()
    return (folder / "current").resolve().name, text, sorted(names - {"khen_thuong"}) + signs


OLD, NEW = ("old", "old\n", []), ("new", "old\ntable\nnew\n", [])


def test_an_update_moves_and_one_that_fails_leaves_everything_as_it_was(run: Run, tmp_path: Path) -> None:
    ballot_key = tmp_path / "etc/ballot-key"
    assert run(anew=True, fails=True) == 1
    assert standing(tmp_path) == OLD
    assert ballot_key.exists(), "the release that serves again asks for it"

    assert run() == 0
    assert standing(tmp_path) == NEW
    assert not ballot_key.exists()


@pytest.mark.slow  # It kills some dozens of runs.
@pytest.mark.parametrize("then_fails", [False, True])
def test_an_update_killed_anywhere_is_taken_up(run: Run, tmp_path: Path, then_fails: bool) -> None:
    """The next run ends with the new release, or, when it fails, with the old one and its own database."""
    seen = set()
    for moment in itertools.count(1):
        if run(anew=True, kill_at=moment) == 0:
            break
        seen.add((tmp_path / "updating-from").exists() and standing_name(tmp_path))
        settled = not (tmp_path / "updating-from").exists() and standing_name(tmp_path) == "new"

        ended = run(fails=then_fails)

        if then_fails and not settled:
            assert (ended, standing(tmp_path)) == (1, OLD), f"killed before change {moment}"
        else:
            release, text, left = standing(tmp_path)
            assert (ended, release, text) == (0, *NEW[:2]), f"killed before change {moment}"
            # A copy that the killed run did not come to remove says nothing and goes with the next update.
            assert left in ([], ["khen_thuong_before"]), f"killed before change {moment}"
            assert settled or not left
    # It was killed before the update, while it was at work on either side of the switch, and after it.
    assert seen == {False, "old", "new"}


def standing_name(folder: Path) -> str:
    return (folder / "current").resolve().name
