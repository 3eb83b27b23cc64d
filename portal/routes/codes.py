"""Typing the short code of a message on the office computer in place of opening its link (S8)."""

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound, Refused
from obligations.services.accounts.attempts import Limit, may_try, tried
from obligations.services.sending.short_codes import exchange_code
from portal import texts_vi as texts
from portal.asking import client_of, portal_of
from portal.forms import line
from portal.gate import TypedForm, link_csrf
from portal.pages import back, page, retry_after

router = APIRouter(include_in_schema=False)
FAILURES = Limit("codes", 20, timedelta(minutes=10))


@router.api_route("/s", methods=["GET", "HEAD"])
def code_page(request: Request) -> Response:
    """One field."""
    return _page(request)


@router.post("/s")
def exchange(request: Request, form: TypedForm) -> Response:
    """To the page that the link of the message leads to."""
    portal, client = portal_of(request), client_of(request)
    try:
        with portal.app.read(portal.clock(), "link") as ctx:
            if not may_try(ctx, FAILURES, client):
                return _page(request, texts.CODE_PROBLEM["often"], 429, retry_after(FAILURES.window))
            token = exchange_code(ctx, line(form, "code"))
    except NotFound:
        return _failed(request, client, texts.CODE_PROBLEM["unknown"], 404)
    except Refused as error:
        return _failed(request, client, str(error), 410)
    return back(f"/s/{token}")


def _failed(request: Request, client: str, problem: str, status: int) -> Response:
    portal = portal_of(request)
    with portal.app.write(portal.clock(), "link") as ctx:
        tried(ctx, FAILURES, client)
    return _page(request, problem, status)


def _page(request: Request, problem: str = "", status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    portal = portal_of(request)
    days = portal.app.settings.code_days
    until = (portal.clock() + timedelta(days=days)).astimezone(portal.app.settings.zone).date()
    csrf = link_csrf(request)
    return page(
        request, "code.html", status=status, headers=headers, problem=problem, csrf=csrf, days=days, until=until
    )
