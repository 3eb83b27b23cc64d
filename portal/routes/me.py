"""One's own account: roles, sessions, the second factor."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.accounts.pending import raise_session
from obligations.services.accounts.people import display_names
from obligations.services.accounts.second_factor import (
    Setup,
    begin_setup,
    confirm_setup,
    factor_state,
    new_codes,
    remove_factor,
)
from obligations.services.accounts.sessions import end_sessions, sessions_of
from portal import texts_vi as texts
from portal.asking import STAFF, Named, give_session, portal_of, session_secret
from portal.forms import line, whole
from portal.gate import TypedForm
from portal.pages import back, page
from portal.qr import qr_svg

router = APIRouter(include_in_schema=False, prefix="/me")


@router.api_route("", methods=["GET", "HEAD"])
def me(request: Request, who: Named) -> Response:
    """What this account may do, where it is signed in, and its second factor."""
    return _page(request, who)


@router.post("/second-factor")
def begin(request: Request, who: Named) -> Response:
    """Show what to scan; nothing is asked for until it is confirmed."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        setup = begin_setup(ctx, who.name)
    return _page(request, who, setup=setup)


@router.post("/second-factor/confirm")
def confirm(request: Request, who: Named, form: TypedForm) -> Response:
    """Take the first code; the recovery codes are shown in this answer alone."""
    portal, sid = portal_of(request), session_secret(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        codes = confirm_setup(ctx, who.name, line(form, "code"))
        opened = raise_session(ctx, sid) if codes is not None else None
        setup = begin_setup(ctx, who.name) if codes is None else None
    if codes is None or opened is None:
        return _page(request, who, setup=setup, problem=texts.WRONG_CODE, status=422)
    response = page(request, "recovery_codes.html", codes=codes, onward="/me")
    give_session(request, response, STAFF, opened)
    return response


@router.post("/second-factor/codes")
def codes(request: Request, who: Named, form: TypedForm) -> Response:
    """Ten other recovery codes, shown once."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        made = new_codes(ctx, who.name, line(form, "code"))
    if made is None:
        return _page(request, who, problem=texts.WRONG_CODE, status=422)
    return page(request, "recovery_codes.html", codes=made, onward="/me")


@router.post("/second-factor/remove")
def remove(request: Request, who: Named, form: TypedForm) -> Response:
    """Do without; a code of the moment proves who asks."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        removed = remove_factor(ctx, who.name, line(form, "code"))
    return back("/me", "factor-removed") if removed else _page(request, who, problem=texts.WRONG_CODE, status=422)


@router.post("/sessions/end")
def end(request: Request, who: Named, form: TypedForm) -> Response:
    """End one session, or every one but this."""
    portal, number = portal_of(request), line(form, "number")
    if number and whole(number) is None:
        raise WrongValue("key", texts.PROBLEM["key"])
    with portal.app.write(portal.clock(), who.name) as ctx:
        if number:
            end_sessions(ctx, who.name, numbers=[int(number)])
        else:
            end_sessions(ctx, who.name, keep=session_secret(request))
    return back("/me", "sessions-ended")


def _page(request: Request, who: Actor, setup: Setup | None = None, problem: str = "", status: int = 200) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        sessions = sessions_of(ctx, who.name, session_secret(request))
        factor = factor_state(ctx, who.name)
        names = display_names(ctx, [giver for _, giver in who.standing_in])
    return page(
        request,
        "me.html",
        status=status,
        who=who,
        instead={role: names[giver] for role, giver in who.standing_in},
        sessions=sessions,
        factor=factor,
        mode=portal.app.settings.second_factor,
        setup=setup,
        qr=qr_svg(setup.uri) if setup else "",
        problem=problem,
    )
