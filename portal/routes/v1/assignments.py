"""Acts on one agency's duty: what came, what is decided, what is told by telephone."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import File, Form, Request, Response, UploadFile
from pydantic import Field

from models.enums import CallResult, SubmissionChannel, SubmissionForm
from obligations.services.accounts.access import Actor
from obligations.services.agencies.decide_assignment import Choice, decide_assignment
from obligations.services.chasing.phone_calls import CallDraft, record_call, undo_call
from obligations.services.chasing.snooze import end_snooze, snooze
from obligations.services.context import Context
from obligations.services.desk.record import record_report, typed_by_staff
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.interface.idempotency import Asked
from obligations.services.isolating.isolate import SetApart, isolate
from obligations.services.lookup import assignment_by_public_id
from obligations.services.reviewing.covered import cover
from obligations.services.reviewing.review import accept, agree_lateness, exempt, extend, return_for_changes
from obligations.services.reviewing.undo import Undoable, undo, undoable
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.views.agency import DutyPage, duty_page
from portal.asking import portal_of
from portal.routes.v1.common import (
    ACT,
    NOT_FOUND,
    Caretaker,
    Day,
    In,
    Line,
    Moment,
    Named,
    Once,
    Reason,
    Recorder,
    Reviewer,
    act,
    in_part,
    read_json,
    router_of,
    unique,
)
from portal.routes.v1.sending import PartIn, typed_part
from portal.storing import MOST_FILES, stored_uploads

router = router_of("assignments")
AT = "/assignments/{assignment}"


class Judged(In):
    """Which version is judged."""

    submission: Line


class Returned(Judged):
    """What is missing, and by when it is asked for again."""

    remarks: Annotated[str, Field(min_length=1, max_length=20_000)]
    again_by: Day | None = None


class Extended(In):
    """Gia hạn: the issuer's document moves the due day (S5)."""

    due_on: Day
    document_number: Line
    document_on: Day


class Agreed(Reason):
    """Thống nhất thời gian gửi chậm (S5)."""

    until_on: Day


class Covered(In):
    """Code of the agency whose report covers this duty."""

    by: Line


class Undone(Reason):
    """Which act is taken back, and why."""

    act: Line


class Decided(In):
    """Who owes a duty that waits for it. ``to`` with ``outcome: to`` only: agencies by name or code."""

    outcome: Literal["to", "keep", "exempt"]
    to: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    number: Line
    decided_on: Day
    due_on: Day | None = None


class Rested(Reason):
    """No reminders until a day."""

    until_on: Day


class Called(In):
    """One telephone call. ``called_at`` now when left out."""

    result: CallResult
    called_at: Moment | None = None
    number: Annotated[str, Field(max_length=60)] = ""
    person: Annotated[str, Field(max_length=200)] = ""
    answer: Annotated[str, Field(max_length=2000)] = ""


class Recorded(PartIn):
    """What came on paper, by the document system or otherwise (S1). ``arrived_on``: ngày đến.

    Results and figures are kept with the mark that a coordinator typed them. Of a ``classified`` one (theo chế độ riêng) nothing else is taken than that day.
    """

    form: Literal["signed", "paper", "soft", "nil", "classified"]
    channel: SubmissionChannel
    arrived_on: Day
    document_number: Annotated[str, Field(max_length=120)] = ""
    document_on: Day | None = None
    incoming_number: Annotated[str, Field(max_length=120)] = ""
    note: Annotated[str, Field(max_length=20_000)] = ""


@router.post(f"{AT}/accept", responses=ACT, response_model=DutyPage)
def accept_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Judged) -> Response:
    """Đủ điều kiện tổng hợp."""
    return _decided(request, who, once, assignment, lambda ctx: accept(ctx, given.submission, assignment))


@router.post(f"{AT}/return", responses=ACT, response_model=DutyPage)
def return_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Returned) -> Response:
    """Đề nghị bổ sung, hoàn thiện."""

    def do(ctx: Context) -> None:
        return_for_changes(ctx, given.submission, assignment, given.remarks, given.again_by)

    return _decided(request, who, once, assignment, do)


@router.post(f"{AT}/exempt", responses=ACT, response_model=DutyPage)
def exempt_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Reason) -> Response:
    """Không phải báo cáo kỳ này."""
    return _decided(request, who, once, assignment, lambda ctx: exempt(ctx, assignment, given.reason))


@router.post(f"{AT}/extend", responses=ACT, response_model=DutyPage)
def extend_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Extended) -> Response:
    """Gia hạn by the issuer's document."""

    def do(ctx: Context) -> None:
        extend(ctx, assignment, given.due_on, given.document_number, given.document_on)

    return _decided(request, who, once, assignment, do)


@router.post(f"{AT}/agree-lateness", responses=ACT, response_model=DutyPage)
def agree_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Agreed) -> Response:
    """Thống nhất thời gian gửi chậm."""
    return _decided(
        request, who, once, assignment, lambda ctx: agree_lateness(ctx, assignment, given.until_on, given.reason)
    )


@router.post(f"{AT}/covered", responses=ACT, response_model=DutyPage)
def covered(request: Request, assignment: str, who: Reviewer, once: Once, given: Covered) -> Response:
    """Đã tổng hợp trong báo cáo của another agency of the period."""
    return _decided(request, who, once, assignment, lambda ctx: cover(ctx, assignment, given.by, by_agency=False))


