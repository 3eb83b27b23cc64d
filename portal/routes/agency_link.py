"""Personal links by mail: a new one for one that is over, one from a calendar's entry, one that opens the whole agency."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from obligations.services.accounts.attempts import Limit, take_try
from obligations.services.accounts.new_link import ask_new_link, ask_task_link, mail_whole_link
from obligations.services.context import App, Context
from obligations.services.sending.deliver_claim import Only
from portal.asking import Member, client_of, portal_of
from portal.at_once import send_at_once, sends_at_once
from portal.pages import page, retry_after

router = APIRouter(include_in_schema=False)
ASKED = Limit("new-link", 300, timedelta(hours=1))
"""Presses from one address of the network: behind a proxy that is every agency on the last day. Each contact has its own limit."""
log = logging.getLogger("dondoc.portal")
Write = Callable[[Context, str], int]


@router.post("/s/{token}/again")
def ask_again(request: Request, token: str) -> Response:
    """The same answer whatever the link was; what it leads to is done after it, and goes to the address it knows."""
    return _asked(request, ask_new_link, token)


@router.post("/s/task/{assignment}")
def ask_for_task(request: Request, assignment: str) -> Response:
    """From a calendar's entry: the same answer whatever was asked for; it goes to the mailbox of the agency that owes the task."""
    return _asked(request, ask_task_link, assignment)


@router.post("/a/everything/link")
def ask_for_everything(request: Request, who: Member) -> Response:
    """A link to everything of the agency, to the address whose link was opened."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        mailed = mail_whole_link(ctx, who) if take_try(ctx, ASKED, client_of(request)) else None
    if mailed is None:
        return _page(request, often=True)
    response = page(request, "whole_link_asked.html", mailed=mailed)
    response.background = sends_at_once(portal, Only.asked)
    return response


def _asked(request: Request, write: Write, name: str) -> Response:
    portal = portal_of(request)
    with portal.app.write(portal.clock(), "link") as ctx:
        often = not take_try(ctx, ASKED, client_of(request))
    response = _page(request, often=often)
    if not often:
        response.background = BackgroundTask(_write, portal.app, portal.clock, write, name)
    return response


def _page(request: Request, *, often: bool) -> Response:
    headers = retry_after(ASKED.window) if often else None
    return page(request, "link_asked.html", status=429 if often else 200, headers=headers, often=often)


def _write(app: App, clock: Callable[[], datetime], write: Write, name: str) -> None:
    try:
        with app.write(clock(), "link") as ctx:
            written = write(ctx, name)
    except Exception:
        log.exception("writing a new personal link failed")
        return
    if written:
        send_at_once(app, clock, Only.asked)
