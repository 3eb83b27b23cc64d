"""Acts on a whole period."""

from typing import Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import Field

from obligations.services.chasing.retract import retract_step
from obligations.services.chasing.snooze import snooze_period
from obligations.services.context import Context
from obligations.services.desk.chase_letter_all import period_letter
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.ledgers.document import FORMATS
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.views_period import period_page
from obligations.services.planning.confirm_period import Confirmed, confirm_period
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.preview_extension import ExtensionPreview, preview_extension
from obligations.services.planning.undo_extension import ExtensionUndone, undo_extension
from obligations.services.reporting.consolidate import Consolidated, consolidate_period
from obligations.services.reviewing.extra_reminder import (
    LONGEST,
    Addressee,
    ExtraPreview,
    addressees,
    preview_extra,
    send_extra,
)
from obligations.services.reviewing.issue_approval import approve_report, send_back_report, submit_report
from obligations.services.reviewing.issued import AfterIssue, after_issue, correct_issue, decide_late, issue
from obligations.services.reviewing.review import cite_plan, record_opening_letter
from portal.asking import portal_of
from portal.routes.ledger import letter_answer
from portal.routes.v1.assignments import Extended, Rested
from portal.routes.v1.common import (
    ACT,
    NOT_FOUND,
    Approving,
    Caretaker,
    Day,
    In,
    Line,
    Named,
    Once,
    Overseer,
    Reason,
    Recorder,
    Remarks,
    Reviewer,
    Sender,
    act,
    router_of,
    unique,
)

router = router_of("periods")
AT = "/periods/{public_id}"
LETTER: dict[int | str, dict[str, Any]] = {**ACT, 200: {"content": {FORMATS["docx"][1]: {}}}}


class Arrived(In):
    """Codes of agencies that had sent before the plan was applied (S3), and the day they came where it is known."""

    received: Annotated[list[Line], Field(max_length=1000)] = Field(default_factory=list)
    arrived_on: Day | None = None


class Letter(In):
    """The công văn that opening notices cite (S4)."""

    number: Line
    on: Day


class GoesOut(In):
    """``as_made``: whether the very file that was made goes out; left out, the one worked on in Word where it was kept (`edited`)."""

    as_made: bool | None = None


UNSAID = GoesOut()


class Issued(Letter, GoesOut):
    """Its number and day; what goes out is said where it was not submitted before."""


class LetterAnew(Letter):
    """A number or day put right, and why."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Late(In):
    """One report after issue: in a corrected version, or as a note in the next period's report."""

    submission: Line
    choice: Literal["correction", "next"]
    note: Annotated[str, Field(max_length=300)] = ""


class RestedAll(Rested):
    """``agencies``: codes; empty for every one that still owes."""

    agencies: Annotated[list[Line], Field(max_length=1000)] = Field(default_factory=list)


class Extra(In):
    """A reminder between the steps. ``agencies``: codes; ``line``: a word more, shown in every text."""

    agencies: Annotated[list[Line], Field(min_length=1, max_length=1000)]
    line: Annotated[str, Field(max_length=LONGEST)] = ""


class Correction(In):
    """What was wrong with the notices of a step (``T-7``, ``T+1`` ...), to exactly those who got it."""

    step: Line
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


@router.post(f"{AT}/confirm", responses=ACT)
def confirm(request: Request, public_id: str, who: Reviewer, once: Once, given: Arrived) -> Response:
    """Rà soát ban đầu: from now on the others are chased."""

    def do(ctx: Context) -> Confirmed:
        made = confirm_period(ctx, period_by_public_id(ctx, public_id).id or 0, given.received, given.arrived_on)
        refresh_feeds(ctx)
        return made

    return act(request, who, once, do)


