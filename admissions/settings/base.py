"""What all environments share. Every value that differs by place comes from `env.py`."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from .env import AS_OWNER, BASE_DIR, VAR_DIR, env

SECRET_KEY = env.str("SECRET_KEY")
# Key of all keyed digests (ID numbers of relatives and candidates). Never stored in the database.
DIGEST_KEY = env.str("DIGEST_KEY")
# Key of the marks of ledger entries; while it is changed, the one before it too (docs/operations.md). Never in the database.
MARK_KEY = env.str("MARK_KEY")
MARK_KEY_BEFORE = env.str("MARK_KEY_BEFORE", "")
# The secret behind the signature under every seal, the tree's public name, and its hash (sha256 or sm3, for ever).
SEAL_KEY = env.str("SEAL_KEY", "")
SEAL_PUBLIC_KEY = env.str("SEAL_PUBLIC_KEY", "")
# While the key is changed the workers hold the next one too (docs/operations.md).
SEAL_KEY_NEXT = env.str("SEAL_KEY_NEXT", "")
SEAL_ORIGIN = env.str("SEAL_ORIGIN", "zhaolu-gongzuo.localhost/seal")
SEAL_ALGORITHM = env.str("SEAL_ALGORITHM", "sha256")
# When the supervisors' pages turn red: events older than this without a seal, seals longer than this without a witness.
SEAL_LAG_ALARM = timedelta(minutes=env.int("SEAL_LAG_MINUTES", 10))
# The supervisors' desk is not counted anew for every look; the page says when it was.
DESK_REMEMBERED = timedelta(seconds=30)
SEAL_WITNESS_ALARM = timedelta(hours=env.int("SEAL_WITNESS_HOURS", 24))
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

# The web role cannot change the ledgers; commands that need the owner (migrate, seeds) run with ADMISSIONS_AS_OWNER=1.
_web_url = env.str("DATABASE_URL")
_owner_url = env.str("DATABASE_OWNER_URL", _web_url)
DATABASES = {"default": env.dj_db_url("DATABASE_OWNER_URL" if AS_OWNER and _owner_url != _web_url else "DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# A server that vanished without a word (its machine is off, the network cut) is noticed in seconds, not in a quarter of an hour.
NOT_FOR_EVER = {"connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
NOT_FOR_EVER["tcp_user_timeout"] = 30_000
DATABASES["default"]["OPTIONS"] = NOT_FOR_EVER | DATABASES["default"].get("OPTIONS", {})
DATABASE_WEB_ROLE = env.str("DATABASE_WEB_ROLE", "admissions_web")
REDIS_URL = env.str("REDIS_URL")

INSTALLED_APPS = [
    "admissions.core",
    "admissions.audit",
    "admissions.accounts",
    "admissions.sight",
    "admissions.jobs",
    "admissions.evidence",
    "admissions.upkeep",
    "admissions.seasons",
    "admissions.seals",
    "admissions.archive",
    "admissions.rulebook",
    "workgroups.groups",
    "workgroups.appointments",
    "workgroups.recusal",
    "workgroups.pledges",
    "workgroups.training",
    "workgroups.duty",
    "workgroups.readiness",
    "workgroups.followups",
    "workgroups.meetings",
    "workgroups.requests",
    "admissions.operations.steps",
    "discipline.opinions",
    "discipline.desk",
    "admissions.demo",
    "admissions.house",
    "admissions.accounts.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "guardian",
    "simple_history",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "admissions.core.health.answered_at_once",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "admissions.core.middleware.permissions_policy",
    "admissions.core.middleware.whole_pages",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "admissions.audit.middleware.request_origin",
    "django_htmx.middleware.HtmxMiddleware",
    "admissions.accounts.middleware.session_guard",
    "admissions.core.middleware.refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "admissions.urls"
WSGI_APPLICATION = "admissions.wsgi.application"
ASGI_APPLICATION = "admissions.asgi.application"

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
                "admissions.core.navigation.frame",
            ],
            "builtins": ["admissions.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "admissions.core.form_renderer.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "ui/table.html"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Evidence is for this account only (FILE_UPLOAD_PERMISSIONS below), static files are for the web server too.
    "staticfiles": {
        "BACKEND": "admissions.core.static_files.CompressedHashedFiles",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
# Behind nginx the client's address is in X-Real-IP (docs/operations.md); without a proxy that header is a lie.
TRUST_PROXY_ADDRESS = False
# Evidence is never served from here: only through a permission-checked view.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "evidence")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# The candidate digest file of a large province is about 60 MB; it streams to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", 200 * 2**20)

# Signing in asks `default` which codes were used and how often it failed: that must outlast the cache server, so it is a table.
# `counts` may be away at any time (admissions/core/forgetful.py).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attemptmemory",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "counts": {"BACKEND": "admissions.core.forgetful.ForgetfulCache", "LOCATION": REDIS_URL},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "admissions.accounts.backends.StaffBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "admissions.accounts.passwords.SimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": "admissions.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "admissions.accounts.passwords.CommonValidator"},
    {"NAME": "admissions.accounts.passwords.CharacterClassValidator"},
    {"NAME": "admissions.accounts.passwords.ReuseValidator"},
]
PASSWORD_MAX_AGE = timedelta(days=90)
IDLE_TIMEOUT = timedelta(minutes=30)

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "admissions.accounts.adapters.StaffAccountAdapter"
ACCOUNT_FORMS = {
    "login": "admissions.accounts.forms.SignInForm",
    "reauthenticate": "admissions.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Critical acts (signing, ruling, deciding, granting) ask again who is there after this long.
CRITICAL_IDENTITY_AGE = timedelta(minutes=15)
# A whole office signs in from one address: nothing is limited by address. Passwords are limited by axes,
# second factors by allauth, per account.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/30m/key"}
MFA_ADAPTER = "admissions.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "招生录取工作管理"
# One step early or late passes: typing and clocks are slow (RFC 6238 §5.2). A code passes once all the same (forms.py).
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "admissions.accounts.forms.SecondFactorForm",
    "reauthenticate": "admissions.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "admissions.accounts.forms.BindForm",
}
# True: nobody gets past the login without a second factor. Development may relax it, production may not.
MFA_REQUIRED = env.bool("MFA_REQUIRED", True)

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
# One person's typing errors must not lock the whole office.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "admissions.accounts.lockout.canonical_name"
AXES_LOCKOUT_CALLABLE = "admissions.accounts.lockout.locked_page"
AXES_RESET_ON_SUCCESS = True
# The page promises when it opens again; further attempts must not move that moment.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
# Known demonstration logins may exist here; production refuses to make or print them.
DEMONSTRATION = False
GUARDIAN_MONKEY_PATCH_USER = False

# The off-switch of the history must never be off; a system check asserts it.
SIMPLE_HISTORY_ENABLED = True
SIMPLE_HISTORY_REVERT_DISABLED = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "admissions.core.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away, the worker comes back to it; a page waits for seconds at most.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "admissions"

# Who may read /metrics; without it the address does not exist.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "admissions.core.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.db.backends": {"level": "INFO"},
        "axes": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}
