"""Rendering: one environment, one way to answer with a page."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from obligations.rules.totals import is_summable
from obligations.rules.wording import document_text, period_text
from obligations.services.actor_names import actor_names
from obligations.services.chasing.pauses import PauseRow, list_pauses
from obligations.services.views.agency import StoredView
from portal import audit_words, standing_words, texts_vi, vietnamese
from portal.asking import AGENCY, actor, portal_of, staff

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
ZALO = "zalo"
"""In the name by which the browser inside that application calls itself."""


@cache
def make_environment(zone: ZoneInfo, language: str = "vi") -> Environment:
    """Templates of one language, compiled once a process; a second language is a second folder and a second texts module."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / language),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        day=vietnamese.day,
        long_day=vietnamese.long_day,
        size=vietnamese.size,
        two=vietnamese.two,
        hours=vietnamese.hours,
        period=period_text,
        document=document_text,
        action_words=audit_words.action_words,
        actor_words=audit_words.actor_words,
        detail_words=audit_words.detail_words,
        value_words=audit_words.value_words,
        state_marks=standing_words.state_marks,
        own_state_marks=standing_words.own_state_marks,
        time_words=standing_words.time_words,
        message_kind=standing_words.message_kind,
        is_summable=is_summable,
        **vietnamese.moments(zone),
    )
    environment.globals["t"] = texts_vi
    return environment


def retry_after(window: timedelta) -> dict[str, str]:
    """The header of an answer that asks for patience (RFC 9110, 10.2.3)."""
    return {"retry-after": str(int(window.total_seconds()))}


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A page; who asks and the present are always at hand."""
    portal = portal_of(request)
    account = staff(request)
    shown = {
        "path": request.url.path,
        "account": account,
        "member": actor(request, AGENCY) if request.url.path.startswith("/a") else None,
        "csrf": account.csrf if account else "",
        "may_act": account is not None and account.may_act,
        "may_approve": account is not None and account.may_approve,
        "may_record": account is not None and account.may_record,
        "may_administer": account is not None and account.may_administer,
        "site": portal.app.settings.base_url.split("://", 1)[-1],
        "inside_zalo": ZALO in request.headers.get("user-agent", "").lower(),
        "pauses": _pauses(request) if account else [],
        "person": _person(request),
        "is_loopback": portal.is_loopback,
        "prefect_url": f"http://127.0.0.1:{portal.app.settings.prefect_port}",
        "unit": portal.app.settings.unit,
        "landline": portal.app.settings.landline,
        "now": portal.clock(),
        "done": texts_vi.DONE.get(request.query_params.get("done", "")),
        "request_id": request.scope.get("dondoc.request_id", ""),
    }
    text = portal.templates.get_template(template).render(**{**shown, **context})
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


def _pauses(request: Request) -> list[PauseRow]:
    """What rests at this moment: every page of a signed-in person says so."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        return list_pauses(ctx)


def _person(request: Request) -> Callable[[str | None], str]:
    """Who stands behind a recorded name, as people know them; read only where a page asks."""
    portal = portal_of(request)

    @cache
    def person(actor: str | None) -> str:
        if not actor:
            return ""
        with portal.app.read(portal.clock()) as ctx:
            return actor_names(ctx, [actor]).get(actor) or audit_words.actor_words(actor)

    return person


def back(path: str, done: str | None = None) -> RedirectResponse:
    """303 to a page after an act, with the name of what was done."""
    asked = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{asked}done={done}" if done else path, status_code=303)


def download_headers(file: StoredView) -> dict[str, str]:
    """Headers of a stored file: always saved, never shown inside our own origin."""
    return attachment_headers(file.file_name)


def attachment_headers(name: str) -> dict[str, str]:
    """Headers of a file of this name."""
    ascii_name = name.encode("ascii", "ignore").decode().replace('"', "").strip() or "tep"
    return {
        "content-disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }
