"""Opening and ending a coordinator's session: a link that works once, a button that opens it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound
from obligations.services.access import close_session, open_staff_session, sign_in_page
from portal import texts_vi as texts
from portal.asking import STAFF, give_session, portal_of
from portal.gate import link_csrf
from portal.pages import back, page

router = APIRouter(include_in_schema=False)


@router.api_route("/login", methods=["GET", "HEAD"])
def login_help(request: Request) -> Response:
    """How to sign in."""
    return page(request, "sign_in_needed.html")


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
            opened = open_staff_session(ctx, token)
    except NotFound:
        return _dead(request)
    response = back("/", "signed-in")
    give_session(request, response, STAFF, opened)
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


def _dead(request: Request) -> Response:
    title, advice = texts.DEAD_SIGN_IN
    return page(request, "error.html", status=404, title=title, advice=advice, side="staff")
