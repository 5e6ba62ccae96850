"""Settings from the environment: typed, and loud when something is missing or misspelt."""

import contextlib
import os
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

APP_ENVS = ("demo", "test", "production")
_MAIL_FORM = "smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465"
_DATABASE_FORM = (
    "postgres://user:password@host:5432/name, or sqlite:////folder/file (four strokes before the folder)"
)
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default a missing one stops the start."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Add it to the environment; .env.example shows the form."
        )
    return default


def env_choice(name: str, choices: tuple[str, ...], default: str | None = None) -> str:
    """One of the listed words."""
    value = env_text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not known. Set it to one of: {', '.join(choices)}.")
    return value


def env_bool(name: str, default: bool) -> bool:
    """`true` or `false` (also 1/0, yes/no)."""
    value = env_text(name, "true" if default else "false").lower()
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false. Set it to true or false.")


def env_int(name: str, default: int, *, least: int = 1) -> int:
    """A whole number, `least` or more."""
    value = env_text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a whole number. Set it to digits only."
        ) from None
    if number < least:
        raise ImproperlyConfigured(
            f"{name}={value} is too small. Set it to {least} or more, or unset it: then it is {default}."
        )
    return number


def env_date(name: str) -> date | None:
    """A day as YYYY-MM-DD, or None when unset."""
    value = env_text(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a day. Write it as YYYY-MM-DD.") from None


def env_web_address(name: str, default: str) -> str:
    """An address such as `https://khenthuong.example.vn`, without a stroke at its end; empty where the default is."""
    address = env_text(name, default).rstrip("/")
    try:
        parts = urlsplit(address)
        whole = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        whole = False
    if address and not whole:
        raise ImproperlyConfigured(
            f"{name}={address!r} is no whole address. Write it as https://name.example.vn."
        )
    return address


def env_list(name: str, default: str = "") -> list[str]:
    """Comma separated words."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_networks(name: str) -> list[str]:
    """Addresses or networks, comma separated, such as `10.1.2.3, 10.0.0.0/8`."""
    networks = env_list(name)
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds {network!r}, which is no address or network. Write it as 10.1.2.3 or 10.0.0.0/8."
            ) from None
    return networks


def env_secret(name: str) -> str:
    """A secret from `NAME`, or from the file that `NAME_FILE` points to; empty when neither is set."""
    path = env_text(f"{name}_FILE", "")
    if not path:
        return env_text(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ImproperlyConfigured(
            f"{name}_FILE={path!r} cannot be read ({why}). Point it to a readable file, or set {name}."
        ) from None


def env_database(name: str, default: str) -> dict[str, Any]:
    """Django's settings of a database from an address such as `postgres://user:password@host:5432/name`.

    Options behind the question mark are libpq's, such as `sslmode=verify-full`: any other would be passed over, or stop
    no start and every request.
    """
    address = env_text(name, default)
    try:
        # Without a scheme environ would print the address, password and all, as a warning.
        config: dict[str, Any] = environ.Env.db_url_config(address) if urlsplit(address).scheme else {}
    except (KeyError, ValueError, ImproperlyConfigured):
        config = {}
    engine = str(config.get("ENGINE", "")).rpartition(".")[2]
    # The address holds a password: the sentences name its parts and never show it whole.
    if engine not in {"sqlite3", "postgresql"}:
        raise ImproperlyConfigured(f"{name} names no PostgreSQL and no SQLite file. Write {_DATABASE_FORM}.")
    if not config["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database behind the host. Write {_DATABASE_FORM}.")
    options = config.get("OPTIONS", {})
    unknown = sorted({*config} - {"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"})
    unknown += [one for one in options if engine == "sqlite3" or not _is_libpq_option(one)]
    if unknown:
        raise ImproperlyConfigured(
            f"{name} has options that are not known there: {', '.join(unknown)}. Take them off; behind a question mark "
            "stand libpq's only, such as sslmode=verify-full, and CONN_MAX_AGE is a setting of its own."
        )
    return config


def _is_libpq_option(name: str) -> bool:
    from psycopg2 import ProgrammingError  # noqa: PLC0415 -- slow import, and SQLite does without
    from psycopg2.extensions import make_dsn  # noqa: PLC0415 -- as above

    try:
        make_dsn(**{name: "1"})
    except ProgrammingError:
        return False
    return True


def env_mail(name: str, default: str) -> dict[str, Any]:
    """Django's settings of a mail server from an address such as `smtp+tls://user:password@host:587`.

    Only what the address says in its scheme holds: an option behind a question mark would be passed over.
    """
    address = env_text(name, default)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} cannot be read as an address. Write {_MAIL_FORM}.") from None
    # The address holds a password: the sentences name its parts and never show it whole.
    if parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} has options (?{parts.query or parts.fragment}), and none is known: mail could leave unencrypted "
            f"although they say otherwise. Write the encryption in front: {_MAIL_FORM}."
        )
    if parts.scheme not in environ.Env.EMAIL_SCHEMES:
        raise ImproperlyConfigured(
            f"{name} begins with {parts.scheme!r}, which is not known. Write {_MAIL_FORM}."
        )
    if parts.scheme.startswith("smtp") and not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no mail server. Write {_MAIL_FORM}.")
    if parts.scheme == "smtps":
        raise ImproperlyConfigured(
            f"{name} begins with smtps, which programs read in two ways. Write smtp+tls:// for STARTTLS (port 587) or "
            "smtp+ssl:// for TLS from the first byte (port 465)."
        )
    config: dict[str, Any] = environ.Env.email_url_config(address)
    if parts.scheme.startswith("smtp") and port is None:
        config["EMAIL_PORT"] = _MAIL_PORTS[parts.scheme]
    return config


def refuse_plain_connection(name: str, host: str, *, is_encrypted: bool, advice: str) -> None:
    """Raise where what an address leads to stands on another machine and would be spoken to in the clear.

    A socket or a loopback address stays on this machine.
    """
    if is_encrypted or host.startswith("/") or host in {"", "localhost"}:
        return
    with contextlib.suppress(ValueError):
        if ip_address(host).is_loopback:
            return
    raise ImproperlyConfigured(
        f"{name} leads to {host} without encryption, and is refused in production: passwords and people's data would "
        f"cross the network in the clear. {advice}"
    )


def development_secret(folder: Path, name: str, make: Callable[[], str]) -> str:
    """A secret made once for this machine and kept in the data folder: for the demonstration only."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(make(), encoding="utf-8")
        temporary.chmod(0o600)
        # Two processes may start at once: the first one's secret stays.
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    return path.read_text(encoding="utf-8").strip()
