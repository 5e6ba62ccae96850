"""The example file lists every setting; production refuses what only a demonstration may do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 60,
    "PERSON_KEY": "w" * 43 + "=",
    "AUDIT_SIGNING_KEY": "s" * 43 + "=",
    "ALLOWED_HOSTS": "khenthuong.example.vn",
}


# A start as on a server that has neither folder.
WITHOUT_DEMONSTRATION = """
import sys
sys.modules["demo"] = sys.modules["benchmarks"] = None
import django
django.setup()
from django.core.management import call_command, get_commands
call_command("check")
assert {"load_demo", "prepare"}.isdisjoint(get_commands())
"""


def settings_error(code: str = "import config.settings", **environment: str) -> str:
    """What the start says under these variables; empty when it starts."""
    # What counts covered lines goes along, so that those of the settings count.
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_CONFIG")
        if name in os.environ
    }
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "DATA_DIR": "/tmp/khen-thuong-settings-test", **environment},  # noqa: S108 -- nothing is kept there
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stderr if run.returncode else ""


def test_example_lists_exactly_the_settings_that_are_read() -> None:
    source = (ROOT / "config/settings.py").read_text()
    plain = set(
        re.findall(
            r'env_(?:text|choice|bool|int|date|list|mail|networks|database|web_address)\(\s*"([A-Z0-9_]+)"',
            source,
        )
    )
    secret = set(re.findall(r'env_secret\("([A-Z0-9_]+)"\)', source))

    listed = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert listed == plain | secret | {f"{name}_FILE" for name in secret}


def test_production_starts_with_proper_settings() -> None:
    assert settings_error(**GOOD) == ""


@pytest.mark.slow  # starts the application
def test_production_needs_neither_demonstration_nor_benchmarks() -> None:
    in_production = {**GOOD, "DJANGO_SETTINGS_MODULE": "config.settings"}

    assert settings_error(WITHOUT_DEMONSTRATION, **in_production) == ""
    assert "demo" in settings_error(WITHOUT_DEMONSTRATION, **{**in_production, "APP_ENV": "demo"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DEBUG": "true"}, "Unset DEBUG"),
        ({"FIXED_TODAY": "2025-12-15"}, "Unset it"),
        ({"SECRET_KEY": "insecure-" + "x" * 60}, "Set SECRET_KEY or SECRET_KEY_FILE"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY or SECRET_KEY_FILE"),
        ({"SECOND_FACTOR_REQUIRED": "false"}, "SECOND_FACTOR_REQUIRED=false is refused in production"),
        ({"OIDC_ISSUER": "https://cong.example.vn"}, "OIDC_CLIENT_ID is not"),
        ({"OIDC_ISSUER": "http://cong.example.vn", "OIDC_CLIENT_ID": "x"}, "must begin with https://"),
        ({"PERSON_KEY": ""}, "Set PERSON_KEY or PERSON_KEY_FILE"),
        ({"PERSON_KEY": "cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA="}, "Set PERSON_KEY or PERSON_KEY_FILE"),
        ({"ALLOWED_HOSTS": ""}, "Set it to the host names"),
        ({"APP_ENV": "prod"}, "Set it to one of: demo, test, production"),
        ({"UPLOAD_MAX_MB": "many"}, "not a whole number"),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere/secret"}, "Point it to a readable file"),
        ({"FILES_STORAGE": "s3"}, "S3_BUCKET is not set"),
        (
            {"FILES_STORAGE": "s3", "S3_BUCKET": "a", "S3_ENDPOINT_URL": "http://s3.example.vn"},
            "S3_ENDPOINT_URL must begin with https://",
        ),
        ({"REPLICA_DATABASE_URL": "postgres://a:b@replica/c"}, "only PostgreSQL has replicas"),
        (
            {"DATABASE_URL": "postgres://a:b@primary/c", "REPLICA_DATABASE_URL": "sqlite:///c"},
            "only PostgreSQL has replicas",
        ),
        ({"REPLICA_MAX_LAG_S": "0"}, "REPLICA_MAX_LAG_S=0 is too small. Set it to 1 or more"),
        ({"EMAIL_TIMEOUT_S": "0"}, "EMAIL_TIMEOUT_S=0 is too small"),
        ({"UPLOAD_MAX_MB": "-1"}, "UPLOAD_MAX_MB=-1 is too small"),
        ({"SESSION_IDLE_MINUTES": "0"}, "SESSION_IDLE_MINUTES=0 is too small"),
        ({"DATABASE_URL": "khen_thuong"}, "DATABASE_URL names no PostgreSQL and no SQLite file"),
        ({"DATABASE_URL": "mysql://a:b@h/c"}, "DATABASE_URL names no PostgreSQL and no SQLite file"),
        ({"DATABASE_URL": "postgres://a:b@h:many/c"}, "DATABASE_URL names no PostgreSQL and no SQLite file"),
        ({"DATABASE_URL": "postgres://a:b@h:99999/c"}, "DATABASE_URL names no PostgreSQL and no SQLite file"),
        ({"DATABASE_URL": "postgres://a:b@h"}, "names no database behind the host"),
        ({"DATABASE_URL": "postgres://a:b@h/c?sslmod=require"}, "options that are not known there: sslmod"),
        (
            {"DATABASE_URL": "postgres://a:b@h/c?conn_max_age=5"},
            "options that are not known there: CONN_MAX_AGE",
        ),
        (
            {"DATABASE_URL": "sqlite:////tmp/x.sqlite3?timeout=60"},
            "options that are not known there: timeout",
        ),
        ({"DATABASE_URL": "sqlite:///var/x.sqlite3"}, "Write the whole path with four strokes"),
        ({"DATABASE_URL": "sqlite://"}, "Write the whole path with four strokes"),
        ({"REPLICA_DATABASE_URL": "postgres://a:b@h/c?sslmod=x"}, "REPLICA_DATABASE_URL has options"),
        ({"SITE_URL": "khenthuong.example.vn"}, "SITE_URL='khenthuong.example.vn' is no whole address"),
        ({"SITE_URL": "https://a:b:c"}, "is no whole address"),
        (
            {"FILES_STORAGE": "s3", "S3_BUCKET": "a", "S3_ENDPOINT_URL": "https://"},
            "S3_ENDPOINT_URL='https:' is no whole address",
        ),
        (
            {"FILES_STORAGE": "s3", "S3_BUCKET": "a", "S3_ACCESS_KEY": "a"},
            "Of S3_ACCESS_KEY and S3_SECRET_KEY one is set",
        ),
        ({"SECRET_KEY": "", "SECRET_KEY_FILE": sys.executable}, "cannot be read (it is no text)"),
        ({"METRICS_TOKEN": "ngan"}, "Set it to 20 or more random characters"),
        ({"METRICS_ADDRESSES": "10.1.2.3, 10.1.2.3/8"}, "holds '10.1.2.3/8', which is no address or network"),
        ({"EMAIL_URL": "smtp://mail.example.vn:587/?tls=True"}, "Write the encryption in front: smtp+tls://"),
        ({"EMAIL_URL": "smtp://mail.example.vn"}, "EMAIL_URL leads to mail.example.vn without encryption"),
        ({"EMAIL_URL": "smtp://10.1.2.3:25"}, "EMAIL_URL leads to 10.1.2.3 without encryption"),
        ({"DATABASE_URL": "postgres://a:b@primary/c"}, "DATABASE_URL leads to primary without encryption"),
        (
            {"DATABASE_URL": "postgres://a:b@primary/c?sslmode=prefer"},
            "DATABASE_URL leads to primary without encryption",
        ),
        (
            {
                "DATABASE_URL": "postgres://a:b@primary/c?sslmode=require",
                "REPLICA_DATABASE_URL": "postgres://a:b@replica/c",
            },
            "REPLICA_DATABASE_URL leads to replica without encryption",
        ),
        ({"EMAIL_URL": "smtps://mail.example.vn"}, "read in two ways"),
        ({"EMAIL_URL": "mail.example.vn:587"}, "begins with 'mail.example.vn', which is not known"),
        ({"EMAIL_URL": "smtp+tls://:587"}, "names no mail server"),
        ({"EMAIL_URL": "smtp+tls://mail.example.vn:many"}, "cannot be read as an address"),
    ],
)
def test_wrong_settings_stop_the_start_with_the_fix(change: dict[str, str], words: str) -> None:
    assert words in settings_error(**{**GOOD, **change})


def test_no_sentence_shows_the_password_of_a_database() -> None:
    for address in ("postgres://a:biMat9@h/c?x=1", "mysql://a:biMat9@h/c", "//a:biMat9@h/c"):
        said = settings_error(**GOOD, DATABASE_URL=address)
        assert said
        assert "biMat9" not in said


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("AUDIT_PUBLIC_KEYS", "which is no public key in base64"),
        ("BACKUP_PUBLIC_KEY", "no public key in base64"),
    ],
)
def test_keys_that_are_none_are_told_before_anything_needs_them(setting: str, words: str) -> None:
    in_production = {**GOOD, "DJANGO_SETTINGS_MODULE": "config.settings", setting: "khong-phai-khoa"}
    check = "import django; django.setup()\nfrom django.core.management import call_command; call_command('check')"

    assert words in settings_error(check, **in_production)


SEVERAL = {
    "DATABASE_URL": "postgres://a:b@primary/c?sslmode=verify-full&options=-c%20statement_timeout%3D9s",
    "REPLICA_DATABASE_URL": "postgres://a:b@replica/c?sslmode=verify-full",
    "FILES_STORAGE": "s3",
    "S3_BUCKET": "khen-thuong",
    "S3_ENDPOINT_URL": "https://s3.example.vn",
    "METRICS_ADDRESSES": "10.20.0.0/16",
}
SHOW_SEVERAL = """
import django
django.setup()
from django.conf import settings as s
from django.core.files.storage import default_storage
assert s.DATABASES["replica"]["OPTIONS"]["sslmode"] == "verify-full"
assert s.DATABASES["default"]["OPTIONS"]["options"] == "-c lock_timeout=20s -c statement_timeout=9s"
assert "read_only=on" in s.DATABASES["replica"]["OPTIONS"]["options"]
assert s.DATABASES["replica"]["CONN_HEALTH_CHECKS"] and s.DATABASE_ROUTERS
assert default_storage.bucket.name == "khen-thuong"
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
"""


def test_production_starts_with_the_settings_of_several_machines() -> None:
    in_production = {**GOOD, **SEVERAL, "DJANGO_SETTINGS_MODULE": "config.settings"}

    assert settings_error(SHOW_SEVERAL, **in_production) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"DATABASE_URL": "postgres:///khen_thuong"},
        {"DATABASE_URL": "postgres://a:b@127.0.0.1:5433/c"},
        {"DATABASE_URL": "postgres://a:b@localhost/c"},
        {"EMAIL_URL": "smtp://127.0.0.1:25"},
        {"EMAIL_URL": "smtp+tls://mail.example.vn"},
    ],
)
def test_what_stays_on_the_machine_or_is_encrypted_starts(change: dict[str, str]) -> None:
    assert settings_error(**{**GOOD, **change}) == ""


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("smtp+tls://an:bi%20mat@mail.example.vn:587", ("mail.example.vn", 587, "bi mat", True, False)),
        ("smtp+ssl://mail.example.vn", ("mail.example.vn", 465, None, False, True)),
        ("smtp://localhost", ("localhost", 25, None, False, False)),
    ],
)
def test_the_scheme_of_the_mail_server_says_how_it_is_spoken_to(address: str, wanted: tuple) -> None:
    code = f"""
