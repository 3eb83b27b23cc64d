"""A report of an agency, sent by its own system: the same checks and the same receipt as on the page."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from models.enums import SubmissionChannel, SubmissionForm
from obligations.errors import NotFound, Refused, WrongValue
from obligations.services.asks.joint import join_report
from obligations.services.context import Context
from obligations.services.drafting.drafts import drop_draft
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import DutyPage
from obligations.services.views_shared import OutlineRow
from portal import texts_vi as texts
from portal.asking import portal_of
from portal.forms import MOST_FIGURE_ROWS, PARTS, ReportForm
from portal.routes.v1.common import ACT, Day, In, Line, Once, Submitter, act, in_part, read_json, router_of, unique
from portal.routes.v1.own import DUTY, shown_to
from portal.storing import FIELD as FILES
from portal.storing import MOST_FILES, stored_uploads

router = router_of("own")
Text = Annotated[str, Field(max_length=20_000)]


class EntryIn(In):
    """What is said of one task. ``clause``: its id in the outline; ``nil``: nothing to report."""

    clause: Line
    result: Text = ""
    difficulty: Text = ""
    proposal: Text = ""
    nil: bool = False


class FigureIn(In):
    """One figure; ``clause`` may be empty, ``value`` as people write it (1.234,5).

    ``kind``: done (thực hiện), estimated (ước thực hiện) or cumulated since January (lũy kế). ``adjusted``: last period's
    number put right, only with ``adjusted_reason``; what was reported then stays as it is.
    """

    clause: Annotated[str, Field(max_length=60)] = ""
    name: Line
    unit: Annotated[str, Field(max_length=60)] = ""
    value: Line
    kind: Literal["thuc_hien", "uoc", "luy_ke"] = "thuc_hien"
    adjusted: Annotated[str, Field(max_length=300)] = ""
    adjusted_reason: Annotated[str, Field(max_length=300)] = ""


class PartIn(In):
    """What is said about one duty; ``nil_rest``: every task that is not named has nothing to report."""

    entries: Annotated[list[EntryIn], Field(max_length=500)] = Field(default_factory=list)
    figures: Annotated[list[FigureIn], Field(max_length=MOST_FIGURE_ROWS)] = Field(default_factory=list)
    nil_rest: bool = False


class JointIn(PartIn):
    """The duty's part of a report that was sent for another one; ``submission``: the id of that report.

    ``in_document``: the document itself holds this duty's content; without it a part must be given.
    """

    submission: Line
    in_document: bool = False


class ReportIn(PartIn):
    """A report. A signed one needs its number, its date and a file; one that went another way is said by `sent-otherwise`."""

    form: Literal["soft", "signed", "nil"]
    document_number: Annotated[str, Field(max_length=120)] = ""
    document_on: Day | None = None
    note: Text = ""


@router.post(f"{DUTY}/submissions", responses=ACT, response_model=Submitted, status_code=201)
def send(
    request: Request,
    assignment: str,
    who: Submitter,
    once: Once,
    report: Annotated[str, Form(max_length=900_000, description="A `ReportIn` object as JSON")],
    files: Annotated[list[UploadFile], File(description=f".docx, .xlsx or .pdf; at most {MOST_FILES}")] = [],  # noqa: B006
) -> Response:
    """Record one version; answers with the receipt."""
    portal, given = portal_of(request), read_json(ReportIn, report, "report")
    shown = shown_to(request, who, assignment)
    if shown.agency_id != who.agency_id:  # what a predecessor sent is read, never sent again in its name
        raise NotFound("no such duty")
    typed = _typed(given, shown.outline, unique(once, who))
    _check(typed, shown, portal.clock().astimezone(portal.app.settings.zone).date(), len(files))

    def do(ctx: Context) -> Submitted:
        made = submit_report(ctx, _submission(shown, given, typed), stored)
        drop_draft(ctx, who, shown.assignment_id)
        refresh_feeds(ctx, agency_id=who.agency_id, assignment_id=shown.assignment_id)
        used.append(not made.replayed)
        return made

    with in_part("report"), stored_uploads(portal.app, files) as (stored, used):
        return act(request, who, once, do, 201)


@router.post(f"{DUTY}/joint", responses=ACT, response_model=Submitted, status_code=201)
def join(request: Request, assignment: str, who: Submitter, once: Once, given: JointIn) -> Response:
    """Báo cáo lồng ghép: a report sent for another duty is this one's too, with a part of its own."""
    shown = shown_to(request, who, assignment)
    part = typed_part(given, shown.outline)

    def do(ctx: Context) -> Submitted:
        made = join_report(ctx, who, assignment, given.submission, part, in_document=given.in_document)
        drop_draft(ctx, who, shown.assignment_id)
        refresh_feeds(ctx, agency_id=who.agency_id, assignment_id=shown.assignment_id)
        return made

    return act(request, who, once, do, 201)


def typed_part(given: PartIn, outline: Sequence[OutlineRow]) -> dict[str, Any]:
    """Entries and figures as a submission keeps them; 422 names a task that is not of the outline."""
    _check_clauses(given, outline)
    return ReportForm(**_said(given)).content(outline)


def _check_clauses(given: PartIn, outline: Sequence[OutlineRow]) -> None:
    known = {row.id for row in outline}
    named = [("entries", n, e.clause) for n, e in enumerate(given.entries)]
    named += [("figures", n, f.clause) for n, f in enumerate(given.figures) if f.clause]
    wrong = [
        {"loc": ("body", "report", part, n, "clause"), "msg": "no such task in the outline of this duty"}
        for part, n, clause in named
        if clause not in known
    ]
    if wrong:
        raise RequestValidationError(wrong)


def _said(given: PartIn) -> dict[str, Any]:
    return {
        "entries": {e.clause: {**{part: getattr(e, part) for part in PARTS}, "nil": e.nil} for e in given.entries},
        "figures": [f.model_dump() for f in given.figures],
        "nil_rest": given.nil_rest,
    }


def _typed(given: ReportIn, outline: Sequence[OutlineRow], key: str) -> ReportForm:
    _check_clauses(given, outline)
    return ReportForm(
        form=given.form,
        document_number=given.document_number,
        document_on=f"{given.document_on:%d/%m/%Y}" if given.document_on else "",
        note=given.note,
        key=key,
        **_said(given),
    )


def _check(typed: ReportForm, shown: DutyPage, today: date, files: int) -> None:
    if not shown.may_send:
        raise Refused(texts.DRAFT["over"])
    typed.check(shown.outline, today, files=files)
    if typed.problems:
        every = [(p.field if p.field == FILES else f"report/{p.field}", str(p)) for p in typed.problems]
        raise WrongValue(every[0][0], " ".join(typed.problems), every=every)


def _submission(shown: DutyPage, given: ReportIn, typed: ReportForm) -> SubmissionDraft:
    return SubmissionDraft(
        agency_id=shown.agency_id,
        assignment_ids=[shown.assignment_id],
        form=SubmissionForm(given.form),
        channel=SubmissionChannel.portal,
        content=typed.content(shown.outline),
        idempotency_key=typed.key,
        document_number=given.document_number or None,
        document_on=given.document_on,
        note=given.note,
    )
