"""Typing the short code of a message on the office computer in place of opening its link (S8)."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound, Refused
from obligations.services.short_codes import exchange_code
from portal import texts_vi as texts
from portal.asking import portal_of
from portal.attempts import attempts_of
from portal.forms import line
from portal.gate import TypedForm, link_csrf
from portal.pages import back, page

router = APIRouter(include_in_schema=False)
MOST_FAILURES, WINDOW = 20, timedelta(minutes=10)


@router.api_route("/s", methods=["GET", "HEAD"])
def code_page(request: Request) -> Response:
    """One field."""
    return _page(request)


@router.post("/s")
def exchange(request: Request, form: TypedForm) -> Response:
    """To the page that the link of the message leads to."""
    portal, attempts = portal_of(request), attempts_of(request, "codes", MOST_FAILURES, WINDOW)
    client, now = request.client.host if request.client else "", portal.clock()
    if not attempts.may_try(client, now):
        return _page(request, texts.CODE_PROBLEM["often"], 429)
    try:
        with portal.app.read(now, "link") as ctx:
            token = exchange_code(ctx, line(form, "code"))
    except NotFound:
        attempts.failed(client, now)
        return _page(request, texts.CODE_PROBLEM["unknown"], 404)
    except Refused as error:
        attempts.failed(client, now)
        return _page(request, str(error), 410)
    return back(f"/s/{token}")


def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    return page(request, "code.html", status=status, problem=problem, csrf=link_csrf(request))
