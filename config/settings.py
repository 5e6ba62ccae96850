"""Settings of the three ways to run: demo (a machine for trying), test, production.

Every value comes from the environment (`.env.example` lists them all); production
refuses what only a demonstration may do.
"""

import base64
import secrets
import sys
from datetime import date
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.environment import (
    APP_ENVS,
    development_secret,
    env_bool,
    env_choice,
    env_database,
    env_date,
    env_int,
    env_list,
    env_mail,
    env_networks,
    env_secret,
    env_text,
    env_web_address,
    refuse_plain_connection,
)

BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")

APP_ENV = env_choice("APP_ENV", APP_ENVS, "demo")
IS_PRODUCTION = APP_ENV == "production"
DATA_DIR = Path(env_text("DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env_bool("DEBUG", False)
FIXED_TODAY = env_date("FIXED_TODAY") or (date(2025, 12, 15) if APP_ENV == "demo" else None)

SECRET_KEY = env_secret("SECRET_KEY")
# Earlier keys, which open what was signed or sealed under them while people go over to the new one.
SECRET_KEY_FALLBACKS = env_secret("SECRET_KEY_FALLBACKS").split()
PERSON_KEY = env_secret("PERSON_KEY")
# Without it no head of the log is signed; a check refuses that in production (core/checks.py).
AUDIT_SIGNING_KEY = env_secret("AUDIT_SIGNING_KEY")
AUDIT_PUBLIC_KEYS = env_list("AUDIT_PUBLIC_KEYS")
AUDIT_HEADS_FILE = env_text("AUDIT_HEADS_FILE", str(DATA_DIR / "signed-heads.jsonl"))
if APP_ENV == "demo":
    SECRET_KEY = SECRET_KEY or development_secret(
        DATA_DIR, "secret-key", lambda: "insecure-demo-" + secrets.token_urlsafe(48)
    )
    PERSON_KEY = PERSON_KEY or development_secret(
        DATA_DIR, "person-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()
    )
    AUDIT_SIGNING_KEY = AUDIT_SIGNING_KEY or development_secret(
        DATA_DIR, "audit-signing-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()
    )
elif APP_ENV == "test":
    SECRET_KEY = SECRET_KEY or "insecure-test-key-that-is-never-served-to-anyone-at-all"
    PERSON_KEY = PERSON_KEY or base64.b64encode(b"p" * 32).decode()
    AUDIT_SIGNING_KEY = AUDIT_SIGNING_KEY or base64.b64encode(b"a" * 32).decode()

# Shown on the demonstration's sign-in page; nowhere else has accounts with a known password.
DEMO_PASSWORD = env_text("DEMO_PASSWORD", "thu-nghiem-2025") if APP_ENV == "demo" else ""

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if IS_PRODUCTION else "127.0.0.1,localhost,[::1],testserver")

if IS_PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG is on in production. Unset DEBUG, or set APP_ENV=demo.")
    if FIXED_TODAY:
        raise ImproperlyConfigured("FIXED_TODAY stops the clock and is refused in production. Unset it.")
    if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("insecure-"):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing, short or a development secret. Set SECRET_KEY or SECRET_KEY_FILE to 50 or more random characters."
        )
    if any(len(key) < 50 or key.startswith("insecure-") for key in SECRET_KEY_FALLBACKS):
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS names a short or a development secret. List earlier values of SECRET_KEY only, parted by spaces or lines."
        )
    if not PERSON_KEY or base64.b64encode(b"p" * 32).decode() == PERSON_KEY:
        raise ImproperlyConfigured(
            "PERSON_KEY is missing. Set PERSON_KEY or PERSON_KEY_FILE to 32 random bytes in base64 (openssl rand -base64 32)."
        )
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is empty. Set it to the host names that serve the application."
        )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "core",
    "registry",
    "criteria",
    "nominations",
    "councils",
    "reports",
]
# The demonstration stands above the product and knows it; production has neither its commands nor its data.
if not IS_PRODUCTION:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "core.server_log.RequestIdMiddleware",
    "core.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.MethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.signing_in.middleware.NoStoreMiddleware",
    # Before whatever reads a cookie.
    "core.middleware.NamelessMiddleware",
    # Around the session, which writes too.
    "core.replicas.ReplicaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.RequestSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.NullCharacterMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.signing_in.middleware.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.RefusalMiddleware",
    "core.looks.LookMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.shell",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": env_database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'app.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    if IS_PRODUCTION and not Path(_database["NAME"]).is_absolute():
        raise ImproperlyConfigured(
            "DATABASE_URL names a file by a path that begins nowhere, so that each program would find another one. "
            "Write the whole path with four strokes: sqlite:////var/lib/khen-thuong/app.sqlite3."
        )
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
    # A file, not memory: race tests need several connections to one database.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # A database that is away or held for long is said so while the person still waits for the page.
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,
        **_database.get("OPTIONS", {}),
        # What the address says of the session comes behind ours and may change it.
        "options": f"-c lock_timeout=20s {_database.get('OPTIONS', {}).get('options', '')}".strip(),
    }
    _database["CONN_HEALTH_CHECKS"] = True
