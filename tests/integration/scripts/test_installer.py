"""What can be seen of the installer without a bare machine; scripts/bare_install.sh runs it on one."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.unit.core.test_environment import GOOD

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
SHELL = [
    DEPLOY / "install.sh",
    DEPLOY / "khen-thuong",
    *sorted((DEPLOY / "installing").glob("*.sh")),
    *sorted((ROOT / "scripts").glob("*.sh")),
]
# Refused in production, so a file for production does not name them.
NOT_FOR_PRODUCTION = {"DEBUG", "FIXED_TODAY", "DEMO_PASSWORD"}


def names_in(path: Path) -> set[str]:
    """The settings that a file of settings names, set or as a comment."""
    return set(re.findall(r"^#?([A-Z0-9_]+)=", path.read_text(), re.MULTILINE))


def test_the_environment_names_every_setting() -> None:
    every = {name.removesuffix("_FILE") for name in names_in(ROOT / ".env.example")}
    named = {name.removesuffix("_FILE") for name in names_in(DEPLOY / "environment.example")}

    assert named == every - NOT_FOR_PRODUCTION
    assert {"SESSION_IDLE_MINUTES", "OIDC_ISSUER", "SECOND_FACTOR_REQUIRED"} <= named


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_shell_reads_every_line(script: Path) -> None:
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def installer(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "install.sh", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_help_names_every_option_that_is_read() -> None:
    read = set(re.findall(r"^ +(--[a-z-]+)\)", (DEPLOY / "install.sh").read_text(), re.MULTILINE))

    helped = installer("--help").stdout

    assert read == set(re.findall(r"^  (--[a-z-]+)", helped, re.MULTILINE))
    assert "as root:  deploy/install.sh --host NAME" in helped


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--hots", "khenthuong.example.vn"), "--hots is not known"),
        (("--host",), "its value is missing"),
    ],
)
def test_a_word_that_is_not_known_stops_before_anything_is_done(words: tuple[str, ...], said: str) -> None:
    done = installer(*words)

    assert done.returncode == 1
    assert said in done.stderr


@pytest.fixture
def bash(tmp_path: Path):
    """Runs lines of shell with the installer's parts read in, and a folder in the place of each of the machine's."""
    (tmp_path / "etc").mkdir()
    head = "set -Eeuo pipefail\n" + "".join(
        f". {DEPLOY}/installing/{part}.sh\n" for part in ("base", "machine", "releases", "moving", "handover")
    )
    head += f"site={tmp_path}; settings_folder={tmp_path}/etc; environment={tmp_path}/etc/environment; service_user=root\n"
    head += "releases=$site/releases current=$site/current maintenance=$site/maintenance came_from=$site/updating-from\n"
    head += f"host=khenthuong.example.vn source_folder={ROOT} with_systemd= database_port=5432\n"
    head += "email_url= sender= backup_public_key=\n"

    def run(lines: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", head + lines], capture_output=True, text=True, check=False)

    return run


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to a group, which only root may")


@needs_root
def test_the_environment_is_made_once_and_its_settings_start_production(bash, tmp_path: Path) -> None:
    made = bash("make_secrets; make_environment")
    assert made.returncode == 0, made.stderr
    environment = tmp_path / "etc/environment"
    first = environment.read_text()
    secrets = {path.name: path.read_text() for path in (tmp_path / "etc").glob("*-key")}

    again = bash("host=khenthuong.example.vn; make_secrets; make_environment")

    assert again.stdout == ""
    assert environment.read_text() == first
    assert {path.name: path.read_text() for path in (tmp_path / "etc").glob("*-key")} == secrets
    assert secrets.keys() == {"secret-key", "person-key", "audit-signing-key"}
    assert (environment.stat().st_mode & 0o777) == 0o640
    assert "ALLOWED_HOSTS=khenthuong.example.vn" in first.splitlines()
    assert "DEFAULT_FROM_EMAIL=khen-thuong@example.vn" in first.splitlines()


@needs_root
def test_options_given_later_change_their_settings_alone(bash, tmp_path: Path) -> None:
    bash("make_environment")
    environment = tmp_path / "etc/environment"
    first = environment.read_text().splitlines()
    address = "smtp+tls://nguoi%40tinh:m&t|k/h\\1u@mail.example.vn:587"

    bash(
        f"host=khen.tinh.vn email_url='{address}'; make_environment; set_setting SESSION_HOURS 8; set_setting NEW here"
    )

    now = environment.read_text().splitlines()
    assert set(now) - set(first) == {
        "ALLOWED_HOSTS=khen.tinh.vn",
        "SITE_URL=https://khen.tinh.vn",
        "CSRF_TRUSTED_ORIGINS=https://khen.tinh.vn",
        f"EMAIL_URL={address}",
        "SESSION_HOURS=8",
        "NEW=here",
    }
    assert len(now) == len(first) + 1


@needs_root
def test_settings_that_the_file_does_not_name_are_told(bash, tmp_path: Path) -> None:
    bash("make_environment")
    environment = tmp_path / "etc/environment"
    environment.write_text(environment.read_text().replace("#OIDC_ISSUER=", "#GONE="))

    assert "defaults hold: OIDC_ISSUER" in bash("make_environment").stdout


@needs_root
def test_the_command_reads_the_settings_as_systemd_does(tmp_path: Path) -> None:
    """Nothing is expanded or run, and what lies in the release in use lies in the one that is named."""
    environment, release = tmp_path / "environment", tmp_path / "release"
    (release / ".venv/bin").mkdir(parents=True)
    (release / ".venv/bin/python").write_text("#!/bin/sh\nenv; echo ARGUMENTS $*\n")
    (release / ".venv/bin/python").chmod(0o755)
    environment.write_text(
        "# a comment\n#OFF=1\nA=p$HOME&$(touch /tmp/x)\nB=\"two words\"\nC='one'  \n"
        "STATIC_ROOT=/srv/khen-thuong/current/staticfiles\n"
    )
    program = tmp_path / "khen-thuong"
    program.write_text(
        (DEPLOY / "khen-thuong")
        .read_text()
        .replace("/etc/khen-thuong/environment", str(environment))
        .replace(
            "--reuid=khen-thuong --regid=khen-thuong --init-groups", "--reuid=0 --regid=0 --clear-groups"
        )
    )

    done = subprocess.run(
        ["bash", program, "check", "--deploy"],
        env={**os.environ, "KHEN_THUONG_RELEASE": str(release), "SECRET_OF_THE_CALLER": "x"},
        capture_output=True,
        text=True,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert {"A=p$HOME&$(touch /tmp/x)", "B=two words", "C=one", f"STATIC_ROOT={release}/staticfiles"} <= set(
        lines
    )
    assert lines[-1] == "ARGUMENTS manage.py check --deploy"
    assert "OFF=1" not in lines
    assert not any("SECRET_OF_THE_CALLER" in line for line in lines)


def test_one_installer_at_a_time_and_a_dead_one_holds_nobody_up(bash, tmp_path: Path) -> None:
    lines = f"lock={tmp_path}/lock; lock_out_others; echo began"
    stand_in = tmp_path / "install.sh"
    stand_in.write_text("read -r line\n")

    with subprocess.Popen(["bash", stand_in], stdin=subprocess.PIPE) as another:
        (tmp_path / "lock").symlink_to(str(another.pid))
        refused = bash(lines)
        another.kill()

    assert f"Another installation is at work on this machine (process {another.pid})" in refused.stderr
    assert refused.stdout == ""
    assert bash(lines).stdout == "began\n"


def test_a_folder_without_git_is_a_release_too(bash, tmp_path: Path) -> None:
    """It is called by what its files hold, and what was made in it does not go along."""
    folder = tmp_path / "unpacked"
    for name in (
        "manage.py",
        "core/a file.py",
        ".venv/bin/python",
        "node_modules/x.js",
        "core/__pycache__/x.pyc",
        "build/log",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    lines = f"source_folder={folder}; name_release; echo ${{release##*/}}; mkdir -p $release; copy_source"

    first = bash(lines)
    (folder / ".venv/bin/python").write_text("another")
    again = bash(lines).stdout
    (folder / "manage.py").write_text("changed")
    changed = bash(lines).stdout

    assert first.returncode == 0, first.stderr
    assert first.stdout == again != changed
    release = tmp_path / "releases" / first.stdout.strip()
    assert {str(path.relative_to(release)) for path in release.rglob("*") if path.is_file()} == {
        "manage.py",
        "core/a file.py",
    }


def test_the_releases_that_served_last_stay(bash, tmp_path: Path) -> None:
    """However often an update failed since: what never served does not push out what did."""
    for number, name in enumerate(("first", "second", "third", "fourth")):
        (tmp_path / "releases" / name).mkdir(parents=True)
        (tmp_path / "releases" / name / ".served").touch()
        os.utime(tmp_path / "releases" / name / ".served", (number, number))
    for name in ("failed", "failed-again", "failed-thrice"):
        (tmp_path / "releases" / name / ".built").mkdir(parents=True)
    (tmp_path / "current").symlink_to(tmp_path / "releases/first")

    done = bash("remove_old_releases")

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "releases").iterdir()} == {"first", "third", "fourth"}


@needs_root
@pytest.mark.slow  # It makes keys.
def test_a_local_certificate_is_made_once_and_one_of_another_host_is_refused(bash, tmp_path: Path) -> None:
    made = bash("certificate= certificate_key=; make_certificate")
    assert made.returncode == 0, made.stderr
    chain, key = tmp_path / "etc/tls/fullchain.pem", tmp_path / "etc/tls/privkey.pem"
    first = chain.read_text()

    assert bash("certificate= certificate_key=; make_certificate").stdout == ""
    assert chain.read_text() == first
    assert (key.stat().st_mode & 0o777) == 0o600
    others = bash(f"host=khac.example.vn certificate={chain} certificate_key={key}; check_certificate")
    assert "is not for khac.example.vn" in others.stderr
    mixed = bash(f"certificate={chain} certificate_key={ROOT}/deploy/install.sh; check_certificate")
    assert "is not the key of" in mixed.stderr
    # A local one follows the host's name.
    assert "825 days" in bash("host=khac.example.vn certificate= certificate_key=; make_certificate").stdout


def test_the_maintenance_page_stands_by_itself() -> None:
    page = (DEPLOY / "maintenance.html").read_text()

    assert '<html lang="vi">' in page
    assert page.index("tạm ngừng") < page.index('lang="en"')
    assert page.count("<h1>") == 1
    # Whatever it names would be asked of the server that is paused.
    assert not re.search(r'(?:src|href)="[^"]', page)
    assert "url(" not in page


def test_the_settings_that_a_new_file_sets_start_production() -> None:
    """The names that the example sets are enough, with its secrets in files."""
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    set_here = {line.partition("=")[0] for line in lines if re.match(r"[A-Z]", line)}

    needed = {name for name in GOOD if f"{name}_FILE" not in set_here}
    assert needed <= set_here