@router.post(f"{AT}/undo", responses=ACT, response_model=DutyPage)
def undo_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Undone) -> Response:
    """Hoàn tác; ``act`` is one of the duty's ``undoable``."""
    return _decided(request, who, once, assignment, lambda ctx: undo(ctx, assignment, given.act, given.reason))


@router.get(f"{AT}/undoable", responses=NOT_FOUND)
def may_be_undone(request: Request, assignment: str, who: Named) -> list[Undoable]:
    """Acts that may be taken back now."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return undoable(ctx, assignment_by_public_id(ctx, assignment))


@router.post(f"{AT}/decide", responses=ACT)
def decide_it(request: Request, assignment: str, who: Reviewer, once: Once, given: Decided) -> Response:
    """Say who owes a duty that waits for it."""
    codes = tuple(given.to) if given.outcome == "to" else ()
    choice = Choice(codes, keep=given.outcome == "keep", exempt=given.outcome == "exempt")
    decision = f"{given.number} ngày {given.decided_on:%d/%m/%Y}"

    def do(ctx: Context) -> object:
        made = decide_assignment(ctx, assignment, choice, decision, due_on=given.due_on)
        refresh_feeds(ctx)
        return made

    return act(request, who, once, do)


@router.post(f"{AT}/snooze", responses=ACT, response_model=DutyPage)
def snooze_it(request: Request, assignment: str, who: Caretaker, once: Once, given: Rested) -> Response:
    """Tạm dừng nhắc đến một ngày."""
    return _decided(request, who, once, assignment, lambda ctx: snooze(ctx, assignment, given.until_on, given.reason))


@router.post(f"{AT}/end-snooze", responses=ACT, response_model=DutyPage)
def end_snooze_it(request: Request, assignment: str, who: Caretaker, once: Once, given: Reason) -> Response:
    """Chase again."""
    return _decided(request, who, once, assignment, lambda ctx: end_snooze(ctx, assignment, given.reason))


@router.post(f"{AT}/calls", responses=ACT, status_code=201)
def call(request: Request, assignment: str, who: Reviewer, once: Once, given: Called) -> Response:
    """Keep a telephone call."""
    draft = CallDraft(given.result, given.called_at, given.number, given.person, given.answer)
    return act(request, who, once, lambda ctx: {"id": record_call(ctx, assignment, draft)}, 201)


@router.post("/calls/{call}/undo", responses=ACT)
def uncall(request: Request, call: str, who: Reviewer, once: Once, given: Reason) -> Response:
    """A call recorded by mistake."""
    return act(request, who, once, lambda ctx: {"assignment": undo_call(ctx, call, given.reason)})


@router.post(f"{AT}/record", responses=ACT, response_model=Submitted, status_code=201)
def record(
    request: Request,
    assignment: str,
    who: Recorder,
    once: Once,
    report: Annotated[str, Form(max_length=900_000, description="A `RecordIn` object as JSON")],
    files: Annotated[list[UploadFile], File(description=f".docx, .xlsx or .pdf; at most {MOST_FILES}")] = [],  # noqa: B006
) -> Response:
    """Ghi nhận thay cơ quan."""
    given, portal = read_json(Recorded, report, "report"), portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment)
    draft = _draft(given, shown, who, once)

    def do(ctx: Context) -> Submitted:
        made = record_report(ctx, draft, stored)
        refresh_feeds(ctx, agency_id=shown.agency_id, assignment_id=shown.assignment_id)
        used.append(not made.replayed)
        return made

    with in_part("report"), stored_uploads(portal.app, files) as (stored, used):
        return act(request, who, once, do, 201)


def _draft(given: Recorded, shown: DutyPage, who: Actor, once: Asked) -> SubmissionDraft:
    return SubmissionDraft(
        agency_id=shown.agency_id,
        assignment_ids=[shown.assignment_id],
        form=SubmissionForm(given.form),
        channel=given.channel,
        content=typed_by_staff(typed_part(given, shown.outline)),
        idempotency_key=unique(once, who),
        document_number=given.document_number or None,
        document_on=given.document_on,
        incoming_number=given.incoming_number or None,
        arrived_on=given.arrived_on,
        note=given.note,
    )


def _decided(
    request: Request, who: Actor, once: Asked, assignment: str, decide: Callable[[Context], object]
) -> Response:
    """One decision and what follows from it; answers with the duty as it stands then."""

    def do(ctx: Context) -> DutyPage:
        decide(ctx)
        row = assignment_by_public_id(ctx, assignment)
        refresh_feeds(ctx, agency_id=row.agency_id, assignment_id=row.id)
        return duty_page(ctx, who, assignment)

    return act(request, who, once, do)


@router.post("/submissions/{submission}/isolate", responses=NOT_FOUND)
def isolate_it(request: Request, submission: str, who: Recorder) -> SetApart:
    """A report that must not be read (S13): sealed at once; needs no key, twice is once. People end it, on the pages."""
    portal = portal_of(request)
    return isolate(portal.app, who, submission, portal.clock())
