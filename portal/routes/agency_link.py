"""Gửi cho tôi đường dẫn mới: the way out of a personal link that is over."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from obligations.services.accounts.attempts import Limit, take_try
from obligations.services.accounts.new_link import ask_new_link
from obligations.services.context import App
from portal.asking import client_of, portal_of
from portal.pages import page, retry_after

router = APIRouter(include_in_schema=False)
ASKED = Limit("new-link", 300, timedelta(hours=1))
"""Presses from one address of the network: behind a proxy that is every agency on the last day. Each contact has its own limit."""
log = logging.getLogger("dondoc.portal")


@router.post("/s/{token}/again")
def ask_again(request: Request, token: str) -> Response:
    """The same answer whatever the link was; what it leads to is done after it, and goes to the address it knows."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), "link") as ctx:
        often = not take_try(ctx, ASKED, client_of(request))
    response = page(request, "link_asked.html", status=429 if often else 200, often=often)
    if often:
        response.headers.update(retry_after(ASKED.window))
    if not often:
        response.background = BackgroundTask(_write, portal.app, portal.clock, token)
    return response


def _write(app: App, clock: Callable[[], datetime], token: str) -> None:
    try:
        with app.write(clock(), "link") as ctx:
            ask_new_link(ctx, token)
    except Exception:
        log.exception("writing a new personal link failed")
