"""What is well and what must be mended, for the people who run an installation."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from urllib.parse import urlsplit

import pysqlite3
from sqlalchemy import text
from sqlmodel import Session, select

from models.engine import open_database, sqlite_is_safe
from models.enums import BreakerState
from models.migrate import current, heads
from models.tables import ChannelState, SystemValue
from notifications.kit import ChannelKit
from notifications.registry import channel_problem
from obligations.services import audit
from obligations.services.accounts.checks import check_accounts, check_sign_in
from obligations.services.channel_kit import hosts_of
from obligations.services.contact_health import WATCH
from obligations.services.virus_scan import answers
from obligations.settings import Settings

PINS = {"prefect": ("3.8.8",), "sqlalchemy": ("2.0.",), "apprise": ("1.13.",), "fastapi": ("0.139.", "0.14", "0.150.")}


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    detail: str


def examine(settings: Settings, as_of: datetime, *, deploy: bool = False) -> list[Finding]:
    """Everything that can be checked without the service running; ``deploy`` adds what a public one needs."""
    findings = [
        Finding("clock", ok=True, detail=f"{as_of.astimezone(settings.zone):%d/%m/%Y %H:%M:%S %z}"),
        Finding("SQLite", sqlite_is_safe(), f"{pysqlite3.sqlite_version}; 3.51.3 or newer is needed"),
        _home(settings),
        *(_pin(name, wanted) for name, wanted in PINS.items()),
        *_database(settings, deploy=deploy),
        *_channels(settings),
        *_scanner(settings),
    ]
    return findings + (_public(settings) if deploy else [])


def _home(settings: Settings) -> Finding:
    usable = settings.home.is_dir() and os.access(settings.home, os.W_OK)
    return Finding(
        "home",
        usable,
        f"{settings.home}: {'writable' if usable else 'missing or not writable; run dondoc up or mend its rights'}",
    )


def _pin(name: str, wanted: tuple[str, ...]) -> Finding:
    found = version(name)
    return Finding(
        name,
        found.startswith(wanted),
        f"{found}; known to work: {', '.join(w + 'x' if w.endswith('.') else w for w in wanted)}",
    )


def _database(settings: Settings, *, deploy: bool) -> list[Finding]:
    try:
        database = open_database(settings.database)
        revision = current(database)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database is the finding
        return [Finding("database", ok=False, detail=f"cannot be opened: {type(error).__name__}")]
    findings = [
        Finding("schema", revision in heads(), f"{revision}; newest {heads()[0]}; dondoc up brings it up to date")
    ]
    if revision is not None:
        with database.read() as session:
            if database.is_sqlite:
                verdict = str(session.execute(text("PRAGMA quick_check")).scalar())
                findings.append(Finding("integrity", verdict == "ok", verdict))
            findings += [*_resting(session), *_watched(session)]
            if deploy and revision in heads():
                findings += [Finding(*check) for check in check_accounts(session)]
            problems = audit.verify(session)
            findings.append(Finding("audit trail", not problems, problems[0] if problems else "whole"))
    database.dispose()
    return findings


def _resting(session: Session) -> list[Finding]:
    """Channels that fail, with their last word; none is no finding."""
    rows = session.exec(select(ChannelState).where(ChannelState.breaker != BreakerState.closed)).all()
    return [
        Finding(f"channel {row.name}", ok=False, detail=f"rests after {row.failures} failures: {row.last_text}")
        for row in rows
    ]


def _watched(session: Session) -> list[Finding]:
    """Agencies that a notice would not reach, as the daily watch last saw them."""
    kept = session.get(SystemValue, WATCH)
    missing = json.loads(kept.value)["missing"] if kept else []
    if not missing:
        return []
    return [
        Finding("contacts", ok=False, detail=f"{len(missing)} agencies are out of reach; see: dondoc contacts health")
    ]


def _channels(settings: Settings) -> list[Finding]:
    found = []
    for name, url in settings.channel_urls.items():
        problem = channel_problem(url, ChannelKit(hosts=hosts_of(settings)))
        state = "records only, sends nothing" if url == "record://" else "configured"
        found.append(Finding(f"channel {name}", problem is None, problem or state))
    return found


def _scanner(settings: Settings) -> list[Finding]:
    if not settings.clamd:
        return []
    found = answers(settings.clamd)
    return [
        Finding(
            "virus scan", found, settings.clamd if found else f"{settings.clamd} does not answer: no upload is taken"
        )
    ]


def _public(settings: Settings) -> list[Finding]:
    url = urlsplit(settings.base_url)
    return [
        Finding("base url", url.scheme == "https", f"{settings.base_url}: a public portal needs https"),
        Finding(
            "mail",
            settings.mail_url is not None,
            "DONDOC_MAIL_URL is set" if settings.mail_url else "DONDOC_MAIL_URL is not set: nothing is sent",
        ),
        Finding(
            "mail domain",
            not settings.mail_domain.endswith(".example"),
            f"DONDOC_MAIL_DOMAIN is {settings.mail_domain}",
        ),
        Finding("as-of", not settings.allow_as_of, "DONDOC_ALLOW_AS_OF must be off on a live service"),
        Finding(
            "prefect",
            settings.prefect_password is not None,
            "DONDOC_PREFECT_PASSWORD: without it whoever is on this machine may change schedules and runs",
        ),
        Finding("landline", settings.landline is not None, "DONDOC_LANDLINE is shown in every message"),
        *(Finding(*check) for check in check_sign_in(settings)),
    ]
