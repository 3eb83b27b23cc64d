"""What the children are told: one set of variables for Prefect, nothing of it from a profile of the user."""

import base64
import hashlib
import os

from obligations.services.overview.prefect_ids import USER
from obligations.settings import Settings

FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""glibc gives each thread an arena that never shrinks; with two for all, the portal's processes take 45 MB less under load, and
are no slower: Python's threads take turns anyway (``make bench``, ``load``)."""


def child_environment(settings: Settings) -> dict[str, str]:
    """Variables of every child. Telemetry is off; only loopback is contacted."""
    home = settings.home / "prefect"
    return {
        **FEW_ARENAS,
        **_password(settings),
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "DONDOC_HOME": str(settings.home),
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "P400D",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_ENCRYPTION_KEY": _fernet(settings),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PYTHONUNBUFFERED": "1",
    }


def _password(settings: Settings) -> dict[str, str]:
    """Prefect asks for it, our own processes say it; a foreign page in a browser of this machine changes nothing."""
    if not settings.prefect_password:
        return {}
    said = f"{USER}:{settings.prefect_password}"
    return {
        "PREFECT_SERVER_API_AUTH_STRING": said,
        "PREFECT_API_AUTH_STRING": said,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
    }


def _fernet(settings: Settings) -> str:
    """A key of its own for Prefect's secret blocks, derived from the installation's."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"prefect:" + settings.key).digest()).decode()
