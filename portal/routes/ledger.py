"""The ledger of notices, telephone calls and the letter of a coordinator: pages and documents."""

import re
from datetime import datetime, time

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from models.enums import CallResult
from obligations.errors import NotFound, WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.chasing.phone_calls import CallDraft, record_call, undo_call
from obligations.services.desk.call_document import render_call_list
from obligations.services.desk.call_list import whom_to_call
from obligations.services.desk.chase_letter import ChaseLetter, chase_letter
from obligations.services.desk.chase_letter_all import period_letter
from obligations.services.ledgers.document import FORMATS, file_name, render_ledger, summary
from obligations.services.ledgers.ledger import Ledger, assignment_ledger, period_ledger
from obligations.services.lookup import period_by_public_id
from portal import texts_vi as texts
from portal.asking import Coordinator, portal_of, staff
from portal.forms import line, needed, optional_day, text
from portal.gate import TypedForm
from portal.pages import attachment_headers, back, page

router = APIRouter(include_in_schema=False)
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hH.]|giờ)\s*(\d{2})?")


@router.api_route("/assignments/{assignment}/ledger", methods=["GET", "HEAD"])
def of_assignment(request: Request, assignment: str) -> Response:
    """One agency's page of the ledger, with the form for a call."""
    portal, who = portal_of(request), _named(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = assignment_ledger(ctx, assignment, addresses=who.may_act)
    return page(request, "ledger.html", ledger=shown, sheet=shown.agencies[0])


@router.api_route("/assignments/{assignment}/ledger.{form}", methods=["GET", "HEAD"])
def of_assignment_file(request: Request, assignment: str, form: str) -> Response:
    """The same as a document, addresses masked."""
    portal, who = portal_of(request), _named(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = assignment_ledger(ctx, assignment)
    return _file(request, shown, form)


@router.api_route("/ledger/{public_id}", methods=["GET", "HEAD"])
def of_period(request: Request, public_id: str) -> Response:
    """Every agency's sums, in official order."""
    portal, who = portal_of(request), _named(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = period_ledger(ctx, period_by_public_id(ctx, public_id))
    sums = [(sheet, summary(sheet)) for sheet in shown.agencies]
    return page(request, "ledger_period.html", ledger=shown, sums=sums)


@router.api_route("/ledger/{public_id}/so-theo-doi.{form}", methods=["GET", "HEAD"])
def of_period_file(request: Request, public_id: str, form: str) -> Response:
    """The whole period as a document, addresses masked."""
    portal, who = portal_of(request), _named(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = period_ledger(ctx, period_by_public_id(ctx, public_id))
    return _file(request, shown, form)


@router.api_route("/calls/{public_id}", methods=["GET", "HEAD"])
def calls(request: Request, public_id: str) -> Response:
    """Whom to telephone, fit to be printed."""
    portal, who = portal_of(request), _named(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        found = period_by_public_id(ctx, public_id)
        rows = whom_to_call(ctx, found)
        shown = period_ledger(ctx, found, agency_id=0)
    return page(request, "calls.html", rows=rows, ledger=shown)


@router.api_route("/calls/{public_id}/danh-sach-goi.{form}", methods=["GET", "HEAD"])
def calls_file(request: Request, public_id: str, form: str) -> Response:
    """The call list as a document."""
    portal, who = portal_of(request), _named(request)
    _known(form)
    with portal.app.read(portal.clock(), who.name) as ctx:
        content = render_call_list(ctx, period_by_public_id(ctx, public_id), form)
    return Response(content, media_type=FORMATS[form][1], headers=attachment_headers(f"danh-sach-goi.{form}"))


@router.post("/assignments/{assignment}/calls")
def record(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Keep a call: one press on how it ended. From the call list nobody leaves it unless there is an answer to write down."""
    portal = portal_of(request)
    result = line(form, "result")
    if result not in set(CallResult):
        raise WrongValue("result", texts.PROBLEM["call"])
    draft = CallDraft(
        CallResult(result),
        _called_at(form, portal.clock().astimezone(portal.app.settings.zone)),
        line(form, "number"),
        line(form, "person"),
        text(form, "answer"),
    )
    with portal.app.write(portal.clock(), who.name) as ctx:
        record_call(ctx, assignment, draft)
        listed = period_by_public_id(ctx, line(form, "list")).public_id if "list" in form else None
    if listed and result != CallResult.answered:
        return back(f"/calls/{listed}", "call-recorded")
    return back(f"/assignments/{assignment}/ledger", "call-recorded")


@router.post("/assignments/{assignment}/calls/{call}/undo")
def undo(request: Request, assignment: str, call: str, who: Coordinator, form: TypedForm) -> Response:
    """Take a record of a call back; it stays, with the reason."""
    portal = portal_of(request)
    reason = needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        if undo_call(ctx, call, reason) != assignment:
            raise NotFound("no such call")
    return back(f"/assignments/{assignment}/ledger", "call-undone")


@router.api_route("/assignments/{assignment}/cong-van.docx", methods=["GET", "HEAD"])
def letter(request: Request, assignment: str, who: Coordinator) -> Response:
    """The draft of a công văn đôn đốc."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        made = chase_letter(ctx, assignment)
    return letter_answer(made)


@router.api_route("/periods/{public_id}/cong-van.docx", methods=["GET", "HEAD"])
def letter_to_all(request: Request, public_id: str, who: Coordinator) -> Response:
    """The draft of one công văn đôn đốc to everybody who is late."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        made = period_letter(ctx, public_id)
    return letter_answer(made)


def letter_answer(made: ChaseLetter) -> Response:
    """The answer of page and interface alike."""
    return Response(made.content, media_type=FORMATS["docx"][1], headers=attachment_headers(made.file_name))


def _named(request: Request) -> Actor:
    """Persons and what they said stand in these pages: never without a name."""
    found = staff(request)
    if found is None:
        raise HTTPException(403, "sign-in")
    return found


def _known(form: str) -> None:
    if form not in FORMATS:
        raise NotFound("no such format")


def _file(request: Request, shown: Ledger, form: str) -> Response:
    _known(form)
    content = render_ledger(shown, form, portal_of(request).app.settings.unit)
    return Response(content, media_type=FORMATS[form][1], headers=attachment_headers(file_name(shown, form)))


def _called_at(form: FormData, now: datetime) -> datetime | None:
    """None: just now. A day without an hour is refused: proof needs both."""
    day, clock = optional_day(form, "called_on"), line(form, "called_at")
    if day is None and not clock:
        return None
    found = _CLOCK.fullmatch(clock)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:  # noqa: PLR2004 - a clock
        raise WrongValue("clock", texts.PROBLEM["clock"].format(value=clock))
    return datetime.combine(day or now.date(), time(int(found[1]), int(found[2] or 0)), now.tzinfo)