_database["CONN_MAX_AGE"] = 0 if APP_ENV == "test" else env_int("CONN_MAX_AGE", 60, least=0)
_database["ATOMIC_REQUESTS"] = False
# A streaming replica of the same PostgreSQL answers lists, searches and exports; without one nothing changes.
REPLICA_DATABASE_URL = env_text("REPLICA_DATABASE_URL", "")
REPLICA_MAX_LAG_S = env_int("REPLICA_MAX_LAG_S", 30)
_SSL_MODES = {"require", "verify-ca", "verify-full"}
DATABASE_ROUTERS: list[str] = []
if REPLICA_DATABASE_URL:
    _replica = env_database("REPLICA_DATABASE_URL", "")
    if "postgresql" not in _database["ENGINE"] or "postgresql" not in _replica["ENGINE"]:
        raise ImproperlyConfigured(
            "REPLICA_DATABASE_URL is set, and only PostgreSQL has replicas here. Write both it and DATABASE_URL as "
            "postgres://user:password@host:5432/name, or unset it."
        )
    _replica["OPTIONS"] = {
        # While it is away people wait for this long, once in a while: then the primary is asked instead.
        "connect_timeout": 2,
        "tcp_user_timeout": 5_000,
        **_replica.get("OPTIONS", {}),
        "options": f"{_replica.get('OPTIONS', {}).get('options', '')} -c default_transaction_read_only=on".strip(),
    }
    for _name in ("CONN_HEALTH_CHECKS", "CONN_MAX_AGE", "ATOMIC_REQUESTS"):
        _replica[_name] = _database[_name]
    _replica["TEST"] = {"MIRROR": "default"}
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS = ["core.replicas.ReplicaRouter"]
if IS_PRODUCTION:
    for _name, _one in zip(("DATABASE_URL", "REPLICA_DATABASE_URL"), DATABASES.values(), strict=False):
        refuse_plain_connection(
            _name,
            str(_one.get("HOST", "")),
            is_encrypted=_one["OPTIONS"].get("sslmode") in _SSL_MODES,
            advice="Write ?sslmode=verify-full behind it (or require, where the server's certificate is its own).",
        )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
# Roles of the province and seats on a council need a second proof at sign-in. A demonstration, whose password stands
# on its first page, may try it out; nowhere else is it left to choice.
SECOND_FACTOR_REQUIRED = env_bool("SECOND_FACTOR_REQUIRED", IS_PRODUCTION)
if IS_PRODUCTION and not SECOND_FACTOR_REQUIRED:
    raise ImproperlyConfigured(
        "SECOND_FACTOR_REQUIRED=false is refused in production. Unset it; who has single sign-on sets OIDC_STRONG_AMR."
    )
# Single sign-on by OpenID Connect; without an issuer there is none.
OIDC_ISSUER = env_web_address("OIDC_ISSUER", "")
OIDC_CLIENT_ID = env_text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env_secret("OIDC_CLIENT_SECRET")
OIDC_NAME = env_text("OIDC_NAME", "")
OIDC_ACCOUNT_CLAIM = env_text("OIDC_ACCOUNT_CLAIM", "preferred_username")
OIDC_STRONG_AMR = env_list("OIDC_STRONG_AMR")
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise ImproperlyConfigured("OIDC_ISSUER is set and OIDC_CLIENT_ID is not. Set both, or neither.")
if IS_PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// in production.")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "core.password_checks.LengthLimitValidator"},
    {"NAME": "core.password_checks.ContextWordsValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
if APP_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = Path(env_text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("handbook", BASE_DIR / "docs/handbook/images"),
    ("vendor/bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("vendor/be-vietnam-pro", BASE_DIR / "node_modules/@fontsource/be-vietnam-pro"),
]
ICONS_DIR = BASE_DIR / "node_modules/bootstrap-icons/icons"
WHITENOISE_USE_FINDERS = APP_ENV == "test"
# Tests find each file as it is asked for: listing all of them for each of their clients took a tenth of their time.
WHITENOISE_AUTOREFRESH = APP_ENV == "test"

FILES_STORAGE = env_choice("FILES_STORAGE", ("disk", "s3"), "disk")
if FILES_STORAGE == "s3":
    S3_ENDPOINT_URL = env_web_address("S3_ENDPOINT_URL", "")
    S3_ACCESS_KEY, S3_SECRET_KEY = env_secret("S3_ACCESS_KEY"), env_secret("S3_SECRET_KEY")
    if bool(S3_ACCESS_KEY) != bool(S3_SECRET_KEY):
        raise ImproperlyConfigured("Of S3_ACCESS_KEY and S3_SECRET_KEY one is set. Set both, or neither.")
    if IS_PRODUCTION and S3_ENDPOINT_URL and not S3_ENDPOINT_URL.startswith("https://"):
        raise ImproperlyConfigured(
            "S3_ENDPOINT_URL must begin with https:// in production: papers would cross the network in the clear."
        )
    _files_backend = {
        "BACKEND": "core.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": env_text("S3_BUCKET"),
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": env_text("S3_REGION", "us-east-1"),
            "access_key": S3_ACCESS_KEY or None,
            "secret_key": S3_SECRET_KEY or None,
            "default_acl": None,
            "file_overwrite": False,
            "addressing_style": env_choice("S3_ADDRESSING", ("path", "virtual", "auto"), "path"),
        },
    }
else:
    _files_backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    }
