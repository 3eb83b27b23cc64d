"""Opening and ending a named account's session: a link that works once, the province's sign-in, the second factor."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import OpenedSession, close_session, open_staff_session, sign_in_page
from obligations.services.accounts.attempts import Limit, take_try
from obligations.services.accounts.mail_link import ask_link
from obligations.services.accounts.oidc import LIVES, come_back, go_to_provider
from obligations.services.accounts.pending import enrolment, pass_second, pending_of
from obligations.services.accounts.second_factor import Setup
from obligations.services.context import App
from portal import texts_vi as texts
from portal.asking import STAFF, client_of, give_session, portal_of, session_secret
from portal.errors import error_page, sign_in_asked
from portal.forms import line
from portal.gate import TypedForm, link_csrf, waiting_at_second
from portal.pages import back, page, retry_after
from portal.qr import qr_svg

router = APIRouter(include_in_schema=False)
ASKED = Limit("login", 30, timedelta(minutes=10))
"""Links one address of the network may ask for: behind a proxy that is a whole office."""
log = logging.getLogger("dondoc.portal")


@router.api_route("/login", methods=["GET", "HEAD"])
def login_help(request: Request) -> Response:
    """How to sign in."""
    return sign_in_asked(request)


@router.post("/login")
def ask(request: Request, form: TypedForm) -> Response:
    """Send a link to whoever this is. The answer is the same for everybody, and given before anybody is looked up."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), "sign-in") as ctx:
        may = take_try(ctx, ASKED, client_of(request))
    if not may:
        return page(request, "sign_in_sent.html", status=429, headers=retry_after(ASKED.window), often=True, minutes=0)
    typed = line(form, "who")
    response = page(request, "sign_in_sent.html", often=False, minutes=portal.app.settings.link_minutes)
    if typed:
        response.background = BackgroundTask(_mail, portal.app, portal.clock, typed)
    return response


@router.api_route("/login/oidc", methods=["GET", "HEAD"])
def to_province(request: Request) -> Response:
    """To the province's own sign-in. What proves that this browser asked stays with it, sealed; nothing is stored here."""
    portal = portal_of(request)
    url, kept = go_to_provider(portal.app, portal.clock())
    response = RedirectResponse(url, status_code=303)
    name, lives = portal.cookie("oidc"), int(LIVES.total_seconds())
    response.set_cookie(
        name, kept, max_age=lives, path="/", secure=portal.is_https, httponly=True, samesite="lax"
    )  # lax: the provider's redirect must bring it back
    return response


@router.get("/login/oidc/callback")
def from_province(request: Request) -> Response:
    """Back with the answer, which serves once at the provider and only in the browser that asked."""
    portal = portal_of(request)
    name = portal.cookie("oidc")
    try:
        opened = come_back(portal.app, portal.clock(), request.cookies.get(name, ""), dict(request.query_params))
    except Refused as error:
        response = error_page(request, 403, texts.NO_PROVINCE, str(error))
    else:
        response = _signed_in(request, opened)
    response.delete_cookie(name, path="/", secure=portal.is_https, httponly=True, samesite="lax")
    return response


@router.api_route("/login/{token}", methods=["GET", "HEAD"])
def login_page(request: Request, token: str) -> Response:
    """A button; reading the page changes nothing."""
    portal = portal_of(request)
    try:
        with portal.app.read(portal.clock()) as ctx:
            name = sign_in_page(ctx, token)
    except NotFound:
        return _dead(request)
    return page(request, "sign_in.html", name=name, csrf=link_csrf(request))


@router.post("/login/{token}")
def login(request: Request, token: str) -> Response:
    """Use the link up and go to a clean address."""
    portal = portal_of(request)
    try:
        with portal.app.write(portal.clock(), "sign-in") as ctx:
            close_session(ctx, session_secret(request))
            opened = open_staff_session(ctx, token)
    except NotFound:
        return _dead(request)
    return _signed_in(request, opened)


@router.api_route("/second", methods=["GET", "HEAD"])
def second_page(request: Request) -> Response:
    """The second factor, or setting one up."""
    return _second(request)


@router.post("/second")
def second(request: Request, form: TypedForm) -> Response:
    """Take the code; the session goes on under a new secret."""
    portal = portal_of(request)
    try:
        with portal.app.write(portal.clock(), "sign-in") as ctx:
            passed = pass_second(ctx, session_secret(request), line(form, "code"))
    except Refused as error:
        return _second(request, str(error), 429)
    if passed is None:
        return _second(request, texts.WRONG_CODE, 422)
    response: Response = (
        page(request, "recovery_codes.html", codes=passed.codes, onward="/") if passed.codes else back("/", "signed-in")
    )
    give_session(request, response, STAFF, passed.opened)
    return response


@router.post("/logout")
def logout(request: Request) -> Response:
    """End the session on the server and in the browser."""
    portal = portal_of(request)
    name = portal.cookie(STAFF)
    with portal.app.write(portal.clock(), "sign-in") as ctx:
        close_session(ctx, request.cookies.get(name, ""))
    response = back("/", "signed-out")
    response.delete_cookie(name, path="/", secure=portal.is_https, httponly=True, samesite="lax")
    return response


def _signed_in(request: Request, opened: OpenedSession) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        waits = pending_of(ctx, opened.sid) is not None
    response = back("/second") if waits else back("/", "signed-in")
    give_session(request, response, STAFF, opened)
    return response


def _second(request: Request, problem: str = "", status: int = 200) -> Response:
    waits = waiting_at_second(request)
    if waits is None:
        return back("/")
    setup: Setup | None = None
    if waits.enrols:
        portal = portal_of(request)
        with portal.app.write(portal.clock(), "sign-in") as ctx:
            setup = enrolment(ctx, session_secret(request))
    return page(
        request,
        "second.html",
        status=status,
        waits=waits,
        setup=setup,
        qr=qr_svg(setup.uri) if setup else "",
        problem=problem,
    )


def _dead(request: Request) -> Response:
    title, advice = texts.DEAD_SIGN_IN
    return error_page(request, 404, title, advice)


def _mail(app: App, clock: Callable[[], datetime], typed: str) -> None:
    """After the answer, so that how long it takes says nothing about who has an account."""
    try:
        ask_link(app, clock, typed)
    except Exception:
        log.exception("sending a sign-in link failed")
