"""Everything that may differ between two deployments is read here, once."""

import os
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    value = text(name, "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: str) -> float:
    try:
        value = float(text(name, default))
    except ValueError:
        value = -1
    if not 0 < value < inf:  # written so that NaN is refused too
        raise ImproperlyConfigured(f"{name} must be a number above 0, not {text(name)!r}.")
    return value


def choice(name: str, *options: str) -> str:
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def names(name: str, most: int) -> frozenset[str]:
    """Read names separated by commas; `none` and nothing are no names."""
    found = frozenset(filter(None, map(str.strip, text(name, "none").split(","))))
    if len(found) > most:
        raise ImproperlyConfigured(f"{name} may name {most} at most, not {len(found)}.")
    return found - {"none"}


# Who this process is
SERVICE = text(
    "LUCA_SERVICE", "cli"
)  # api, worker, consumer, beat, lake or cli; a field of each log line
VERSION = text("LUCA_VERSION", "dev")  # of the image: the commit that it was built from
DEBUG = flag("LUCA_DEBUG")
SECRET_KEY = text("LUCA_SECRET_KEY")  # Django refuses to start without one
ALLOWED_HOSTS = text("LUCA_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
SHOW_CALLS = DEBUG or flag("LUCA_SHOW_CALLS")  # a header with each answer's calls to the table
# What a command prints is kept where others read it: errors that are not ours tell no message.
OVERHEARD = flag("LUCA_OVERHEARD")
LOG_LEVEL = choice("LUCA_LOG_LEVEL", "info", "debug", "warning", "error")
LOG_FORMAT = choice("LUCA_LOG_FORMAT", "json", "console")
METRIC_NAMESPACE = text("LUCA_METRIC_NAMESPACE", "Luca/Platform")  # one for each deployment
# Schools whose metrics are kept apart: each costs a fixed price a month, so they are named.
METRIC_SCHOOLS = names("LUCA_METRIC_SCHOOLS", most=50)

TRACES = choice("LUCA_TRACES", "off", "log", "xray")  # where spans go
TRACE_SHARE = number("LUCA_TRACE_SHARE", "1")  # of the traces that begin here; 0.05 is one in 20
if TRACE_SHARE > 1:
    raise ImproperlyConfigured("LUCA_TRACE_SHARE is a part: at most 1.")

# Where it is. The SDK's own variables (AWS_ENDPOINT_URL and the container
# credentials) point it at the embedded AWS; without them this is real AWS.
AWS_REGION = text("AWS_REGION", "us-east-1")
TABLE_NAME = text("LUCA_TABLE", "luca-platform")
BUCKET = text("LUCA_BUCKET", "luca-data")
LAKE_BUCKET = text("LUCA_LAKE_BUCKET", "luca-data-lake")
LAKE_FLUSH_SECONDS = number("LUCA_LAKE_FLUSH_SECONDS", "60")  # that a change waits for its file
LAKE_FLUSH_RECORDS = number("LUCA_LAKE_FLUSH_RECORDS", "25000")  # of the stream, at most
LAKE_FOLDER = text("LUCA_LAKE_FOLDER")  # in place of the bucket; no credentials guard it
LAKE_ENGINE = choice("LUCA_LAKE_ENGINE", "duckdb", "athena")  # what answers questions
if LAKE_ENGINE == "athena" and LAKE_FOLDER:
    raise ImproperlyConfigured("LUCA_LAKE_ENGINE=athena reads no folder; unset LUCA_LAKE_FOLDER.")
LAKE_WORKGROUP = text("LUCA_LAKE_WORKGROUP", "luca-lake")  # of Athena
LAKE_DATABASE = text("LUCA_LAKE_DATABASE", "luca_lake")  # of Glue
TENANT_ROLE_ARN = text("LUCA_TENANT_ROLE_ARN")
ARCHIVE_ROLE_ARN = text("LUCA_ARCHIVE_ROLE_ARN")
DIRECTORY_ROLE_ARN = text("LUCA_DIRECTORY_ROLE_ARN")
COGNITO_POOL_ID = text("LUCA_COGNITO_POOL_ID")
COGNITO_CLIENT_ID = text("LUCA_COGNITO_CLIENT_ID")
COGNITO_CLIENT_SECRET = text("LUCA_COGNITO_CLIENT_SECRET")
COGNITO_ISSUER = text("LUCA_COGNITO_ISSUER")
COGNITO_JWKS_URL = text("LUCA_COGNITO_JWKS_URL")

# Requests a second that one process lets through, before 429
PERSON_RATE = number("LUCA_PERSON_RATE", "50")
PROGRAM_RATE = number("LUCA_PROGRAM_RATE", "200")
SCHOOL_RATE = number("LUCA_SCHOOL_RATE", "1000")
ADDRESS_RATE = number("LUCA_ADDRESS_RATE", "100")  # of callers who have not signed in
PROXIES = int(choice("LUCA_PROXIES", "0", "1", "2", "3"))  # ours, between the caller and us

# Queues by the names that code uses
QUEUES = {
    "tasks": text("LUCA_TASKS_QUEUE_URL"),
    "behavior": text("LUCA_BEHAVIOR_QUEUE_URL"),
    "sync": text("LUCA_SYNC_QUEUE_URL"),
    "tasks-dlq": text("LUCA_TASKS_DLQ_URL"),
    "behavior-dlq": text("LUCA_BEHAVIOR_DLQ_URL"),
    "sync-dlq": text("LUCA_SYNC_DLQ_URL"),
}

# Topics that people subscribe to
TOPICS = {
    "compliance": text("LUCA_COMPLIANCE_TOPIC_ARN"),
    "alerts": text("LUCA_ALERTS_TOPIC_ARN"),
}

# The government's API
AUTHORITY_URL = text("LUCA_AUTHORITY_URL")
AUTHORITY_TOKEN = text("LUCA_AUTHORITY_TOKEN")
AUTHORITY_INTERVAL = number(
    "LUCA_AUTHORITY_INTERVAL", "2"
)  # seconds between two calls, all schools together
GOVSYNC_ENGINE = choice("GOVSYNC_ENGINE", "celery", "stepfunctions")
SYNC_MACHINE_ARN = text("LUCA_SYNC_MACHINE_ARN")
# Who knows no queue runs nothing: the command that makes a home comes before all ARNs.
if GOVSYNC_ENGINE == "stepfunctions" and QUEUES["sync"] and not SYNC_MACHINE_ARN:
    raise ImproperlyConfigured("GOVSYNC_ENGINE is stepfunctions, and LUCA_SYNC_MACHINE_ARN empty.")
GOVSYNC_TIME_SCALE = number(
    "GOVSYNC_TIME_SCALE", "1"
)  # below 1 shortens every wait, for demos and tests

SYNC_CHECK_DAYS = number(
    "LUCA_SYNC_CHECK_DAYS", "30"
)  # that a period is compared with the authority every day after its last run

NIGHT_TICK = number(
    "LUCA_NIGHT_TICK", "15"
)  # minutes between two looks of beat at whose night has come

# Questions to the lake
ANALYTICS_SECONDS = number(
    "LUCA_ANALYTICS_SECONDS", "300"
)  # for which an answer is given again to whoever asks the same

# Django
ROOT_URLCONF = "luca.urls"
WSGI_APPLICATION = "luca.wsgi.application"
# There is no relational database, on purpose: see docs/decisions. Django's admin wants one to
# open a transaction on; this one opens it and refuses every statement.
DATABASES: dict[str, Any] = {"default": {"ENGINE": "luca.dynadmin.nothing"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
AUTH_USER_MODEL = "dynadmin.StaffUser"
CSRF_COOKIE_PATH = "/admin/"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = PROXIES > 0
CSRF_FAILURE_VIEW = "tenants.admin.trouble.forged"
# A proxy of ours that ends TLS says so, and takes the header out of what callers send. Unless it is
# believed the admin's forms seem to come from another site, for browsers name https as theirs.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
MESSAGE_STORAGE = "luca.dynadmin.telling.Sealed"
# A blue that is readable as text: 600 on white, white on 600, and 500 on the dark ground.
PRIMARY = {
    "50": "#eff6ff",
    "100": "#dbeafe",
    "200": "#bfdbfe",
    "300": "#93c5fd",
    "400": "#74b1fb",
    "500": "#5b9bf8",
    "600": "#1d5fd1",
    "700": "#1a4fb0",
    "800": "#1b4390",
    "900": "#1c3873",
    "950": "#172554",
}
UNFOLD: dict[str, Any] = {  # the admin's theme
    "SITE_TITLE": "Luca",
    "SITE_HEADER": "Luca",
    "SITE_SYMBOL": "school",
    "SITE_URL": None,  # there is no other site to return to
    "COLORS": {"primary": PRIMARY},
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "luca.dynadmin.languages.address"},
    "BORDER_RADIUS": "8px",
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "luca.office.navigation.sidebar",
    },
    "STYLES": ["luca.dynadmin.screens.style"],
    "SCRIPTS": [
        "luca.dynadmin.screens.script",
        "luca.dynadmin.screens.focus",
        "luca.dynadmin.screens.reach",
    ],
    "DASHBOARD_CALLBACK": "luca.office.dashboard.fill",
}
SILENCED_SYSTEM_CHECKS = [
    "admin.E408",
    "admin.E410",  # the admin's sessions and users come from luca's own door
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "es-mx"
FORMAT_MODULE_PATH = "luca.dynadmin.formats"  # times in English, without full stops
LANGUAGES = [("es-mx", "Español (México)"), ("en", "English")]
USE_I18N = True
LANGUAGE_COOKIE_NAME = "luca_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
APPEND_SLASH = False
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # bytes, of anything but the admin's files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a gradebook's cells, each with what was shown in it
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1_048_576  # more than the admin lets in (tenants.admin.door)
# Tables hold names: they stay in memory, and are never written to a disk on the way.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "tenants.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "luca.aws",
    "luca.telemetry",
    "luca.api",
    "luca.dynadmin",
    "tenants",
    "grades",
    "behavior",
    "govsync",
    "lake",
    "luca.office",
    "luca.privacy",
    "luca.cost",
]
if find_spec("ministack"):  # development only: production images do not carry the embedded AWS
    INSTALLED_APPS += ["luca.localaws", "luca.demo"]

MIDDLEWARE = [
    "luca.api.middleware.Around",
    "tenants.admin.door.Door",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
REST_FRAMEWORK: dict[str, Any] = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["luca.api.bodies.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "luca.api.negotiation.OnlyJSON",
    "DEFAULT_AUTHENTICATION_CLASSES": ["luca.api.auth.CognitoAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAdminUser"
    ],  # nobody: every view derives from SchoolView or PublicView, which say it
    "EXCEPTION_HANDLER": "luca.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "luca.api.operations.Described",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Luca",
    "DESCRIPTION": "The backend of a school platform.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "luca.api.schema.add_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
LOGGING_CONFIG = None  # luca.telemetry configures structlog when its app is ready