STORAGES = {
    "default": _files_backend,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if APP_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# The process that holds the papers of open polls: a socket of this machine, or tls://host:port with mutual TLS.
URN_ADDRESS = env_text("URN_ADDRESS", str(DATA_DIR / "run" / "urn.sock"))
URN_TLS_CA = env_text("URN_TLS_CA", "")
URN_TLS_CERT = env_text("URN_TLS_CERT", "")
URN_TLS_KEY = env_text("URN_TLS_KEY", "")
# Backups are sealed to the public key; its private half is on no machine that makes them.
BACKUP_DIR = env_text("BACKUP_DIR", str(DATA_DIR / "backups"))
BACKUP_PUBLIC_KEY = env_text("BACKUP_PUBLIC_KEY", "")
UPLOAD_MAX_BYTES = env_int("UPLOAD_MAX_MB", 20) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a certification or a preview asks a few things of each of its rows
DATA_UPLOAD_MAX_NUMBER_FILES = 40
# All files and fields of one sending together; core/middleware.py refuses more before it is read.
REQUEST_MAX_BYTES = 3 * UPLOAD_MAX_BYTES + 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
    "in_request": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]},
}

EMAIL_CONFIG = env_mail(
    "EMAIL_URL",
    "dummymail://" if APP_ENV == "demo" else "memorymail://" if APP_ENV == "test" else "consolemail://",
)
vars().update(EMAIL_CONFIG)
if IS_PRODUCTION:
    refuse_plain_connection(
        "EMAIL_URL",
        str(EMAIL_CONFIG.get("EMAIL_HOST") or ""),
        is_encrypted=bool(EMAIL_CONFIG.get("EMAIL_USE_TLS") or EMAIL_CONFIG.get("EMAIL_USE_SSL")),
        advice="Write smtp+tls:// or smtp+ssl:// in front: links that open accounts go by mail.",
    )
# So long each answer of the mail server is waited for; what it does not take then is tried again later.
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT_S", 10)
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "khen-thuong@localhost")
SITE_URL = env_web_address("SITE_URL", "http://127.0.0.1:8000")

CRITERIA_PLANS_DIRS = [BASE_DIR / "criteria" / "plans"] + [Path(p) for p in env_list("CRITERIA_PLANS_DIRS")]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# With this prefix a browser takes a cookie only from this very host, over TLS and for all of its pages.
_OF_THIS_HOST = "__Host-" if IS_PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_OF_THIS_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_OF_THIS_HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_OF_THIS_HOST}language"
SEEN_COOKIE_NAME = f"{_OF_THIS_HOST}seen"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "core.sessions"
# Without a sign of life the person is asked anew who they are; after the hours they sign in anew, whatever they do.
SESSION_IDLE_MINUTES = env_int("SESSION_IDLE_MINUTES", 30)
SESSION_HOURS = env_int("SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
FRESH_PROOF_MINUTES = env_int("FRESH_PROOF_MINUTES", 15)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
BEHIND_PROXY = env_bool("BEHIND_PROXY", False)
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", True)
    # Asked on the machine itself, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 31536000, least=0)
    # Both bind more than this host, and for years: whoever owns the domain says so.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
    SECURE_HSTS_PRELOAD = env_bool("SECURE_HSTS_PRELOAD", False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the warnings that they are off
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Figures for Prometheus at /metrics, for whoever shows the token or comes from one of the addresses (networks, comma
# separated); with neither there are none.
METRICS_TOKEN = env_secret("METRICS_TOKEN")
METRICS_ADDRESSES = env_networks("METRICS_ADDRESSES")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN is short. Set it to 20 or more random characters, or unset it.")

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# `plain` is for reading at a desk; it holds exceptions in their own words, which may quote a person's row.
LOG_FORMAT = env_choice("LOG_FORMAT", ("plain", "json"), "json" if IS_PRODUCTION else "plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "core.server_log.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": env_text("LOG_LEVEL", "WARNING")},
}
