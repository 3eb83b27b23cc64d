"""What a coordinator decides about one agency's duty. Every act is audited under the account's name (S9)."""

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from models.enums import SubmissionChannel, SubmissionForm
from obligations.errors import WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.agencies.decide_assignment import Choice, decide_assignment
from obligations.services.context import Context
from obligations.services.desk.record import record_report, typed_by_staff
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.lookup import assignment_by_public_id
from obligations.services.overview.views_assignment import assignment_page
from obligations.services.reviewing.covered import cover
from obligations.services.reviewing.review import accept, agree_lateness, exempt, extend, return_for_changes
from obligations.services.reviewing.undo import undo
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.views.agency import DutyPage, duty_page
from portal import texts_vi as texts
from portal.asking import Coordinator, Registrar, portal_of, staff
from portal.forms import (
    KEY,
    LONGEST_LINE,
    line,
    needed,
    needed_day,
    optional_day,
    read_report,
    text,
    uploads_of,
)
from portal.gate import TypedForm
from portal.pages import back, page
from portal.prefect_links import deployment_links
from portal.storing import stored_uploads

router = APIRouter(include_in_schema=False, prefix="/assignments/{assignment}")
RECORDED = ("signed", "paper", "soft", "nil", "classified")
"""Forms of a report that comes by itself."""
FIGURE_ROWS = 5
"""Rows for figures in the form of a coordinator."""
MOST_CARRIERS = 50
"""Agencies that one decision may name."""


@router.api_route("", methods=["GET", "HEAD"])
def assignment_view(request: Request, assignment: str) -> Response:
    """One agency's duty: versions, acts, notices."""
    portal = portal_of(request)
    who = staff(request)
    assert who is not None, "the gate keeps this page to named accounts"
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = assignment_page(ctx, who, assignment)
    return page(
        request,
        "assignment.html",
        page=shown,
        duty=shown.duty.duty,
        key=secrets.token_urlsafe(18),
        figure_rows=FIGURE_ROWS,
        upload_limit=portal.app.settings.upload_limit_mb,
        prefect=deployment_links(request, shown.deployment, shown.period_label),
    )


@router.post("/accept")
def accept_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Đủ điều kiện tổng hợp."""
    return _act(
        request,
        who,
        assignment,
        "accepted",
        lambda ctx: accept(ctx, line(form, "submission"), assignment, seen=_seen(form)),
    )


@router.post("/return")
def return_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Đề nghị bổ sung, hoàn thiện."""
    remarks, again_by = text(form, "remarks"), optional_day(form, "again_by")
    version = line(form, "submission")
    return _act(
        request,
        who,
        assignment,
        "returned",
        lambda ctx: return_for_changes(ctx, version, assignment, remarks, again_by, seen=_seen(form)),
    )


@router.post("/exempt")
def exempt_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Không phải báo cáo kỳ này."""
    return _act(
        request,
        who,
        assignment,
        "exempted",
        lambda ctx: exempt(ctx, assignment, text(form, "reason"), seen=_seen(form)),
    )


@router.post("/extend")
def extend_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Gia hạn by the issuer's document (S5)."""
    due_on = needed_day(form, "due_on", "thời hạn mới")
    number = needed(form, "document_number", "số, ký hiệu văn bản gia hạn")
    document_on = needed_day(form, "document_on", "ngày văn bản gia hạn")
    return _act(
        request,
        who,
        assignment,
        "extended",
        lambda ctx: extend(ctx, assignment, due_on, number, document_on, seen=_seen(form)),
    )


@router.post("/agree-lateness")
def agree_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Thống nhất thời gian gửi chậm (S5)."""
    until_on, reason = needed_day(form, "until_on", "ngày thống nhất"), text(form, "reason")
    return _act(
        request,
        who,
        assignment,
        "agreed",
        lambda ctx: agree_lateness(ctx, assignment, until_on, reason, seen=_seen(form)),
    )


@router.post("/covered")
def covered(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Đã tổng hợp trong báo cáo của another agency of the period."""
    by = needed(form, "by", "cơ quan đã tổng hợp")
    return _act(request, who, assignment, "covered", lambda ctx: cover(ctx, assignment, by, by_agency=False))


@router.post("/undo")
def undo_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Hoàn tác one act with a reason."""
    act, reason = needed(form, "act", "việc cần hoàn tác"), needed(form, "reason", "lý do hoàn tác")
    return _act(request, who, assignment, "undone", lambda ctx: undo(ctx, assignment, act, reason))


@router.post("/decide")
def decide_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Say who owes a duty that waits for it."""
    number = needed(form, "number", "số, ký hiệu quyết định")
    decided_on = needed_day(form, "decided_on", "ngày quyết định")
    outcome, due_on = line(form, "outcome"), optional_day(form, "due_on")
    typed = tuple(each.strip()[:LONGEST_LINE] for each in form.getlist("to") if isinstance(each, str) and each.strip())
    choice = Choice(
        typed[:MOST_CARRIERS] if outcome == "to" else (), keep=outcome == "keep", exempt=outcome == "exempt"
    )
    decision = f"{number} ngày {decided_on:%d/%m/%Y}"
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        decide_assignment(ctx, assignment, choice, decision, due_on=due_on)
        refresh_feeds(ctx)
    return back(f"/assignments/{assignment}", "decided")


@router.post("/record")
def record_it(request: Request, assignment: str, who: Registrar, form: TypedForm) -> Response:
    """Ghi nhận thay cơ quan: what came on paper, by the document system or otherwise (S1)."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment)
    draft = _recorded(form, shown)

    def take(ctx: Context) -> None:
        used.append(not record_report(ctx, draft, stored).replayed)

    with stored_uploads(portal.app, uploads_of(form)) as (stored, used):
        return _act(request, who, assignment, "recorded", take)


def _recorded(form: FormData, shown: DutyPage) -> SubmissionDraft:
    key = line(form, "key")
    if not KEY.match(key):
        raise WrongValue("key", texts.PROBLEM["key"])
    kind, channel = line(form, "form"), line(form, "channel")
    if kind not in RECORDED or channel not in texts.CHANNEL:
        raise WrongValue("form", texts.PROBLEM["form"])
    return SubmissionDraft(
        agency_id=shown.agency_id,
        assignment_ids=[shown.assignment_id],
        form=SubmissionForm(kind),
        channel=SubmissionChannel(channel),
        content=_content(form, shown),
        idempotency_key=f"record:{shown.duty.public_id}:{key}",
        document_number=line(form, "document_number") or None,
        document_on=optional_day(form, "document_on"),
        incoming_number=line(form, "incoming_number") or None,
        arrived_on=needed_day(form, "arrived_on", "ngày đến"),
        note=text(form, "note"),
    )


def _content(form: FormData, shown: DutyPage) -> dict[str, Any]:
    """Results and figures that a person typed from the paper; a figure without its name or value is not dropped unseen."""
    typed = read_report(form, shown.outline)
    typed.check_figures()
    if typed.problems:
        raise WrongValue(typed.problems[0].field, " ".join(typed.problems))
    return typed_by_staff(typed.content(shown.outline))


def _seen(form: FormData) -> str | None:
    """The mark of what the page showed; None where the form was not that page's."""
    return line(form, "seen") or None


def _act(request: Request, who: Actor, assignment: str, done: str, decide: Callable[[Context], object]) -> Response:
    """One decision and what follows from it, in one transaction."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        decide(ctx)
        row = assignment_by_public_id(ctx, assignment)
        refresh_feeds(ctx, agency_id=row.agency_id, assignment_id=row.id)
    return back(f"/assignments/{assignment}", done)
