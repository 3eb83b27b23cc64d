"""Programs that are connected: their tokens, and the addresses that are told of events."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import WrongValue
from obligations.rules.scopes import OF_ACCOUNTS, OF_AGENCIES
from obligations.rules.webhooks import KINDS
from obligations.services.accounts.accounts_view import accounts_page
from obligations.services.agencies.agencies_view import agencies
from obligations.services.interface.tokens import issue_agency_token, issue_token, revoke_token, tokens
from obligations.services.interface.webhooks import add_webhook, end_webhook, webhooks
from portal.asking import Administrator, portal_of
from portal.audit_words import ACTION
from portal.forms import line, needed, whole
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False, prefix="/programs")
DAYS = (30, 90, 180, 366)


@router.api_route("", methods=["GET", "HEAD"])
def shown(request: Request, who: Administrator) -> Response:
    """Every token and address, never a secret."""
    return _page(request, who.name)


@router.post("/tokens")
def issue(request: Request, who: Administrator, form: TypedForm) -> Response:
    """A new token, shown in this answer alone: only its hash is kept."""
    portal, owner = portal_of(request), needed(form, "owner", "tài khoản hoặc cơ quan, đơn vị")
    name, scopes = needed(form, "name", "tên"), [str(scope) for scope in form.getlist("scope")]
    days = line(form, "days")
    if whole(days) not in DAYS:
        raise WrongValue("days", "Đề nghị chọn thời hạn trong danh sách.")
    kind, _, key = owner.partition(":")
    make = issue_agency_token if kind == "agency" else issue_token
    with portal.app.write(portal.clock(), who.name) as ctx:
        made = make(ctx, key, name, int(days), scopes)
    return _page(request, who.name, secret=made.secret)


@router.post("/tokens/{public_id}/revoke")
def revoke(request: Request, public_id: str, who: Administrator, form: TypedForm) -> Response:
    """Dead at once."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        revoke_token(ctx, public_id, reason)
    return back("/programs", "token-revoked")


@router.post("/webhooks")
def add(request: Request, who: Administrator, form: TypedForm) -> Response:
    """An address that is told of events; the secret that signs them is shown in this answer alone."""
    portal, name, url = portal_of(request), needed(form, "name", "tên"), needed(form, "url", "địa chỉ nhận")
    with portal.app.write(portal.clock(), who.name) as ctx:
        made = add_webhook(ctx, name, url, [str(kind) for kind in form.getlist("kind")])
    return _page(request, who.name, signing=made.secret)


@router.post("/webhooks/{public_id}/end")
def end(request: Request, public_id: str, who: Administrator, form: TypedForm) -> Response:
    """Nothing more is sent there."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        end_webhook(ctx, public_id, reason)
    return back("/programs", "webhook-ended")


def _page(request: Request, name: str, secret: str = "", signing: str = "") -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        rows, told = tokens(ctx), webhooks(ctx)
        people = [row for row in accounts_page(ctx).rows if row.disabled_at is None]
        known = agencies(ctx, ctx.today)
    return page(
        request,
        "programs.html",
        tokens=rows,
        webhooks=told,
        people=people,
        agencies=known,
        secret=secret,
        signing=signing,
        days=DAYS,
        scopes=list(dict.fromkeys((*OF_ACCOUNTS, *OF_AGENCIES))),
        kinds=[(kind, ACTION[kind]) for kind in KINDS],
    )