@router.post(f"{AT}/consolidate", responses=ACT)
def consolidate(request: Request, public_id: str, who: Reviewer) -> Consolidated:
    """The next version of the period's report, or the last when nothing changed: needs no key."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        period_id = period_by_public_id(ctx, public_id).id or 0
    return consolidate_period(portal.app, period_id, portal.clock(), who.name)


@router.post("/consolidations/{public_id}/issue", responses=ACT)
def issue_it(request: Request, public_id: str, who: Recorder, once: Once, given: Issued) -> Response:
    """The number and day under which a consolidated report went out."""

    def do(ctx: Context) -> dict[str, str]:
        return {"period": issue(ctx, public_id, given.number, given.on, as_made=given.as_made)}

    return act(request, who, once, do)


@router.post("/consolidations/{public_id}/correct-issue", responses=ACT)
def correct_it(request: Request, public_id: str, who: Recorder, once: Once, given: LetterAnew) -> Response:
    """A number or day that was recorded wrongly."""
    return act(
        request, who, once, lambda ctx: {"period": correct_issue(ctx, public_id, given.number, given.on, given.reason)}
    )


@router.post("/consolidations/{public_id}/submit", responses=ACT)
def submit_it(request: Request, public_id: str, who: Reviewer, once: Once, given: GoesOut = UNSAID) -> Response:
    """Trình duyệt ban hành (S6)."""
    return act(request, who, once, lambda ctx: {"period": submit_report(ctx, public_id, as_made=given.as_made)})


@router.post("/consolidations/{public_id}/approve", responses=ACT)
def approve_it(request: Request, public_id: str, who: Approving, once: Once) -> Response:
    """Duyệt ban hành: the number may be recorded."""
    return act(request, who, once, lambda ctx: {"period": approve_report(ctx, public_id)})


@router.post("/consolidations/{public_id}/send-back", responses=ACT)
def send_it_back(request: Request, public_id: str, who: Approving, once: Once, given: Remarks) -> Response:
    """Return it to the coordinator with what is to be done about it."""
    return act(request, who, once, lambda ctx: {"period": send_back_report(ctx, public_id, given.remarks)})


@router.post(f"{AT}/after-issue", responses=ACT)
def late(request: Request, public_id: str, who: Reviewer, once: Once, given: Late) -> Response:
    """What becomes of a report that came after its consolidated report had gone out (``after_issue`` of the period)."""

    def do(ctx: Context) -> list[AfterIssue]:
        decide_late(ctx, public_id, given.submission, given.choice, given.note)
        return after_issue(ctx, period_by_public_id(ctx, public_id).id or 0)

    return act(request, who, once, do)


@router.post(f"{AT}/extend", responses=ACT)
def extend(request: Request, public_id: str, who: Reviewer, once: Once, given: Extended) -> Response:
    """Gia hạn chung by the issuer's document."""

    def do(ctx: Context) -> object:
        extend_period(ctx, public_id, given.due_on, given.document_number, given.document_on)
        refresh_feeds(ctx)
        return period_page(ctx, public_id)

    return act(request, who, once, do)


@router.post(f"{AT}/extend/preview", responses=ACT)
def look_at_extension(request: Request, public_id: str, who: Reviewer, given: Extended) -> ExtensionPreview:
    """What it would move and whom it would tell; nothing is kept and no key is needed."""
    portal = portal_of(request)
    return preview_extension(
        portal.app, public_id, given.due_on, given.document_number, given.document_on, portal.clock(), who.name
    )


@router.post(f"{AT}/undo-extension", responses=ACT)
def undo_it(request: Request, public_id: str, who: Reviewer, once: Once, given: Reason) -> Response:
    """Hoàn tác gia hạn chung, as long as nothing later was built on it."""

    def do(ctx: Context) -> ExtensionUndone:
        done = undo_extension(ctx, public_id, given.reason)
        refresh_feeds(ctx)
        return done

    return act(request, who, once, do)


@router.get(f"{AT}/cong-van.docx", response_class=Response, responses=LETTER)
def letter_to_all(request: Request, public_id: str, who: Overseer) -> Response:
    """The draft of one công văn đôn đốc, its annex naming everybody who is overdue; nothing is sent or recorded."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        made = period_letter(ctx, public_id)
    return letter_answer(made)


@router.post(f"{AT}/letter", responses=ACT)
def letter(request: Request, public_id: str, who: Recorder, once: Once, given: Letter) -> Response:
    """Record the letter; notices held for it go."""

    def do(ctx: Context) -> dict[str, int]:
        obligation = period_by_public_id(ctx, public_id).obligation_id
        return {"released": record_opening_letter(ctx, obligation, given.number, given.on)}

    return act(request, who, once, do)


@router.post(f"{AT}/cite-plan", responses=ACT)
def cite(request: Request, public_id: str, who: Reviewer, once: Once) -> Response:
    """Căn cứ trực tiếp Kế hoạch; notices held for a letter go."""
    return act(
        request,
        who,
        once,
        lambda ctx: {"released": cite_plan(ctx, period_by_public_id(ctx, public_id).obligation_id)},
    )


@router.post(f"{AT}/snooze", responses=ACT)
def snooze(request: Request, public_id: str, who: Caretaker, once: Once, given: RestedAll) -> Response:
    """Tạm dừng nhắc đến ngày… for those who still owe."""
    return act(
        request,
        who,
        once,
        lambda ctx: {"rested": snooze_period(ctx, public_id, given.until_on, given.reason, given.agencies)},
    )


@router.get(f"{AT}/remind", responses=NOT_FOUND)
def whom_to_remind(request: Request, public_id: str, who: Named) -> list[Addressee]:
    """Every agency of the period, and why it may not be reminded now."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return addressees(ctx, public_id)


@router.post(f"{AT}/remind/preview", responses=ACT)
def preview(request: Request, public_id: str, who: Sender, given: Extra) -> ExtraPreview:
    """Exactly what would go to whom; nothing is kept and no key is needed."""
    portal = portal_of(request)
    return preview_extra(portal.app, public_id, given.agencies, given.line, portal.clock(), who.name)


@router.post(f"{AT}/remind", responses=ACT)
def remind(request: Request, public_id: str, who: Sender, once: Once, given: Extra) -> Response:
    """Nhắc thêm."""
    key = unique(once, who)
    return act(request, who, once, lambda ctx: send_extra(ctx, public_id, given.agencies, given.line, key))


@router.post(f"{AT}/correct", responses=ACT)
def correct(request: Request, public_id: str, who: Sender, once: Once, given: Correction) -> Response:
    """Thông báo đính chính for one step."""
    return act(request, who, once, lambda ctx: retract_step(ctx, public_id, given.step, given.text))
