"""What a coordinator decides about a whole period."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from obligations.errors import WrongValue
from obligations.rules.rights import COORDINATOR
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.lookup import period_by_public_id
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.preview_extension import preview_extension
from obligations.services.planning.undo_extension import undo_extension
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.reviewing.issue_approval import approve_report, send_back_report, submit_report
from obligations.services.reviewing.issued import CHOICES, correct_issue, decide_late, issue
from obligations.services.reviewing.review import cite_plan, record_opening_letter
from portal import texts_vi as texts
from portal.asking import Approver, Coordinator, Registrar, acting, portal_of
from portal.forms import line, needed, needed_day, optional_day, text
from portal.gate import TypedForm
from portal.pages import back, page

router = APIRouter(include_in_schema=False)


@router.post("/periods/{public_id}/confirm")
def confirm(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Which agencies had sent before the plan was applied; the others get one notice (S3)."""
    portal = portal_of(request)
    received = [code for code in form.getlist("received") if isinstance(code, str)]
    arrived_on = optional_day(form, "arrived_on")
    with portal.app.write(portal.clock(), who.name) as ctx:
        confirm_period(ctx, period_by_public_id(ctx, public_id).id or 0, received, arrived_on)
        refresh_feeds(ctx)
    return back(f"/periods/{public_id}", "confirmed")


@router.post("/periods/{public_id}/consolidate")
def consolidate(request: Request, public_id: str, who: Coordinator) -> Response:
    """Make the next version of the period's report, or keep the last when nothing changed."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        period_id = period_by_public_id(ctx, public_id).id or 0
    made = consolidate_period(portal.app, period_id, portal.clock(), who.name)
    done = "consolidated-plain" if made.template_problem else "consolidated"
    return back(f"/periods/{public_id}", done if made.created else "unchanged")


@router.post("/consolidations/{public_id}/issue")
def issue_it(request: Request, public_id: str, who: Registrar, form: TypedForm) -> Response:
    """The number and day under which a consolidated report went out."""
    portal, number = portal_of(request), needed(form, "number", "số, ký hiệu báo cáo")
    on = needed_day(form, "on", "ngày phát hành")
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = issue(ctx, public_id, number, on, as_made="as_made" in form)
    return back(f"/periods/{period}", "issued")


@router.post("/consolidations/{public_id}/correct-issue")
def correct_it(request: Request, public_id: str, who: Registrar, form: TypedForm) -> Response:
    """A number or day that was recorded wrongly."""
    portal, number = portal_of(request), needed(form, "number", "số, ký hiệu báo cáo")
    on, reason = needed_day(form, "on", "ngày phát hành"), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = correct_issue(ctx, public_id, number, on, reason)
    return back(f"/periods/{period}", "issue-corrected")


@router.post("/consolidations/{public_id}/submit")
def submit_it(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Trình duyệt ban hành (S6)."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = submit_report(ctx, public_id, as_made="as_made" in form)
    return back(f"/periods/{period}", "report-submitted")


@router.post("/consolidations/{public_id}/approve")
def approve_it(request: Request, public_id: str, who: Approver) -> Response:
    """Duyệt ban hành: the number may be recorded."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = approve_report(ctx, public_id)
    return back(f"/periods/{period}", "report-approved")


@router.post("/consolidations/{public_id}/send-back")
def send_it_back(request: Request, public_id: str, who: Approver, form: TypedForm) -> Response:
    """Return it to the coordinator with what is to be done about it."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        period = send_back_report(ctx, public_id, text(form, "remarks"))
    return back(f"/periods/{period}", "report-sent-back")


@router.post("/periods/{public_id}/after-issue")
def late(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """What becomes of a report that came after its consolidated report had gone out."""
    portal, choice = portal_of(request), line(form, "choice")
    if choice not in CHOICES:
        raise WrongValue("choice", texts.PROBLEM["needed"].format(what="cách xử lý"))
    with portal.app.write(portal.clock(), who.name) as ctx:
        decide_late(ctx, public_id, line(form, "submission"), choice, line(form, "note"))
    return back(f"/periods/{public_id}", "after-issue")


@router.post("/periods/{public_id}/extend")
def extend(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Gia hạn chung by the issuer's document; what derives from the period moves with it (S5)."""
    portal, (due_on, number, on) = portal_of(request), _extension(form)
    with portal.app.write(portal.clock(), who.name) as ctx:
        extend_period(ctx, public_id, due_on, number, on)
        refresh_feeds(ctx)
    return back(f"/periods/{public_id}", "period-extended")


@router.post("/periods/{public_id}/extend/preview")
def look_at_extension(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """What a gia hạn chung would move and whom it would tell; nothing is changed."""
    portal, (due_on, number, on) = portal_of(request), _extension(form)
    seen = preview_extension(portal.app, public_id, due_on, number, on, portal.clock(), who.name)
    typed = {"due_on": due_on, "document_number": number, "document_on": on}
    return page(request, "extend_preview.html", seen=seen, typed=typed, public_id=public_id)


def _extension(form: FormData) -> tuple[date, str, date]:
    """The new day, and number and day of the document that gives it."""
    return (
        needed_day(form, "due_on", "thời hạn mới"),
        needed(form, "document_number", "số, ký hiệu văn bản"),
        needed_day(form, "document_on", "ngày văn bản"),
    )


@router.post("/periods/{public_id}/undo-extension")
def undo_it(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Hoàn tác gia hạn chung."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        undo_extension(ctx, public_id, reason)
        refresh_feeds(ctx)
    return back(f"/periods/{public_id}", "extension-undone")


@router.post("/periods/{public_id}/basis")
def basis(request: Request, public_id: str, who: Registrar, form: TypedForm) -> Response:
    """Record the letter that opening notices cite; to cite the plan alone is the coordinator's choice. Held ones go (S4)."""
    portal = portal_of(request)
    if line(form, "basis") == "plan":
        who = acting(who, COORDINATOR)
    with portal.app.write(portal.clock(), who.name) as ctx:
        obligation_id = period_by_public_id(ctx, public_id).obligation_id
        if line(form, "basis") == "plan":
            cite_plan(ctx, obligation_id)
        else:
            number = needed(form, "number", "số, ký hiệu công văn")
            record_opening_letter(ctx, obligation_id, number, needed_day(form, "on", "ngày công văn"))
    return back(f"/periods/{public_id}", "basis")
