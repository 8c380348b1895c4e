"""Every setting of Commonbeat, in one file, driven by environment variables.

`docs/operations.md` lists the variables. COMMONBEAT_MODE is `production` unless it says otherwise:
`demo` (script/server: made-up people with a known password), `development` or `test`.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.environment import database, flag, listed, media_storage, private_storage, replica, text, whole

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(text("COMMONBEAT_VAR", str(BASE_DIR / "var")))

MODE = text("COMMONBEAT_MODE", "test" if "pytest" in sys.modules else "production")
if MODE not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(f"COMMONBEAT_MODE is {MODE!r}; write production, demo, development or test.")
PRODUCTION = MODE == "production"
DEMO = MODE in {"demo", "test"}
DEBUG = flag("COMMONBEAT_DEBUG", default=MODE == "development")


def _secret_key() -> str:
    """The signing key: from the environment, else (never in production) one kept beside the database."""
    if key := text("COMMONBEAT_SECRET_KEY"):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured(
            "Set COMMONBEAT_SECRET_KEY to a long random text, for example the output of "
            "python -c 'import secrets; print(secrets.token_urlsafe(64))'."
        )
    if MODE == "test":
        return "the tests sign nothing that matters" * 2
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    file = VAR_DIR / "secret-key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = listed("COMMONBEAT_HOSTS") or ([] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
BASE_URL = text("COMMONBEAT_BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = listed("COMMONBEAT_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "demo",
    "govuk",
    "journal",
    "directory",
    "files",
    "pmp",
    "partners",
    "funds",
    "cms",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "guardian",
    "django_fsm",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]
if MODE in {"development", "test"}:
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.content_security_policy",
    "config.replica.reads",  # before the kept pages: it also decides from which server their edition is read
    "cms.cache.middleware.anonymous_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "directory.sign_in.sessions.limit_sessions",
    "directory.gate.middleware.guard_routes",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "directory.gate.page_frame.site_frame",
                "cms.page_frame.public_frame",
            ],
            "builtins": ["govuk.templatetags.govuk", "govuk.templatetags.components", "directory.templatetags.gate"],
        },
    }
]
FORM_RENDERER = "govuk.renderer.GovukFormRenderer"

# Database, cache, background work ------------------------------------------------------------------
if not text("DATABASE_URL"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)  # SQLite makes its file and not the folder it is in
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(text("DATABASE_URL"), default_path=VAR_DIR / "commonbeat.sqlite3")
}
if text("REPLICA_URL"):
    DATABASES["replica"] = replica(text("REPLICA_URL"), primary=DATABASES["default"])
DATABASE_ROUTERS = ["config.replica.Router"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
POSTGRESQL = DATABASES["default"]["ENGINE"].endswith("postgresql")


def _cache(name: str, entries: int, shared: str) -> dict[str, Any]:
    if url := text("CACHE_URL"):
        return {"BACKEND": shared, "LOCATION": url, "KEY_PREFIX": name}
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }


CACHES: dict[str, dict[str, Any]] = {
    # Counts of wrong passwords and used codes are here. What readers of the public site can fill is not, else
    # anybody could push a lock out with a few hundred requests.
    "default": _cache("commonbeat", 100_000, "config.cache.SharedCache"),
    "public": _cache("public", 1_000, "config.cache.PageCache"),
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if text("COMMONBEAT_TASKS", "immediate") == "database"
        else "django.tasks.backends.immediate.ImmediateBackend"
    }
}

# Who may come in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    # allauth's, with permissions from posts; allauth's own beside it would grant what rows say
    "directory.sign_in.backends.DirectoryBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: no row stands for "nobody"
GUARDIAN_AUTO_PREFETCH = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "directory:start"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "directory.sign_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # sign-up is closed; this keeps passwords in use
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator for a known address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {"request_login_code": "directory.sign_in.forms.RequestCodeForm"}  # never to police staff
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a new password, app, key or recovery codes
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False if MODE == "test" else {}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Commonbeat"
# Police staff must hold a second factor. The demonstration's made-up people are let off.
SECOND_FACTOR_REQUIRED = flag("COMMONBEAT_SECOND_FACTOR", default=not DEMO)

CSRF_FAILURE_VIEW = "directory.gate.middleware.csrf_failed"
SESSION_ENGINE = "directory.sign_in.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = whole("COMMONBEAT_SESSION_IDLE_MINUTES", 30)
SESSION_ABSOLUTE_HOURS = whole("COMMONBEAT_SESSION_HOURS", 10)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
STAFF_SESSION_MINUTES = whole("COMMONBEAT_STAFF_SESSION_MINUTES", 30)

# What the browser is told --------------------------------------------------------------------------
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_HTTPS = flag("COMMONBEAT_HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = SECURE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SESSION_COOKIE_SECURE = SECURE_HTTPS
CSRF_COOKIE_SECURE = SECURE_HTTPS
if SECURE_HTTPS:
    SECURE_HSTS_SECONDS = whole("COMMONBEAT_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
if flag("COMMONBEAT_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else everybody has the proxy's address, and one guesser locks all out
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends many

# Language, time, files -----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(text("COMMONBEAT_STATIC_ROOT", str(BASE_DIR / "static-built")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static.FrontEndPackages",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(text("COMMONBEAT_MEDIA_ROOT", str(VAR_DIR / "media")))
# Evidence, scans and receipts: never below a folder that is served, and without an address of their own.
PRIVATE_ROOT = Path(text("COMMONBEAT_PRIVATE_ROOT", str(VAR_DIR / "private")))
FILE_MEGABYTES = whole("COMMONBEAT_FILE_MEGABYTES", 10)
PHOTO_MEGAPIXELS = whole("COMMONBEAT_PHOTO_MEGAPIXELS", 50)
CLAMD = text("COMMONBEAT_CLAMD")
STORAGES: dict[str, dict[str, Any]] = {
    "default": media_storage(),
    "private": private_storage(PRIVATE_ROOT),
    "staticfiles": {
        "BACKEND": "config.static.Storage"
        if MODE in {"production", "demo"}
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_HANDLERS = [
    "files.uploading.LetGoWhatIsTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
WHITENOISE_USE_FINDERS = MODE == "development"
WHITENOISE_AUTOREFRESH = MODE == "development"

# Wagtail -------------------------------------------------------------------------------------------
# Irreversible: the table every page lives in (docs/decisions/wagtail-base-page.md).
WAGTAIL_PAGE_MODEL = "cms.BasePage"
WAGTAIL_SITE_NAME = "Commonbeat"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/sign-in/"
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"  # from a bucket too: whoever asks is checked, and gets no address of it
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "csv", "txt"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
MODELSEARCH_BACKENDS = WAGTAILSEARCH_BACKENDS

# E-mail --------------------------------------------------------------------------------------------
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": text("EMAIL_HOST"),
            "port": whole("EMAIL_PORT", 587),
            "username": text("EMAIL_USER"),
            "password": text("EMAIL_PASSWORD"),
            "use_tls": True,
        },
    }
    if text("EMAIL_HOST")
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(VAR_DIR / "mail")},
    }
}
if MODE == "test":
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "no-reply@commonbeat.test")

# Logs: one JSON object a line, events and ids only, never what people typed -----------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": text("COMMONBEAT_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.tasks": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},  # it names pages by their titles
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
if MODE == "test":
    LOGGING["root"] = {"handlers": ["stderr"], "level": "CRITICAL"}
    VAR_DIR = Path(os.environ.get("COMMONBEAT_VAR", str(BASE_DIR / "var" / "test")))
    MEDIA_ROOT = VAR_DIR / "media"
    PRIVATE_ROOT = VAR_DIR / "private"
    STORAGES["private"] = private_storage(PRIVATE_ROOT)

# W019 asks for X-Frame-Options DENY: the page editor shows its preview in a frame of this site's own.
SILENCED_SYSTEM_CHECKS = ["security.W019"]

# The force -----------------------------------------------------------------------------------------
PRODUCT_NAME = "Commonbeat"
FORCE_NAME = text("COMMONBEAT_FORCE_NAME", "West Midlands Police")
# What the force calls its local units: LPA today, NPU and LPU in earlier papers.
LPA_LABEL = text("COMMONBEAT_LPA_LABEL", "local policing area")
TASKING_CYCLE_DAYS = whole("COMMONBEAT_CYCLE_DAYS", 14)