from django.conf import settings as s
found = (s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)
assert found == {wanted}, found
assert s.EMAIL_TIMEOUT == 10
"""

    assert settings_error(code, **GOOD, DJANGO_SETTINGS_MODULE="config.settings", EMAIL_URL=address) == ""


def test_a_refused_mail_address_does_not_show_its_password() -> None:
    said = settings_error(**GOOD, EMAIL_URL="smtp://an:bi-mat@mail.example.vn:587/?tls=True")

    assert "EMAIL_URL has options" in said
    assert "bi-mat" not in said


COOKIES = """
from config import settings as s
for name in ("SESSION", "CSRF", "LANGUAGE"):
    found = [getattr(s, f"{name}_COOKIE_{part}") for part in ("SECURE", "HTTPONLY", "SAMESITE")]
    assert found == [True, True, "Lax"], (name, found)
for name in ("SESSION", "CSRF", "LANGUAGE", "SEEN"):
    assert getattr(s, f"{name}_COOKIE_NAME").startswith("__Host-"), name
"""


def test_cookies_of_production_belong_to_this_host_alone() -> None:
    assert settings_error(COOKIES, **GOOD) == ""
    # The control: a trial without TLS could not keep such a cookie.
    assert settings_error(COOKIES, APP_ENV="demo") != ""


def test_earlier_secret_keys_are_listed_and_judged_alike() -> None:
    code = "from config import settings as s; assert s.SECRET_KEY_FALLBACKS == ['a' * 50, 'b' * 60]"

    assert settings_error(code, **GOOD, SECRET_KEY_FALLBACKS=f"{'a' * 50}\n{'b' * 60}") == ""
    assert "SECRET_KEY_FALLBACKS names a short" in settings_error(**GOOD, SECRET_KEY_FALLBACKS="ngan")


SHOW = """
from config import settings as s
both = s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD
assert (s.SECOND_FACTOR_REQUIRED, *both) == {wanted}, (s.SECOND_FACTOR_REQUIRED, *both)
"""


@pytest.mark.parametrize("binds", [False, True])
def test_production_requires_a_second_proof_and_binds_a_whole_domain_only_when_told(binds: bool) -> None:
    told = {"SECURE_HSTS_INCLUDE_SUBDOMAINS": "true", "SECURE_HSTS_PRELOAD": "true"} if binds else {}

    assert settings_error(SHOW.format(wanted=(True, binds, binds)), **GOOD, **told) == ""


@pytest.mark.parametrize("wanted", [False, True])
def test_a_demonstration_may_try_the_second_proof(wanted: bool) -> None:
    told = {"SECOND_FACTOR_REQUIRED": "true"} if wanted else {}
    code = f"from config import settings as s; assert s.SECOND_FACTOR_REQUIRED is {wanted}"

    assert settings_error(code, APP_ENV="demo", **told) == ""
