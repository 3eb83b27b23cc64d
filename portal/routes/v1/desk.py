"""Whole files: addresses of contacts, plan files before they are applied, and the document system's register (S1b)."""

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from obligations.errors import WrongValue
from obligations.rules.contact_words import Problem
from obligations.services.agencies.contacts_import import Imported, import_contacts, read_contacts
from obligations.services.context import Context
from obligations.services.desk.reconcile import Reconciliation, Recorded, reconcile, record_matches
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.setup.plan_upload import PlanSeen, look_at_plan
from obligations.services.table_file import TableError
from portal import texts_vi as texts
from portal.asking import portal_of
from portal.routes.plan_preview import check_size
from portal.routes.v1.common import ACT, Caretaker, In, Line, Manager, Once, Recorder, act, read_json, router_of
from portal.uploads import clean_name

router = router_of("desk")
LARGEST = 700 << 10
"""Bytes of one file, as on the pages."""
PlanUpload = Annotated[UploadFile, File(description="A plan file: .yaml")]
Table = Annotated[UploadFile, File(description="A table: .csv, .xlsx")]


class Chosen(In):
    """What is recorded: ``sure`` lines of the preview, and for other lines (``chosen``) the duty that each answers.

    ``mended``: what stands in place of a cell that could not be read, by line and field.
    """

    period: Annotated[str, Field(max_length=60)] = ""
    columns: Annotated[dict[Line, int], Field(max_length=20)] = Field(default_factory=dict)
    mended: Annotated[dict[int, dict[Line, Line]], Field(max_length=5000)] = Field(default_factory=dict)
    sure: Annotated[list[int], Field(max_length=5000)] = Field(default_factory=list)
    chosen: Annotated[dict[int, Line], Field(max_length=5000)] = Field(default_factory=dict)


class Place(In):
    """Of which period, and which column (from 0) is which field, where the heading does not say; ``mended`` cells."""

    period: Annotated[str, Field(max_length=60)] = ""
    columns: Annotated[dict[Line, int], Field(max_length=20)] = Field(default_factory=dict)
    mended: Annotated[dict[int, dict[Line, Line]], Field(max_length=5000)] = Field(default_factory=dict)


@router.post("/contacts/import", responses=ACT)
def contacts(request: Request, who: Caretaker, once: Once, file: Table, *, dry_run: bool = False) -> Response:
    """Take a table of contacts; with ``dry_run`` only say what it would do. Any wrong line: nothing is taken."""
    content, name = _content(file), clean_name(file.filename or "")

    def do(ctx: Context) -> Imported:
        found = read_contacts(ctx, content)
        if found.problems:
            raise RequestValidationError([_wrong(problem) for problem in found.problems])
        return import_contacts(ctx, name, content, dry_run=dry_run)

    return act(request, who, once, do)


@router.post("/plans/preview", responses=ACT)
def look_at_a_plan(request: Request, who: Manager, file: PlanUpload) -> PlanSeen:
    """What applying a plan file would change and whom it would tell; nothing is applied and no key is needed.

    422 with the line and the key of everything that is wrong in the file.
    """
    portal, content = portal_of(request), check_size(file.file.read(LARGEST + 1))
    seen = look_at_plan(portal.app, content, portal.clock(), who.name)
    if seen.faults:
        raise RequestValidationError(
            [{"loc": ("body", "file", str(f.line), f.key), "msg": f"{f.said}. {f.advice}"} for f in seen.faults]
        )
    return seen


@router.post("/register/match", responses=ACT)
def match(
    request: Request,
    who: Recorder,
    file: Table,
    place: Annotated[str, Form(max_length=5000, description="A `Place` object as JSON")] = "{}",
) -> Reconciliation:
    """Which duties a register of incoming documents answers; writes nothing and needs no key."""
    given, portal, content = read_json(Place, place, "place"), portal_of(request), _content(file)
    with portal.app.read(portal.clock(), who.name) as ctx:
        return _matched(ctx, content, given)


@router.post("/register/record", responses=ACT)
def record(
    request: Request,
    who: Recorder,
    once: Once,
    file: Table,
    choice: Annotated[str, Form(max_length=200_000, description="A `Chosen` object as JSON")],
) -> Response:
    """Record sure lines and chosen ones; a line that is no longer sure is left alone."""
    given, content = read_json(Chosen, choice, "choice"), _content(file)

    def do(ctx: Context) -> Recorded:
        done = record_matches(ctx, _matched(ctx, content, given), set(given.sure), given.chosen)
        refresh_feeds(ctx)
        return done

    return act(request, who, once, do)


def _matched(ctx: Context, content: bytes, given: Place | Chosen) -> Reconciliation:
    try:
        return reconcile(ctx, content, given.columns, given.period or None, given.mended)
    except TableError as error:
        raise WrongValue("file", Problem(error.line, error.code).vietnamese()) from error


def _content(file: UploadFile) -> bytes:
    content = file.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise WrongValue("file", texts.CONTACT_FILE["large"])
    return content


def _wrong(problem: Problem) -> dict[str, object]:
    place = [str(problem.line), problem.column] if problem.column else [str(problem.line)]
    return {"loc": ("body", "file", *place), "msg": problem.vietnamese()}
