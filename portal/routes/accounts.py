"""Tài khoản: named accounts, their roles, and who stands in for whom (S6, S9)."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from obligations.errors import Refused
from obligations.rules.rights import ROLES, own_name
from obligations.services.accounts.access import Actor
from obligations.services.accounts.accounts_view import account_row, accounts_page
from obligations.services.accounts.handovers import HandoverDraft, end_handover, hand_over
from obligations.services.accounts.mail_link import write_link
from obligations.services.accounts.note_mail import send_notes
from obligations.services.accounts.people import (
    change_account,
    create_account,
    disable_account,
    enable_account,
    unbind_oidc,
)
from obligations.services.accounts.second_factor import reset_factor
from obligations.services.context import Context
from portal.asking import Administrator, portal_of
from portal.forms import line, needed, needed_day, optional_day
from portal.gate import TypedForm
from portal.pages import back, page
from portal.problems import status_of

router = APIRouter(include_in_schema=False, prefix="/accounts")
HANDING = ("giver", "taker", "from_on", "until_on", "kind", "reason", "document")
BLANK: dict[str, object] = {**dict.fromkeys(HANDING, ""), "roles": []}
EMPTY = {"name": "", "display_name": "", "email": "", "roles": []}


@router.api_route("", methods=["GET", "HEAD"])
def accounts(request: Request, who: Administrator) -> Response:
    """Every account and every handing over."""
    return _page(request, who)


@router.post("")
def create(request: Request, who: Administrator, form: TypedForm) -> Response:
    """One more; what was typed stays when something is wrong."""
    typed = {name: line(form, name) for name in ("name", "display_name", "email")}
    roles = _roles(form)
    portal = portal_of(request)
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            create_account(ctx, typed["name"], typed["display_name"], typed["email"], roles)
    except Refused as error:
        return _page(request, who, typed={**typed, "roles": roles}, problem=error.said, status=status_of(error))
    return back(f"/accounts/{typed['name']}", "account-created")


@router.post("/hand-over")
def hand(request: Request, who: Administrator, form: TypedForm) -> Response:
    """Bàn giao, ủy quyền from day to day."""
    portal = portal_of(request)
    typed = {name: line(form, name) for name in HANDING}
    try:
        draft = HandoverDraft(
            needed(form, "giver", "người giao"),
            needed(form, "taker", "người nhận"),
            _roles(form),
            needed_day(form, "from_on", "ngày bắt đầu"),
            optional_day(form, "until_on"),
            typed["kind"] == "transfer",
            typed["reason"],
            typed["document"],
        )
        with portal.app.write(portal.clock(), who.name) as ctx:
            hand_over(ctx, draft)
    except Refused as error:
        return _page(
            request, who, handing={**typed, "roles": _roles(form)}, problem=error.said, status=status_of(error)
        )
    return back("/accounts", "handed-over")


@router.post("/hand-over/{handover}/end")
def end_hand(request: Request, handover: str, who: Administrator, form: TypedForm) -> Response:
    """End one before its day."""
    reason = needed(form, "reason", "lý do")
    return _act(request, who, "/accounts", "handover-ended", lambda ctx: end_handover(ctx, handover, reason))


@router.api_route("/{account}", methods=["GET", "HEAD"])
def one(request: Request, account: str, who: Administrator) -> Response:
    """One account with what may be changed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        row, by_mail = account_row(ctx, account), accounts_page(ctx).by_mail
    return page(
        request,
        "account.html",
        row=row,
        by_mail=by_mail,
        roles=ROLES,
        mode=portal.app.settings.second_factor,
        is_me=account == own_name(who.name),
    )


@router.post("/{account}")
def change(request: Request, account: str, who: Administrator, form: TypedForm) -> Response:
    """Name, address, roles."""
    display, email, roles = line(form, "display_name"), line(form, "email"), _roles(form)
    return _one(
        request, who, account, "account-changed", lambda ctx: change_account(ctx, account, display, email, roles)
    )


@router.post("/{account}/disable")
def disable(request: Request, account: str, who: Administrator, form: TypedForm) -> Response:
    """Out of use; its sessions die at once."""
    reason = line(form, "reason")
    return _one(request, who, account, "account-disabled", lambda ctx: disable_account(ctx, account, reason))


@router.post("/{account}/enable")
def enable(request: Request, account: str, who: Administrator) -> Response:
    """In use again."""
    return _one(request, who, account, "account-enabled", lambda ctx: enable_account(ctx, account))


@router.post("/{account}/reset-factor")
def reset(request: Request, account: str, who: Administrator, form: TypedForm) -> Response:
    """For who lost the telephone and the recovery codes."""
    reason = line(form, "reason")
    return _one(request, who, account, "factor-reset", lambda ctx: reset_factor(ctx, account, reason))


@router.post("/{account}/unbind")
def unbind(request: Request, account: str, who: Administrator) -> Response:
    """Forget which person of the province's sign-in it belongs to."""
    return _one(request, who, account, "account-unbound", lambda ctx: unbind_oidc(ctx, account))


@router.post("/{account}/send-link")
def send_link(request: Request, account: str, who: Administrator) -> Response:
    """A sign-in link to the account's own address; nobody else sees it."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        note = write_link(ctx, account)
    response = back(f"/accounts/{account}", "link-sent")
    response.background = BackgroundTask(send_notes, portal.app, portal.clock, [note])
    return response


def _one(request: Request, who: Actor, account: str, done: str, act: Callable[[Context], object]) -> Response:
    return _act(request, who, f"/accounts/{account}", done, act)


def _act(request: Request, who: Actor, path: str, done: str, act: Callable[[Context], object]) -> Response:
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        act(ctx)
    return back(path, done)


def _roles(form: FormData) -> list[str]:
    return [role for role in ROLES if role in form.getlist("role")]


def _page(
    request: Request,
    who: Actor,
    typed: dict[str, object] | None = None,
    handing: dict[str, object] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = accounts_page(ctx)
    return page(
        request,
        "accounts.html",
        status=status,
        page=shown,
        typed=typed or EMPTY,
        handing=handing or BLANK,
        problem=problem,
        roles=ROLES,
    )
